from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tray.core.connection.diagnosis import LAYERS, Layer, Probe, failed_at
from tray.core.model import (
    AwaitingChallenge,
    Connected,
    Connection,
    ConnectionFailure,
    Dialing,
    Discovering,
    FailureKind,
    LoggingIn,
    Mode,
    SessionsSnapshot,
    Waiting,
)
from tray.core.state import Process, State
from tray.settings.settings import Settings
from tray.values import replace

STATE = State(Settings(), Mode.ONE_SHOT, Process("5eed"))
READ = SessionsSnapshot(read_at=datetime(2026, 3, 2, tzinfo=UTC))


def troubled(cause):
    return replace(STATE, connection=Connection(step=Waiting(0.0), failure=ConnectionFailure(cause)))


def standing(step, snapshot=None):
    return replace(
        STATE,
        connection=Connection(step=step),
        gateway=replace(STATE.gateway, snapshot=snapshot or SessionsSnapshot()),
    )


def ended_by(layer):
    return Probe({}, error="no", failed=layer)


def test_layers_stand_on_each_other_in_this_order():
    assert LAYERS[0] is Layer.SETTINGS
    assert LAYERS[-1] is Layer.READING
    assert LAYERS.index(Layer.TCP) < LAYERS.index(Layer.TLS) < LAYERS.index(Layer.LOGIN)


def test_what_was_read_has_failed_nowhere():
    assert failed_at(standing(Connected(0.0, 0.0), READ), None) is None
    assert failed_at(standing(Connected(0.0, 0.0), READ), ended_by(Layer.HTTP)) is None


@pytest.mark.parametrize(
    ("cause", "layer"),
    [
        (FailureKind.NOT_FOUND, Layer.DISCOVERY),
        (FailureKind.ADDRESS, Layer.DISCOVERY),
        (FailureKind.NOT_RUNNING, Layer.TCP),
        (FailureKind.UNREACHABLE, Layer.TCP),
        (FailureKind.TLS, Layer.TLS),
        (FailureKind.NOT_A_GATEWAY, Layer.WEBSOCKET),
        (FailureKind.STARTING, Layer.WEBSOCKET),
        (FailureKind.TOKEN_WRONG, Layer.LOGIN),
        (FailureKind.PAIRING, Layer.LOGIN),
        (FailureKind.PROTOCOL, Layer.LOGIN),
        (FailureKind.NO_MESSAGES, Layer.LOGIN),
        (FailureKind.SCOPE, Layer.SCOPES),
    ],
)
def test_each_cause_belongs_to_a_layer(cause, layer):
    assert failed_at(troubled(cause), None) is layer
    assert failed_at(troubled(cause), Probe({})) is layer


@pytest.mark.parametrize("cause", FailureKind)
def test_every_cause_has_a_layer_that_is_no_settings_file(cause):
    assert failed_at(troubled(cause), None) in LAYERS[1:]


@pytest.mark.parametrize(
    ("cause", "ended", "layer"),
    [
        (FailureKind.UNREACHABLE, Layer.NAME, Layer.NAME),
        (FailureKind.NOT_A_GATEWAY, Layer.HTTP, Layer.HTTP),
        (FailureKind.NOT_A_GATEWAY, Layer.TLS, Layer.TLS),
        (FailureKind.NOT_RUNNING, Layer.HTTP, Layer.TCP),  # it was started in between
        (FailureKind.TOKEN_WRONG, Layer.TCP, Layer.LOGIN),  # it was ended in between
        (FailureKind.NOT_FOUND, Layer.NAME, Layer.DISCOVERY),
    ],
)
def test_the_closer_look_decides_where_the_network_fails(cause, ended, layer):
    assert failed_at(troubled(cause), ended_by(ended)) is layer


@pytest.mark.parametrize(
    ("step", "layer"),
    [
        (Discovering(0.0), Layer.DISCOVERY),
        (Dialing(0.0), Layer.TCP),
        (AwaitingChallenge(0.0), Layer.WEBSOCKET),
        (LoggingIn(0.0, ()), Layer.LOGIN),
        (Connected(0.0, 0.0), Layer.READING),
    ],
)
def test_where_the_patience_ended_it_stood_still(step, layer):
    assert failed_at(standing(step), None) is layer


@pytest.mark.parametrize(
    ("ended", "layer"), [(None, Layer.WEBSOCKET), (Layer.TCP, Layer.TCP), (Layer.HTTP, Layer.HTTP)]
)
def test_the_closer_look_decides_what_a_dial_waits_for(ended, layer):
    assert failed_at(standing(Dialing(0.0)), Probe({}, failed=ended)) is layer
