"""One tray per session: the first holds a mutex, and a second start asks it to show itself."""

from __future__ import annotations

import ctypes
import sys

from tray.system.win32 import api

assert sys.platform == "win32"

NAME = "ClawTray"
"""The mutex; the installer looks for it as well. Each session of Windows has its own."""
DEMO = "ClawTray.demo"
"""The mutex of a demo, which may run beside the real one."""
QUIT = "ClawTray.Quit"
"""A registered message to all windows: every tray ends. The installer sends it."""

_held: dict[str, int] = {}
"""Mutexes, held until the process ends: once they are gone, an installer can replace the files."""


def claim(name: str) -> bool:
    """Take the mutex; if another process has it, ask that one to show itself and return False."""
    mutex = api.CreateMutex(None, False, name)  # noqa: FBT003 - not owned, only there
    error = ctypes.get_last_error()
    if mutex and error != api.ERROR_ALREADY_EXISTS:
        _held[name] = mutex
        return True
    api.PostMessage(api.HWND_BROADCAST, api.RegisterWindowMessage(f"{name}.Show"), 0, 0)
    return False


def show_messages() -> tuple[str, ...]:
    """Return the registered messages with which a second start asks this process to show itself."""
    return tuple(f"{name}.Show" for name in _held)
