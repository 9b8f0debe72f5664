from __future__ import annotations

import itertools

import pytest

from tests.core.playbook import (
    FAR,
    HERE,
    NEW,
    NOON_MS,
    START,
    WATCH,
    Playbook,
    row,
)
from tray.core.commands import OpenDashboard, OpenMenu, Reconnect
from tray.core.connection import backoff, connection
from tray.core.effects import (
    Dial,
    HangUp,
    LogIn,
    OpenUrl,
    ReadAutostart,
    ReadSettings,
    ResolveTarget,
)
from tray.core.events import (
    CommandReceived,
    ConnectionDropped,
    DialFailed,
    EventReceived,
    LoggedIn,
    LoginRefused,
    Resumed,
    SettingsRead,
    SocketOpened,
    TargetResolved,
    Tick,
)
from tray.core.model import (
    AwaitingChallenge,
    Connected,
    ConnectionFailure,
    Dialing,
    Discovering,
    FailureKind,
    GatewayDown,
    GatewayNotFound,
    LoggingIn,
    Mode,
    Phase,
    Waiting,
)
from tray.core.update import deadline
from tray.protocol.frames import Challenge, ErrorResponse, Heartbeat, ShuttingDown
from tray.protocol.handshake import CONTROL_CAPS, CONTROL_SCOPES, WATCH_SCOPES
from tray.protocol.models import ModelsList
from tray.protocol.sessions import SessionsList, SessionsSubscribe
from tray.settings.settings import Profile, Settings
from tray.settings.target import SecretOrigin, SecretSource, Target
from tray.values import replace

REFUSED = ConnectionFailure(FailureKind.NOT_RUNNING, "connection refused")
WRONG = ErrorResponse("INVALID_REQUEST", "unauthorized: gateway token mismatch", "AUTH_TOKEN_MISMATCH")


def failed_dials(play, count):
    """The waits between so many failed attempts, in seconds."""
    waits = []
    for _ in range(count):
        play.dial()
        play >> DialFailed(play.connection.attempt, REFUSED)
        waits.append(deadline(play.state) - play.mono)
        play.wait(waits[-1]) << ResolveTarget()
    return waits


def refused_login(play, error_response):
    play.open()
    play >> LoginRefused(error_response)
    play << HangUp()
    assert {type(alert) for alert in play.skip()} <= {GatewayDown}  # only what the user can cure is reported
    return play


# ---- the handshake, step by step ----


def test_the_line_from_looking_to_up(play):
    assert play.connection.phase is Phase.CONNECTING
    play >> Tick() << ResolveTarget()
    play.configured() << Dial(1, HERE)
    play >> SocketOpened(1)
    play >> EventReceived(Challenge("nonce", NOON_MS + 7))
    play << LogIn("nonce", NOON_MS + 7, CONTROL_SCOPES, CONTROL_CAPS)
    play >> LoggedIn(NEW)
    play << SessionsSubscribe() << SessionsList(200, titles=True) << ModelsList(detailed=True)
    assert play.connection.phase is Phase.CONNECTED


def test_an_answer_to_an_older_dial_is_void(play):
    failed_dials(play, 1)
    play.dial()
    play >> SocketOpened(1)
    play >> DialFailed(1, REFUSED)
    assert isinstance(play.connection.step, Dialing)
    play >> SocketOpened(2)
    assert isinstance(play.connection.step, AwaitingChallenge)


@pytest.mark.parametrize(
    ("step", "patience", "cause"),
    [
        (Dialing, 45.0, FailureKind.UNREACHABLE),
        (AwaitingChallenge, 30.0, FailureKind.NO_RESPONSE),
        (LoggingIn, 30.0, FailureKind.NO_MESSAGES),
    ],
)
def test_a_step_that_takes_too_long_is_given_up(play, step, patience, cause):
    if step is LoggingIn:
        play.open()
    else:
        play.dial()
    if step is AwaitingChallenge:
        play >> SocketOpened(1)
    play.wait(patience - 0.1).silent()
    assert isinstance(play.connection.step, step)
    play.wait(0.1) << HangUp()
    assert isinstance(play.connection.step, Waiting)
    assert play.connection.failure == ConnectionFailure(cause)


def test_a_user_who_allows_more_time_is_obeyed(play):
    play.state = replace(play.state, process=replace(play.state.process, patience=60.0))
    play.dial()
    play >> SocketOpened(1)
    play.wait(59.9).silent()
    play >> EventReceived(Challenge("nonce", None)) << LogIn
    play.wait(59.9).silent()
    assert isinstance(play.connection.step, LoggingIn)
    play.wait(0.1) << HangUp()


@pytest.mark.parametrize(
    ("seconds", "cause"), [(4.9, FailureKind.NOT_A_GATEWAY), (15.0, FailureKind.NO_RESPONSE)]
)
def test_a_server_that_closes_without_a_challenge(play, seconds, cause):
    """One that grants a client 15 s, and is busy for longer, is a gateway all the same."""
    play.dial()
    play >> SocketOpened(1)
    play.wait(seconds) >> ConnectionDropped(1000, "")
    assert play.connection.failure.kind is cause


def test_settings_that_are_never_read_are_requested_again(play):
    play >> Tick() << ResolveTarget()
    for _ in range(3):
        play.wait(19.9).silent()
        play.wait(0.1) << ResolveTarget()
        assert isinstance(play.connection.step, Discovering)
        assert play.connection.phase is Phase.CONNECTING
    play.configured() << Dial(1, HERE)


def test_a_sign_of_life_is_heard(play):
    play.up()
    play.wait(7.0)
    state = connection.message_received(play.state, play.now)
    assert state == replace(
        play.state,
        connection=replace(play.connection, step=replace(play.connection.step, last_message_at=play.mono)),
    )


# ---- trying again ----


def test_a_new_token_is_tried_at_once(play):
    refused_login(play, WRONG)
    play.wait(5.0) << ResolveTarget()
    play.configured(revision=2) << Dial(2, HERE)


def test_a_new_token_that_was_read_unasked_is_tried_too(play):
    refused_login(play, WRONG)
    play.configured(revision=2) << Dial(2, HERE)


def test_a_token_that_changed_during_a_login_is_worth_another(play):
    play.open()
    play.configured(revision=2)
    play >> LoginRefused(WRONG) << HangUp() << GatewayDown
    play.wait(5.0) << ResolveTarget()
    play.configured(revision=2) << Dial(2, HERE)


def test_a_click_tries_a_wrong_token_again(play):
    refused_login(play, WRONG)
    play >> CommandReceived(Reconnect()) << ResolveTarget(force=True)
    play.configured() << Dial(2, HERE)


def test_neither_the_menu_nor_a_wake_up_tries_a_wrong_token_again(play):
    refused_login(play, WRONG)
    play >> CommandReceived(OpenMenu()) << ReadSettings() << ReadAutostart()
    (play >> Resumed()).silent()
    play.wait(backoff.DISCOVERY_INTERVAL_SECONDS) << ResolveTarget()
    play.configured().silent()


def test_the_menu_cuts_a_back_off_short():
    play = Playbook(FAR)
    play.dial() >> DialFailed(1, REFUSED)
    play >> CommandReceived(OpenMenu()) << ReadSettings() << ReadAutostart() << ResolveTarget()


def test_the_menu_disturbs_nothing_that_is_up(play):
    play.up()
    play >> CommandReceived(OpenMenu()) << ReadSettings() << ReadAutostart()


def test_where_a_secret_was_found_is_known_as_long_as_it_is_used(play):
    origin = SecretOrigin(SecretSource.FILE, "~/.openclaw/openclaw.json")
    play >> Tick() << ResolveTarget()
    play.configured(origin=origin) << Dial(1, HERE)
    play >> SocketOpened(1)
    play >> EventReceived(Challenge("nonce", 1)) << LogIn("nonce", 1, CONTROL_SCOPES, CONTROL_CAPS)
    assert play.connection.origin == origin
    play >> LoggedIn(NEW)
    play.skip()
    assert play.connection.origin == origin


# ---- scopes ----


# ---- addresses ----


def test_a_missing_gateway_is_reported_once_and_searched_again(play):
    play >> Tick() << ResolveTarget()
    play.configured(target=None, searched=("~/.openclaw",)) << GatewayNotFound()
    assert (play.connection.phase, play.connection.searched) == (Phase.NOT_SET_UP, ("~/.openclaw",))
    for _ in range(3):
        play.wait(5.0) << ResolveTarget()
        play.configured(target=None).silent()
    play.wait(5.0) << ResolveTarget()
    play.configured() << Dial(1, HERE)


def test_a_one_shot_shows_no_notification():
    play = Playbook(mode=Mode.ONE_SHOT)
    play >> Tick() << ResolveTarget()
    play.configured(target=None).silent()


def test_an_address_that_cannot_be_used_waits_for_another(play):
    wrong = ConnectionFailure(FailureKind.ADDRESS, "a sentence")
    play >> Tick() << ResolveTarget()
    play.configured(target=None, failure=wrong).silent()
    assert play.connection.failure == wrong
    play.wait(5.0) << ResolveTarget()
    play.configured(revision=2) << Dial(1, HERE)


def test_a_moved_gateway_is_followed(play):
    play.up()
    moved = Target("ws://127.0.0.1:19001", "the test", is_loopback=True, secure=False)
    play >> TargetResolved(moved, 2) << HangUp() << ResolveTarget()
    play >> TargetResolved(moved, 2) << Dial(2, moved)


def test_a_setting_that_does_not_matter_leaves_the_connection_alone(play):
    play.up()
    play.configured(revision=2).silent()
    assert isinstance(play.connection.step, Connected)


def test_another_level_logs_in_again(play):
    play.up()
    play >> SettingsRead(Settings(**WATCH)) << HangUp() << ResolveTarget()
    play.dial()
    play >> SocketOpened(2)
    play >> EventReceived(Challenge("nonce", 1)) << LogIn("nonce", 1, WATCH_SCOPES, ())


def test_another_profile_knows_nothing_of_the_old_one(play):
    play.up(row(used=1000))
    settings = Settings(profile="far", profiles=(Profile(), Profile("far", url=FAR.url)))
    play >> SettingsRead(settings) << HangUp() << ResolveTarget()
    assert play.state.gateway.snapshot.sessions == ()
    assert play.state.focused is None
    play >> TargetResolved(FAR, 2) << Dial(2, FAR)
    play >> DialFailed(2, REFUSED)
    play.target = FAR
    for _ in range(5):
        play.wait(30.0)
        assert GatewayDown(REFUSED) not in play.skip()
        play.configured(2).skip()
        play >> DialFailed(play.connection.attempt, REFUSED)


def test_another_profile_while_looking_needs_no_second_look(play):
    play >> Tick() << ResolveTarget()
    settings = Settings(profile="far", profiles=(Profile(), Profile("far", url=FAR.url)))
    play >> SettingsRead(settings)
    play >> TargetResolved(FAR, 1) << Dial(1, FAR)


# ---- silence, and the word that it is down ----


def test_two_ticks_of_silence_are_a_dead_connection(play):
    play.up()
    last_message_at = play.mono
    play.wait(59.9)
    play.skip()  # the minute's reading is not due before
    assert isinstance(play.connection.step, Connected)
    play.wait(0.1)
    assert HangUp() in play.skip()
    assert play.connection.failure == ConnectionFailure(FailureKind.NO_MESSAGES)
    assert play.mono == pytest.approx(last_message_at + 60.0)


def test_any_message_shows_that_the_gateway_is_alive(play):
    play.up()
    for _ in range(10):
        play.wait(29.0)
        play.skip()
        play >> EventReceived(Heartbeat("tick"))
        play.skip()
    assert isinstance(play.connection.step, Connected)


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


def test_a_short_loss_is_not_reported(play):
    play.up()
    play >> ConnectionDropped(None, "reset")
    assert keep_failing(play, 20.0) == []
    play.wait(3.0) << ResolveTarget()
    play.connect() << SessionsSubscribe() << SessionsList(200) << ModelsList(detailed=True)
    assert play.connection.report_outage_at is None


def test_a_gateway_that_never_was_up_does_not_go_down(play):
    play.dial()
    play >> DialFailed(1, REFUSED)
    assert keep_failing(play, 300.0) == []


def test_a_reconnect_by_hand_that_fails_is_a_loss_too(play):
    play.up()
    play >> CommandReceived(Reconnect()) << HangUp() << ResolveTarget(force=True)
    play.configured() << Dial(2, HERE)
    play >> DialFailed(2, REFUSED)
    assert keep_failing(play, 31.0) == [GatewayDown(REFUSED)]


# ---- announced restarts and stops ----


@pytest.mark.parametrize(("announced", "believed"), [(1.5, 90.0), (60.0, 180.0)])
def test_an_announced_restart_is_no_outage(play, announced, believed):
    play.up()
    play >> EventReceived(ShuttingDown(announced))
    play >> ConnectionDropped(1012, "service restart")
    assert keep_failing(play, believed - 1.0) == []
    assert play.connection.phase is Phase.CONNECTING
    assert play.connection.failure.kind is FailureKind.RESTARTING
    (notified,) = keep_failing(play, 5.0)
    assert notified.failure.kind is FailureKind.NOT_RUNNING
    assert play.connection.phase is Phase.DOWN


def test_a_restart_that_comes_back_says_nothing(play):
    play.up()
    play >> EventReceived(ShuttingDown(1.5))
    play >> ConnectionDropped(1012, "service restart")
    assert keep_failing(play, 20.0) == []
    play.wait(3.0) << ResolveTarget()
    play.connect() << SessionsSubscribe() << SessionsList(200) << ModelsList(detailed=True)


def test_a_restart_with_another_token_says_so(play):
    play.up()
    play >> EventReceived(ShuttingDown(1.5))
    play >> ConnectionDropped(1012, "service restart")
    play.wait(0.5) << ResolveTarget()
    refused_login(play, WRONG)
    assert play.connection.failure.kind is FailureKind.TOKEN_WRONG
    play.wait(5.0) << ResolveTarget()
    play.dial(revision=2)
    play >> DialFailed(play.connection.attempt, REFUSED)
    assert play.connection.failure.kind is FailureKind.RESTARTING


def test_a_restart_that_is_put_off_is_forgotten(play):
    play.up()
    play >> EventReceived(ShuttingDown(1.5))
    for _ in range(4):
        play.wait(25.0)
        play.skip()
        play >> EventReceived(Heartbeat("tick"))
    assert isinstance(play.connection.step, Connected)
    play >> ConnectionDropped(1012, "service restart")
    assert play.connection.failure.kind is FailureKind.CONNECTION_LOST


def test_an_announced_stop_says_nothing(play):
    play.up()
    play >> EventReceived(ShuttingDown(None))
    play >> ConnectionDropped(1012, "service restart")
    assert keep_failing(play, 600.0) == []
    assert (play.connection.phase, play.connection.failure) == (
        Phase.DOWN,
        ConnectionFailure(FailureKind.STOPPED),
    )
    play.wait(3.0) << ResolveTarget()
    play.connect() << SessionsSubscribe() << SessionsList(200) << ModelsList(detailed=True)


@pytest.mark.parametrize("silently", [True, False])
def test_an_announced_stop_without_a_proper_close(play, silently):
    play.up()
    play >> EventReceived(ShuttingDown(None))
    if silently:
        play.wait(61.0)
        play.skip()
    else:
        play >> ConnectionDropped(None, "reset")
    assert play.connection.failure == ConnectionFailure(FailureKind.STOPPED)
    assert play.connection.report_outage_at is None


def test_a_close_while_starting(play):
    play.open()
    play >> ConnectionDropped(1013, "gateway starting")
    assert play.connection.failure == ConnectionFailure(FailureKind.STARTING, "gateway starting")
    assert play.connection.phase is Phase.CONNECTING


def test_something_that_upgrades_and_leaves_is_no_gateway(play):
    play.dial()
    play >> SocketOpened(1)
    play >> ConnectionDropped(1000, "")
    assert play.connection.failure == ConnectionFailure(FailureKind.NOT_A_GATEWAY)


def test_an_unannounced_restart_is_a_loss(play):
    play.up()
    play >> ConnectionDropped(1012, "service restart")
    assert play.connection.failure == ConnectionFailure(FailureKind.CONNECTION_LOST, "service restart")


def test_a_gateway_that_welcomes_and_drops_is_no_reason_to_hurry(play):
    waits = []
    for _ in range(5):
        play.up()
        play >> ConnectionDropped(None, "reset by peer")
        waits.append(play.connection.step.due_at - play.mono)
        play.wait(backoff.MAX_RETRY_SECONDS_LOOPBACK).skip()
    assert waits[0] == 0
    assert all(one < next_one for one, next_one in itertools.pairwise(waits))
    play.up().sleep(0)
    play.mono += connection.STABLE_AFTER_SECONDS
    play >> ConnectionDropped(None, "reset by peer")
    assert play.connection.step.due_at == play.mono


def test_a_wake_up_does_not_break_a_rate_limit(play):
    refused_login(play, ErrorResponse("UNAVAILABLE", "slow down", "AUTH_RATE_LIMITED", retry_after=300.0))
    (play >> Resumed()).silent()
    assert play.connection.step.due_at == play.mono + 300


# ---- waking up ----


def test_a_wake_up_dials_at_once():
    play = Playbook(FAR)
    failed_dials(play, 6)
    play.configured() << Dial(7, FAR)
    play >> DialFailed(7, REFUSED)
    play.wait(1.0).silent()
    play >> Resumed() << ResolveTarget()
    assert play.connection.failures == 0


def test_a_wake_up_is_seen_by_the_clocks():
    play = Playbook(FAR)
    failed_dials(play, 6)
    play.configured() << Dial(7, FAR)
    play >> DialFailed(7, REFUSED)
    play.sleep(3600)
    play >> EventReceived(Heartbeat("tick")) << ResolveTarget()


def test_a_wake_up_in_the_middle_of_a_dial_leaves_it_alone(play):
    play.dial()
    play >> Resumed()
    assert isinstance(play.connection.step, Dialing)


def test_a_connection_must_show_that_it_survived_the_sleep(play):
    play.up()
    play >> Resumed()
    play.wait(0.0) << SessionsList(200)
    play.wait(9.9).silent()
    play.wait(0.1) << HangUp()
    assert play.connection.failure == ConnectionFailure(FailureKind.NO_MESSAGES)


def test_a_connection_that_survived_the_sleep_stays(play):
    play.up(row(used=1000))
    play >> Resumed()
    play.wait(0.0) << SessionsList(200)
    play.read(row(used=1000))
    play.wait(20.0).silent()
    assert isinstance(play.connection.step, Connected)


def test_an_outage_is_reported_a_minute_after_a_resume(play):
    play.up()
    play >> Resumed()
    play.wait(0.0) << SessionsList(200)
    play >> ConnectionDropped(None, "reset")
    assert keep_failing(play, 59.5) == []
    assert keep_failing(play, 1.0) == [GatewayDown(REFUSED)]


def test_a_loss_before_the_sleep_is_reported_a_minute_after_it(play):
    play.up()
    play >> ConnectionDropped(None, "reset")
    assert keep_failing(play, 20.0) == []
    play >> Resumed()
    play.skip()
    play.configured().skip()
    play >> DialFailed(play.connection.attempt, REFUSED)
    assert keep_failing(play, 59.5) == []
    assert keep_failing(play, 1.0) == [GatewayDown(REFUSED)]


# ---- the rest ----


def test_the_dashboard_is_the_bare_address(play):
    play >> CommandReceived(OpenDashboard())
    play.up()
    play >> CommandReceived(OpenDashboard()) << OpenUrl("http://127.0.0.1:18789/")
    assert connection.dashboard(FAR) == "https://gateway.example:443/"


def test_the_dashboard_may_be_below_a_base_path():
    below = replace(FAR, url="wss://gateway.example/claw")
    assert connection.dashboard(below) == "https://gateway.example/claw/"
    here = Target("ws://127.0.0.1:1", "", is_loopback=True, secure=False, base_path="/my ui/x")
    assert connection.dashboard(here) == "http://127.0.0.1:1/my%20ui/x/"
    assert connection.dashboard(here, "agent:main:main") == (
        "http://127.0.0.1:1/my%20ui/x/chat?session=agent%3Amain%3Amain"
    )


def test_the_loop_may_rest_until_something_is_due(play):
    assert deadline(play.state) == 0.0
    play >> Tick() << ResolveTarget()
    assert deadline(play.state) == START + 20.0
    play.dial()
    assert deadline(play.state) == START + 45.0
    play >> SocketOpened(1)
    assert deadline(play.state) == START + 30.0


def test_a_connection_at_rest_wakes_the_loop_once_a_minute():
    assert deadline(Playbook().up().wait(10.0).state) == START + 60.0
