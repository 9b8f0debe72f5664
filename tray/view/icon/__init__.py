"""The tray icon: what it says, and how that is drawn."""
