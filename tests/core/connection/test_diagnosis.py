from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tray.core.connection.diagnosis import LAYERS, Layer, Probe, failed_at
from tray.core.errors import Cause, Trouble
from tray.core.model.connection import Interest, Link, Step
from tray.core.model.sessions import Book
from tray.core.state import State
from tray.settings.settings import Settings
from tray.values import replace

STATE = State(Settings(), Interest.GLANCE, "5eed")
READ = Book(read_at=datetime(2026, 3, 2, tzinfo=UTC))


def troubled(cause):
    return replace(STATE, link=Link(step=Step.WAITING, trouble=Trouble(cause)))


def standing(step, book=None):
    return replace(STATE, link=Link(step=step), book=book or Book())


def ended_by(layer):
    return Probe({}, fault="no", failed=layer)


def test_layers_stand_on_each_other_in_this_order():
    assert LAYERS[0] is Layer.SETTINGS
    assert LAYERS[-1] is Layer.READING
    assert LAYERS.index(Layer.TCP) < LAYERS.index(Layer.TLS) < LAYERS.index(Layer.LOGIN)


def test_what_was_read_has_failed_nowhere():
    assert failed_at(standing(Step.UP, READ), None) is None
    assert failed_at(standing(Step.UP, READ), ended_by(Layer.HTTP)) is None


@pytest.mark.parametrize(
    ("cause", "layer"),
    [
        (Cause.NOT_FOUND, Layer.DISCOVERY),
        (Cause.ADDRESS, Layer.DISCOVERY),
        (Cause.NOT_RUNNING, Layer.TCP),
        (Cause.UNREACHABLE, Layer.TCP),
        (Cause.TLS, Layer.TLS),
        (Cause.FOREIGN, Layer.WEBSOCKET),
        (Cause.STARTING, Layer.WEBSOCKET),
        (Cause.TOKEN_WRONG, Layer.LOGIN),
        (Cause.PAIRING, Layer.LOGIN),
        (Cause.PROTOCOL, Layer.LOGIN),
        (Cause.SILENT, Layer.LOGIN),
        (Cause.SCOPE, Layer.SCOPES),
    ],
)
def test_each_cause_belongs_to_a_layer(cause, layer):
    assert failed_at(troubled(cause), None) is layer
    assert failed_at(troubled(cause), Probe({})) is layer


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_a_layer_that_is_no_settings_file(cause):
    assert failed_at(troubled(cause), None) in LAYERS[1:]


@pytest.mark.parametrize(
    ("cause", "ended", "layer"),
    [
        (Cause.UNREACHABLE, Layer.NAME, Layer.NAME),
        (Cause.FOREIGN, Layer.HTTP, Layer.HTTP),
        (Cause.FOREIGN, Layer.TLS, Layer.TLS),
        (Cause.NOT_RUNNING, Layer.HTTP, Layer.TCP),  # it was started in between
        (Cause.TOKEN_WRONG, Layer.TCP, Layer.LOGIN),  # it was ended in between
        (Cause.NOT_FOUND, Layer.NAME, Layer.DISCOVERY),
    ],
)
def test_the_closer_look_decides_where_the_network_fails(cause, ended, layer):
    assert failed_at(troubled(cause), ended_by(ended)) is layer


@pytest.mark.parametrize(
    ("step", "layer"),
    [
        (Step.LOOKING, Layer.DISCOVERY),
        (Step.DIALING, Layer.TCP),
        (Step.OPENED, Layer.WEBSOCKET),
        (Step.LOGGING_IN, Layer.LOGIN),
        (Step.UP, Layer.READING),
    ],
)
def test_where_the_patience_ended_it_stood_still(step, layer):
    assert failed_at(standing(step), None) is layer
