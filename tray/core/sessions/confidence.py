"""Whether a context figure is fresh, stale or unknown.

Figures are never made up: what the gateway does not vouch for, or what cannot be true, has a `StaleReason`.
"""

from collections.abc import Iterable

from tray.core.model import (
    Confidence,
    ContextUsage,
    ModelSwitch,
    RunObservation,
    StaleReason,
    SwitchStatus,
    has_run_since,
)
from tray.protocol.models import Model
from tray.protocol.sessions import SessionRow
from tray.values import replace

SETTLE_SECONDS = 0.5
"""Seconds after a run's end from which a reading is sure to hold its figure."""


def assess(
    row: SessionRow, context_limit: int | None, observation: RunObservation | None, *, outdated: bool = False
) -> ContextUsage:
    """Return how full a session is, and how certain that is.

    Args:
        row: As the gateway lists it.
        context_limit: In tokens, if known.
        observation: What events said about the session, if anything.
        outdated: The row is from a reading too old to be trusted.
    """
    stale_reason = _stale_reason(row, context_limit, observation, outdated=outdated)
    match stale_reason:
        case None:
            return ContextUsage(row.used, context_limit, Confidence.FRESH)
        case (
            StaleReason.NEVER_USED
            | StaleReason.NOT_REPORTED
            | StaleReason.NO_CONTEXT_LIMIT
            | StaleReason.COMPACTED
        ):
            return ContextUsage(None, context_limit, Confidence.UNKNOWN, stale_reason)
        case _:
            return ContextUsage(row.used, context_limit, Confidence.STALE, stale_reason)


def _stale_reason(
    row: SessionRow, context_limit: int | None, observation: RunObservation | None, *, outdated: bool
) -> StaleReason | None:
    if not row.used:
        # 2026.1 sends 0 where a compaction deleted the figure; later releases leave it out.
        return StaleReason.NOT_REPORTED if row.has_run else StaleReason.NEVER_USED
    if observation is not None and observation.compacted is not None:
        return StaleReason.COMPACTED
    if context_limit is None:
        return StaleReason.NO_CONTEXT_LIMIT
    if row.used >= context_limit:  # no prompt fills it completely; some releases report a clamped sum
        return StaleReason.TOO_LARGE
    if row.fresh is False:
        return StaleReason.REPORTED_STALE
    if outdated:
        return StaleReason.OUTDATED
    if observation is not None and observation.ended_at is not None and row.used == observation.baseline:
        return StaleReason.UNCHANGED
    return None


def model_and_context_limit(
    row: SessionRow,
    switch: ModelSwitch | None,
    models: Iterable[Model] | None,
    default: tuple[str | None, int | None],
) -> tuple[str | None, int | None]:
    """Return the model of the session's next run, and its context limit in tokens.

    Args:
        row: As the gateway lists it.
        switch: Our own switch of this session, where it says more than the row (see `is_known`).
        models: The catalogue; None until it is known.
        default: The gateway's default model and its context limit.
    """
    default_model, default_context_limit = default
    model = (switch.model if switch is not None else row.model) or default_model
    if switch is None and row.context_limit is not None:
        return model, row.context_limit
    # The default context limit belongs to the default model; for another one it would be a guess.
    return model, context_limit_of(models, model) or (
        default_context_limit if model == default_model else None
    )


def context_limit_of(models: Iterable[Model] | None, name: str | None) -> int | None:
    """Return a model's context limit in tokens, or None if the catalogue does not have it."""
    return next((model.context_limit for model in models or () if model.name == name), None)


def is_known(switch: ModelSwitch, row: SessionRow, *, announces_changes: bool) -> bool:
    """Return whether our own switch says more than the row does.

    Releases with `sessions.subscribe` list an override at once. Older ones list the model of the last run, so
    the switch counts until a run has happened or the session was reset.
    """
    if announces_changes or switch.state is not SwitchStatus.CONFIRMED:
        return False
    if switch.session_id is not None and row.session_id != switch.session_id:
        return False
    return switch.model != row.model and not has_run_since(switch, row)


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


def watch_compaction(row: SessionRow | None) -> RunObservation:
    """Note that a compaction ended, which makes the figure before it invalid."""
    return RunObservation(
        None if row is None else row.session_id, compacted=(None if row is None else row.used,)
    )


def reconcile(observation: RunObservation, row: SessionRow, requested_at: float) -> RunObservation | None:
    """Return the observation that is still valid after a reading requested at `requested_at`, or None."""
    if observation.session_id not in (None, row.session_id):
        return None
    if observation.compacted is not None:
        return observation if observation.compacted[0] == row.used else None
    if observation.ended_at is not None and requested_at < observation.ended_at + SETTLE_SECONDS:
        return observation
    return observation if row.used == observation.baseline else None
