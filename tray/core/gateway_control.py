"""The gateway's start and restart, when the user asks for it.

A gateway that can be asked to restart is asked, wherever it runs: it lets runs end first. An older one, or
one that is down, is left to its own command, on this computer alone. It is done once the gateway is back.
"""

from __future__ import annotations

from tray.core.effects import Notify, RunCli
from tray.core.errors import Cause, Fault
from tray.core.events import CliEnded
from tray.core.model.clock import Now
from tray.core.model.gateway_control import Lifecycle, LifecycleKind, LifecycleState
from tray.core.model.notifications import LifecycleEnded
from tray.core.outcome import Outcome
from tray.core.requests import fault_in, objection, send
from tray.core.state import State
from tray.protocol.frames import Failure
from tray.protocol.restart import Restarting, RestartRequest
from tray.settings.settings import Level
from tray.values import replace

PATIENCE = 180.0
"""Seconds without the gateway after which a start or restart has failed: after the notice that it is down."""
_ENDED = (Cause.NOT_RUNNING, Cause.STOPPED)


def restart(state: State, now: Now) -> Outcome:
    """Have the gateway restart."""
    if _is_asked(state):
        return state, ()
    wish = Lifecycle(LifecycleKind.RESTART)
    if fault := may_restart(state):
        return _end(state, replace(wish, state=LifecycleState.FAILED, fault=fault))
    if takes_requests(state):
        return send(replace(state, lifecycle=wish), RestartRequest(), now)
    return _by_cli(state, wish)


def start(state: State) -> Outcome:
    """Have the gateway of this computer started."""
    if _is_asked(state):
        return state, ()
    wish = Lifecycle(LifecycleKind.START)
    if fault := may_start(state):
        return _end(state, replace(wish, state=LifecycleState.FAILED, fault=fault))
    return _by_cli(state, wish)


def may_restart(state: State) -> Fault | None:
    """Why the gateway cannot be made to restart from here; None if that can be tried."""
    if fault := objection(state, RestartRequest):
        return fault
    return None if takes_requests(state) or _is_here(state) else Fault.ELSEWHERE


def may_start(state: State) -> Fault | None:
    """Why it cannot be started from here; None if that can be tried."""
    trouble = state.link.trouble
    if trouble is None or trouble.cause not in _ENDED:
        return Fault.RUNS
    if state.level is not Level.CONTROL:
        return Fault.LEVEL
    return None if _is_here(state) else Fault.ELSEWHERE


def takes_requests(state: State) -> bool:
    """Whether the gateway itself can be asked to restart."""
    hello = state.link.hello
    return state.connected and hello is not None and RestartRequest.method in hello.methods


def answered(state: State, answer: Restarting) -> Outcome:
    """The gateway takes it."""
    if state.lifecycle is None or state.lifecycle.state is not LifecycleState.ASKED:
        return state, ()
    taken = replace(state.lifecycle, state=LifecycleState.TAKEN, detail=answer.waits_for)
    return replace(state, lifecycle=taken), ()


def declined(state: State, failure: Failure | None) -> Outcome:
    """The gateway refuses, or (None) did not answer in time."""
    detail = "" if failure is None else failure.message
    return _failed(state, fault_in(failure), detail)


def unsent(state: State) -> Outcome:
    """Not one byte of the request left."""
    return _failed(state, Fault.OFFLINE, "")


def cli_ended(state: State, event: CliEnded, now: Now) -> Outcome:
    """The gateway's own command has ended."""
    wish = state.lifecycle
    if wish is None or wish.state is not LifecycleState.ASKED:
        return state, ()
    if event.fault is not None:
        return _failed(state, event.fault, event.detail)
    if wish.back:
        return _end(state, replace(wish, state=LifecycleState.DONE))
    taken = replace(wish, state=LifecycleState.TAKEN)
    return _awaited(replace(state, lifecycle=taken), now), ()


def welcomed(state: State) -> Outcome:
    """The gateway is back."""
    wish = state.lifecycle
    if wish is None or wish.state.ended:
        return state, ()
    if wish.state is LifecycleState.TAKEN:
        return _end(state, replace(wish, state=LifecycleState.DONE))
    return replace(state, lifecycle=replace(wish, back=True)), ()


def lost(state: State, now: Now) -> State:
    """The connection is gone: a request that was under way has most likely been taken."""
    wish = state.lifecycle
    if wish is not None and wish.state is LifecycleState.ASKED and not wish.by_cli:
        state = replace(state, lifecycle=replace(wish, state=LifecycleState.TAKEN))
    return _awaited(state, now)


def left(state: State) -> State:
    """Another gateway is watched from now on: what becomes of the one before is not seen."""
    return replace(state, lifecycle=None)


def tick(state: State, now: Now) -> Outcome:
    """Give up on a gateway that does not come up."""
    due_at = deadline(state)
    if due_at is None or now.mono < due_at:
        return state, ()
    return _failed(state, Fault.NOT_BACK, "")


def deadline(state: State) -> float | None:
    """When `tick` will next have something to do (mono)."""
    wish = state.lifecycle
    return None if wish is None or state.connected else wish.due_at


def _is_asked(state: State) -> bool:
    """Whether one of both was asked for, and nobody has answered yet."""
    return state.lifecycle is not None and state.lifecycle.state is LifecycleState.ASKED


def _awaited(state: State, now: Now) -> State:
    """While it is gone: wait for it, but not for ever."""
    wish = state.lifecycle
    if wish is None or wish.state is not LifecycleState.TAKEN or state.connected:
        return state
    return replace(state, lifecycle=replace(wish, due_at=now.mono + PATIENCE))


def _by_cli(state: State, wish: Lifecycle) -> Outcome:
    target = state.link.target
    if target is None:
        return state, ()
    state = replace(state, lifecycle=replace(wish, by_cli=True))
    return state, (RunCli(wish.kind, target, state.link.command),)


def _is_here(state: State) -> bool:
    return state.link.target is not None and state.link.target.is_loopback


def _failed(state: State, fault: Fault, detail: str) -> Outcome:
    if state.lifecycle is None or state.lifecycle.state.ended:
        return state, ()
    return _end(state, replace(state.lifecycle, state=LifecycleState.FAILED, fault=fault, detail=detail))


def _end(state: State, ended: Lifecycle) -> Outcome:
    ended = replace(ended, due_at=None)
    return replace(state, lifecycle=ended), (Notify(LifecycleEnded(ended)),)
