"""The connection: when to dial, when to give up, when to retry, and why it is down.

Everything that changes `State.connection` is here. The steps are Discovering, Dialing, AwaitingChallenge,
LoggingIn, Connected. Each failure leads to Waiting, and from there to Discovering again.
"""

from typing import assert_never
from urllib.parse import quote

from tray.core.connection import device_token
from tray.core.connection.backoff import DISCOVERY_INTERVAL_SECONDS, retry_delay
from tray.core.effects import Dial, Effect, HangUp, Notify, ResolveTarget
from tray.core.events import TargetResolved
from tray.core.feature import Feature
from tray.core.model import (
    AwaitingChallenge,
    Connected,
    Connection,
    ConnectionFailure,
    Dialing,
    Discovering,
    FailureKind,
    GatewayDown,
    GatewayNotFound,
    LoggingIn,
    Mode,
    Now,
    Phase,
    Step,
    Waiting,
    needs_secret,
)
from tray.core.state import Outcome, State
from tray.protocol.frames import ShuttingDown
from tray.settings.target import Target
from tray.values import replace

DISCOVERY_TIMEOUT_SECONDS = 20.0
"""Seconds for reading the settings."""
DIAL_TIMEOUT_SECONDS = 45.0
"""Seconds for opening the socket; `tray.net.websocket` grants each step of that less."""
LOGIN_TIMEOUT_SECONDS = 30.0
"""Seconds for the challenge, and again for the response to `connect`.

Gateways grant a client 10 s until 2026.4, and 15 s since; the answer of a loaded one may come later.
"""
SUDDEN_SECONDS = 5.0
"""A server that closes sooner, without a challenge, did not do so because it was too slow."""
OUTAGE_REPORT_AFTER_SECONDS = 30.0
"""Outages shorter than this are not reported."""
OUTAGE_REPORT_AFTER_RESUME_SECONDS = 60.0
"""After a resume, gateways need up to 30 to 60 s (openclaw#140010)."""
RESTART_TIMEOUT_SECONDS = 90.0
STABLE_AFTER_SECONDS = 10.0
"""Seconds after which a connection counts as stable; a gateway that drops it sooner is retried slowly."""
RESUME_TIMEOUT_SECONDS = 10.0
"""Seconds for a connection to show that it survived a resume."""

_SERVICE_RESTART, _TRY_AGAIN_LATER = 1012, 1013


_TIMEOUT_KIND: dict[type[Step], FailureKind] = {
    Dialing: FailureKind.UNREACHABLE,
    AwaitingChallenge: FailureKind.NO_RESPONSE,
    LoggingIn: FailureKind.NO_MESSAGES,
    Connected: FailureKind.NO_MESSAGES,
}
"""What a step that timed out means; never that the server is no gateway."""


def discover(state: State, now: Now, *, force: bool = False) -> Outcome:
    """Read settings and secrets, the first step of every attempt."""
    return _at(state, Discovering(now.mono + DISCOVERY_TIMEOUT_SECONDS)), (ResolveTarget(force),)


def target_resolved(state: State, event: TargetResolved, now: Now) -> Outcome:
    """Dial, unless nothing relevant has changed."""
    connection = state.connection
    changed = event.revision != connection.revision
    waits = isinstance(connection.step, Waiting)
    if not isinstance(connection.step, Discovering) and not (waits and changed):
        # The attempt under way keeps its revision: should it fail, the newer one is worth another.
        gateway_changed = event.target is not None and event.target != connection.target
        return reconnect(state, now) if gateway_changed and not waits else (state, ())
    state = replace(
        state,
        connection=replace(
            state.connection,
            target=event.target,
            searched=event.searched,
            origin=event.origin,
            device_token=event.device_token,
            uses_device_token=device_token.is_chosen(connection, event),
            revision=event.revision,
        ),
    )
    if connection.failure is not None and connection.failure.is_persistent and not changed:
        return wait(state, now, DISCOVERY_INTERVAL_SECONDS), ()
    target = event.target
    if event.failure is not None or target is None:
        failure = event.failure or ConnectionFailure(FailureKind.NOT_FOUND)
        is_new = (
            failure.kind is FailureKind.NOT_FOUND and state.mode is Mode.LIVE and connection.failure is None
        )
        state = wait(
            replace(
                state, connection=replace(state.connection, failure=failure, failures=connection.failures + 1)
            ),
            now,
            DISCOVERY_INTERVAL_SECONDS,
        )
        is_new = is_new and not state.process.setup.awaits_welcome
        return state, (Notify(GatewayNotFound()),) if is_new else ()
    attempt = connection.attempt + 1
    step = Dialing(now.mono + state.patient(DIAL_TIMEOUT_SECONDS))
    state = replace(state, connection=replace(state.connection, step=step, attempt=attempt))
    return state, (Dial(attempt, target),)


def socket_opened(state: State, attempt: int, now: Now) -> Outcome:
    """Wait for the challenge."""
    if not isinstance(state.connection.step, Dialing) or attempt != state.connection.attempt:
        return state, ()
    return _at(state, AwaitingChallenge(now.mono + state.patient(LOGIN_TIMEOUT_SECONDS))), ()


def dial_failed(state: State, attempt: int, failure: ConnectionFailure, now: Now) -> Outcome:
    """Note why the dial failed."""
    if not isinstance(state.connection.step, Dialing) or attempt != state.connection.attempt:
        return state, ()
    return fail(state, failure, now)


def connection_dropped(state: State, code: int | None, reason: str, now: Now) -> Outcome:
    """Handle the end of a connection that this program did not close."""
    step = state.connection.step
    match step:
        case AwaitingChallenge() | LoggingIn() | Connected():
            pass
        case Discovering() | Dialing() | Waiting():
            return state, ()
        case _ as never:
            assert_never(never)
    kind = FailureKind.CONNECTION_LOST
    if code == _TRY_AGAIN_LATER:
        kind = FailureKind.STARTING
    elif code == _SERVICE_RESTART and state.connection.failure is not None:
        kind = state.connection.failure.kind  # announced a moment ago: a restart, or a stop
    elif isinstance(step, AwaitingChallenge):  # it upgraded, and closed without a challenge
        waited = now.mono - (step.due_at - state.patient(LOGIN_TIMEOUT_SECONDS))
        kind = FailureKind.NOT_A_GATEWAY if waited < SUDDEN_SECONDS else FailureKind.NO_RESPONSE
    return fail(state, ConnectionFailure(kind, reason), now)


def shutting_down(state: State, push: ShuttingDown, now: Now) -> Outcome:
    """Note that the gateway announced a stop or a restart; the close frame follows."""
    if push.restart_in is None:
        return replace(
            state,
            connection=replace(
                state.connection, failure=ConnectionFailure(FailureKind.STOPPED), restart_until=None
            ),
        ), ()
    until = now.mono + max(RESTART_TIMEOUT_SECONDS, 3 * push.restart_in)
    return replace(
        state,
        connection=replace(
            state.connection, failure=ConnectionFailure(FailureKind.RESTARTING), restart_until=until
        ),
    ), ()


def system_resumed(state: State, now: Now) -> Outcome:
    """Discard what was known about time and sockets before the computer slept."""
    connection = state.connection
    quiet_until = now.mono + OUTAGE_REPORT_AFTER_RESUME_SECONDS
    if isinstance(connection.step, Connected):
        step = replace(
            connection.step, last_message_at=now.mono + RESUME_TIMEOUT_SECONDS - _silence(connection)
        )
        return replace(state, connection=replace(connection, step=step, quiet_until=quiet_until)), ()
    report_at = None if connection.report_outage_at is None else max(connection.report_outage_at, quiet_until)
    return retry_now(
        replace(state, connection=replace(state.connection, report_outage_at=report_at, failures=0)), now
    )


def reconnect(state: State, now: Now, *, force: bool = False) -> Outcome:
    """Connect at once, whatever the last failure was; with `force`, search every place again."""
    effects: tuple[Effect, ...] = () if isinstance(state.connection.step, Waiting) else (HangUp(),)
    failure = state.connection.failure
    if failure is not None and failure.is_persistent:
        failure = None
    if isinstance(state.connection.step, Connected):
        state = _disconnected(state, state.connection.step, now)
    state, more = discover(
        replace(state, connection=replace(state.connection, failure=failure, failures=0)), now, force=force
    )
    return state, effects + more


def restart(state: State, now: Now) -> Outcome:
    """Connect to another gateway, or with other scopes, and forget the old connection."""
    state, effects = (state, ()) if isinstance(state.connection.step, Discovering) else reconnect(state, now)
    forgotten = replace(
        state.connection,
        failure=None,
        hello=None,
        lost_at=None,
        report_outage_at=None,
        notified=False,
        restart_until=None,
        quiet_until=None,
    )
    return replace(state, connection=forgotten), effects


def retry_now(state: State, now: Now) -> Outcome:
    """Skip a long back-off, because the user opened the menu."""
    connection = state.connection
    waits = (
        isinstance(connection.step, Waiting)
        and connection.failure is not None
        and not connection.failure.is_persistent
    )
    if waits and connection.failure is not None and connection.failure.kind is not FailureKind.RATE_LIMITED:
        return discover(state, now)
    return state, ()


def tick(state: State, now: Now) -> Outcome:
    """Do what is due: the next attempt, a time-out, or the report of an outage."""
    connection = state.connection
    if connection.restart_until is not None and now.mono >= connection.restart_until:
        if connection.failure is not None and connection.failure.kind is FailureKind.RESTARTING:
            # It may also not have restarted, and be connected all the time.
            state = replace(
                state,
                connection=replace(
                    state.connection,
                    failure=None if state.connected else ConnectionFailure(FailureKind.NOT_RUNNING),
                ),
            )
        state = replace(state, connection=replace(state.connection, restart_until=None))
    effects: tuple[Effect, ...] = ()
    if connection.report_outage_at is not None and now.mono >= connection.report_outage_at:
        failure = state.connection.failure or ConnectionFailure(FailureKind.CONNECTION_LOST)
        state = replace(state, connection=replace(state.connection, report_outage_at=None, notified=True))
        effects = (Notify(GatewayDown(failure)),)
    if now.mono < _due_at(connection):
        return state, effects
    if isinstance(connection.step, Waiting | Discovering):  # also where the settings were never read
        state, more = discover(state, now)
    else:
        state, more = fail(state, ConnectionFailure(_TIMEOUT_KIND[type(connection.step)]), now, hang_up=True)
    return state, effects + more


def message_received(state: State, now: Now) -> State:
    """Note that the gateway sent something."""
    step = state.connection.step
    return _at(state, replace(step, last_message_at=now.mono)) if isinstance(step, Connected) else state


def dashboard(target: Target, key: str | None = None) -> str:
    """Return the URL of the gateway's web page, or of a session's. It never has a token in it."""
    page = f"{target.url.replace('ws', 'http', 1)}{quote(target.base_path)}/"
    return page if key is None else f"{page}chat?session={quote(key, safe='')}"


def deadline(state: State) -> float | None:
    """Return when `tick` is due (mono)."""
    connection = state.connection
    due = (_due_at(connection), connection.report_outage_at, connection.restart_until)
    return min(at for at in due if at is not None)


def fail(state: State, failure: ConnectionFailure, now: Now, *, hang_up: bool = False) -> Outcome:
    """Note why it failed, and wait for the next attempt with exponential back-off and jitter."""
    connection = state.connection
    if connection.restart_until is not None and failure.phase in (Phase.DOWN, Phase.CONNECTING):
        failure = replace(failure, kind=FailureKind.RESTARTING)
    elif _was_announced_stop(connection, failure):
        failure = ConnectionFailure(FailureKind.STOPPED)
    first_loss = state.connected and failure.kind is FailureKind.CONNECTION_LOST
    failures = 0 if first_loss else connection.failures + 1
    if isinstance(connection.step, Connected):
        state = _disconnected(state, connection.step, now)
        if failure.kind is FailureKind.STOPPED:
            state = replace(state, connection=replace(state.connection, report_outage_at=None))
    state = replace(state, connection=replace(state.connection, failure=failure, failures=failures))
    effects: tuple[Effect, ...] = (HangUp(),) if hang_up else ()
    if _is_first_refusal(connection, failure) and not state.process.setup.awaits_welcome:
        effects += (Notify(GatewayDown(failure)),) if state.mode is Mode.LIVE else ()
    return wait(state, now, retry_delay(state)), effects


def _disconnected(state: State, step: Connected, now: Now) -> State:
    connection = state.connection
    flaps = 0 if now.mono - step.since >= STABLE_AFTER_SECONDS else connection.flaps + 1
    return replace(
        state,
        connection=replace(
            state.connection,
            lost_at=now.wall,
            report_outage_at=max(
                now.mono + OUTAGE_REPORT_AFTER_SECONDS,
                connection.restart_until or 0.0,
                connection.quiet_until or 0.0,
            ),
            flaps=flaps,
        ),
    )


def _is_first_refusal(connection: Connection, failure: ConnectionFailure) -> bool:
    """Return whether the very first attempt ends with what only the user can cure."""
    is_first = connection.failure is None and connection.hello is None and connection.failures == 0
    return is_first and (needs_secret(failure) or failure.kind is FailureKind.PAIRING)


def _was_announced_stop(connection: Connection, failure: ConnectionFailure) -> bool:
    # An announced stop explains a refused connection better than the refusal does.
    stopped = connection.failure is not None and connection.failure.kind is FailureKind.STOPPED
    return stopped and failure.kind in (
        FailureKind.NOT_RUNNING,
        FailureKind.CONNECTION_LOST,
        FailureKind.NO_RESPONSE,
        FailureKind.NO_MESSAGES,
    )


def _due_at(connection: Connection) -> float:
    step = connection.step
    return step.last_message_at + _silence(connection) if isinstance(step, Connected) else step.due_at


def _silence(connection: Connection) -> float:
    # The official client also gives up after two ticks without a message.
    tick_seconds = connection.hello.tick if connection.hello is not None else LOGIN_TIMEOUT_SECONDS
    return 2 * tick_seconds


def wait(state: State, now: Now, seconds: float) -> State:
    """Do nothing for this long, and then discover again."""
    return _at(state, Waiting(now.mono + seconds))


def _at(state: State, step: Step) -> State:
    return replace(state, connection=replace(state.connection, step=step))


FEATURE = Feature(tick=tick, deadline=deadline)
