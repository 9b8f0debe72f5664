"""Switching a session's model: ask, believe only what the gateway confirms, compare after the next run."""

from __future__ import annotations

from dataclasses import replace

from tray.core.context import ran_since
from tray.core.events import Effect, ModelDiffers, Notify, SwitchFailed
from tray.core.link import Outcome
from tray.core.requests import send
from tray.core.state import Now, Session, State, Switch, SwitchState, canonical
from tray.core.trouble import Fault
from tray.wire.frames import Failure
from tray.wire.models import Model
from tray.wire.sessions import Patched, Row, SessionsPatch


def use(state: State, key: str | None, model: str | None, now: Now) -> Outcome:
    """Ask for another model; a switch of this session that is under way is superseded."""
    hello = state.link.hello
    target = key or state.focus.key or (hello.main_key if hello is not None else None)
    if hello is None or target is None or not state.connected:
        return _failed(state, Switch(target or "", model, SwitchState.ASKED), Fault.OFFLINE)
    target = canonical(target, hello.agent_id)
    session = state.book.find(target)
    switch = Switch(target, model, SwitchState.ASKED)
    if session is not None:
        switch = replace(
            switch,
            session_id=session.row.session_id,
            mark=(session.row.used, session.row.spent),
        )
    request = SessionsPatch(target, model)
    if not state.may(request):
        fault = Fault.SCOPE if request.scope in state.link.asked else Fault.LEVEL
        return _failed(state, switch, fault)
    state, effects = send(_replaced(state, switch), request, now)
    return state, effects


def patched(state: State, request: SessionsPatch, answer: Patched, now: Now) -> State:
    """The gateway took it. `entry.*Override` is the truth on every release; without one, the default is."""
    switch = _find(state, request.key)
    if switch is None:
        return state
    if switch.asked != request.model:  # a prompt's own; it undoes an older switch of the user's
        return _without(state, request.key) if switch.state is SwitchState.SET else state
    model = answer.override
    if model is None:
        hello = state.link.hello
        tells = hello is not None and hello.tells_changes
        model = (answer.resolved if tells else None) or state.book.default_model or answer.resolved
    switch = replace(switch, state=SwitchState.SET, model=model, set_at=now.mono)
    if not _same(request.model, answer.override, model, state):
        switch = replace(switch, state=SwitchState.FAILED, fault=Fault.OTHER_MODEL, detail=model or "")
    return _replaced(state, switch)


def declined(state: State, request: SessionsPatch, failure: Failure | None) -> Outcome:
    """The gateway did not take it, or (None) never answered."""
    switch = _find(state, request.key)
    if switch is None or switch.asked != request.model:
        return state, ()
    if failure is None:
        return _failed(state, switch, Fault.NO_REPLY)
    fault = Fault.SCOPE if failure.missing_scope else Fault.GATEWAY
    return _failed(state, switch, fault, failure.message)


def lost(state: State) -> Outcome:
    """The connection broke: what became of a switch under way will never be told."""
    effects: tuple[Effect, ...] = ()
    for switch in state.switches:
        if switch.state is SwitchState.ASKED:
            state, more = _failed(state, switch, Fault.NO_REPLY)
            effects += more
    return state, effects


def compare(state: State, sessions: tuple[Session, ...], asked_at: float) -> Outcome:
    """Hold every switch that the gateway took against a new reading; tell the user of a broken one.

    `asked_at` (mono) is when the reading was asked for: it says nothing of a later switch.
    """
    hello = state.link.hello
    tells = hello is not None and hello.tells_changes
    rows = {session.key: session.row for session in sessions}
    switches: list[Switch] = []
    notices: list[Notify] = []
    for switch in state.switches:
        row = rows.get(switch.key)
        late = switch.set_at is not None and switch.set_at > asked_at
        if switch.state is not SwitchState.SET or late or row is None or row.model is None:
            switches.append(switch)
            continue
        verdict = _verdict(switch, row, tells_changes=tells)
        if verdict is SwitchState.FAILED:
            notices.append(Notify(ModelDiffers(switch.key, switch.model or "", row.model)))
            switches.append(replace(switch, state=verdict, fault=Fault.OTHER_MODEL, detail=row.model))
        else:
            switches.append(replace(switch, state=verdict))
    return replace(state, switches=tuple(switches)), tuple(notices)


def _verdict(switch: Switch, row: Row, *, tells_changes: bool) -> SwitchState:
    """Newer releases list an override at once; older ones list the last run's model, so one must come."""
    if not tells_changes and not ran_since(switch, row):
        return SwitchState.SET
    if row.model == switch.model:
        return SwitchState.PROVED
    if switch.session_id not in (None, row.session_id):
        return SwitchState.PROVED  # the session was reset since; what it uses now is another story
    return SwitchState.FAILED


def choices(state: State) -> tuple[Model, ...]:
    """The models that `sessions.patch` will take, as far as the gateway tells."""
    models = state.models or ()
    if not state.allowed:
        return models
    return tuple(model for model in models if model.name in state.allowed)


def _same(asked: str | None, override: str | None, model: str | None, state: State) -> bool:
    """Whether the gateway did what was asked; an alias or a bare id is its own to resolve."""
    if asked is None:
        return override is None
    return model == asked or not any(known.name == asked for known in state.models or ())


def _find(state: State, key: str) -> Switch | None:
    return next((switch for switch in state.switches if switch.key == key), None)


def _replaced(state: State, switch: Switch) -> State:
    return replace(state, switches=(*_without(state, switch.key).switches, switch))


def _without(state: State, key: str) -> State:
    return replace(state, switches=tuple(switch for switch in state.switches if switch.key != key))


def _failed(state: State, switch: Switch, fault: Fault, detail: str = "") -> Outcome:
    switch = replace(switch, state=SwitchState.FAILED, fault=fault, detail=detail)
    return _replaced(state, switch), (Notify(SwitchFailed(switch.key, switch.asked, detail)),)
