"""The menu of the tray icon, one module per submenu."""
