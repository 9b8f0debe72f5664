"""Requests: the right to send one, those in progress (each with an id and a time-out), and errors."""

from tray.core.effects import Effect, Send
from tray.core.model import ActionError, Connected, Now, Pending
from tray.core.state import State
from tray.protocol.frames import ErrorResponse
from tray.protocol.requests import AnyRequest
from tray.settings.settings import Level
from tray.values import replace

TIMEOUT_SECONDS = 30.0
"""Seconds after which a request has failed: a gateway never answers what it cannot read.

A loaded one may take 20 s for a list.
"""
LATE_SECONDS = 120.0
"""Seconds after the time-out for which an answer that is still of use is accepted."""


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
    pending = Pending(identity, request, now.mono, now.mono + state.patient(timeout))
    return replace(state, pending=(*state.pending, pending)), (Send(identity, request),)


def take(state: State, identity: str) -> tuple[State, Pending | None]:
    """Remove a request from the list, and return it."""
    found = next((pending for pending in state.pending if pending.id == identity), None)
    if found is None:
        return state, None
    return replace(state, pending=tuple(p for p in state.pending if p is not found)), found


def time_out(state: State, identity: str, now: Now) -> tuple[State, Pending | None]:
    """Stop waiting for a request, and return it, or None if nothing waits for it any more.

    It stays in the list for a while if a late answer is of use.
    """
    state, found = take(state, identity)
    if found is None or found.late:
        return state, None
    if found.request.useful_late:
        late = replace(found, late=True, due_at=now.mono + LATE_SECONDS)
        state = replace(state, pending=(*state.pending, late))
    return state, found


def answered(state: State, request: AnyRequest) -> tuple[State, float]:
    """Return when this request was sent (mono), and forget those of its type that were sent before it.

    Their answers are older, and would come too late.
    """
    at = sent_at(state, request)
    kept = (p for p in state.pending if not isinstance(p.request, type(request)) or p.sent_at >= at)
    return replace(state, pending=tuple(kept)), at


def wait_longer(state: State, request: AnyRequest, due_at: float) -> State:
    """Let a request in progress time out at `due_at` (mono)."""
    pending = (replace(p, due_at=due_at) if p.request is request else p for p in state.pending)
    return replace(state, pending=tuple(pending))


def sent_at(state: State, request: AnyRequest) -> float:
    """Return when a request in progress was sent (mono)."""
    return next(pending.sent_at for pending in state.pending if pending.request is request)


def is_pending(state: State, kind: type[AnyRequest]) -> bool:
    """Return whether a request of this type is in progress."""
    return any(isinstance(pending.request, kind) and not pending.late for pending in state.pending)
