"""What is really known about context: fresh, stale or unknown, and which session the icon speaks for.

Never a made-up figure: what the gateway does not vouch for, or what cannot be, is a `Doubt`.
"""

from __future__ import annotations

from collections.abc import Iterable

from tray.core.errors import StaleReason
from tray.core.model.models import ModelSwitch, SwitchStatus, has_run_since
from tray.core.model.sessions import Confidence, ContextUsage, RunObservation
from tray.protocol.models import Model
from tray.protocol.sessions import SessionRow
from tray.values import replace

SETTLE_SECONDS = 0.5
"""Seconds after a run's end from which a reading is sure to hold its figure."""


def assess(
    row: SessionRow, window: int | None, observation: RunObservation | None, *, outdated: bool = False
) -> ContextUsage:
    """How full this session is, and how sure that is.

    Args:
        row: As the gateway lists it.
        window: The effective context window in tokens, if known.
        observation: What this process saw happen, if anything.
        outdated: The row is from a reading too old to be trusted.
    """
    stale_reason = _stale_reason(row, window, observation, outdated=outdated)
    match stale_reason:
        case (
            StaleReason.NEVER_USED
            | StaleReason.NOT_REPORTED
            | StaleReason.NO_CONTEXT_LIMIT
            | StaleReason.COMPACTED
        ):
            return ContextUsage(None, window, Confidence.UNKNOWN, stale_reason)
        case None:
            return ContextUsage(row.used, window, Confidence.FRESH)
        case _:
            return ContextUsage(row.used, window, Confidence.STALE, stale_reason)


def _stale_reason(
    row: SessionRow, window: int | None, observation: RunObservation | None, *, outdated: bool
) -> StaleReason | None:
    if not row.used:
        # 2026.1 sends 0 where a compaction deleted the figure; later releases leave it out.
        return StaleReason.NOT_REPORTED if row.has_run else StaleReason.NEVER_USED
    if observation is not None and observation.compacted is not None:
        return StaleReason.COMPACTED
    if window is None:
        return StaleReason.NO_CONTEXT_LIMIT
    if row.used >= window:  # no prompt fills it to the last token: so look sums that some release has cut off
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
    """The model that the session's next run will use, and its context window in tokens.

    Args:
        row: As the gateway lists it.
        switch: Our own switch of this session, where it says more than the row (see `remembers`).
        models: The catalogue, None until it is known.
        default: The gateway's default model and its window.
    """
    default_model, default_context_limit = default
    model = (switch.model if switch is not None else row.model) or default_model
    if switch is None and row.context_limit is not None:
        return model, row.context_limit
    # The default window belongs to the default model; for another one it would be a guess.
    return model, context_limit_of(models, model) or (
        default_context_limit if model == default_model else None
    )


def context_limit_of(models: Iterable[Model] | None, name: str | None) -> int | None:
    """The context window of a model, in tokens, as far as the catalogue knows it."""
    return next((model.context_limit for model in models or () if model.name == name), None)


def is_known(switch: ModelSwitch, row: SessionRow, *, tells_changes: bool) -> bool:
    """Whether our own switch still says more than the row does.

    Releases with `sessions.subscribe` list an override at once. The older ones list the model of the last
    run, so the switch counts until a run has happened or the session was reset.
    """
    if tells_changes or switch.state is not SwitchStatus.CONFIRMED:
        return False
    if switch.session_id is not None and row.session_id != switch.session_id:
        return False
    return switch.model != row.model and not has_run_since(switch, row)


def watch_run(
    observation: RunObservation | None, row: SessionRow | None, *, ended_at: float | None
) -> RunObservation:
    """Note that a run started (`ended_at` None) or ended well, and which figure stood before it."""
    if observation is None or row is None or observation.session_id != row.session_id:
        observation = RunObservation(None if row is None else row.session_id)
    if ended_at is None:
        baseline = observation.baseline if observation.ended_at is not None or row is None else row.used
        return replace(observation, baseline=baseline)
    return replace(observation, ended_at=ended_at)


def watch_compaction(row: SessionRow | None) -> RunObservation:
    """Note that a compaction ended: the figure from before it is void."""
    return RunObservation(
        None if row is None else row.session_id, compacted=(None if row is None else row.used,)
    )


def reconcile(observation: RunObservation, row: SessionRow, asked_at: float) -> RunObservation | None:
    """What is left to remember once this reading, asked for at `asked_at`, has arrived; None for nothing."""
    if observation.session_id not in (None, row.session_id):
        return None
    if observation.compacted is not None:
        return observation if observation.compacted[0] == row.used else None
    if observation.ended_at is not None and asked_at < observation.ended_at + SETTLE_SECONDS:
        return observation
    return observation if row.used == observation.baseline else None
