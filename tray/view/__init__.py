"""Icon, tooltip, menu, notifications and texts, each a pure function of the state."""
