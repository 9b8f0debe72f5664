"""The windows, each a program of its own: the one room that loads Tk. It decides only how things look."""
