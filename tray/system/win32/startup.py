"""Start at sign-in: one value in the registry, shared by installer, menu and Windows' own settings."""

from __future__ import annotations

import contextlib
import sys
import winreg
from pathlib import Path

assert sys.platform == "win32"

RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
APPROVED = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
"""Where Windows notes what was switched off in the Task Manager; an odd first byte means off."""
NAME = "ClawTray"


def is_on() -> bool:
    """Return whether this ClawTray starts at sign-in, and not one in another folder."""
    registered = _value(RUN)
    if not isinstance(registered, str) or registered.casefold() != command().casefold():
        return False
    veto = _value(APPROVED)
    return not (isinstance(veto, bytes) and veto and veto[0] & 1)


def switch(*, on: bool) -> None:
    """Start at sign-in, or no longer, whatever was chosen in the Task Manager before.

    Raises:
        OSError: The registry refuses.
    """
    if on:
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, RUN) as key:
            winreg.SetValueEx(key, NAME, 0, winreg.REG_SZ, command())
    else:
        _delete(RUN)
    _delete(APPROVED)


def command() -> str:
    """Return the command line that starts the tray: the installed program, else this Python, windowed."""
    program = Path(sys.executable)
    if getattr(sys, "frozen", False):
        return f'"{program.with_name("ClawTray.exe")}"'
    windowed = program.with_name("pythonw.exe")
    return f'"{windowed if windowed.exists() else program}" -m tray'


def _value(key_path: str) -> object:
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key_path) as key:
            return winreg.QueryValueEx(key, NAME)[0]
    except OSError:
        return None


def _delete(key_path: str) -> None:
    with (
        contextlib.suppress(FileNotFoundError),
        winreg.OpenKey(winreg.HKEY_CURRENT_USER, key_path, access=winreg.KEY_SET_VALUE) as key,
    ):
        winreg.DeleteValue(key, NAME)
