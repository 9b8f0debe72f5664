from __future__ import annotations

import pytest

from tests.core.playbook import ALPHA, BETA, NEW, OLD, WATCH, Playbook, row
from tray.core.model import ActionError, Mode, StaleReason
from tray.core.sessions import catalogue, polling
from tray.protocol.frames import ErrorResponse
from tray.protocol.models import AllowList, Catalogue, ConfigGet, Model, ModelsList
from tray.protocol.sessions import SessionsList
from tray.values import replace

LIST, MODELS, DETAILED = SessionsList(200), ModelsList(), ModelsList(detailed=True)
FIRST = SessionsList(200, titles=True)
CLOSED = ErrorResponse("INVALID_REQUEST", "invalid models.list params: unexpected property")


def glance(hello=NEW):
    return Playbook(mode=Mode.ONE_SHOT).connect(hello) << (FIRST if hello is NEW else LIST)


def test_a_choice_needs_the_models_and_no_changes():
    Playbook(mode=Mode.WITH_MODELS).connect(NEW) << FIRST << DETAILED


def test_an_old_release_is_asked_for_its_allow_list(play):
    play.connect(OLD) << LIST << MODELS << ConfigGet()
    play.answer(ConfigGet, AllowList(("fake/beta",)))
    assert play.state.gateway.allowed == {"fake/beta"}


def test_nothing_is_asked_for_that_the_level_does_not_allow():
    Playbook(**WATCH).connect(OLD) << LIST << MODELS


def test_a_glance_at_an_old_release_asks_for_the_models_in_the_same_round_trip():
    play = glance(OLD) << MODELS
    play.read(row(used=32_000, model="fake/beta", context_limit=None))
    assert not polling.is_complete(play.state)
    play.answer(ModelsList, Catalogue((ALPHA, BETA)))
    assert polling.is_complete(play.state)
    assert play.session().usage.percent == 50.0


def test_a_glance_needs_one_reading_where_the_limits_are_clear():
    play = glance()
    play.read(row(used=1000), row("agent:main:new", model="fake/beta", context_limit=None))
    assert polling.is_complete(play.state)


@pytest.mark.parametrize(
    "unclear", [{"context_limit": None}, {"context_limit": 1_000_000}, {"model": "fake/beta"}]
)
def test_a_glance_reads_the_models_where_they_are_not(unclear):
    play = glance()
    play.read(row(used=32_000, **unclear)) << DETAILED
    assert not polling.is_complete(play.state)
    play.answer(ModelsList, Catalogue((ALPHA, BETA)))
    assert polling.is_complete(play.state)


def test_the_list_shows_that_a_row_has_too_large_a_limit(play):
    play.connect().skip()
    play.read(row(used=130_000, context_limit=1_000_000))
    assert play.session().usage.percent == 13.0
    play.answer(ModelsList, Catalogue((Model("fake/alpha", 200_000),)))
    usage = play.session().usage
    assert (usage.percent, usage.stale_reason) == (65.0, StaleReason.LIMITS_DIFFER)


def test_a_release_that_refuses_the_details_is_asked_without_them(play):
    play.connect().skip()
    play.decline(ModelsList, CLOSED) << MODELS
    assert play.state.gateway.models_error is None
    play.decline(ModelsList, CLOSED)
    assert play.pending(ModelsList) is None


def test_a_list_that_is_refused_for_another_reason_is_not_asked_for_again(play):
    play.connect().skip()
    play.decline(ModelsList, ErrorResponse("UNAVAILABLE", "later"))
    assert play.pending(ModelsList) is None
    assert play.state.gateway.models_error == (ActionError.GATEWAY, "later")


@pytest.mark.parametrize(
    ("response", "why"),
    [
        (ErrorResponse("UNAVAILABLE", ""), (ActionError.GATEWAY, "UNAVAILABLE")),
        (
            ErrorResponse("FORBIDDEN", "missing scope: operator.read"),
            (ActionError.SCOPE, "missing scope: operator.read"),
        ),
        (None, (ActionError.NO_REPLY, "")),
    ],
)
def test_why_there_is_no_list_is_kept_until_there_is_one(play, response, why):
    play.connect().skip()
    state, _ = catalogue.request_failed(play.state, MODELS, response, play.now)
    assert state.gateway.models_error == why
    state, _ = catalogue.models_listed(state, MODELS, Catalogue((ALPHA,)), play.now)
    assert state.gateway.models_error is None


def test_details_are_not_asked_of_a_release_before_them(play):
    play.connect(replace(NEW, version="2026.7.1"))
    assert play.pending(ModelsList).request == MODELS
    play.skip()
