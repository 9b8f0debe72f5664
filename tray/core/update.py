"""`update` hands every event to its feature; `deadline` tells when the next `Tick` is due."""

from tray.core import on_reply, persistence
from tray.core.connection import connection, login
from tray.core.effects import Effect, ReadAutostart, SaveState
from tray.core.events import (
    ConnectionDropped,
    DialFailed,
    Event,
    EventReceived,
    LoggedIn,
    LoginRefused,
    OtherEvent,
    ReplyReceived,
    RequestFailed,
    RequestNotSent,
    Resumed,
    SocketOpened,
    TargetResolved,
    Tick,
)
from tray.core.model import Mode, Now
from tray.core.registry import features
from tray.core.sessions import polling
from tray.core.state import Outcome, State, for_each
from tray.protocol.frames import (
    Challenge,
    Heartbeat,
    InvalidFrame,
    Push,
    SessionsChanged,
    ShuttingDown,
    Unknown,
    with_canonical_key,
)
from tray.values import replace

SLEEP_THRESHOLD_SECONDS = 10.0
"""Seconds by which the wall clock must outrun the monotonic one to mean that the computer slept."""


def update(state: State, event: Event, now: Now) -> Outcome:
    """Return the next state and what to do. Pure: the same arguments give the same result."""
    before, remembered = state, persistence.persistent_part(state)
    drift = now.wall.timestamp() - now.mono
    slept = (
        state.process.clock_drift is not None and drift - state.process.clock_drift > SLEEP_THRESHOLD_SECONDS
    )
    first = state.process.clock_drift is None and state.mode is Mode.LIVE
    effects: tuple[Effect, ...] = (ReadAutostart(),) if first else ()
    state = replace(state, process=replace(state.process, clock_drift=drift))
    if slept and not isinstance(event, Resumed):
        state, more = _dispatch(state, Resumed(), now)
        effects += more
    was_connected = state.connected
    state, more = _dispatch(state, event, now)
    effects += more
    if was_connected and not state.connected:
        state = replace(state, pending=())
        state, more = for_each(
            state, features(state), lambda state, feature: feature.disconnected(state, now)
        )
        effects += more
    elif state.connected and not was_connected:
        state, more = for_each(state, features(state), lambda state, feature: feature.connected(state, now))
        effects += more
    if state.mode is Mode.LIVE:
        from tray.core.notifications import delivery  # noqa: PLC0415 - console commands notify nobody

        state, effects = delivery.filter_notifications(before, state, effects, now)
    if persistence.persistent_part(state) != remembered and persistence.may_save(state):
        effects += (SaveState(persistence.dump(state)),)
    return state, effects


def deadline(state: State) -> float | None:
    """Return when something is due (mono); None if only an event can change anything."""
    due = [feature.deadline(state) for feature in features(state)]
    due += [pending.due_at for pending in state.pending]
    return min((at for at in due if at is not None), default=None)


def _dispatch(state: State, event: Event, now: Now) -> Outcome:
    """Handle what connecting and reading consist of, and hand on all else."""
    match event:
        case Tick():
            return _tick(state, now)
        case EventReceived(push):
            push = with_canonical_key(push, state.canonical)
            return _pushed(connection.message_received(state, now), push, now)
        case ReplyReceived():
            return on_reply.on_reply(connection.message_received(state, now), event, now)
        case RequestFailed():
            return on_reply.on_failure(
                connection.message_received(state, now), event.id, event.error_response, now
            )
        case RequestNotSent():
            return on_reply.on_not_sent(state, event.id, now)
        case TargetResolved(target) if not polling.is_other_gateway(state, target):
            return connection.target_resolved(state, event, now)
        case SocketOpened(attempt):
            return connection.socket_opened(state, attempt, now)
        case DialFailed(attempt, failure):
            return connection.dial_failed(state, attempt, failure, now)
        case LoggedIn(hello):
            return login.logged_in(state, hello, now)
        case LoginRefused(error_response):
            return login.login_refused(state, error_response, now)
        case ConnectionDropped(code, reason):
            return connection.connection_dropped(state, code, reason, now)
        case _:
            return _all_else(state, event, now)


def _tick(state: State, now: Now) -> Outcome:
    late = (pending.id for pending in state.pending if now.mono >= pending.due_at)
    state, effects = for_each(state, late, lambda state, it: on_reply.on_failure(state, it, None, now))
    state, more = for_each(state, features(state), lambda state, feature: feature.tick(state, now))
    return state, effects + more


def _pushed(state: State, push: Push, now: Now) -> Outcome:
    match push:
        case Challenge():
            return login.challenge_received(state, push, now)
        case SessionsChanged():
            return polling.schedule(state, now), ()
        case ShuttingDown():
            return connection.shutting_down(state, push, now)
        case Heartbeat() | Unknown() | InvalidFrame():
            return state, ()
        case _:
            return _all_else(state, push, now)


def _all_else(state: State, event: OtherEvent, now: Now) -> Outcome:
    from tray.core import on_event  # noqa: PLC0415 - it loads every feature, which most commands never need

    return on_event.on_event(replace(state, process=replace(state.process, beyond_reading=True)), event, now)
