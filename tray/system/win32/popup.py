"""The menu of the icon: made when it opens, one level at a time, and left alone while it is open."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import sys
from typing import Any, Final, Self

from pystray import Menu
from pystray._util import win32

from tray.storage import bugs
from tray.system.win32 import api, picture

assert sys.platform == "win32"

_END: Final = 0xFFFF_FFFF
_BY_POSITION: Final = 1
_SIZE: Final = ctypes.sizeof(win32.MENUITEMINFO)
_FLAGS: Final = win32.TPM_RIGHTALIGN | win32.TPM_BOTTOMALIGN | win32.TPM_RETURNCMD | api.TPM_RIGHTBUTTON


class Popup:
    """One opening of a menu. A context manager: leaving it destroys the menu."""

    def __init__(self, menu: Any, pictures: picture.Pictures) -> None:  # noqa: ANN401 - pystray has no types
        """Prepare a menu. An item's `picture`, if it has one, draws as the icon does: (pixels, ground)."""
        self._pictures, self._bitmaps = pictures, list[int]()
        self._look = picture.small(), picture.menu_ground()
        self._choices: list[Any] = []
        self._unfilled: dict[int, Any] = {}
        self._menu, self._top = menu, 0

    def __enter__(self) -> Self:
        self._top = win32.CreatePopupMenu()
        try:
            self._fill(self._top, self._menu)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        win32.DestroyMenu(self._top)  # and with it the levels below, but no bitmaps
        while self._bitmaps:
            self._pictures.delete_bitmap(self._bitmaps.pop())

    def track(self, window: int, x: int, y: int) -> Any:  # noqa: ANN401 - as above
        """Return the item that the user chooses, or None. Windows itself handles messages meanwhile."""
        number = win32.TrackPopupMenuEx(self._top, _FLAGS, x, y, window, None)
        return self._choices[number - 1] if number > 0 else None

    def fill_level(self, level: int) -> None:
        """Fill a level that is about to be seen, unless it was open before."""
        menu = self._unfilled.pop(level, None)
        if menu is None:
            return
        try:
            self._fill(level, menu)
            api.RemoveMenu(level, 0, api.MF_BYPOSITION)
        except Exception as error:  # noqa: BLE001 - a level that fails must not take the menu with it
            bugs.report("filling a level of the menu", error)

    def _fill(self, level: int, menu: Any) -> None:  # noqa: ANN401 - as above
        # Not by iterating over the menu itself: that asks for all levels below, whether any opens or not.
        for item in menu.items:
            self._add(level, item)

    def _add(self, level: int, item: Any) -> None:  # noqa: ANN401 - as above
        if item is Menu.SEPARATOR:
            line = win32.MENUITEMINFO(cbSize=_SIZE, fMask=win32.MIIM_FTYPE, fType=win32.MFT_SEPARATOR)
            win32.InsertMenuItem(level, _END, _BY_POSITION, ctypes.byref(line))
            return
        self._choices.append(item)
        info = win32.MENUITEMINFO(
            cbSize=_SIZE,
            fMask=win32.MIIM_ID | win32.MIIM_STRING | win32.MIIM_STATE | win32.MIIM_FTYPE,
            wID=len(self._choices),
            dwTypeData=item.text,
            fState=(win32.MFS_DEFAULT if item.default else 0)
            | (win32.MFS_CHECKED if item.checked else 0)
            | (0 if item.enabled else win32.MFS_DISABLED),
            fType=win32.MFT_RADIOCHECK if item.radio else 0,
        )
        if item.submenu is not None:
            info.fMask |= win32.MIIM_SUBMENU
            info.hSubMenu = self._create_level(item.submenu)
        draw = getattr(item, "picture", None)
        if draw is not None:
            with contextlib.suppress(OSError):  # a line without its picture says the same
                self._bitmaps.append(self._pictures.make_bitmap(draw(*self._look)))
                info.hbmpItem = self._bitmaps[-1]
                info.fMask |= win32.MIIM_BITMAP
        win32.InsertMenuItem(level, _END, _BY_POSITION, ctypes.byref(info))

    def _create_level(self, menu: Any) -> int:  # noqa: ANN401 - as above
        """Create a level that is filled when it opens. Windows opens no empty one, so it has one line."""
        level: int = win32.CreatePopupMenu()
        line = win32.MENUITEMINFO(cbSize=_SIZE, fMask=win32.MIIM_FTYPE, fType=win32.MFT_SEPARATOR)
        win32.InsertMenuItem(level, _END, _BY_POSITION, ctypes.byref(line))
        self._unfilled[level] = menu
        return level


def follow_dark_theme() -> None:
    """Let menus be dark where applications are: SetPreferredAppMode(AllowDark)."""
    _call_by_number(135, 1)


def flush_themes() -> None:
    """Let the next menu have the current theme: FlushMenuThemes()."""
    _call_by_number(136)


def _call_by_number(number: int, *arguments: int) -> None:
    """Call a function of uxtheme that has a number and no name; where it is missing, menus stay light."""
    if sys.getwindowsversion().build >= 18362:  # noqa: PLR2004 - Windows 10 1903
        with contextlib.suppress(AttributeError, OSError):
            _uxtheme()[number](*arguments)  # type: ignore[index]  # ctypes takes ordinals, its types don't


@functools.cache
def _uxtheme() -> ctypes.WinDLL:
    return ctypes.WinDLL("uxtheme")
