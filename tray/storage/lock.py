"""The lock that every process of this user holds while it reads, changes and writes a file of ours."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tray.storage import files

PATIENCE_SECONDS = 2.0
"""What is to be saved waits no longer: the process that holds the lock may have been stopped."""
_PAUSE_SECONDS = 0.01


@contextmanager
def locked() -> Iterator[None]:
    """Hold the lock, or go on without it if it cannot be had: a change may be lost then, but no file is half.

    The system drops the lock of a process that ends.
    """
    handle = None
    with suppress(OSError):  # a folder that cannot be written is reported by what is written next
        folder = files.folders().data
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if handle is not None:
            _take(handle)
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _take(handle: int) -> None:
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while not _try(handle) and time.monotonic() < ends_at:
        time.sleep(_PAUSE_SECONDS)


if sys.platform == "win32":
    import msvcrt

    def _try(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
