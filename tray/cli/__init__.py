"""The console: one module for each group of commands."""
