"""The current time on both clocks."""

from datetime import date, datetime

import msgspec


class Now(msgspec.Struct, frozen=True):
    """The current time on both clocks.

    Attributes:
        mono: Monotonic seconds, for delays.
        wall: Aware time in the user's time zone, for users and the gateway. Its `tzinfo` is the zone's offset
            from UTC now, so a time on the other side of a daylight saving change is shown an hour off. The
            zone's rules would not do: Windows has no `zoneinfo` data, and times of one such zone are
            subtracted and moved as if its clocks never changed.
    """

    mono: float
    wall: datetime

    @property
    def today(self) -> date:
        """Return the date in the user's time zone."""
        return self.wall.date()

    @property
    def ms(self) -> int:
        """Return the wall time as the gateway counts: milliseconds since 1970."""
        return int(self.wall.timestamp() * 1000)
