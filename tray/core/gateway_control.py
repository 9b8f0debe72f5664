"""Start and restart the gateway when the user requests it.

A gateway that has a restart request gets it, wherever it runs: it lets runs end first. Others are started and
restarted by their own command, on this computer only. It is done once the gateway is back.
"""

from tray.core.effects import Notify, RunCli
from tray.core.events import GatewayCliFinished
from tray.core.feature import Feature, Handler
from tray.core.model import (
    ActionError,
    FailureKind,
    GatewayControl,
    GatewayControlFinished,
    GatewayControlKind,
    GatewayControlStatus,
    Now,
)
from tray.core.requests import error_of, refusal, send
from tray.core.state import Outcome, State
from tray.i18n.words import Message
from tray.protocol.frames import ErrorResponse
from tray.protocol.restart import Restarting, RestartRequest
from tray.settings.settings import Level
from tray.values import replace

START_TIMEOUT_SECONDS = 180.0
"""Seconds without the gateway after which it failed: later than the notification that it is down."""
_ENDED = (FailureKind.NOT_RUNNING, FailureKind.STOPPED)


def restart(state: State, now: Now) -> Outcome:
    """Restart the gateway."""
    if _is_asked(state):
        return state, ()
    control = GatewayControl(GatewayControlKind.RESTART)
    if error := may_restart(state):
        return _end(state, replace(control, state=GatewayControlStatus.FAILED, error=error))
    if takes_requests(state):
        return send(_with(state, control), RestartRequest(), now)
    return _by_cli(state, control)


def start(state: State) -> Outcome:
    """Start this computer's gateway."""
    if _is_asked(state):
        return state, ()
    control = GatewayControl(GatewayControlKind.START)
    if error := may_start(state):
        return _end(state, replace(control, state=GatewayControlStatus.FAILED, error=error))
    return _by_cli(state, control)


def may_restart(state: State) -> ActionError | None:
    """Return why the gateway cannot be restarted from here; None if it can be tried."""
    if error := refusal(state, RestartRequest):
        return error
    return None if takes_requests(state) or _is_here(state) else ActionError.OTHER_COMPUTER


def may_start(state: State) -> ActionError | None:
    """Return why it cannot be started from here; None if it can be tried."""
    failure = state.connection.failure
    if failure is None or failure.kind not in _ENDED:
        return ActionError.NOT_DOWN
    if state.level is not Level.CONTROL:
        return ActionError.LEVEL
    return None if _is_here(state) else ActionError.OTHER_COMPUTER


def takes_requests(state: State) -> bool:
    """Return whether the gateway has a restart request."""
    hello = state.connection.hello
    return state.connected and hello is not None and RestartRequest.method in hello.methods


def answered(state: State, _request: RestartRequest, answer: Restarting, _now: Now) -> Outcome:
    """Note that the gateway accepted the request."""
    if (
        state.profile.gateway_control is None
        or state.profile.gateway_control.state is not GatewayControlStatus.REQUESTED
    ):
        return state, ()
    accepted = replace(
        state.profile.gateway_control, state=GatewayControlStatus.ACCEPTED, detail=answer.waits_for
    )
    return _with(state, accepted), ()


def request_failed(
    state: State, _request: RestartRequest, error_response: ErrorResponse | None, _now: Now
) -> Outcome:
    """Handle an error response, or (None) a time-out."""
    detail = "" if error_response is None else error_response.message
    return _failed(state, error_of(error_response), detail)


def request_not_sent(state: State, _request: RestartRequest, _now: Now) -> Outcome:
    """Handle a request of which not one byte was sent."""
    return _failed(state, ActionError.OFFLINE, "")


def cli_finished(state: State, event: GatewayCliFinished, now: Now) -> Outcome:
    """Handle the end of the gateway's own command."""
    control = state.profile.gateway_control
    if control is None or control.state is not GatewayControlStatus.REQUESTED:
        return state, ()
    if event.error is not None:
        return _failed(state, event.error, event.detail)
    if control.is_back:
        return _end(state, replace(control, state=GatewayControlStatus.DONE))
    accepted = replace(control, state=GatewayControlStatus.ACCEPTED)
    return _awaited(_with(state, accepted), now), ()


def logged_in(state: State, _now: Now) -> Outcome:
    """Handle the return of the gateway."""
    control = state.profile.gateway_control
    if control is None or control.state.ended:
        return state, ()
    if control.state is GatewayControlStatus.ACCEPTED:
        return _end(state, replace(control, state=GatewayControlStatus.DONE))
    return _with(state, replace(control, is_back=True)), ()


def connection_lost(state: State, now: Now) -> Outcome:
    """Handle the loss of the connection: the gateway most likely accepted a request in progress."""
    control = state.profile.gateway_control
    if control is not None and control.state is GatewayControlStatus.REQUESTED and not control.uses_cli:
        state = _with(state, replace(control, state=GatewayControlStatus.ACCEPTED))
    return _awaited(state, now), ()


def abandoned(state: State) -> State:
    """Forget it: the program connects to another gateway."""
    return _with(state, None)


def tick(state: State, now: Now) -> Outcome:
    """Give up on a gateway that does not come up."""
    due_at = deadline(state)
    if due_at is None or now.mono < due_at:
        return state, ()
    return _failed(state, ActionError.DID_NOT_COME_UP, "")


def deadline(state: State) -> float | None:
    """Return when `tick` is due (mono)."""
    control = state.profile.gateway_control
    return None if control is None or state.connected else control.due_at


def _with(state: State, control: GatewayControl | None) -> State:
    return replace(state, profile=replace(state.profile, gateway_control=control))


def _is_asked(state: State) -> bool:
    return (
        state.profile.gateway_control is not None
        and state.profile.gateway_control.state is GatewayControlStatus.REQUESTED
    )


def _awaited(state: State, now: Now) -> State:
    control = state.profile.gateway_control
    if control is None or control.state is not GatewayControlStatus.ACCEPTED or state.connected:
        return state
    return _with(state, replace(control, due_at=now.mono + START_TIMEOUT_SECONDS))


def _by_cli(state: State, control: GatewayControl) -> Outcome:
    target = state.connection.target
    if target is None:
        return state, ()
    return _with(state, replace(control, uses_cli=True)), (
        RunCli(control.kind, target, state.connection.command),
    )


def _is_here(state: State) -> bool:
    return state.connection.target is not None and state.connection.target.is_loopback


def _failed(state: State, error: ActionError, detail: Message | str) -> Outcome:
    if state.profile.gateway_control is None or state.profile.gateway_control.state.ended:
        return state, ()
    return _end(
        state,
        replace(state.profile.gateway_control, state=GatewayControlStatus.FAILED, error=error, detail=detail),
    )


def _end(state: State, ended: GatewayControl) -> Outcome:
    ended = replace(ended, due_at=None)
    return _with(state, ended), (Notify(GatewayControlFinished(ended)),)


FEATURE = Feature(
    tick=tick,
    deadline=deadline,
    connected=logged_in,
    disconnected=connection_lost,
    handlers=(Handler(RestartRequest, Restarting, answered, request_failed, request_not_sent),),
)
