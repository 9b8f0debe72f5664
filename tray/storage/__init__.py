"""ClawTray's own files, stored credentials and the log."""
