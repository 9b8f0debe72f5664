"""The tray's log file, for a program without a terminal. It is created with the first entry."""

import contextlib
import io
import logging
import os
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

MAX_SIZE = 1_000_000
"""Bytes of the file; one older file is kept beside it."""


@contextlib.contextmanager
def log_to_file(path: Path) -> Iterator[None]:
    """Write our own warnings and errors into this file while the context lasts.

    What libraries log is left out: their tracebacks may quote secrets.
    """
    handler = _PrivateFile(path, maxBytes=MAX_SIZE, backupCount=1, encoding="utf-8", delay=True)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("tray")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        handler.close()


class _PrivateFile(RotatingFileHandler):
    """Readable by the user alone; if it cannot be written, the program continues without it."""

    def _open(self) -> io.TextIOWrapper:
        path = Path(self.baseFilename)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return open(path, "a", encoding=self.encoding, opener=_private)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name for it
        """Do nothing: there is no better place to report it."""


def _private(path: str, flags: int) -> int:
    # Opening a pipe would wait for its reader.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0), 0o600)
