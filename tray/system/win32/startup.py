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
    """Whether this ClawTray starts at sign-in, and not one that lies elsewhere."""
    set_to = _value(RUN)
    if not isinstance(set_to, str) or set_to.casefold() != command().casefold():
        return False
    vetoed = _value(APPROVED)
    return not (isinstance(vetoed, bytes) and vetoed and vetoed[0] & 1)


def switch(*, on: bool) -> None:
    """Start at sign-in from now on, or no longer. What the Task Manager noted is forgotten.

    Raises:
        OSError: The registry refuses.
    """
    if on:
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, RUN) as key:
            winreg.SetValueEx(key, NAME, 0, winreg.REG_SZ, command())
    else:
        _forget(RUN)
    _forget(APPROVED)


def command() -> str:
    """What starts the tray, as Windows takes it: the installed program, else this Python, windowed."""
    program = Path(sys.executable)
    if getattr(sys, "frozen", False):
        return f'"{program.with_name("ClawTray.exe")}"'
    windowed = program.with_name("pythonw.exe")
    return f'"{windowed if windowed.exists() else program}" -m tray'


def _value(place: str) -> object:
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, place) as key:
            return winreg.QueryValueEx(key, NAME)[0]
    except OSError:
        return None


def _forget(place: str) -> None:
    with (
        contextlib.suppress(FileNotFoundError),
        winreg.OpenKey(winreg.HKEY_CURRENT_USER, place, access=winreg.KEY_SET_VALUE) as key,
    ):
        winreg.DeleteValue(key, NAME)
