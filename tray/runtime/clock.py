"""Reads the two clocks and the time zone. Everything else gets the time as an argument."""

import time
from datetime import UTC, datetime

from tray.core.model import Now


def now() -> Now:
    """Return the current time of both clocks, in the user's time zone."""
    return Now(time.monotonic(), _local(datetime.now(UTC)), _local)


def _local(at: datetime) -> datetime:
    """Return a moment in the user's time zone, or in UTC if the system gives one a day or more from that."""
    try:
        return at.astimezone()
    except (ValueError, OverflowError):
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
