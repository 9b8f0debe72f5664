"""Thresholds: one notice per crossing, nothing on the first reading, nothing from a doubtful figure."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tray.core.effects import Notify
from tray.core.model.notifications import ThresholdCrossed
from tray.core.model.sessions import Confidence, Session, ThresholdLatch
from tray.settings.settings import Settings

RELEASE_POINTS = 5.0
"""Percentage points below a threshold at which it may be told again."""
MAX_LATCHES = 500
"""Latches remembered at the most; the oldest go first."""


class Limits(msgspec.Struct, frozen=True):
    """The two thresholds of something other than a session's context, in percent."""

    warning: float
    critical: float


def cross(
    latches: tuple[ThresholdLatch, ...],
    sessions: Iterable[Session],
    settings: Settings,
    known: frozenset[str],
) -> tuple[tuple[ThresholdLatch, ...], tuple[Notify, ...]]:
    """The latches after a reading, and the notices that it gives rise to.

    Args:
        latches: As they were.
        sessions: The reading.
        settings: For the thresholds and the profile that latches belong to.
        known: Keys that this process has read before, under the same session id: a first reading only
            sets the latch, since the user was not there to see it rise.
    """
    held = {(latch.profile, latch.key): latch for latch in latches}
    notices: list[Notify] = []
    for session in sessions:
        percent = session.usage.percent
        if session.row.background or percent is None or session.usage.confidence is not Confidence.FRESH:
            continue
        place = (settings.profile, session.key)
        latch = held.get(place)
        old = latch.level if latch is not None and latch.session_id == session.row.session_id else 0
        level = latched(percent, old, settings)
        if level > old and session.key in known:
            notices.append(Notify(ThresholdCrossed(session, level)))
        if level != old or (latch is not None and latch.session_id != session.row.session_id):
            held.pop(place, None)
            if level:
                held[place] = ThresholdLatch(*place, session.row.session_id, level)
    return tuple(held.values())[-MAX_LATCHES:], tuple(notices)


def reached(percent: float, limits: Settings | Limits) -> int:
    """Return the threshold that this percentage is at or above: 0 none, 1 warning, 2 critical."""
    return 2 if percent >= limits.critical else 1 if percent >= limits.warning else 0


def latched(percent: float, old: int, limits: Settings | Limits) -> int:
    """Return the level after a reading: it rises at once, and falls only below the release band."""
    return max(reached(percent, limits), min(old, reached(percent + RELEASE_POINTS, limits)))
