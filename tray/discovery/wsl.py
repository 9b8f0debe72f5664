"""Where users of the Windows Subsystem for Linux have their files, as Windows sees them.

To look into a distribution starts it, so only those that run already are looked into.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tray.storage.processes import NO_CONSOLE

ROOT = "\\\\wsl$"
_ARGUMENTS = ("--list", "--running", "--quiet")
_PATIENCE = 5.0
_NAME = re.compile(r"[A-Za-z0-9._-]+")
"""How distributions are called; a sentence, such as that none runs, is no name."""
_MOST = 20
"""Distributions, and users of each, that are looked at."""


def homes() -> tuple[Path, ...]:
    """Give the folders of all users of all distributions that run; none where there is no such system."""
    if sys.platform != "win32":
        return ()
    return tuple(home for name in running(_asked()) for home in _homes(name))


def running(listed: bytes) -> tuple[str, ...]:
    """Read the names from what `wsl.exe` prints: UTF-16, or UTF-8 where WSL_UTF8 is set."""
    text = listed.decode("utf-16-le" if b"\0" in listed else "utf-8", "replace")
    lines = (line.strip("\ufeff\0 ") for line in text.splitlines())
    return tuple(line for line in lines if _NAME.fullmatch(line))[:_MOST]


def _asked() -> bytes:
    program = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "wsl.exe")
    try:
        done = subprocess.run(  # noqa: S603 - Windows' own, and nothing that anybody has typed
            [str(program), *_ARGUMENTS],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
            creationflags=NO_CONSOLE,
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return done.stdout if done.returncode == 0 else b""


def _homes(name: str) -> list[Path]:
    there = Path(ROOT) / name
    try:
        users = sorted(each for each in (there / "home").iterdir() if each.is_dir())
    except OSError:
        users = []
    return [*users[:_MOST], there / "root"]
