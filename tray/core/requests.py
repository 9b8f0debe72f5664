"""Requests under way: each has an id, a time by which it must be answered, and the right to be sent."""

from __future__ import annotations

from dataclasses import replace

from tray.core.events import Effect, Send
from tray.core.state import Now, Pending, State
from tray.wire.frames import Request

PATIENCE = 15.0
"""Seconds after which an unanswered request counts as failed: what it cannot read, it never answers."""


def send(
    state: State, request: Request, now: Now, patience: float = PATIENCE
) -> tuple[State, tuple[Effect, ...]]:
    """Send a request that this connection may make; the one place where a `Send` is born."""
    if not state.connected or not state.may(request):
        return state, ()
    state, identity = state.next_id("r")
    pending = Pending(identity, request, now.mono, now.mono + patience)
    return replace(state, pending=(*state.pending, pending)), (Send(identity, request),)


def take(state: State, identity: str) -> tuple[State, Pending | None]:
    """Take a request off the list, now that it was answered or given up."""
    found = next((pending for pending in state.pending if pending.id == identity), None)
    if found is None:
        return state, None
    return replace(state, pending=tuple(p for p in state.pending if p is not found)), found


def is_pending(state: State, kind: type[Request]) -> bool:
    """Whether a request of this kind is under way."""
    return any(isinstance(pending.request, kind) for pending in state.pending)
