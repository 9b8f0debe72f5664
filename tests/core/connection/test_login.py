"""The login: scopes, what was granted, refusals."""

from __future__ import annotations

import pytest

from tests.core.playbook import (
    ASK,
    FAR,
    HERE,
    NEW,
    NOON_MS,
    OLD,
    WATCH,
    Playbook,
    at_level,
)
from tray.core.commands import Reconnect, SaveSettings
from tray.core.connection import backoff, login
from tray.core.effects import (
    Dial,
    ForgetDeviceToken,
    HangUp,
    LogIn,
    ResolveTarget,
)
from tray.core.events import (
    CommandReceived,
    ConnectionDropped,
    DialFailed,
    EventReceived,
    LoggedIn,
    LoginRefused,
    SocketOpened,
    Tick,
)
from tray.core.model import (
    ConnectionFailure,
    FailureKind,
    GatewayDown,
    GatewayUp,
    Phase,
    SecretAccepted,
    Waiting,
)
from tray.protocol.frames import Challenge, ErrorResponse
from tray.protocol.handshake import ASK_SCOPES, CONTROL_CAPS, CONTROL_SCOPES, WATCH_SCOPES
from tray.protocol.sessions import SessionsList
from tray.settings.settings import Level
from tray.settings.target import SecretOrigin, SecretSource
from tray.values import replace

REFUSED = ConnectionFailure(FailureKind.NOT_RUNNING, "connection refused")


WRONG = ErrorResponse("INVALID_REQUEST", "unauthorized: gateway token mismatch", "AUTH_TOKEN_MISMATCH")


def refused_login(play, error_response):
    play.open()
    play >> LoginRefused(error_response)
    play << HangUp()
    assert {type(alert) for alert in play.skip()} <= {GatewayDown}  # only what the user can cure is reported
    return play


def test_a_challenge_without_a_clock_is_signed_by_ours(play):
    play.dial()
    play >> SocketOpened(1)
    play >> EventReceived(Challenge("nonce", None)) << LogIn("nonce", NOON_MS, CONTROL_SCOPES, CONTROL_CAPS)


@pytest.mark.parametrize(
    ("target", "settings", "scopes", "caps"),
    [
        (HERE, {}, CONTROL_SCOPES, CONTROL_CAPS),
        (FAR, {}, WATCH_SCOPES, ()),
        (HERE, ASK, ASK_SCOPES, ()),
        (HERE, WATCH, WATCH_SCOPES, ()),
        (FAR, at_level(Level.CONTROL), CONTROL_SCOPES, CONTROL_CAPS),
    ],
)
def test_exactly_the_scopes_of_the_level_are_asked_for(target, settings, scopes, caps):
    play = Playbook(target, **settings).dial()
    play >> SocketOpened(1)
    play >> EventReceived(Challenge("nonce", 1)) << LogIn("nonce", 1, scopes, caps)


@pytest.mark.parametrize(
    "event",
    [
        SocketOpened(1),
        DialFailed(1, REFUSED),
        LoggedIn(NEW),
        LoginRefused(WRONG),
        EventReceived(Challenge("nonce", 1)),
        ConnectionDropped(None, ""),
    ],
)
def test_what_comes_out_of_turn_is_void(play, event):
    play >> Tick() << ResolveTarget()
    before = play.connection.step, play.connection.failure
    play >> event
    assert (play.connection.step, play.connection.failure) == before


def test_a_wrong_token_dials_once(play):
    refused_login(play, WRONG)
    assert play.connection.phase is Phase.REFUSED
    for _ in range(20):
        play.wait(5.0) << ResolveTarget()
        play.configured(revision=1).silent()
    assert play.connection.attempt == 1


def test_pairing_is_tried_again_slowly_and_says_what_to_approve():
    play = Playbook(FAR)
    refused_login(play, ErrorResponse("NOT_PAIRED", "pairing required", "PAIRING_REQUIRED", request_id="r-1"))
    assert play.connection.failure == ConnectionFailure(FailureKind.PAIRING, "pairing required", "r-1")
    play.wait(29.9).silent()
    play.wait(0.1) << ResolveTarget()
    play.configured() << Dial(2, FAR)


def test_a_known_computer_that_requests_more_scopes_is_distinguished():
    play = Playbook(FAR)
    refused_login(
        play, ErrorResponse("NOT_PAIRED", "pairing required", "PAIRING_REQUIRED", "r-1", upgrade=True)
    )
    assert play.connection.failure == ConnectionFailure(
        FailureKind.PAIRING, "pairing required", "r-1", upgrade=True
    )


def test_a_protocol_mismatch_names_the_version_of_the_gateway(play):
    refused_login(play, ErrorResponse("INVALID_REQUEST", "protocol mismatch", expected_protocol=5))
    assert play.connection.failure == ConnectionFailure(FailureKind.PROTOCOL, "5")


def test_an_unknown_refusal_keeps_the_message_of_the_gateway(play):
    refused_login(play, ErrorResponse("INVALID_REQUEST", "not on a Sunday"))
    assert play.connection.failure == ConnectionFailure(FailureKind.REFUSED, "not on a Sunday")


def test_what_may_be_done_is_what_was_asked_for_and_granted():
    play = Playbook(**ASK).up()
    assert play.connection.scopes == set(ASK_SCOPES)


def test_a_release_that_does_not_tell_scopes_grants_the_requested_ones(play):
    play.up(hello=OLD)
    assert play.connection.scopes == set(CONTROL_SCOPES)


def test_scopes_that_were_emptied_are_a_refusal(play):
    play.open()
    play >> LoggedIn(replace(NEW, scopes=frozenset())) << HangUp()
    assert isinstance(play.connection.step, Waiting)
    assert play.connection.failure == ConnectionFailure(FailureKind.SCOPE)
    play.wait(backoff.SLOW_RETRY_SECONDS - 1).silent()
    play.wait(1.0) << ResolveTarget()
    play.configured() << Dial(2, HERE)  # somebody may have approved this computer meanwhile


def test_a_first_reading_that_is_refused_for_its_scope(play):
    play.connect(OLD).skip()
    play.decline(SessionsList, ErrorResponse("INVALID_REQUEST", "missing scope: operator.read")) << HangUp()
    assert play.connection.failure == ConnectionFailure(FailureKind.SCOPE)
    assert not play.state.pending


def keep_failing(play, seconds):
    """Let attempts fail for so long; return what was reported meanwhile."""
    notified, until = [], play.mono + seconds
    while play.mono < until:
        play.wait(min(0.5, until - play.mono))
        for effect in play.skip():
            if effect == ResolveTarget():
                play.configured() << Dial(play.connection.attempt, play.target)
                play >> DialFailed(play.connection.attempt, REFUSED)
            else:
                notified.append(effect)
    return notified


def test_an_outage_is_reported_after_half_a_minute_and_its_end_with_its_length(play):
    play.up()
    play >> ConnectionDropped(None, "reset")
    assert keep_failing(play, 29.5) == []
    assert keep_failing(play, 1.0) == [GatewayDown(REFUSED)]
    assert keep_failing(play, 209.5) == []
    assert play.connection.phase is Phase.DOWN
    play.wait(3.0) << ResolveTarget()
    play.connect()
    (back,) = [effect for effect in play.skip() if isinstance(effect, GatewayUp)]
    assert back.seconds_down == pytest.approx(243.0)


def test_a_shared_secret_that_is_refused_gives_way_to_the_token_of_this_device(play):
    found = {"origin": SecretOrigin(SecretSource.ENVIRONMENT, "CLAWTRAY_TOKEN"), "device_token": True}
    play.dial(**found)
    play >> SocketOpened(play.connection.attempt)
    play >> EventReceived(Challenge("nonce", None)) << LogIn
    play >> LoginRefused(WRONG) << HangUp()
    assert play.connection.phase is Phase.CONNECTING
    play.wait(0.0) << ResolveTarget()
    play.dial(**found)
    play >> SocketOpened(play.connection.attempt)
    play >> EventReceived(Challenge("nonce", None)) << LogIn
    assert play.connection.uses_device_token
    play >> LoginRefused(WRONG) << HangUp() << GatewayDown << ForgetDeviceToken()
    assert play.connection.failure.kind is FailureKind.TOKEN_WRONG
    assert not play.connection.uses_device_token


def login_with(play, revision, **more):
    play.dial(revision, **more)
    play >> SocketOpened(play.connection.attempt)
    return play >> EventReceived(Challenge("nonce", None)) << LogIn


def test_a_changed_secret_that_logs_in_is_reported_once(play):
    refused_login(play, WRONG)
    play.wait(5.0) << ResolveTarget()
    login_with(play, 2)
    play >> LoggedIn(NEW) << SecretAccepted()
    play.skip()
    play >> ConnectionDropped(1006, "")
    play.skip()
    play.wait(1.0) << ResolveTarget()
    login_with(play, 3)
    play >> LoggedIn(NEW)
    assert SecretAccepted() not in play.skip()


def test_the_same_secret_that_logs_in_later_has_not_changed(play):
    refused_login(play, WRONG)
    play >> CommandReceived(Reconnect()) << ResolveTarget(force=True)
    login_with(play, 1)
    play >> LoggedIn(NEW)
    assert SecretAccepted() not in play.skip()


def test_a_secret_that_was_missing_has_not_changed(play):
    refused_login(play, MISSING)
    play.wait(5.0) << ResolveTarget()
    login_with(play, 2)
    play >> LoggedIn(NEW)
    assert SecretAccepted() not in play.skip()


NARROW = ErrorResponse("INVALID_REQUEST", "device token scope mismatch", "AUTH_SCOPE_MISMATCH")
MISSING = ErrorResponse("INVALID_REQUEST", "unauthorized: gateway token missing", "AUTH_TOKEN_MISSING")
UPGRADE = ErrorResponse("NOT_PAIRED", "pairing required", "PAIRING_REQUIRED", "r-1", upgrade=True)


@pytest.mark.parametrize(("without", "request_id"), [(UPGRADE, "r-1"), (MISSING, None)])
def test_a_device_token_that_allows_too_little_leads_to_the_approval_of_more(play, without, request_id):
    """Without it the gateway says which request to approve, or only that it needs a secret."""
    for answer, uses_it in ((NARROW, True), (without, False)):
        play.dial(device_token=True)
        play >> SocketOpened(play.connection.attempt)
        play >> EventReceived(Challenge("nonce", None)) << LogIn
        assert play.connection.uses_device_token is uses_it
        play >> LoginRefused(answer) << HangUp()
        if uses_it:
            assert play.connection.failure is None
            play.wait(0.0) << ResolveTarget()
    play << GatewayDown
    failure = play.connection.failure
    assert (failure.kind, failure.request_id, failure.upgrade) == (FailureKind.PAIRING, request_id, True)
    play.wait(backoff.SLOW_RETRY_SECONDS) << ResolveTarget()
    play.configured(device_token=True) << Dial(3, HERE)
    assert play.connection.uses_device_token


def test_a_shared_token_that_is_called_a_device_token_is_the_shared_one(play):
    """2026.2.14 says so of a wrong token whenever a device logs in."""
    refused_login(play, ErrorResponse("INVALID_REQUEST", "unauthorized: device token mismatch"))
    assert play.connection.failure.kind is FailureKind.TOKEN_WRONG


def test_another_user_is_trusted_at_the_address_where_it_listens(play):
    assert login.trust_user(play.state) is None
    play.dial()
    play >> DialFailed(1, ConnectionFailure(FailureKind.OTHER_USER, "alice", user="1002"))
    assert play.connection.phase is Phase.REFUSED
    place = play.connection.target.url.removeprefix("ws://")
    key = ("profiles", "default", "gateway_user")
    assert login.trust_user(play.state) == SaveSettings(((key, f"1002@{place}"),))


def test_that_user_is_asked_for_again_where_no_address_is_known(play):
    failure = ConnectionFailure(FailureKind.OTHER_USER, "alice", user="1002")
    state = replace(play.state, connection=replace(play.connection, failure=failure, target=None))
    assert login.trust_user(state) is None
