"""The two clocks, read. Everything else is told the time."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from tray.core.model.clock import Now


def now() -> Now:
    """Both clocks at this moment."""
    return Now(time.monotonic(), datetime.now(UTC))
