"""ClawTray: a tray icon that tells the truth about an AI-agent gateway."""

__version__ = "0.1.0"
