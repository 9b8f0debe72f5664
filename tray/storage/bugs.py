"""Reports bugs that the program survives, without their message."""

import logging
import threading
import traceback
from pathlib import Path

log = logging.getLogger(__name__)


def report(doing: str, error: Exception) -> None:
    """Log what was being done, the type of the error, and the last three places of its traceback.

    The error's own text is left out: it may quote a message, or a file with a secret in it.
    """
    frames = traceback.extract_tb(error.__traceback__, limit=-3)
    places = ", ".join(f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}" for frame in frames)
    log.error("bug while %s: %s: %s", doing, type(error).__name__, places)


def report_threads() -> None:
    """Report whatever ends a thread in the same way, instead of with a traceback on standard error."""

    def reported(ended: threading.ExceptHookArgs) -> None:
        name = None if ended.thread is None else ended.thread.name
        if isinstance(ended.exc_value, Exception):
            report(f"running the thread {name}", ended.exc_value)

    threading.excepthook = reported
