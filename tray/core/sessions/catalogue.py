"""The gateway's list of models: how it is requested, and what follows from it."""

from tray.core.model import Mode, Now
from tray.core.requests import error_of, is_pending, send
from tray.core.sessions import context_limits
from tray.core.sessions.rows import rebuild
from tray.core.state import Outcome, State
from tray.protocol.frames import ErrorResponse
from tray.protocol.models import AllowList, Catalogue, ConfigGet, ModelsList, takes_details
from tray.protocol.requests import AnyRequest
from tray.values import replace

OLDEST_PROTOCOL = 3
"""What its releases say of a session may be the default model's, so the list is always read beside it."""


def requests(state: State) -> tuple[AnyRequest, ...]:
    """Return what to request after a login.

    A process that reads once may need nothing, which the sessions show (see `sessions_listed`).
    """
    hello = state.connection.hello
    oldest = hello is not None and hello.protocol == OLDEST_PROTOCOL
    if state.mode is Mode.ONE_SHOT:
        return (_models_list(state),) if oldest else ()
    return (_models_list(state), ConfigGet()) if oldest else (_models_list(state),)


def sessions_listed(state: State, now: Now) -> Outcome:
    """Request the list if a process that reads once needs it to tell a session's limit."""
    snapshot = state.gateway.snapshot
    if state.mode is not Mode.ONE_SHOT or state.gateway.models is not None or is_pending(state, ModelsList):
        return state, ()
    default = (snapshot.default_model, snapshot.default_context_limit)
    needed = any(context_limits.needs_list(session.row, default) for session in snapshot.sessions)
    return send(state, _models_list(state), now) if needed else (state, ())


def models_listed(state: State, _request: ModelsList, answer: Catalogue, now: Now) -> Outcome:
    """Note the models; some sessions get their context limit from them."""
    gateway = replace(state.gateway, models=answer.models, models_error=None)
    return rebuild(replace(state, gateway=gateway), now), ()


def request_failed(
    state: State, request: ModelsList, error_response: ErrorResponse | None, now: Now
) -> Outcome:
    """Request the list without details where the gateway does not know the parameter; else note why."""
    if request.detailed and error_response is not None and error_response.unknown_parameter:
        return send(state, ModelsList(), now)
    detail = "" if error_response is None else error_response.message or error_response.code
    gateway = replace(state.gateway, models_error=(error_of(error_response), detail))
    return replace(state, gateway=gateway), ()


def allow_list_read(state: State, _request: ConfigGet, answer: AllowList, _now: Now) -> Outcome:
    """Note the models that the oldest releases really accept."""
    return replace(state, gateway=replace(state.gateway, allowed=frozenset(answer.names))), ()


def _models_list(state: State) -> ModelsList:
    hello = state.connection.hello
    return ModelsList(detailed=hello is not None and takes_details(hello.version))
