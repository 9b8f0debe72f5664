"""The event loop, the worker, and the assembly of the program."""
