"""The clipboard."""

from __future__ import annotations

import ctypes
import sys
import time

from tray.system.win32 import api

assert sys.platform == "win32"

_TRIES, _BETWEEN = 10, 0.05
"""Another program may hold the clipboard for a moment; half a second is enough for those that let it go."""


def put(text: str) -> bool:
    """Put a text there, and tell whether that went well. It may take half a second."""
    # A window must own what is put there, or Windows refuses it; nobody ever sees this one.
    window = api.CreateWindow(0, "STATIC", None, 0, 0, 0, 0, 0, None, None, None, None)
    try:
        if not window or not _opened(window):
            return False
        try:
            return bool(api.EmptyClipboard()) and _handed_over(text)
        finally:
            api.CloseClipboard()
    finally:
        if window:
            api.DestroyWindow(window)


def get() -> str | None:
    """The text that is there; None if there is none, or another program holds on to it. As long as above."""
    if not _opened(None):
        return None
    try:
        memory = api.GetClipboardData(api.CF_UNICODETEXT)
        place = api.GlobalLock(memory) if memory else None
        if not place:
            return None
        try:
            return ctypes.wstring_at(place)
        finally:
            api.GlobalUnlock(memory)
    finally:
        api.CloseClipboard()


def _opened(window: int | None) -> bool:
    for _ in range(_TRIES):
        if api.OpenClipboard(window):
            return True
        time.sleep(_BETWEEN)
    return False


def _handed_over(text: str) -> bool:
    """Give the text to Windows, which frees the memory when something else is copied."""
    data = text.encode("utf-16-le", "replace") + b"\0\0"
    memory = api.GlobalAlloc(api.GMEM_MOVEABLE, len(data))
    place = api.GlobalLock(memory) if memory else None
    if not place:
        return False
    ctypes.memmove(place, data, len(data))
    api.GlobalUnlock(memory)
    if api.SetClipboardData(api.CF_UNICODETEXT, memory):
        return True
    api.GlobalFree(memory)
    return False
