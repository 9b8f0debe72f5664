"""Directories and processes that do not outlive their test run, even a killed one. It knows no gateway."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from build.cache import cache_directory, locked, take_lock

if TYPE_CHECKING:
    from collections.abc import Callable

_END_TIMEOUT = 30.0


def until(predicate: Callable[[], bool], timeout: float, what: str) -> None:
    """Return when the predicate holds; raise TimeoutError naming `what` after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not predicate():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {timeout:.0f} s")
        time.sleep(0.1)


class ThrowawayDirectory:
    """A directory with a `home` in it, ours as long as this process lives; known by a lock that dies with us.

    Making one removes those whose owners are dead, and ends what they left running.
    """

    def __init__(self, name: str) -> None:
        root = cache_directory() / "running"
        root.mkdir(exist_ok=True)
        with locked(root / "lock"):
            for owner in root.glob("*/owner"):
                _remove_if_abandoned(owner)
            self.path = Path(tempfile.mkdtemp(dir=root, prefix=f"{name}-"))
            self._owner = (self.path / "owner").open("w")
            take_lock(self._owner)
        self.home = self.path / "home"
        self.home.mkdir()

    def remove(self) -> None:
        """Remove it; nothing may be running in it any more."""
        shutil.rmtree(self.path)
        self._owner.close()

    def signal_all(self, number: int) -> None:
        """Send a signal to every process that has this home as its HOME."""
        _signal_all(self.home, number)

    def end_all(self) -> None:
        """SIGKILL every process that has this home as its HOME; TimeoutError if any is left after 30 s."""
        _end_all(self.home)


def _remove_if_abandoned(owner: Path) -> None:
    with owner.open() as file:
        if take_lock(file):
            _end_all(owner.parent / "home")
            shutil.rmtree(owner.parent)


def _end_all(home: Path) -> None:
    if sys.platform != "win32":
        until(lambda: not _signal_all(home, signal.SIGKILL), _END_TIMEOUT, f"the end of all in {home}")


def _signal_all(home: Path, number: int) -> bool:
    """Whether there was any to be signalled."""
    entry = f"HOME={home}".encode()
    found = False
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):  # it has ended meanwhile, or is not ours
            if entry in environ.read_bytes().split(b"\0"):
                found = True
                os.kill(int(environ.parent.name), number)
    return found
