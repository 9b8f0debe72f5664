"""Reports bugs that the program survives, without their message."""

import logging
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
