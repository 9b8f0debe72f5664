"""The first start tells one thing: what the user finds."""

from __future__ import annotations

import pytest

from tests.core.playbook import Playbook
from tray.core import persistence
from tray.core.effects import HangUp, Notify, ResolveTarget
from tray.core.events import IconShown, LoginRefused, Tick
from tray.core.model import FailureKind, GatewayDown, Welcome
from tray.protocol.frames import ErrorResponse

REFUSED = ErrorResponse("INVALID_REQUEST", "unauthorized: gateway token missing")


def alerts(play):
    return [effect.alert if isinstance(effect, Notify) else effect for effect in play.skip()]


@pytest.fixture
def play():
    return Playbook()


def test_the_welcome_waits_until_it_is_known_what_there_is(play):
    play >> IconShown()
    play >> Tick() << ResolveTarget()
    play.configured(target=None, searched=("~/.openclaw",)).silent()
    play.wait(0.0) << Welcome()
    assert play.state.process.setup.welcomed
    play.wait(5.0) << ResolveTarget()


def test_it_comes_once_even_over_starts(play):
    play >> IconShown()
    play.up()
    play.wait(0.0) << Welcome()
    later = Playbook()
    later.state = persistence.load(later.state, play.saved[-1])
    later >> IconShown()
    later.up()
    assert not later.state.process.setup.awaits_welcome


def test_a_first_login_that_is_refused_is_reported(play):
    play.open()
    play >> LoginRefused(REFUSED)
    play << HangUp()
    ((down,),) = (alerts(play),)
    assert isinstance(down, GatewayDown)
    assert down.failure.kind is FailureKind.TOKEN_MISSING


def test_at_the_first_start_the_welcome_tells_it(play):
    play >> IconShown()
    play.open()
    play >> LoginRefused(REFUSED)
    play << HangUp()
    play.wait(0.0) << Welcome()
