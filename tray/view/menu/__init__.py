"""The menu of the tray icon, one module for each submenu."""
