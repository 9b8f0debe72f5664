"""The clipboard."""

from __future__ import annotations

import ctypes
import sys
import time

from tray.system.win32 import api

assert sys.platform == "win32"

_ATTEMPTS, _SECONDS_BETWEEN = 10, 0.05
"""Another program may hold the clipboard for a moment."""


def put(text: str) -> bool:
    """Put a text on the clipboard and return whether that worked. May take half a second."""
    # A window must own what is put there, or Windows refuses it. This one is never visible.
    window = api.CreateWindow(0, "STATIC", None, 0, 0, 0, 0, 0, None, None, None, None)
    try:
        if not window or not _open(window):
            return False
        try:
            return bool(api.EmptyClipboard()) and _give_to_windows(text)
        finally:
            api.CloseClipboard()
    finally:
        if window:
            api.DestroyWindow(window)


def get() -> str | None:
    """Return the text; None if there is none or another program holds the clipboard for half a second."""
    if not _open(None):
        return None
    try:
        memory = api.GetClipboardData(api.CF_UNICODETEXT)
        address = api.GlobalLock(memory) if memory else None
        if not address:
            return None
        try:
            return ctypes.wstring_at(address)
        finally:
            api.GlobalUnlock(memory)
    finally:
        api.CloseClipboard()


def _open(window: int | None) -> bool:
    for _ in range(_ATTEMPTS):
        if api.OpenClipboard(window):
            return True
        time.sleep(_SECONDS_BETWEEN)
    return False


def _give_to_windows(text: str) -> bool:
    # Windows frees the memory when something else is copied.
    data = text.encode("utf-16-le", "replace") + b"\0\0"
    memory = api.GlobalAlloc(api.GMEM_MOVEABLE, len(data))
    address = api.GlobalLock(memory) if memory else None
    if not address:
        return False
    ctypes.memmove(address, data, len(data))
    api.GlobalUnlock(memory)
    if api.SetClipboardData(api.CF_UNICODETEXT, memory):
        return True
    api.GlobalFree(memory)
    return False
