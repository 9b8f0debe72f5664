from __future__ import annotations

import pytest

from tests.core.playbook import ASK, NEW, WATCH, Playbook, at_level
from tray.core import gateway_control, requests
from tray.core.commands import Reconnect, RestartGateway, StartGateway
from tray.core.effects import RunCli
from tray.core.events import (
    CommandReceived,
    ConnectionDropped,
    DialFailed,
    GatewayCliFinished,
    LoggedIn,
    RequestNotSent,
    SettingsRead,
    Tick,
)
from tray.core.model import (
    ActionError,
    ConnectionFailure,
    FailureKind,
    GatewayControl,
    GatewayControlFinished,
    GatewayControlKind,
    GatewayControlStatus,
)
from tray.protocol.frames import ErrorResponse
from tray.protocol.restart import Restarting, RestartRequest
from tray.settings.settings import Level
from tray.settings.target import Target
from tray.values import replace

ABLE = replace(NEW, methods=NEW.methods | {RestartRequest.method})
FAR = Target("wss://gateway.example", "a test", is_loopback=False, secure=True)
CONTROL = at_level(Level.CONTROL)
LACKS = "missing scope: operator.admin"
RESTART, START = GatewayControlKind.RESTART, GatewayControlKind.START


def notified(play, state, kind=RESTART, error=None, detail=""):
    """The notice that comes next is of the end of it, and says this."""
    done = play.state.profile.gateway_control
    play << GatewayControlFinished(done)
    assert (done.kind, done.state, done.error, done.detail) == (kind, state, error, detail)


def away_and_back(play, hello=ABLE):
    """The gateway goes, and comes back; what is read then is left to be expected."""
    play >> ConnectionDropped(1012, "service restart")
    play.skip()
    again(play, hello)


def again(play, hello):
    """Connect again."""
    play >> CommandReceived(Reconnect())
    play.skip()
    play.connect(hello)


@pytest.fixture
def down(play):
    """The gateway of this computer is not running."""
    play.dial()
    play >> DialFailed(1, ConnectionFailure(FailureKind.NOT_RUNNING))
    play.skip()
    return play


# ---- a gateway that can be asked ----


def test_a_gateway_with_the_request_gets_it_and_its_return_is_reported(play):
    play.up(hello=ABLE)
    play >> CommandReceived(RestartGateway()) << RestartRequest()
    play.answer(RestartRequest, Restarting())
    assert play.state.profile.gateway_control == GatewayControl(RESTART, GatewayControlStatus.ACCEPTED)
    away_and_back(play)
    assert play.state.profile.gateway_control.state is GatewayControlStatus.DONE
    assert play.skip()[-1] == GatewayControlFinished(play.state.profile.gateway_control)


def test_what_it_waits_for_is_kept(play):
    play.up(hello=ABLE)
    play >> CommandReceived(RestartGateway()) << RestartRequest()
    play.answer(RestartRequest, Restarting("2 runs"))
    assert play.state.profile.gateway_control.detail == "2 runs"


def test_a_second_click_asks_for_nothing(play):
    play.up(hello=ABLE)
    play >> CommandReceived(RestartGateway()) << RestartRequest()
    play >> CommandReceived(RestartGateway())
    play >> CommandReceived(StartGateway())
    play.silent()


def test_a_connection_that_breaks_before_the_response_means_accepted(play):
    play.up(hello=ABLE)
    play >> CommandReceived(RestartGateway()) << RestartRequest()
    away_and_back(play)
    assert play.state.profile.gateway_control.state is GatewayControlStatus.DONE
    play.skip()


@pytest.mark.parametrize(
    ("error_response", "error", "detail"),
    [
        (ErrorResponse("UNAVAILABLE", "not now"), ActionError.GATEWAY, "not now"),
        (
            ErrorResponse("INVALID_REQUEST", LACKS),
            ActionError.SCOPE,
            LACKS,
        ),
    ],
)
def test_an_error_response_is_reported_with_its_reason(play, error_response, error, detail):
    play.up(hello=ABLE)
    play >> CommandReceived(RestartGateway()) << RestartRequest()
    play.decline(RestartRequest, error_response)
    notified(play, GatewayControlStatus.FAILED, error=error, detail=detail)


def test_no_answer_is_a_failure(play):
    play.up(hello=ABLE)
    play >> CommandReceived(RestartGateway()) << RestartRequest()
    play.wait(requests.TIMEOUT_SECONDS)
    notified(play, GatewayControlStatus.FAILED, error=ActionError.NO_REPLY)


def test_a_request_that_never_left_is_a_failure(play):
    play.up(hello=ABLE)
    play >> CommandReceived(RestartGateway()) << RestartRequest()
    play >> RequestNotSent(play.state.pending[-1].id)
    notified(play, GatewayControlStatus.FAILED, error=ActionError.OFFLINE)


@pytest.mark.parametrize(("level", "error"), [(WATCH, ActionError.LEVEL), (ASK, ActionError.LEVEL)])
def test_below_control_nothing_is_restarted(level, error):
    play = Playbook(**level).up(hello=replace(ABLE, scopes=None))
    play >> CommandReceived(RestartGateway())
    notified(play, GatewayControlStatus.FAILED, error=error)


def taken(play):
    """The gateway has taken the request, and is still there."""
    play.up(hello=ABLE)
    play >> CommandReceived(RestartGateway()) << RestartRequest()
    return play.answer(RestartRequest, Restarting("2 runs"))


def test_a_gateway_that_does_not_come_back_has_failed(play):
    assert gateway_control.deadline(taken(play).state) is None  # it lets runs end first
    play >> ConnectionDropped(1012, "service restart")
    play.skip()
    for _ in range(2):
        play.wait(play.connection.step.due_at - play.mono).skip()
        play.configured().skip()
        play >> DialFailed(play.connection.attempt, ConnectionFailure(FailureKind.NOT_RUNNING))
        play.skip()
    assert play.state.profile.gateway_control.state is GatewayControlStatus.ACCEPTED
    play._pass(gateway_control.START_TIMEOUT_SECONDS)
    play >> Tick()
    assert GatewayControlFinished(play.state.profile.gateway_control) in play.skip()
    assert play.state.profile.gateway_control == GatewayControl(
        RESTART, GatewayControlStatus.FAILED, error=ActionError.DID_NOT_COME_UP, detail=""
    )


def test_a_gateway_that_is_not_back_yet_can_be_started(play):
    taken(play) >> ConnectionDropped(1012, "service restart")
    play.skip()
    play.wait(play.connection.step.due_at - play.mono).skip()
    play.configured().skip()
    play >> DialFailed(play.connection.attempt, ConnectionFailure(FailureKind.NOT_RUNNING))
    play.skip()
    play >> CommandReceived(StartGateway()) << RunCli(START, play.connection.target, "openclaw")


def test_a_login_to_another_gateway_is_not_the_end_of_a_restart(play):
    taken(play) >> SettingsRead(replace(play.state.settings, profile="far"))
    assert not any(isinstance(effect, GatewayControlFinished) for effect in play.skip())
    play.target = FAR
    play.connect(ABLE)
    assert not any(isinstance(effect, GatewayControlFinished) for effect in play.skip())
    assert play.state.profile.gateway_control is None


# ---- by its own command line ----


def test_an_older_one_of_this_computer_is_left_to_its_own_command_line(play):
    play.up()
    play >> CommandReceived(RestartGateway()) << RunCli(RESTART, play.connection.target, "openclaw")
    assert play.state.profile.gateway_control == GatewayControl(RESTART, uses_cli=True)
    play >> GatewayCliFinished(None, "sent")
    assert play.state.profile.gateway_control.state is GatewayControlStatus.ACCEPTED
    away_and_back(play, NEW)
    assert play.skip()[-1] == GatewayControlFinished(play.state.profile.gateway_control)
    assert play.state.profile.gateway_control.state is GatewayControlStatus.DONE


def test_a_gateway_back_before_its_command_ends_is_done_with_that(play):
    play.up()
    play >> CommandReceived(RestartGateway())
    play.skip()
    away_and_back(play, NEW)
    play.skip()
    assert play.state.profile.gateway_control.state is GatewayControlStatus.REQUESTED
    play >> GatewayCliFinished(None)
    notified(play, GatewayControlStatus.DONE)


def test_an_error_of_its_command_is_reported(play):
    play.up()
    play >> CommandReceived(RestartGateway())
    play.skip()
    play >> GatewayCliFinished(ActionError.CLI_FAILED, "no service")
    notified(play, GatewayControlStatus.FAILED, error=ActionError.CLI_FAILED, detail="no service")
    play >> GatewayCliFinished(None)  # a second end is no news
    play.silent()


def test_an_older_one_elsewhere_cannot_be_restarted():
    play = Playbook(FAR, **CONTROL)
    play.up(hello=replace(NEW, scopes=None))
    play >> CommandReceived(RestartGateway())
    notified(play, GatewayControlStatus.FAILED, error=ActionError.OTHER_COMPUTER)


# ---- start ----


def test_a_gateway_that_is_down_is_started_by_its_command(down):
    assert gateway_control.may_start(down.state) is None
    down >> CommandReceived(StartGateway()) << RunCli(START, down.connection.target, "openclaw")
    down >> GatewayCliFinished(None, "started")
    again(down, NEW)
    assert down.skip()[-1] == GatewayControlFinished(down.state.profile.gateway_control)
    assert down.state.profile.gateway_control == GatewayControl(
        START, GatewayControlStatus.DONE, uses_cli=True
    )


def test_a_started_gateway_that_does_not_come_up_has_failed(down):
    down >> CommandReceived(StartGateway())
    down.skip()
    down >> GatewayCliFinished(None, "started")
    down._pass(gateway_control.START_TIMEOUT_SECONDS)
    down >> Tick()
    assert GatewayControlFinished(down.state.profile.gateway_control) in down.skip()
    assert down.state.profile.gateway_control == GatewayControl(
        START, GatewayControlStatus.FAILED, uses_cli=True, error=ActionError.DID_NOT_COME_UP
    )


def test_a_running_gateway_is_not_started(play):
    play.up()
    play >> CommandReceived(StartGateway())
    notified(play, GatewayControlStatus.FAILED, START, ActionError.NOT_DOWN)


def test_below_control_nothing_is_started():
    play = Playbook(**WATCH)
    play.dial()
    play >> DialFailed(1, ConnectionFailure(FailureKind.NOT_RUNNING))
    play.skip()
    play >> CommandReceived(StartGateway())
    notified(play, GatewayControlStatus.FAILED, START, ActionError.LEVEL)


def test_one_elsewhere_is_not_started():
    play = Playbook(FAR, **CONTROL)
    play.dial()
    play >> DialFailed(1, ConnectionFailure(FailureKind.NOT_RUNNING))
    play.skip()
    play >> CommandReceived(StartGateway())
    notified(play, GatewayControlStatus.FAILED, START, ActionError.OTHER_COMPUTER)


def test_without_a_click_the_return_of_the_gateway_is_not_reported(play):
    play.up(hello=ABLE)
    away_and_back(play)
    play.skip()
    assert play.state.profile.gateway_control is None
    play >> GatewayCliFinished(None)
    play >> LoggedIn(ABLE)
    play.silent()
