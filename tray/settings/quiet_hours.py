"""Quiet hours: a daily time without notifications."""

import re
from datetime import datetime, time, timedelta

import msgspec

_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


class QuietHours(msgspec.Struct, frozen=True):
    """A daily time in the user's time zone, which may span midnight."""

    start: time
    end: time

    def until(self, local: datetime) -> datetime | None:
        """Return when the quiet hours at this moment end; None if there are none.

        Args:
            local: An aware moment in the user's time zone.
        """
        at = local.time()
        over_midnight = self.start > self.end
        inside = (at >= self.start or at < self.end) if over_midnight else self.start <= at < self.end
        if not inside:
            return None
        day = local.date() + timedelta(days=1) if over_midnight and at >= self.start else local.date()
        return datetime.combine(day, self.end, local.tzinfo)

    def __str__(self) -> str:
        return f"{self.start:%H:%M} - {self.end:%H:%M}"


def parse_time(text: str) -> time | None:
    """Return the time of `22:00` or `7:30`; None for anything else."""
    found = _TIME.fullmatch(text.strip())
    return None if found is None else time(int(found[1]), int(found[2]))
