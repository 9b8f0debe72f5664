"""A tray icon that does nothing: what pystray and Pillow cost by themselves, to compare ours with."""

from __future__ import annotations

import pystray
from PIL import Image


def main() -> None:
    """Show an icon until its menu ends it."""
    icon = pystray.Icon("idle", Image.new("RGBA", (16, 16), "green"), "idle")
    icon.menu = pystray.Menu(pystray.MenuItem("Quit", icon.stop))
    icon.run()


if __name__ == "__main__":
    main()
