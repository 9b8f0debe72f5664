"""The content of windows, as values."""
