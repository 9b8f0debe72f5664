"""How a bug that the program outlives is told: by its place alone."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

log = logging.getLogger(__name__)


def report(doing: str, error: Exception) -> None:
    """Log what was being done, the kind of error, and the last three places on its way.

    The error's own words stay unsaid: they may quote a message, or a file with a secret in it.
    """
    frames = traceback.extract_tb(error.__traceback__, limit=-3)
    way = ", ".join(f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}" for frame in frames)
    log.error("bug while %s: %s: %s", doing, type(error).__name__, way)
