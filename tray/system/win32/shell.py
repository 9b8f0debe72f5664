"""Calls to the shell about the icon."""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes

from pystray._util import win32

from tray.system.win32 import api

assert sys.platform == "win32"


class _Identifier(ctypes.Structure):
    """NOTIFYICONIDENTIFIER: which icon is meant."""

    _fields_ = (
        ("cbSize", wintypes.DWORD),
        ("hWnd", wintypes.HWND),
        ("uID", wintypes.UINT),
        ("guidItem", ctypes.c_byte * 16),
    )


_shell = ctypes.WinDLL("shell32", use_last_error=True)
Shell_NotifyIcon = _shell.Shell_NotifyIconW
Shell_NotifyIcon.restype = wintypes.BOOL
Shell_NotifyIcon.argtypes = (wintypes.DWORD, ctypes.POINTER(win32.NOTIFYICONDATAW))
_get_rect = _shell.Shell_NotifyIconGetRect
_get_rect.restype = wintypes.LONG
_get_rect.argtypes = (ctypes.POINTER(_Identifier), ctypes.POINTER(wintypes.RECT))


def notify(window: int, code: int, flags: int = 0, **fields: object) -> bool:
    """Tell the shell about the icon of this window, and return whether it accepted that."""
    data = win32.NOTIFYICONDATAW(
        cbSize=ctypes.sizeof(win32.NOTIFYICONDATAW), hWnd=window, uFlags=flags, **fields
    )
    ctypes.set_last_error(0)
    return bool(Shell_NotifyIcon(code, data))


def timed_out() -> bool:
    """Return whether the last `notify` failed because the shell did not answer: it may still accept it."""
    return ctypes.get_last_error() == api.ERROR_TIMEOUT


def icon_box(window: int) -> tuple[int, int, int, int] | None:
    """Return left, top, right and bottom of the icon of this window; None if the shell does not tell."""
    identifier, box = _Identifier(cbSize=ctypes.sizeof(_Identifier), hWnd=window), wintypes.RECT()
    if _get_rect(identifier, box) != 0:
        return None
    return box.left, box.top, box.right, box.bottom


def icon_position(window: int) -> tuple[int, int]:
    """Return the middle of the icon of this window, or where the mouse is if the shell does not tell."""
    if (box := icon_box(window)) is not None:
        return (box[0] + box[2]) // 2, (box[1] + box[3]) // 2
    mouse = wintypes.POINT()
    win32.GetCursorPos(ctypes.byref(mouse))
    return mouse.x, mouse.y
