"""One tray per session: the first holds a mutex, and a second start asks it to show itself."""

from __future__ import annotations

import ctypes
import sys

from tray.system.win32 import api

assert sys.platform == "win32"

NAME = "ClawTray"
"""The mutex; the installer looks for it as well. Each session of Windows has its own."""
DEMO = "ClawTray.demo"
"""The one of a demo, which may run beside the real one."""
QUIT = "ClawTray.Quit"
"""A registered message to all windows: every tray ends. The installer sends it."""

_held: dict[str, int] = {}
"""Mutexes, up to the end of the process: so that one that is gone means that the files can be replaced."""


def claim(name: str) -> bool:
    """Become the one; False if there is one already, which has then been asked to show itself."""
    mutex = api.CreateMutex(None, False, name)  # noqa: FBT003 - not owned, only there
    error = ctypes.get_last_error()
    if mutex and error != api.ERROR_ALREADY_EXISTS:
        _held[name] = mutex
        return True
    api.PostMessage(api.HWND_BROADCAST, api.RegisterWindowMessage(f"{name}.Show"), 0, 0)
    return False


def shown_by() -> tuple[str, ...]:
    """The registered messages by which a second start makes this process show itself."""
    return tuple(f"{name}.Show" for name in _held)
