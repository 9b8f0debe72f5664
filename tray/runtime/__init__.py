"""The event loop, the worker, and what puts the program together."""
