"""The panel's window and its cards."""
