"""A person before a Windows screen: reads the menu that is open, moves the mouse, presses keys."""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes
from dataclasses import dataclass

from tests.stage import until

assert sys.platform == "win32"

_MENU_CLASS = "#32768"
_MN_GETHMENU = 0x1E1
_BY_POSITION = 0x400
_MIIM_BITMAP = 0x80
_WM_KEYDOWN, _WM_KEYUP = 0x100, 0x101
_MOUSE_DOWN, _MOUSE_UP = 2, 4
KEYS = {"Down": 0x28, "Up": 0x26, "Right": 0x27, "Left": 0x25, "Enter": 0x0D, "Escape": 0x1B}

_user = ctypes.WinDLL("user32")


def _types(name, result, *parameters):
    function = getattr(_user, name)
    function.restype, function.argtypes = result, parameters


_Visit = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.HWND, wintypes.LPARAM)
_types("EnumWindows", wintypes.BOOL, _Visit, wintypes.LPARAM)
_types("GetClassNameW", ctypes.c_int, wintypes.HWND, wintypes.LPWSTR, ctypes.c_int)
_types("SendMessageW", wintypes.LPARAM, wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
_types("PostMessageW", wintypes.BOOL, wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)


class _ItemInfo(ctypes.Structure):
    """MENUITEMINFOW."""

    _fields_ = (
        *((name, wintypes.UINT) for name in ("cbSize", "fMask", "fType", "fState", "wID")),
        *((name, wintypes.HANDLE) for name in ("hSubMenu", "hbmpChecked", "hbmpUnchecked", "dwItemData")),
        ("dwTypeData", wintypes.LPWSTR),
        ("cch", wintypes.UINT),
        ("hbmpItem", wintypes.HBITMAP),
    )


class _DibSection(ctypes.Structure):
    """The beginning of BITMAP, which is all that is read."""

    _fields_ = (
        *((name, wintypes.LONG) for name in ("type", "width", "height", "row_bytes")),
        *((name, wintypes.WORD) for name in ("planes", "bits")),
        ("pixels", wintypes.LPVOID),
    )


_drawing = ctypes.WinDLL("gdi32")
_drawing.GetObjectW.argtypes = wintypes.HANDLE, ctypes.c_int, wintypes.LPVOID
_types(
    "GetMenuItemInfoW",
    *(wintypes.BOOL, wintypes.HMENU, wintypes.UINT, wintypes.BOOL, ctypes.POINTER(_ItemInfo)),
)
_types("IsWindowVisible", wintypes.BOOL, wintypes.HWND)
_types("GetMenuItemCount", ctypes.c_int, wintypes.HMENU)
_types("GetMenuState", wintypes.UINT, wintypes.HMENU, wintypes.UINT, wintypes.UINT)
_types(
    "GetMenuStringW",
    *(ctypes.c_int, wintypes.HMENU, wintypes.UINT, wintypes.LPWSTR, ctypes.c_int, wintypes.UINT),
)
_types(
    "GetMenuItemRect",
    *(wintypes.BOOL, wintypes.HWND, wintypes.HMENU, wintypes.UINT, ctypes.POINTER(wintypes.RECT)),
)


def class_of(window):
    """The name of a window's class."""
    kind = ctypes.create_unicode_buffer(256)
    _user.GetClassNameW(window, kind, len(kind))
    return kind.value


def windows_of(kind):
    """The top-level windows of a class, the topmost first.

    Not by FindWindowEx from one to the next: where that one goes meanwhile, Wine's server looks for ever.
    """
    found = []

    def visit(window, _):
        if class_of(window) == kind:
            found.append(window)
        return True

    _user.EnumWindows(_Visit(visit), 0)
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an open menu. `text` is as Windows holds it, with tab and doubled ampersand."""

    text: str
    checked: bool
    enabled: bool
    separator: bool


class Person:
    """Eyes and hands. Levels are counted from the menu itself, which is 0."""

    def levels(self):
        """The handles of the menu levels that are seen, the menu itself first."""
        seen = [window for window in windows_of(_MENU_CLASS) if _user.IsWindowVisible(window)]
        return [_user.SendMessageW(window, _MN_GETHMENU, 0, 0) for window in reversed(seen)]

    def until_open(self, levels=1):
        until(lambda: len(self.levels()) == levels)

    def read(self, level=0):
        """The lines of a level, as they are in the menu that is seen."""
        return self._lines(self.levels()[level])

    def picture(self, text, level=0):
        """The picture of the line that begins with this text: width, height and pixels; None without one."""
        menu = self.levels()[level]
        (place,) = [place for place, line in enumerate(self._lines(menu)) if line.text.startswith(text)]
        info = _ItemInfo(cbSize=ctypes.sizeof(_ItemInfo), fMask=_MIIM_BITMAP)
        assert _user.GetMenuItemInfoW(menu, place, 1, ctypes.byref(info))
        if not info.hbmpItem:
            return None
        bitmap = _DibSection()
        assert _drawing.GetObjectW(info.hbmpItem, ctypes.sizeof(bitmap), ctypes.byref(bitmap))
        assert bitmap.bits == 32
        return bitmap.width, bitmap.height, ctypes.string_at(bitmap.pixels, bitmap.row_bytes * bitmap.height)

    def point(self, text, level=0):
        """Move the mouse onto the line that begins with this text."""
        menu, box = self.levels()[level], wintypes.RECT()
        (place,) = [place for place, line in enumerate(self._lines(menu)) if line.text.startswith(text)]
        assert _user.GetMenuItemRect(None, menu, place, ctypes.byref(box))
        _user.SetCursorPos((box.left + box.right) // 2, (box.top + box.bottom) // 2)

    def click(self, text, level=0):
        self.point(text, level)
        _user.mouse_event(_MOUSE_DOWN, 0, 0, 0, 0)
        _user.mouse_event(_MOUSE_UP, 0, 0, 0, 0)

    def press(self, window, *keys):
        """Press keys; they go to the window that has the menu, as the keyboard's would."""
        for key in keys:
            _user.PostMessageW(window, _WM_KEYDOWN, KEYS[key], 0)
            _user.PostMessageW(window, _WM_KEYUP, KEYS[key], 0)

    def _lines(self, menu):
        return [self._line(menu, place) for place in range(_user.GetMenuItemCount(menu))]

    def _line(self, menu, place):
        text = ctypes.create_unicode_buffer(512)
        _user.GetMenuStringW(menu, place, text, len(text), _BY_POSITION)
        state = _user.GetMenuState(menu, place, _BY_POSITION)
        return Line(text.value, bool(state & 0x8), not state & 0x3, bool(state & 0x800))
