"""What a session did by itself and is worth a notification: a compaction, or the end of a long run."""

from tray.core.effects import Effect, Notify
from tray.core.feature import Feature, Handler
from tray.core.model import Confidence, ContextCompacted, LongRunFinished, Mode, Now
from tray.core.sessions import actions
from tray.core.state import Outcome, State
from tray.protocol.runs import Compacting, RunEnded
from tray.protocol.sessions import SessionList, SessionsList
from tray.values import replace

LONG_RUN_SECONDS = 60.0
"""Seconds of a run after which the user has probably turned to something else."""


def compacting(state: State, push: Compacting, now: Now) -> State:
    """Remember what a session used before it was compacted, unless by an action of this program."""
    if not push.done or push.failed or push.key is None or actions.is_compacting(state, push.key, now):
        return state
    session = state.gateway.snapshot.find(push.key)
    if session is None or session.row.background or push.key in state.gateway.compactions:
        return state
    return replace(
        state,
        gateway=replace(state.gateway, compactions={**state.gateway.compactions, push.key: session.row.used}),
    )


def sessions_listed(state: State, _request: SessionsList, _answer: SessionList, _now: Now) -> Outcome:
    """Report a compaction once there is a figure from after it."""
    waiting: dict[str, int | None] = {}
    effects: tuple[Effect, ...] = ()
    for key, before in state.gateway.compactions.items():
        session = state.gateway.snapshot.find(key)
        if session is None:
            continue
        if session.usage.confidence is not Confidence.FRESH:
            waiting[key] = before
        elif before is not None and session.usage.used is not None and session.usage.used < before:
            effects += (Notify(ContextCompacted(session, before)),)
    return replace(
        state, gateway=replace(state.gateway, compactions=waiting)
    ), effects if state.mode is Mode.LIVE else ()


def run_ended(state: State, push: RunEnded, now: Now) -> tuple[Effect, ...]:
    """Report the end of a long run, unless it was stopped or is reported otherwise."""
    run = state.gateway.snapshot.runs.get(push.run_id)
    if run is None or push.aborted or state.mode is not Mode.LIVE:
        return ()
    seconds, session = now.mono - run.started_at, state.gateway.snapshot.find(push.key or run.key)
    ours = any(
        prompt.id == push.run_id for prompt in state.profile.prompts
    )  # whose end is reported as that of a prompt
    if seconds < LONG_RUN_SECONDS or ours or session is None or session.row.background:
        return ()
    return (Notify(LongRunFinished(session.key, int(seconds), push.error)),)


FEATURE = Feature(handlers=(Handler(SessionsList, SessionList, sessions_listed),))
