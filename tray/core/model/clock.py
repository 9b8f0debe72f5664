"""The current time on both clocks."""

from datetime import datetime

import msgspec


class Now(msgspec.Struct, frozen=True):
    """Monotonic seconds (`mono`) for delays, and aware wall time (`wall`) for users and the gateway."""

    mono: float
    wall: datetime

    @property
    def ms(self) -> int:
        """Return the wall time as the gateway counts: milliseconds since 1970."""
        return int(self.wall.timestamp() * 1000)
