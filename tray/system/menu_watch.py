"""Notices when the icon's menu is open on Linux, where sending another one would close it under the mouse.

The panel has the menu over D-Bus, by a library that reports when it opens. Not every panel reports when it
closes again, so an open menu counts as closed after a while.
"""

import time
from typing import Any

HOLD_SECONDS = 30.0
"""Seconds after which a menu counts as closed, if nothing else says so."""


class MenuWatch:
    """Whether the menu of a pystray icon is open; it hears of that on GTK's own thread."""

    def __init__(self, icon: Any) -> None:  # noqa: ANN401 - pystray has no types
        self._icon = icon
        self._opened_at: float | None = None

    def is_open(self) -> bool:
        """Return whether the user may be looking at the menu now."""
        is_mapped = getattr(getattr(self._icon, "_menu_handle", None), "get_mapped", None)
        if is_mapped is not None and is_mapped():  # GTK shows it itself, where there is no such panel
            return True
        return self._opened_at is not None and time.monotonic() < self._opened_at + HOLD_SECONDS

    def close(self) -> None:
        """Note that an item was chosen, which closes the menu."""
        self._opened_at = None

    def follow(self) -> None:
        """Listen to the menu that was just sent, as soon as GTK has it: each one has a root of its own."""
        if getattr(self._icon, "_appindicator", None) is not None:
            from gi.repository import GLib  # noqa: PLC0415 - there only with this backend

            GLib.idle_add(self._listen)

    def _listen(self) -> bool:
        root = self._icon._appindicator.get_property("dbus-menu-server").get_property("root-node")  # noqa: SLF001 - pystray has no other way
        self._opened_at = None
        root.connect("about-to-show", self._opened)
        root.connect("event", self._event)
        return False

    def _opened(self, *_: object) -> bool:
        self._opened_at = time.monotonic()
        return False

    def _event(self, _root: object, name: str, *_: object) -> bool:
        if name == "closed":
            self._opened_at = None
        return False
