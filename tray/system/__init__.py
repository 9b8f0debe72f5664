"""What differs between operating systems. This is the one place that chooses."""

from __future__ import annotations

from tray.system.other import (
    open_file,
    open_page,
    show_balloon,
    show_icon_settings,
    taskbar_is_dark,
    terminal_redraws,
    tray_is_there,
)

__all__ = [
    "open_file",
    "open_page",
    "show_balloon",
    "show_icon_settings",
    "taskbar_is_dark",
    "terminal_redraws",
    "tray_is_there",
]
