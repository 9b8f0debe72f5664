"""Which notifications are shown now, and which wait."""
