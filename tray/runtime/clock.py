"""Reads the two clocks. Everything else gets the time as an argument."""

import time
from datetime import UTC, datetime

from tray.core.model import Now


def now() -> Now:
    """Return the current time of both clocks."""
    return Now(time.monotonic(), datetime.now(UTC))
