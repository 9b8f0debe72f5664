"""Thresholds: one notification per crossing, none on the first reading or from a figure that is not fresh."""

from collections.abc import Iterable

import msgspec

from tray.core.effects import Notify
from tray.core.model import Confidence, Session, ThresholdCrossed, ThresholdLatch
from tray.core.state import State
from tray.settings.settings import Settings
from tray.values import replace

RELEASE_POINTS = 5.0
"""Percentage points below a threshold at which it may be reported again."""
MAX_LATCHES = 500
"""Latches to keep; the oldest are dropped first."""


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
    """Return the latches after a reading, and the notifications that it causes.

    Args:
        latches: The latches before.
        sessions: The reading.
        settings: For the thresholds and the profile that latches belong to.
        known: Keys that this process has read before, under the same session id: a first reading only sets
            the latch, since nobody saw the usage rise.
    """
    latch_of = {(latch.profile, latch.key): latch for latch in latches}
    effects: list[Notify] = []
    for session in sessions:
        percent = session.usage.percent
        if session.row.background or percent is None or session.usage.confidence is not Confidence.FRESH:
            continue
        place = (settings.profile, session.key)
        latch = latch_of.get(place)
        old = latch.level if latch is not None and latch.session_id == session.row.session_id else 0
        level = latched(percent, old, settings)
        if level > old and session.key in known:
            effects.append(Notify(ThresholdCrossed(session, level)))
        if level != old or (latch is not None and latch.session_id != session.row.session_id):
            latch_of.pop(place, None)
            if level:
                latch_of[place] = ThresholdLatch(*place, session.row.session_id, level)
    return tuple(latch_of.values())[-MAX_LATCHES:], tuple(effects)


def reopen_undelivered(
    state: State, sessions: tuple[Session, ...], known: frozenset[str]
) -> tuple[State, frozenset[str]]:
    """Treat thresholds that an earlier process could not report as crossed just now."""
    if not state.profile.undelivered:
        return state, known
    profile = state.settings.profile
    sure = (session for session in sessions if session.usage.confidence is Confidence.FRESH)
    here = {(profile, session.key, session.row.session_id) for session in sure}
    undelivered_here = [
        latch for latch in state.profile.undelivered if (latch.profile, latch.key, latch.session_id) in here
    ]
    latches = tuple(latch for latch in state.profile.latches if latch not in undelivered_here)
    undelivered = tuple(latch for latch in state.profile.undelivered if latch not in undelivered_here)
    return replace(state, profile=replace(state.profile, latches=latches, undelivered=undelivered)), known | {
        latch.key for latch in undelivered_here
    }


def reached(percent: float, limits: Settings | Limits) -> int:
    """Return the highest threshold at or below this percentage: 0 none, 1 warning, 2 critical."""
    return 2 if percent >= limits.critical else 1 if percent >= limits.warning else 0


def latched(percent: float, old: int, limits: Settings | Limits) -> int:
    """Return the level after a reading: it rises at once, and falls only below the release band."""
    return max(reached(percent, limits), min(old, reached(percent + RELEASE_POINTS, limits)))
