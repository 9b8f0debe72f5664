"""Runs that have just ended: a reading may list them for a moment longer, and is then made again."""

from collections.abc import Iterable, Mapping

from tray.core.model import Now
from tray.protocol.sessions import SessionRow

LISTED_SECONDS = 3.0
"""Seconds after its end for which a run may still be listed as in progress."""
MAX_ENDS = 200
"""Ends to remember; no sane gateway needs more."""


def noted(ends: Mapping[str, float], keys: Iterable[str | None], now: Now) -> dict[str, float]:
    """Return when runs ended of late, by session key, with those that end now; None is an unknown session."""
    recent = {key: at for key, at in ends.items() if now.mono < at + LISTED_SECONDS}
    recent |= dict.fromkeys(filter(None, keys), now.mono)
    return dict(list(recent.items())[-MAX_ENDS:])


def without(ends: Mapping[str, float], key: str) -> dict[str, float]:
    """Return the ends of other sessions: in this one another run has started."""
    return {other: at for other, at in ends.items() if other != key}


def are_late(ends: Mapping[str, float], rows: Iterable[SessionRow], requested_at: float) -> bool:
    """Return whether a reading of that time (mono) lists a run of which the end was announced just before."""
    listed = (row.key for row in rows if row.active and row.key in ends)
    return any(requested_at < ends[key] + LISTED_SECONDS for key in listed)
