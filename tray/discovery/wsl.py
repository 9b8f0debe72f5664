"""Home folders inside the Windows Subsystem for Linux, as Windows sees them.

Reading from a distribution starts it, so only running ones are read.
"""

import os
import re
import sys
from pathlib import Path

from tray.storage import processes

ROOT = "\\\\wsl$"
_ARGUMENTS = ("--list", "--running", "--quiet")
_TIMEOUT = 5.0
_NAME = re.compile(r"[A-Za-z0-9._-]+")
"""A name of a distribution; `wsl.exe` may print a sentence instead, such as that none runs."""
_LIMIT = 20
"""Distributions, and users of each, that are looked at."""


def homes() -> tuple[Path, ...]:
    """Return the home folders of all users of all running distributions; none outside Windows."""
    if sys.platform != "win32":
        return ()
    return tuple(home for name in running(_list_running()) for home in _homes(name))


def running(output: bytes) -> tuple[str, ...]:
    """Return the names in the output of `wsl.exe`: UTF-16, or UTF-8 where WSL_UTF8 is set."""
    text = output.decode("utf-16-le" if b"\0" in output else "utf-8", "replace")
    lines = (line.strip("\ufeff\0 ") for line in text.splitlines())
    return tuple(line for line in lines if _NAME.fullmatch(line))[:_LIMIT]


def _list_running() -> bytes:
    import subprocess  # noqa: PLC0415 - only where nothing else is found

    program = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "wsl.exe")
    try:
        done = subprocess.run(  # noqa: S603 - a program of Windows with fixed arguments
            [str(program), *_ARGUMENTS],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_TIMEOUT,
            check=False,
            cwd=processes.folder(),
            env=processes.without_secrets(os.environ),
            creationflags=processes.NO_CONSOLE,
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return done.stdout if done.returncode == 0 else b""


def _homes(name: str) -> list[Path]:
    root = Path(ROOT) / name
    try:
        users = sorted(each for each in (root / "home").iterdir() if each.is_dir())
    except OSError:
        users = []
    return [*users[:_LIMIT], root / "root"]
