"""The sessions that must not be missing where a list was cut: each is read by itself."""

from tray.core.feature import Feature, Handler
from tray.core.model import Now
from tray.core.requests import send, sent_at
from tray.core.sessions import polling
from tray.core.state import Outcome, State, for_each
from tray.protocol.frames import ErrorResponse
from tray.protocol.sessions import SessionList, SessionRead, SessionsDescribe, SessionsList, SessionsSearch
from tray.values import replace


def sessions_listed(state: State, _request: SessionsList, _answer: SessionList, now: Now) -> Outcome:
    """Request what the list has left out, unless it was requested already."""
    if not state.gateway.snapshot.unread:
        return state, ()
    kind = SessionsDescribe if state.announces_changes else SessionsSearch
    requests = [kind(key) for key in state.watched if key in state.gateway.snapshot.unread]
    under_way = [pending.request for pending in state.pending]
    missing = [request for request in requests if request not in under_way]
    return for_each(state, missing, lambda state, request: send(state, request, now))


def session_read(
    state: State, request: SessionsDescribe | SessionsSearch, answer: SessionRead, now: Now
) -> Outcome:
    """Take in one session, or that it is not there."""
    if answer.unsure:
        return session_not_read(state, request, None, now)
    snapshot = state.gateway.snapshot
    others = tuple(session for session in snapshot.sessions if session.key != request.key)
    state = state.with_snapshot(replace(snapshot, unread=snapshot.unread - {request.key}))
    rows = () if answer.row is None else (answer.row,)
    return polling.take_in(state, rows, sent_at(state, request), now, before=others)


def session_not_read(
    state: State,
    request: SessionsDescribe | SessionsSearch,
    _error_response: ErrorResponse | None,
    now: Now,
) -> Outcome:
    """Drop what an earlier reading said of it: nobody knows whether that still holds."""
    others = tuple(session for session in state.gateway.snapshot.sessions if session.key != request.key)
    return polling.take_in(state, (), now.mono, now, before=others)


FEATURE = Feature(
    handlers=(
        Handler(SessionsList, SessionList, sessions_listed),
        Handler(SessionsDescribe, SessionRead, session_read, session_not_read),
        Handler(SessionsSearch, SessionRead, session_read, session_not_read),
    )
)
