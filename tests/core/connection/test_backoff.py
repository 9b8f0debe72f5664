"""How long to wait before the next attempt."""

from __future__ import annotations

import pytest

from tests.core.playbook import (
    FAR,
    HERE,
    Playbook,
)
from tray.core.commands import OpenMenu
from tray.core.connection import backoff
from tray.core.effects import (
    Dial,
    HangUp,
    ReadAutostart,
    ReadSettings,
    ResolveTarget,
)
from tray.core.events import (
    CommandReceived,
    ConnectionDropped,
    DialFailed,
    LoginRefused,
)
from tray.core.model import ConnectionFailure, FailureKind, Phase
from tray.core.update import deadline
from tray.protocol.frames import ErrorResponse
from tray.values import replace

REFUSED = ConnectionFailure(FailureKind.NOT_RUNNING, "connection refused")


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
    return play


@pytest.mark.parametrize(("target", "cap"), [(HERE, 3.0), (FAR, 30.0)])
def test_the_back_off_grows_to_its_cap(target, cap):
    waits = failed_dials(Playbook(target), 12)
    assert 0.25 < waits[0] <= 0.5 < waits[1] <= 1.0 < waits[2] <= 2.0
    assert all(0.75 * cap <= wait <= cap for wait in waits[-4:])


def test_the_back_off_is_jittered_and_reproducible():
    one, same = failed_dials(Playbook(), 12), failed_dials(Playbook(), 12)
    assert one == same
    assert len(set(one[-4:])) == 4


def test_a_connection_that_breaks_is_dialled_again_at_once(play):
    play.up()
    play >> ConnectionDropped(None, "reset")
    assert play.connection.phase is Phase.CONNECTING
    play.wait(0.0) << ResolveTarget()


def test_a_rate_limit_is_honoured():
    play = Playbook(FAR)
    refused_login(play, ErrorResponse("UNAVAILABLE", "too often", "AUTH_RATE_LIMITED", retry_after=300.0))
    play >> CommandReceived(OpenMenu()) << ReadSettings() << ReadAutostart()
    play.wait(299.0).silent()
    play.wait(1.0) << ResolveTarget()
    play.configured() << Dial(2, FAR)


def test_a_rate_limit_that_does_not_say_how_long():
    play = Playbook(FAR)
    refused_login(play, ErrorResponse("INVALID_REQUEST", "too often", "AUTH_RATE_LIMITED"))
    play.wait(59.0).silent()
    play.wait(1.0) << ResolveTarget()


def test_no_storm_where_the_gateway_asks_for_no_wait(play):
    refused_login(play, ErrorResponse("UNAVAILABLE", "gateway starting; retry shortly", retry_after=0.0))
    play.wait(0.2).silent()
    play.wait(0.05) << ResolveTarget()


def test_a_lasting_failure_looks_for_changed_settings(play):
    wrong_token = replace(
        play.state.connection, failure=ConnectionFailure(FailureKind.TOKEN_WRONG), failures=9
    )
    delay = backoff.retry_delay(replace(play.state, connection=wrong_token))
    assert delay == backoff.DISCOVERY_INTERVAL_SECONDS
