"""Requests: the right to send one, those in progress (each with an id and a time-out), and errors."""

from tray.core.effects import Effect, Send
from tray.core.model import ActionError, Connected, Now, Pending
from tray.core.state import State
from tray.protocol.frames import ErrorResponse
from tray.protocol.requests import AnyRequest
from tray.settings.settings import Level
from tray.values import replace

TIMEOUT_SECONDS = 15.0
"""Seconds after which a request has failed: a gateway never answers what it cannot read."""


def refusal(state: State, request: AnyRequest | type[AnyRequest]) -> ActionError | None:
    """Return why this connection may not send such a request; None if it may."""
    step = state.connection.step
    if not isinstance(step, Connected):
        return ActionError.OFFLINE
    if request.spends and state.level is Level.WATCH:
        return ActionError.LEVEL
    if request.scope in step.scopes:
        return None
    return ActionError.SCOPE if request.scope in step.requested_scopes else ActionError.LEVEL


def error_of(error_response: ErrorResponse | None) -> ActionError:
    """Return the error that an error response means; None is a time-out."""
    if error_response is None:
        return ActionError.NO_REPLY
    return ActionError.SCOPE if error_response.missing_scope else ActionError.GATEWAY


def send(
    state: State, request: AnyRequest, now: Now, timeout: float = TIMEOUT_SECONDS
) -> tuple[State, tuple[Effect, ...]]:
    """Send a request, unless this connection may not send it. Every `Send` is made here."""
    if refusal(state, request) is not None:
        return state, ()
    state, identity = state.next_id("r")
    pending = Pending(identity, request, now.mono, now.mono + timeout)
    return replace(state, pending=(*state.pending, pending)), (Send(identity, request),)


def take(state: State, identity: str) -> tuple[State, Pending | None]:
    """Remove a request from the list, and return it."""
    found = next((pending for pending in state.pending if pending.id == identity), None)
    if found is None:
        return state, None
    return replace(state, pending=tuple(p for p in state.pending if p is not found)), found


def wait_longer(state: State, request: AnyRequest, due_at: float) -> State:
    """Let a request in progress time out at `due_at` (mono)."""
    pending = (replace(p, due_at=due_at) if p.request is request else p for p in state.pending)
    return replace(state, pending=tuple(pending))


def is_pending(state: State, kind: type[AnyRequest]) -> bool:
    """Return whether a request of this type is in progress."""
    return any(isinstance(pending.request, kind) for pending in state.pending)
