"""Session actions: compact, start over, stop, change the thinking level.

Each is sent once and never repeated. It is done, or failed with a reason, or its result is unknown because
the gateway did not respond.
"""

from collections.abc import Iterable

from tray.core.effects import Notify
from tray.core.feature import Feature, Handler
from tray.core.model import (
    ActionError,
    ActionFinished,
    ActionKind,
    ActionStatus,
    History,
    Now,
    Session,
    SessionAction,
)
from tray.core.models import switching
from tray.core.prompts import prompts
from tray.core.requests import error_of, refusal, send
from tray.core.sessions import polling
from tray.core.state import Outcome, State, for_each
from tray.protocol.frames import ErrorResponse
from tray.protocol.model_names import is_same_model
from tray.protocol.requests import AnyRequest, Done
from tray.protocol.runs import ChatStopped, Compacting, RunEnded
from tray.protocol.session_actions import (
    ChatAbort,
    Compacted,
    SessionsAbort,
    SessionsCompact,
    SessionsReset,
    StopCommand,
    Stopped,
    ThinkingPatch,
    ThinkingSet,
)
from tray.values import replace

COMPACT_TIMEOUT_SECONDS = 600.0
"""For a model to summarise a history; a small one needs about a minute."""
RESET_TIMEOUT_SECONDS = 60.0
"""2026.1 and later wait some seconds for a run in progress to end."""
STOP_TIMEOUT_SECONDS = 5.0
"""From the stop command to the end of the run: measured 0.05 s, but a tool may need longer."""
RECENT_SECONDS = 30.0
"""Seconds after a compaction in which the gateway may still announce the same compaction."""
MAX_ACTIONS = 60
"""Ended actions to keep, one per session and kind; the oldest are dropped first."""
_HISTORY: History[SessionAction] = History(
    MAX_ACTIONS,
    lambda action: (action.profile, action.key, action.kind),
    lambda action: action.state is not ActionStatus.REQUESTED,
)

ActionRequest = SessionsCompact | SessionsReset | SessionsAbort | ChatAbort | StopCommand | ThinkingPatch
"""The requests of session actions."""


def compact(state: State, key: str | None, now: Now) -> Outcome:
    """Have a model summarise the history, but not where the gateway would only truncate it."""
    action = _new_action(state, ActionKind.COMPACT, key)
    action = replace(action, before=_used(state, action.key))
    return _begin(state, action, SessionsCompact(action.key), may_compact(state, action.key), now)


def start_new(state: State, key: str | None, now: Now) -> Outcome:
    """Start the session over, with the same model."""
    action = _new_action(state, ActionKind.NEW, key)
    action = replace(action, model=dropped_model(state, state.gateway.snapshot.find(action.key)))
    return _begin(state, action, SessionsReset(action.key), may_start_new(state), now)


def stop(state: State, key: str | None, now: Now, run_id: str | None = None) -> Outcome:
    """Stop a run, or (without an id) any run in the session."""
    action = replace(_new_action(state, ActionKind.STOP, key), run_id=run_id)
    hello, error = state.connection.hello, may_stop(state)
    aborts_all = hello is not None and SessionsAbort.method in hello.methods
    request = SessionsAbort(action.key, run_id) if aborts_all else ChatAbort(action.key, run_id)
    if error is None:
        state = prompts.stopping(state, action.key, run_id)
    return _begin(state, action, request, error, now)


def stop_all(state: State, keys: Iterable[str], now: Now) -> Outcome:
    """Stop the runs in these sessions: one stop for each in which a run is still in progress."""
    running = state.gateway.snapshot.busy
    return for_each(state, [key for key in keys if key in running], lambda state, key: stop(state, key, now))


def stop_prompt(state: State, identity: str, now: Now) -> Outcome:
    """Stop a prompt of this program: its run, or, if it was not sent yet, its sending."""
    state, effects = prompts.cancel(state, identity)
    prompt = next((p for p in state.profile.prompts if p.id == identity and not p.state.ended), None)
    return (state, effects) if prompt is None else stop(state, prompt.key, now, prompt.id)


def think(state: State, key: str | None, level: str | None, now: Now) -> Outcome:
    """Set the thinking level; None for the model's default."""
    action = replace(_new_action(state, ActionKind.THINK, key), level=level)
    error = may_think(state, state.gateway.snapshot.find(action.key))
    return _begin(state, action, ThinkingPatch(action.key, level), error, now)


def may_compact(state: State, key: str | None) -> ActionError | None:
    """Return why this session (None: any) cannot be compacted now; None if it can.

    Releases that announce changes have the `sessions.compact` that asks a model. Older ones truncate the
    history, and their `/compact` (measured on 2026.1.24-3) puts no summary in place of what it drops.
    """
    if error := refusal(state, SessionsCompact):
        return error
    if not state.announces_changes:
        return ActionError.ONLY_TRUNCATES
    return ActionError.BUSY if key in state.gateway.snapshot.busy else None


def may_start_new(state: State) -> ActionError | None:
    """Return why no session can be started over; None if one can."""
    return refusal(state, SessionsReset)


def may_stop(state: State) -> ActionError | None:
    """Return why no run can be stopped; None if one can. Whether one is in progress, the gateway knows."""
    return refusal(state, ChatAbort)


def may_think(state: State, session: Session | None) -> ActionError | None:
    """Return why the thinking level of this session cannot be set; None if it can."""
    if error := refusal(state, ThinkingPatch):
        return error
    return None if session is not None and session.row.thinking_levels else ActionError.NO_THINKING_LEVELS


def dropped_model(state: State, session: Session | None) -> str | None:
    """Return the model to set again after a reset; None if the gateway keeps it.

    Older releases drop an override on reset and do not list it, so the model of the last run is taken for it.
    """
    default = state.gateway.snapshot.default_model
    if session is None or state.announces_changes or default is None:
        return None
    return None if is_same_model(session.model, default) else session.model


def compacted(state: State, request: SessionsCompact, answer: Compacted, now: Now) -> Outcome:
    """Handle the response to a compaction."""
    action = _requested(state, ActionKind.COMPACT, request.key)
    if answer.done and (action is None or action.before == _used(state, request.key)):  # not read again yet
        state = polling.compacting(state, Compacting(request.key, done=True), now)
    state = polling.schedule(state, now)
    if action is None:
        return state, ()
    if not answer.done:
        return _end(state, action, ActionStatus.FAILED, now, ActionError.GATEWAY, answer.reason)
    before = action.before if answer.before is None else answer.before
    return _end(state, replace(action, before=before, after=answer.after), ActionStatus.DONE, now)


def reset_done(state: State, request: SessionsReset, _answer: Done, now: Now) -> Outcome:
    """Note that it is done, and set the model again where the gateway dropped it."""
    action = _requested(state, ActionKind.NEW, request.key)
    state = polling.schedule(state, now, 0.0)
    if action is None:
        return state, ()
    state, effects = _end(state, action, ActionStatus.DONE, now)
    if action.model is None:
        return state, effects
    state, more = switching.switch(state, action.key, action.model, now)
    return state, effects + more


def stopped(state: State, request: SessionsAbort | ChatAbort, answer: Stopped, now: Now) -> Outcome:
    """Handle the response to a stop; where the gateway knows no such run, send the stop command."""
    state = polling.schedule(polling.forget_runs(state, answer.run_ids, now), now)
    action = _requested(state, ActionKind.STOP, request.key)
    if action is None:  # the end of the run was announced before this response
        return state, ()
    if answer.any_stopped:
        return _end(state, action, ActionStatus.DONE, now)
    if isinstance(request, SessionsAbort):
        return _end(state, action, ActionStatus.FAILED, now, ActionError.NO_RUN)
    state, identity = state.next_id("clawtray-stop")
    return send(state, StopCommand(request.key, identity), now)


def stop_sent(state: State, request: StopCommand, _answer: Done, now: Now) -> Outcome:
    """Wait for the run to end. The command is accepted whether or not a run is in progress."""
    action = _requested(state, ActionKind.STOP, request.key)
    if action is None:
        return state, ()
    return _put(state, replace(action, due_at=now.mono + STOP_TIMEOUT_SECONDS)), ()


def run_finished(state: State, push: RunEnded | ChatStopped, now: Now) -> Outcome:
    """Complete a stop whose run ended, whatever ended it."""
    action = None if push.key is None else _requested(state, ActionKind.STOP, push.key)
    if action is None or action.run_id not in (None, push.run_id):
        return state, ()
    return _end(state, action, ActionStatus.DONE, now)


def thinking_set(state: State, request: ThinkingPatch, answer: ThinkingSet, now: Now) -> Outcome:
    """Show the new level, and read it back."""
    session = state.gateway.snapshot.find(request.key)
    if session is not None:
        row = replace(session.row, thinking=answer.level)
        sessions = tuple(replace(s, row=row) if s is session else s for s in state.gateway.snapshot.sessions)
        state = state.with_snapshot(replace(state.gateway.snapshot, sessions=sessions))
    action = _requested(state, ActionKind.THINK, request.key)
    state = polling.schedule(state, now, polling.AFTER_SWITCH_SECONDS)
    if action is None:
        return state, ()
    return _end(state, action, ActionStatus.DONE, now)


def request_failed(
    state: State, request: ActionRequest, error_response: ErrorResponse | None, now: Now
) -> Outcome:
    """Handle an error response, or (None) a time-out, after which the result is unknown."""
    state = polling.schedule(state, now)
    action = _requested(state, _kind(request), request.key)
    if action is None:
        return state, ()
    if error_response is None:
        return _end(state, action, ActionStatus.UNKNOWN, now, ActionError.NO_REPLY)
    return _end(state, action, ActionStatus.FAILED, now, error_of(error_response), error_response.message)


def request_not_sent(state: State, request: ActionRequest, now: Now) -> Outcome:
    """Handle a request of which not one byte was sent."""
    action = _requested(state, _kind(request), request.key)
    return (
        (state, ()) if action is None else _end(state, action, ActionStatus.FAILED, now, ActionError.OFFLINE)
    )


def connection_lost(state: State, now: Now) -> Outcome:
    """Handle the loss of the connection: the result of an action in progress is unknown."""
    requested = (action for action in state.profile.actions if action.state is ActionStatus.REQUESTED)
    return for_each(
        state,
        requested,
        lambda state, action: _end(state, action, ActionStatus.UNKNOWN, now, ActionError.OFFLINE),
    )


def tick(state: State, now: Now) -> Outcome:
    """Give up on runs that did not end after a stop."""
    due = (
        action for action in state.profile.actions if action.due_at is not None and now.mono >= action.due_at
    )
    return for_each(
        state,
        due,
        lambda state, action: (
            _end(state, action, ActionStatus.UNKNOWN, now, ActionError.STILL_RUNNING)
            if action.key in state.gateway.snapshot.busy
            else _end(state, action, ActionStatus.FAILED, now, ActionError.NO_RUN)
        ),
    )


def deadline(state: State) -> float | None:
    """Return when `tick` is due (mono)."""
    return min((action.due_at for action in state.profile.actions if action.due_at is not None), default=None)


def is_compacting(state: State, key: str, now: Now) -> bool:
    """Return whether a compaction of this session is our own, in progress or just ended."""
    action = _last(state, ActionKind.COMPACT, key)
    return action is not None and (action.ended_at is None or now.mono < action.ended_at + RECENT_SECONDS)


def latest(state: State, key: str) -> tuple[SessionAction, ...]:
    """Return the actions on a session of the active profile, the latest last."""
    return tuple(
        action
        for action in state.profile.actions
        if (action.profile, action.key) == (state.settings.profile, key)
    )


def _new_action(state: State, kind: ActionKind, key: str | None) -> SessionAction:
    return SessionAction(state.settings.profile, state.target_key(key), kind)


def _begin(
    state: State, action: SessionAction, request: AnyRequest, error: ActionError | None, now: Now
) -> Outcome:
    if _requested(state, action.kind, action.key) is not None:
        return state, ()
    state = _put(state, action)
    if error is not None:
        return _end(state, action, ActionStatus.FAILED, now, error)
    timeout = {ActionKind.COMPACT: COMPACT_TIMEOUT_SECONDS, ActionKind.NEW: RESET_TIMEOUT_SECONDS}.get(
        action.kind
    )
    return send(state, request, now) if timeout is None else send(state, request, now, timeout)


def _kind(request: ActionRequest) -> ActionKind:
    match request:
        case SessionsCompact():
            return ActionKind.COMPACT
        case SessionsReset():
            return ActionKind.NEW
        case SessionsAbort() | ChatAbort() | StopCommand():
            return ActionKind.STOP
        case ThinkingPatch():
            return ActionKind.THINK


def _used(state: State, key: str) -> int | None:
    session = state.gateway.snapshot.find(key)
    return None if session is None else session.row.used


def _last(state: State, kind: ActionKind, key: str) -> SessionAction | None:
    return _HISTORY.find(state.profile.actions, (state.settings.profile, key, kind))


def _requested(state: State, kind: ActionKind, key: str) -> SessionAction | None:
    action = _last(state, kind, key)
    return action if action is not None and action.state is ActionStatus.REQUESTED else None


def _put(state: State, action: SessionAction) -> State:
    return replace(
        state,
        profile=replace(state.profile, actions=_HISTORY.put(state.profile.actions, action, in_place=False)),
    )


def _end(
    state: State,
    action: SessionAction,
    end: ActionStatus,
    now: Now,
    error: ActionError | None = None,
    detail: str = "",
) -> Outcome:
    action = replace(action, state=end, error=error, detail=detail, due_at=None, ended_at=now.mono)
    is_reported = end is not ActionStatus.DONE or action.kind is ActionKind.COMPACT
    return _put(state, action), (Notify(ActionFinished(action)),) if is_reported else ()


FEATURE = Feature(
    tick=tick,
    deadline=deadline,
    disconnected=connection_lost,
    handlers=(
        Handler(SessionsCompact, Compacted, compacted, request_failed, request_not_sent),
        Handler(SessionsReset, Done, reset_done, request_failed, request_not_sent),
        Handler(SessionsAbort, Stopped, stopped, request_failed, request_not_sent),
        Handler(ChatAbort, Stopped, stopped, request_failed, request_not_sent),
        Handler(StopCommand, Done, stop_sent, request_failed, request_not_sent),
        Handler(ThinkingPatch, ThinkingSet, thinking_set, request_failed, request_not_sent),
    ),
)
