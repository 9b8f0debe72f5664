"""The login: which scopes are requested, what was granted, and why it was refused."""

from typing import assert_never

from tray.core.commands import SaveSettings
from tray.core.connection import device_token
from tray.core.connection.connection import LOGIN_TIMEOUT_SECONDS, fail, wait
from tray.core.effects import Effect, HangUp, LogIn, Notify
from tray.core.model import (
    ApprovalUse,
    AwaitingChallenge,
    Connected,
    Connection,
    ConnectionFailure,
    FailureKind,
    GatewayUp,
    LoggingIn,
    Mode,
    Now,
    SecretAccepted,
)
from tray.core.state import Outcome, State
from tray.protocol import handshake
from tray.protocol.frames import Challenge, ErrorResponse
from tray.protocol.handshake import Hello, Refusal
from tray.protocol.requests import READ
from tray.settings.address import user_at
from tray.settings.settings import Level
from tray.values import replace

_FAILURE_KINDS = {
    Refusal.TOKEN_MISSING: FailureKind.TOKEN_MISSING,
    Refusal.TOKEN_WRONG: FailureKind.TOKEN_WRONG,
    Refusal.PASSWORD_MISSING: FailureKind.PASSWORD_MISSING,
    Refusal.PASSWORD_WRONG: FailureKind.PASSWORD_WRONG,
    Refusal.DEVICE_TOKEN: FailureKind.TOKEN_WRONG,  # the own one is dropped before anything is reported
    Refusal.DEVICE_TOKEN_SCOPES: FailureKind.PAIRING,
    Refusal.PAIRING: FailureKind.PAIRING,
    Refusal.CLOCK: FailureKind.CLOCK_SKEW,
    Refusal.DEVICE: FailureKind.DEVICE_REJECTED,
    Refusal.ORIGIN: FailureKind.ORIGIN_REJECTED,
    Refusal.PROTOCOL: FailureKind.PROTOCOL,
    Refusal.RATE_LIMITED: FailureKind.RATE_LIMITED,
    Refusal.STARTING: FailureKind.STARTING,
    Refusal.OTHER: FailureKind.REFUSED,
}


def challenge_received(state: State, challenge: Challenge, now: Now) -> Outcome:
    """Log in with the scopes of the trust level. Without any, old releases would grant all."""
    if not isinstance(state.connection.step, AwaitingChallenge):
        return state, ()
    scopes, caps = _scopes_for(state.level)
    if state.mode is not Mode.LIVE and state.process.approval_use is not ApprovalUse.AWAIT:
        caps = ()
    step = LoggingIn(now.mono + state.patient(LOGIN_TIMEOUT_SECONDS), scopes)
    state = replace(state, connection=replace(state.connection, step=step))
    signed_at_ms = now.ms if challenge.at_ms is None else challenge.at_ms
    return state, (LogIn(challenge.nonce, signed_at_ms, scopes, caps, state.connection.uses_device_token),)


def logged_in(state: State, hello: Hello, now: Now) -> Outcome:
    """Note what this connection may do: the scopes that were requested and granted."""
    connection = state.connection
    if not isinstance(connection.step, LoggingIn):
        return state, ()
    asked = frozenset(connection.step.scopes)
    scopes = asked if hello.scopes is None else asked & hello.scopes
    if READ not in scopes:
        state = replace(state, connection=replace(connection, hello=hello))
        return scope_missing(state, now)
    effects: tuple[Effect, ...] = ()
    if connection.notified and connection.lost_at is not None:
        effects = (Notify(GatewayUp((now.wall - connection.lost_at).total_seconds())),)
    refused_at = connection.secret_refused_at
    if refused_at is not None and not connection.uses_device_token:
        if refused_at != connection.revision and state.mode is Mode.LIVE:
            effects = (Notify(SecretAccepted()),)
        refused_at = None
    state = replace(
        state,
        connection=Connection(
            step=Connected(now.mono, now.mono, connection.step.scopes, scopes),
            target=connection.target,
            searched=connection.searched,
            origin=connection.origin,
            device_token=connection.device_token,
            uses_device_token=connection.uses_device_token,
            revision=connection.revision,
            secret_refused_at=refused_at,
            attempt=connection.attempt,
            flaps=connection.flaps,
            hello=hello,
        ),
    )
    return state, effects


def login_refused(state: State, error_response: ErrorResponse, now: Now) -> Outcome:
    """Note why, and whether retrying can help."""
    if not isinstance(state.connection.step, LoggingIn):
        return state, ()
    detail = error_response.message
    if error_response.expected_protocol is not None:
        detail = str(error_response.expected_protocol)
    refusal = handshake.read_refusal(error_response)
    if state.connection.device_token_is_narrow and refusal in device_token.SECRET_REFUSALS:
        refusal = Refusal.DEVICE_TOKEN_SCOPES  # without any secret it cannot say more
    connection = state.connection
    if refusal in (Refusal.TOKEN_WRONG, Refusal.PASSWORD_WRONG) and not connection.uses_device_token:
        connection = replace(connection, secret_refused_at=connection.revision)
    connection, effects, again = device_token.login_refused(connection, refusal)
    if again:
        return wait(replace(state, connection=connection), now, 0.0), (HangUp(), *effects)
    state = replace(state, connection=connection)
    failure = ConnectionFailure(
        _FAILURE_KINDS[refusal],
        detail,
        error_response.request_id,
        error_response.retry_after,
        handshake.generation_of(error_response),
        error_response.upgrade or refusal is Refusal.DEVICE_TOKEN_SCOPES,
    )
    state, more = fail(state, failure, now, hang_up=True)
    return state, more + effects


def trust_user(state: State) -> SaveSettings | None:
    """Return the command that lets the other user who listens there have the token; None if nobody does."""
    failure, target = state.connection.failure, state.connection.target
    if failure is None or failure.user is None or target is None:
        return None
    key = ("profiles", state.settings.profile, "gateway_user")
    return SaveSettings(((key, user_at(failure.user, target.url)),))


def scope_missing(state: State, now: Now) -> Outcome:
    """Handle a first reading that failed for lack of the scope to read."""
    return fail(state, ConnectionFailure(FailureKind.SCOPE), now, hang_up=True)


def _scopes_for(level: Level) -> tuple[tuple[str, ...], tuple[str, ...]]:
    match level:
        case Level.WATCH:
            return handshake.WATCH_SCOPES, ()
        case Level.ASK:
            return handshake.ASK_SCOPES, ()
        case Level.CONTROL:
            return handshake.CONTROL_SCOPES, handshake.CONTROL_CAPS
        case _ as never:
            assert_never(never)
