"""Whether a context figure is fresh, stale or unknown.

Figures are never made up: what the gateway does not vouch for, or what cannot be true, has a `StaleReason`.
"""

from tray.core.model import (
    Confidence,
    ContextUsage,
    ModelSwitch,
    RunObservation,
    StaleReason,
    SwitchStatus,
    has_run_since,
)
from tray.core.sessions.context_limits import ContextLimit
from tray.protocol.model_names import is_same_model
from tray.protocol.sessions import PromptBudget, SessionRow
from tray.values import replace

SETTLE_SECONDS = 0.5
"""Seconds after a run's end from which a reading is sure to hold its figure."""
_UNKNOWN = frozenset(
    {
        StaleReason.NEVER_USED,
        StaleReason.NOT_REPORTED,
        StaleReason.NO_CONTEXT_LIMIT,
        StaleReason.COMPACTED,
        StaleReason.TOO_LARGE,
    }
)
"""With these reasons there is no figure."""


def assess(
    row: SessionRow,
    limit: ContextLimit,
    observation: RunObservation | None,
    *,
    warning: float = 100.0,
    outdated: bool = False,
) -> ContextUsage:
    """Return how full a session is, and how certain that is.

    Args:
        row: As the gateway lists it.
        limit: The session's context limit.
        observation: What events said about the session, if anything.
        warning: Percentage from which a figure is no longer calm.
        outdated: The row is from a reading too old to be trusted.
    """
    stale_reason, figures = _stale_reason(row, limit, observation, outdated=outdated)
    if stale_reason is None:
        usage = ContextUsage(row.used, limit.tokens, Confidence.FRESH)
        return _calm_or_not(usage, row.budget, warning)
    if stale_reason in _UNKNOWN or limit.tokens is None:
        return ContextUsage(None, limit.tokens, Confidence.UNKNOWN, stale_reason, figures)
    return ContextUsage(row.used, limit.tokens, Confidence.STALE, stale_reason, figures)


def _calm_or_not(usage: ContextUsage, budget: PromptBudget | None, warning: float) -> ContextUsage:
    """Return the same, but doubtful if it is calm although the gateway has no room for the next prompt."""
    if budget is None or not budget.must_compact or (usage.percent or 0.0) >= warning:
        return usage
    expected, room = budget.estimated, budget.tokens
    figures = None if expected is None or room is None else (expected, room)
    return replace(usage, confidence=Confidence.STALE, stale_reason=StaleReason.MUST_COMPACT, figures=figures)


def _stale_reason(
    row: SessionRow, limit: ContextLimit, observation: RunObservation | None, *, outdated: bool
) -> tuple[StaleReason | None, tuple[int, int] | None]:
    """Return why the figure is not fresh, and the two figures that contradict each other, if that is why."""
    if not row.used:
        # 2026.1 sends 0 where a compaction deleted the figure; later releases leave it out.
        return StaleReason.NOT_REPORTED if row.has_run else StaleReason.NEVER_USED, None
    if observation is not None and observation.compacted is not None:
        return StaleReason.COMPACTED, None
    if limit.tokens is not None and row.used >= limit.tokens:
        # No prompt fills it completely; some releases report a sum that they cut off.
        return StaleReason.TOO_LARGE, (row.used, limit.tokens)
    if limit.differing is not None:
        return StaleReason.LIMITS_DIFFER, limit.differing
    if limit.tokens is None:
        return StaleReason.NO_CONTEXT_LIMIT, None
    if row.fresh is False:
        return StaleReason.REPORTED_STALE, None
    if outdated:
        return StaleReason.OUTDATED, None
    if observation is not None and observation.ended_at is not None and row.used == observation.baseline:
        return StaleReason.UNCHANGED, None
    return None, None


def is_known(switch: ModelSwitch, row: SessionRow, *, announces_changes: bool) -> bool:
    """Return whether our own switch says more than the row does.

    Releases with `sessions.subscribe` list an override at once. Older ones list the model of the last run, so
    the switch counts until a run has happened or the session was reset.
    """
    if announces_changes or switch.state is not SwitchStatus.CONFIRMED:
        return False
    if switch.session_id is not None and row.session_id != switch.session_id:
        return False
    return not is_same_model(switch.model, row.model) and not has_run_since(switch, row)


def watch_run(
    observation: RunObservation | None, row: SessionRow | None, *, ended_at: float | None
) -> RunObservation:
    """Note that a run started (`ended_at` None) or ended well, and `used` before it."""
    if observation is None or row is None or observation.session_id != row.session_id:
        observation = RunObservation(None if row is None else row.session_id)
    if ended_at is None:
        baseline = observation.baseline if observation.ended_at is not None or row is None else row.used
        return replace(observation, baseline=baseline)
    return replace(observation, ended_at=ended_at)


def watch_compaction(row: SessionRow) -> RunObservation:
    """Note that a compaction ended, which makes the figure before it invalid."""
    return RunObservation(row.session_id, compacted=(row.used,))


def reconcile(observation: RunObservation, row: SessionRow, requested_at: float) -> RunObservation | None:
    """Return the observation that is still valid after a reading requested at `requested_at`, or None."""
    if observation.session_id not in (None, row.session_id):
        return None
    if observation.compacted is not None:
        return observation if observation.compacted[0] == row.used else None
    if observation.ended_at is not None and requested_at < observation.ended_at + SETTLE_SECONDS:
        return observation
    return observation if row.used == observation.baseline else None
