"""Reads the two clocks. Everything else gets the time as an argument."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from tray.core.model.clock import Now


def now() -> Now:
    """Return the current time of both clocks."""
    return Now(time.monotonic(), datetime.now(UTC))
