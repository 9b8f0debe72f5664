"""What a feature does when something happens that concerns every feature, or a request of its own."""

from collections.abc import Callable
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec

from tray.core.model import Now
from tray.core.state import Outcome, State
from tray.protocol.frames import ErrorResponse
from tray.protocol.requests import AnyRequest, Reply

RequestT = TypeVar("RequestT", bound=AnyRequest)
ReplyT = TypeVar("ReplyT", bound=Reply)


class Handler(msgspec.Struct, Generic[RequestT, ReplyT], frozen=True):
    """What a feature does about the end of a request, by default nothing.

    Attributes:
        request: The type of the request.
        reply: The type of the reply; one of another type is ignored.
        answered: Handles the reply. The request is still in `state.pending` then.
        failed: Handles an error response, or (None) a time-out.
        not_sent: Handles a request of which not one byte was sent.
    """

    request: type[RequestT]
    reply: type[ReplyT]
    answered: Callable[[State, RequestT, ReplyT, Now], Outcome] = lambda state, _request, _answer, _now: (
        state,
        (),
    )
    failed: Callable[[State, RequestT, ErrorResponse | None, Now], Outcome] = (
        lambda state, _request, _error_response, _now: (state, ())
    )
    not_sent: Callable[[State, RequestT, Now], Outcome] = lambda state, _request, _now: (state, ())


AnyHandler: TypeAlias = Handler[Any, Any]


class Feature(msgspec.Struct, frozen=True):
    """What a feature does, by default nothing. `tray.core.registry` lists all features.

    Attributes:
        tick: Does what is due.
        deadline: Returns when `tick` is due (mono); None if only an event can change anything.
        connected: Handles a login.
        disconnected: Handles the loss of the connection; requests in progress are forgotten already.
        handlers: What it does about requests, its own or those of other features.
    """

    tick: Callable[[State, Now], Outcome] = lambda state, _now: (state, ())
    deadline: Callable[[State], float | None] = lambda _state: None
    connected: Callable[[State, Now], Outcome] = lambda state, _now: (state, ())
    disconnected: Callable[[State, Now], Outcome] = lambda state, _now: (state, ())
    handlers: tuple[AnyHandler, ...] = ()
