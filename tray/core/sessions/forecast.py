"""How many turns a session has left, estimated from what the last turns added.

Only fresh figures count. A compaction, a reset, another model or context limit starts the history over.
"""

from tray.core.model import Confidence, Session, StaleReason, TurnsLeft, UsageHistory
from tray.core.state import State
from tray.values import replace

MIN_SAMPLES = 3
"""With fewer samples there is no estimate."""
MAX_SAMPLES = 8
"""Samples to keep per session: older ones say little."""


def record(state: State, sessions: tuple[Session, ...]) -> State:
    """Take a sample of each session that has grown since the last reading."""
    usage_history = {}
    for session in sessions:
        known = _next(state.gateway.usage_history.get(session.key), session)
        if known is not None:
            usage_history[session.key] = known
    return replace(state, gateway=replace(state.gateway, usage_history=usage_history))


def turns_left(state: State, session: Session) -> TurnsLeft | None:
    """Return how many turns this session has left, or None if unknown."""
    usage_history, usage = state.gateway.usage_history.get(session.key), session.usage
    if (
        usage_history is None
        or len(usage_history.samples) < MIN_SAMPLES
        or usage.confidence is not Confidence.FRESH
    ):
        return None
    if not usage.context_limit or usage.used != usage_history.used:
        return None
    room = usage.context_limit - usage_history.used
    about = int(room // _median(usage_history.samples))
    return TurnsLeft(about, room // max(usage_history.samples), room // min(usage_history.samples))


def _median(samples: tuple[int, ...]) -> float:
    # The standard library's median imports fractions and decimal, which the build leaves out.
    ordered, middle = sorted(samples), len(samples) // 2
    return (ordered[middle] + ordered[~middle]) / 2


def _next(known: UsageHistory | None, session: Session) -> UsageHistory | None:
    usage, row = session.usage, session.row
    if usage.confidence is not Confidence.FRESH or usage.used is None:
        return None if usage.stale_reason is StaleReason.COMPACTED else known
    fresh_start = UsageHistory(row.session_id, session.model, usage.context_limit, usage.used)
    if (
        known is None
        or usage.used < known.used
        or replace(fresh_start, used=known.used) != replace(known, samples=())
    ):
        return fresh_start
    if usage.used == known.used:
        return known
    samples = (*known.samples, usage.used - known.used)[-MAX_SAMPLES:]
    return replace(known, used=usage.used, samples=samples)
