"""What is done to a session by a click: compact, begin anew, stop, think more or less.

Each is asked for once. It is done, or failed with a reason, or it may have been done: then the gateway never
said. Nothing is ever sent a second time.
"""

from __future__ import annotations

from tray.core.effects import Effect, Notify
from tray.core.errors import Fault
from tray.core.model.actions import Deed, DeedKind, DeedState
from tray.core.model.clock import Now
from tray.core.model.notifications import DeedEnded
from tray.core.model.sessions import Session
from tray.core.models import switching
from tray.core.outcome import Outcome
from tray.core.prompts import prompts
from tray.core.requests import fault_in, send
from tray.core.requests import objection as unsendable
from tray.core.sessions import polling
from tray.core.state import State
from tray.protocol.frames import Failure, Request
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
from tray.protocol.session_keys import canonical
from tray.values import replace

COMPACT_PATIENCE = 600.0
"""Seconds for a model to summarise a history; a minute was seen with a small one."""
RESET_PATIENCE = 60.0
"""Seconds to begin anew: 2026.1 and later let a run in progress end first, for some seconds."""
STOP_PATIENCE = 5.0
"""Seconds from the stop command to the end of the run; measured were 0.05, but a tool may take its time."""
JUST_NOW = 30.0
"""Seconds in which the gateway may still tell of a compaction whose end its answer has told."""
KEPT = 60
"""Deeds remembered; the oldest ended ones go first."""

Wish = SessionsCompact | SessionsReset | SessionsAbort | ChatAbort | StopCommand | ThinkingPatch
"""The requests of this room."""


def compact(state: State, key: str | None, now: Now) -> Outcome:
    """Have the history summarised. Never where the gateway would only cut it off."""
    deed = _deed(state, DeedKind.COMPACT, key)
    deed = replace(deed, before=_used(state, deed.key))
    return _begin(state, deed, SessionsCompact(deed.key), may_compact(state, deed.key), now)


def renew(state: State, key: str | None, now: Now) -> Outcome:
    """Begin anew, with the same model."""
    deed = _deed(state, DeedKind.NEW, key)
    deed = replace(deed, model=dropped_model(state, state.book.find(deed.key)))
    return _begin(state, deed, SessionsReset(deed.key), may_renew(state), now)


def stop(state: State, key: str | None, now: Now, run_id: str | None = None) -> Outcome:
    """Stop a run, or (without an id) whatever runs in the session."""
    deed = replace(_deed(state, DeedKind.STOP, key), run_id=run_id)
    hello, fault = state.link.hello, may_stop(state)
    aborts_all = hello is not None and SessionsAbort.method in hello.methods
    request = SessionsAbort(deed.key, run_id) if aborts_all else ChatAbort(deed.key, run_id)
    if fault is None:
        state = prompts.stopping(state, deed.key, run_id)
    return _begin(state, deed, request, fault, now)


def stop_prompt(state: State, identity: str, now: Now) -> Outcome:
    """Stop a prompt of our own: by its run, or, if it was not sent yet, by never sending it."""
    state, effects = prompts.take_back(state, identity)
    prompt = next((p for p in state.prompts if p.id == identity and not p.state.ended), None)
    return (state, effects) if prompt is None else stop(state, prompt.key, now, prompt.id)


def think(state: State, key: str | None, level: str | None, now: Now) -> Outcome:
    """Choose another thinking level, or (None) the model's default."""
    deed = replace(_deed(state, DeedKind.THINK, key), level=level)
    fault = may_think(state, state.book.find(deed.key))
    return _begin(state, deed, ThinkingPatch(deed.key, level), fault, now)


def may_compact(state: State, key: str | None) -> Fault | None:
    """Why this session (None: any) cannot be compacted now; None if it can.

    What tells of changes also has the `sessions.compact` that asks a model. Before, it threw lines away, and
    `/compact` in its stead was measured on 2026.1.24-3 to put nothing in place of what it threw away.
    """
    if fault := unsendable(state, SessionsCompact):
        return fault
    if not state.tells_changes:
        return Fault.ONLY_CUTS
    return Fault.BUSY if key in state.book.busy else None


def may_renew(state: State) -> Fault | None:
    """Why no session can begin anew; None if one can."""
    return unsendable(state, SessionsReset)


def may_stop(state: State) -> Fault | None:
    """Why no run can be stopped; None if one can. That none is in progress is for the gateway to say."""
    return unsendable(state, ChatAbort)


def may_think(state: State, session: Session | None) -> Fault | None:
    """Why the thinking level of this session cannot be chosen; None if it can."""
    if fault := unsendable(state, ThinkingPatch):
        return fault
    return None if session is not None and session.row.thinking_levels else Fault.NO_LEVELS


def dropped_model(state: State, session: Session | None) -> str | None:
    """The model that a new session must get back: older releases drop an override, and do not list it.

    There the model of the last run is what is known of somebody else's.
    """
    default = state.book.default_model
    if session is None or state.tells_changes or default is None:
        return None
    return None if session.model == default else session.model


def compacted(state: State, request: SessionsCompact, answer: Compacted, now: Now) -> Outcome:
    """The gateway summarised it, or says why not."""
    deed = _asked(state, DeedKind.COMPACT, request.key)
    if answer.done and (deed is None or deed.before == _used(state, request.key)):  # not yet read anew
        state = polling.compacting(state, Compacting(request.key, done=True), now)
    state = polling.soon(state, now)
    if deed is None:
        return state, ()
    if not answer.done:
        return _end(state, deed, DeedState.FAILED, now, Fault.GATEWAY, answer.reason)
    before = deed.before if answer.before is None else answer.before
    return _end(state, replace(deed, before=before, after=answer.after), DeedState.DONE, now)


def emptied(state: State, request: SessionsReset, now: Now) -> Outcome:
    """The session begins anew; put its model back where the gateway dropped it."""
    deed = _asked(state, DeedKind.NEW, request.key)
    state = polling.soon(state, now, 0.0)
    if deed is None:
        return state, ()
    state, effects = _end(state, deed, DeedState.DONE, now)
    if deed.model is None:
        return state, effects
    state, more = switching.use(state, deed.key, deed.model, now)
    return state, effects + more


def stopped(state: State, request: SessionsAbort | ChatAbort, answer: Stopped, now: Now) -> Outcome:
    """The gateway stopped a run, or knows of none that it could stop this way."""
    state = polling.soon(polling.forget_runs(state, answer.run_ids), now)
    deed = _asked(state, DeedKind.STOP, request.key)
    if deed is None:  # the end of the run was told before this answer
        return state, ()
    if answer.any:
        return _end(state, deed, DeedState.DONE, now)
    if isinstance(request, SessionsAbort):
        return _end(state, deed, DeedState.FAILED, now, Fault.IDLE)
    state, identity = state.next_id("clawtray-stop")
    return send(state, StopCommand(request.key, identity), now)


def stop_sent(state: State, request: StopCommand, now: Now) -> State:
    """The command was taken, which it also is where nothing runs: now the run has to end."""
    deed = _asked(state, DeedKind.STOP, request.key)
    return state if deed is None else _put(state, replace(deed, due_at=now.mono + STOP_PATIENCE))


def run_over(state: State, push: RunEnded | ChatStopped, now: Now) -> Outcome:
    """A run ended: if it was to be stopped, that is done, whoever brought it about."""
    deed = None if push.key is None else _asked(state, DeedKind.STOP, push.key)
    if deed is None or deed.run_id not in (None, push.run_id):
        return state, ()
    return _end(state, deed, DeedState.DONE, now)


def thought(state: State, request: ThinkingPatch, answer: ThinkingSet, now: Now) -> Outcome:
    """The gateway took the level: show it, and read it back."""
    session = state.book.find(request.key)
    if session is not None:
        row = replace(session.row, thinking=answer.level)
        sessions = tuple(replace(s, row=row) if s is session else s for s in state.book.sessions)
        state = replace(state, book=replace(state.book, sessions=sessions))
    deed = _asked(state, DeedKind.THINK, request.key)
    state = polling.soon(state, now, polling.AFTER_SWITCH)
    if deed is None:
        return state, ()
    return _end(state, deed, DeedState.DONE, now)


def declined(state: State, request: Wish, failure: Failure | None, now: Now) -> Outcome:
    """The gateway refused, or (None) never answered: then it may have done it all the same."""
    state = polling.soon(state, now)
    deed = _asked(state, _kind(request), request.key)
    if deed is None:
        return state, ()
    if failure is None:
        return _end(state, deed, DeedState.UNKNOWN, now, Fault.NO_REPLY)
    return _end(state, deed, DeedState.FAILED, now, fault_in(failure), failure.message)


def unsent(state: State, request: Wish, now: Now) -> Outcome:
    """Not one byte of it left."""
    deed = _asked(state, _kind(request), request.key)
    return (state, ()) if deed is None else _end(state, deed, DeedState.FAILED, now, Fault.OFFLINE)


def lost(state: State, now: Now) -> Outcome:
    """The connection broke: what became of a deed under way will never be told."""
    effects: tuple[Effect, ...] = ()
    for deed in state.deeds:
        if deed.state is DeedState.ASKED:
            state, more = _end(state, deed, DeedState.UNKNOWN, now, Fault.OFFLINE)
            effects += more
    return state, effects


def tick(state: State, now: Now) -> Outcome:
    """The run that was to be stopped has not ended: it goes on, or there is none."""
    effects: tuple[Effect, ...] = ()
    for deed in state.deeds:
        if deed.due_at is None or now.mono < deed.due_at:
            continue
        if deed.key in state.book.busy:
            state, more = _end(state, deed, DeedState.UNKNOWN, now, Fault.GOES_ON)
        else:
            state, more = _end(state, deed, DeedState.FAILED, now, Fault.IDLE)
        effects += more
    return state, effects


def deadline(state: State) -> float | None:
    """When `tick` will next have something to do (mono)."""
    return min((deed.due_at for deed in state.deeds if deed.due_at is not None), default=None)


def is_compacting(state: State, key: str, now: Now) -> bool:
    """Whether a compaction of this session is our own, under way or just over: its end is told here."""
    deed = _last(state, DeedKind.COMPACT, key)
    return deed is not None and (deed.ended_at is None or now.mono < deed.ended_at + JUST_NOW)


def of(state: State, key: str) -> tuple[Deed, ...]:
    """What was done to a session of the active profile, the latest last."""
    return tuple(deed for deed in state.deeds if (deed.profile, deed.key) == (state.settings.profile, key))


def _deed(state: State, kind: DeedKind, key: str | None) -> Deed:
    hello = state.link.hello
    target = key or state.focus.key or ("" if hello is None else hello.main_key)
    return Deed(state.settings.profile, canonical(target, state.agent_id) if target else "", kind)


def _begin(state: State, deed: Deed, request: Request, fault: Fault | None, now: Now) -> Outcome:
    """Ask for it once. One click more, while the same is under way, asks for nothing."""
    if _asked(state, deed.kind, deed.key) is not None:
        return state, ()
    state = _put(state, deed)
    if fault is not None:
        return _end(state, deed, DeedState.FAILED, now, fault)
    patience = {DeedKind.COMPACT: COMPACT_PATIENCE, DeedKind.NEW: RESET_PATIENCE}.get(deed.kind)
    return send(state, request, now) if patience is None else send(state, request, now, patience)


def _kind(request: Wish) -> DeedKind:
    match request:
        case SessionsCompact():
            return DeedKind.COMPACT
        case SessionsReset():
            return DeedKind.NEW
        case SessionsAbort() | ChatAbort() | StopCommand():
            return DeedKind.STOP
        case ThinkingPatch():
            return DeedKind.THINK


def _used(state: State, key: str) -> int | None:
    session = state.book.find(key)
    return None if session is None else session.row.used


def _last(state: State, kind: DeedKind, key: str) -> Deed | None:
    return next((deed for deed in of(state, key) if deed.kind is kind), None)


def _asked(state: State, kind: DeedKind, key: str) -> Deed | None:
    """The deed of this kind that is under way."""
    deed = _last(state, kind, key)
    return deed if deed is not None and deed.state is DeedState.ASKED else None


def _put(state: State, deed: Deed) -> State:
    """Remember it in place of the last one of its kind."""
    known = (deed.profile, deed.key, deed.kind)
    others = tuple(other for other in state.deeds if (other.profile, other.key, other.kind) != known)
    ended = [other for other in others if other.state is not DeedState.ASKED]
    dropped = ended[: max(0, len(others) + 1 - KEPT)]
    return replace(state, deeds=(*(other for other in others if other not in dropped), deed))


def _end(
    state: State, deed: Deed, end: DeedState, now: Now, fault: Fault | None = None, detail: str = ""
) -> Outcome:
    """Remember how it ended, and tell: all that went wrong, and of what went well a compaction."""
    deed = replace(deed, state=end, fault=fault, detail=detail, due_at=None, ended_at=now.mono)
    told = end is not DeedState.DONE or deed.kind is DeedKind.COMPACT
    return _put(state, deed), (Notify(DeedEnded(deed)),) if told else ()
