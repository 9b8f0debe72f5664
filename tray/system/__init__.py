"""What differs between operating systems. This is the one place that chooses."""

from __future__ import annotations

from tray.system.other import (
    autostart,
    may_interrupt,
    open_file,
    open_page,
    set_autostart,
    show_balloon,
    show_icon_settings,
    taskbar_is_dark,
    terminal_redraws,
    tray_is_there,
)

__all__ = [
    "autostart",
    "may_interrupt",
    "open_file",
    "open_page",
    "set_autostart",
    "show_balloon",
    "show_icon_settings",
    "taskbar_is_dark",
    "terminal_redraws",
    "tray_is_there",
]
