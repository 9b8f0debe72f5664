"""Reads the two clocks and the time zone. Everything else gets the time as an argument."""

import time
from datetime import UTC, datetime

from tray.core.model import Now


def now() -> Now:
    """Return the current time of both clocks, in the user's time zone."""
    return Now(time.monotonic(), datetime.now(UTC).astimezone(), datetime.astimezone)
