"""The current time on both clocks."""

from collections.abc import Callable
from datetime import date, datetime

import msgspec

MAX_CLOCK_DIFFERENCE_MS = 60_000
"""Milliseconds by which another clock may seem to differ from ours: a slow answer looks like that."""


class Now(msgspec.Struct, frozen=True):
    """The current time on both clocks.

    Attributes:
        mono: Monotonic seconds, for delays.
        wall: Aware time in the user's time zone, for users and the gateway. Its `tzinfo` is the zone's offset
            from UTC now, since times of a zone with rules are subtracted as if its clocks never changed.
        rules: Gives any moment in that zone, by its rules for daylight saving; None for a zone without.
    """

    mono: float
    wall: datetime
    rules: Callable[[datetime], datetime] | None = None

    def local(self, at: datetime) -> datetime:
        """Return a moment in the user's time zone; one without a zone is taken for a time of it."""
        if self.rules is not None:
            return self.rules(at)
        zone = self.wall.tzinfo
        return at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)

    @property
    def today(self) -> date:
        """Return the date in the user's time zone."""
        return self.wall.date()

    @property
    def ms(self) -> int:
        """Return the wall time as the gateway counts: milliseconds since 1970."""
        return int(self.wall.timestamp() * 1000)

    def clock_difference(self, gateway_ms: int | None) -> int:
        """Return what to add to a time of the gateway's clock for one of ours; 0 where they agree.

        A computer that slept, or a virtual machine on it, may be wrong by hours.

        Args:
            gateway_ms: What the gateway's clock showed just now; None or 0 if it did not say.
        """
        difference = self.ms - gateway_ms if gateway_ms else 0
        return difference if abs(difference) > MAX_CLOCK_DIFFERENCE_MS else 0
