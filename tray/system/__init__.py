"""What differs between operating systems. This is the one place that chooses."""

from __future__ import annotations

import sys

from tray.system.portable import open_page, show_balloon, terminal_redraws, tray_is_there

if sys.platform == "win32":
    from tray.system.win32 import (
        autostart,
        claim,
        copy_text,
        dress,
        language,
        let_to_front,
        make_icon,
        may_interrupt,
        open_file,
        prefers_dark,
        prepare,
        read_clipboard,
        say,
        set_autostart,
        show_icon_settings,
    )
else:
    from tray.system.portable import (
        autostart,
        claim,
        copy_text,
        dress,
        language,
        let_to_front,
        make_icon,
        may_interrupt,
        open_file,
        prefers_dark,
        prepare,
        read_clipboard,
        say,
        set_autostart,
        show_icon_settings,
    )

HAS_OWN_ICON = sys.platform == "win32"
"""The icon of this system draws for itself, asks for its menu, and shows notices."""

__all__ = [
    "HAS_OWN_ICON",
    "autostart",
    "claim",
    "copy_text",
    "dress",
    "language",
    "let_to_front",
    "make_icon",
    "may_interrupt",
    "open_file",
    "open_page",
    "prefers_dark",
    "prepare",
    "read_clipboard",
    "say",
    "set_autostart",
    "show_balloon",
    "show_icon_settings",
    "terminal_redraws",
    "tray_is_there",
]
