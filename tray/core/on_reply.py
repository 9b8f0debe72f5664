"""Handle the end of a request, by the handlers that the features have registered for its type."""

from collections.abc import Callable

from tray.core.events import ReplyReceived
from tray.core.feature import AnyHandler
from tray.core.model import Now, Pending
from tray.core.registry import features
from tray.core.requests import take, time_out
from tray.core.state import Outcome, State, for_each
from tray.protocol.frames import ErrorResponse
from tray.protocol.requests import AnyRequest
from tray.protocol.runs import Accepted


def on_reply(state: State, event: ReplyReceived, now: Now) -> Outcome:
    """Handle a reply, if it is of the expected type."""
    answer = event.answer
    state, effects = _handle(
        state,
        next((pending for pending in state.pending if pending.id == event.id), None),
        lambda state, handler, request: (
            handler.answered(state, request, answer, now)
            if isinstance(answer, handler.reply)
            else (state, ())
        ),
    )
    if isinstance(answer, Accepted):  # the final answer comes under the same id
        return state, effects
    return take(state, event.id)[0], effects


def on_failure(state: State, identity: str, error_response: ErrorResponse | None, now: Now) -> Outcome:
    """Handle an error response, or (None) a time-out."""
    if error_response is None:
        state, pending = time_out(state, identity, now)
    else:
        state, pending = take(state, identity)
    return _handle(
        state, pending, lambda state, handler, request: handler.failed(state, request, error_response, now)
    )


def on_not_sent(state: State, identity: str, now: Now) -> Outcome:
    """Handle a request of which not one byte was sent."""
    state, pending = take(state, identity)
    return _handle(state, pending, lambda state, handler, request: handler.not_sent(state, request, now))


def _handle(
    state: State, pending: Pending | None, decide: Callable[[State, AnyHandler, AnyRequest], Outcome]
) -> Outcome:
    if pending is None:
        return state, ()
    kind = type(pending.request)
    handlers = (each for feature in features(state) for each in feature.handlers if each.request is kind)
    return for_each(state, handlers, lambda state, handler: decide(state, handler, pending.request))
