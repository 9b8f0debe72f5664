"""The tray's log file, for a program without a terminal. Nothing is made before there is something to say."""

from __future__ import annotations

import contextlib
import io
import logging
import os
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

LARGEST = 1_000_000
"""Bytes of the file; one older file is kept beside it."""


@contextlib.contextmanager
def kept(path: Path) -> Iterator[None]:
    """Write our own warnings and worse into this file for as long as the context lasts.

    What libraries log stays out of it: their tracebacks may quote what nobody wants in a file.
    """
    handler = _PrivateFile(path, maxBytes=LARGEST, backupCount=1, encoding="utf-8", delay=True)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    ours = logging.getLogger("tray")
    ours.addHandler(handler)
    try:
        yield
    finally:
        ours.removeHandler(handler)
        handler.close()


class _PrivateFile(RotatingFileHandler):
    """Readable by the user alone; where it cannot be written, the program goes on without it."""

    def _open(self) -> io.TextIOWrapper:
        path = Path(self.baseFilename)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return open(path, "a", encoding=self.encoding, opener=_private)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name for it
        """Say nothing: there is no better place to say it in."""


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
