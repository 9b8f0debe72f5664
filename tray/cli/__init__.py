"""The command line: one module for each group of commands, with its options and its code."""
