"""The two clocks, as one value."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Now(msgspec.Struct, frozen=True):
    """Two clocks: `mono` in seconds for delays and silence; `wall`, aware, for people and the gateway."""

    mono: float
    wall: datetime

    @property
    def ms(self) -> int:
        """The wall clock as the gateway counts: milliseconds since 1970."""
        return int(self.wall.timestamp() * 1000)
