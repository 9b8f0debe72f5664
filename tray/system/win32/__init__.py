"""The Windows platform. Only `tray.system.current` imports it, and only there."""
