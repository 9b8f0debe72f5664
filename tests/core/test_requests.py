from __future__ import annotations

import importlib
import pkgutil

import pytest

from tests.core.playbook import ASK, NEW, WATCH, Playbook
from tray import protocol
from tray.core import requests
from tray.core.effects import Send
from tray.core.model import ActionError, Pending
from tray.protocol.frames import ErrorResponse
from tray.protocol.handshake import CONTROL_SCOPES
from tray.protocol.requests import READ
from tray.protocol.runs import Agent
from tray.protocol.session_actions import SessionsCompact
from tray.protocol.sessions import SessionsList
from tray.values import replace

LIST = SessionsList(7)


def test_a_request_is_sent_and_waited_for(play):
    play.up()
    state, effects = requests.send(play.state, LIST, play.now)
    (pending,) = state.pending
    assert effects == (Send(pending.id, LIST),)
    assert pending == Pending(pending.id, LIST, play.mono, play.mono + requests.TIMEOUT_SECONDS)
    assert requests.is_pending(state, SessionsList)
    assert not requests.is_pending(state, Agent)


def test_no_id_is_given_out_twice(play):
    play.up()
    state, _ = requests.send(play.state, LIST, play.now)
    state, _ = requests.send(state, LIST, play.now, timeout=30.0)
    one, other = state.pending
    assert one.id != other.id
    assert other.due_at == play.mono + 30.0


def test_a_user_who_allows_more_time_is_obeyed(play):
    play.up()
    play.state = replace(play.state, process=replace(play.state.process, patience=60.0))
    state, _ = requests.send(play.state, LIST, play.now)
    assert state.pending[0].due_at == play.mono + 60.0


def test_a_request_whose_late_answer_is_of_use_stays_for_a_while(play):
    play.up()
    state, _ = requests.send(play.state, LIST, play.now)
    (pending,) = state.pending
    state, found = requests.time_out(state, pending.id, play.now)
    assert found == pending
    assert state.pending == (replace(pending, late=True, due_at=play.mono + requests.LATE_SECONDS),)
    assert not requests.is_pending(state, SessionsList)
    state, found = requests.time_out(state, pending.id, play.now)
    assert (state.pending, found) == ((), None)
    assert requests.time_out(state, pending.id, play.now) == (state, None)


def test_any_other_request_is_over_with_its_time(play):
    play.up()
    state, _ = requests.send(play.state, Agent("k", "hello", "id", 600), play.now)
    (pending,) = state.pending
    state, found = requests.time_out(state, pending.id, play.now)
    assert (state.pending, found) == ((), pending)


def test_what_an_answer_makes_useless_is_forgotten(play):
    play.up()
    state, _ = requests.send(play.state, LIST, play.now)
    state, _ = requests.send(state, Agent("k", "hello", "id", 600), play.now)
    state, _ = requests.send(state, SessionsList(8), play.wait(1.0).now)
    one, other, latest = state.pending
    assert requests.answered(state, one.request) == (state, one.sent_at)
    state, sent_at = requests.answered(state, latest.request)
    assert (state.pending, sent_at) == ((other, latest), latest.sent_at)


def test_offline_nothing_is_sent(play):
    assert requests.send(play.state, LIST, play.now) == (play.state, ())


def test_nothing_is_sent_that_was_not_granted():
    play = Playbook(**WATCH).up()
    assert requests.send(play.state, Agent("k", "hello", "id", 600), play.now) == (play.state, ())


def request_types():
    """Every request that the protocol package defines."""
    for module in pkgutil.iter_modules(protocol.__path__, f"{protocol.__name__}."):
        for kind in vars(importlib.import_module(module.name)).values():
            if isinstance(kind, type) and kind.__module__ == module.name and hasattr(kind, "method"):
                yield kind


REQUESTS = sorted(request_types(), key=lambda kind: kind.__name__)


def test_these_requests_spend_tokens():
    assert len(REQUESTS) == 35
    assert [kind for kind in REQUESTS if kind.spends] == [Agent, SessionsCompact]


@pytest.mark.parametrize("kind", REQUESTS)
def test_nothing_that_spends_is_sent_at_level_watch_with_any_scopes(kind):
    play = Playbook(**WATCH).up()
    connection = replace(
        play.connection, step=replace(play.connection.step, scopes=frozenset(CONTROL_SCOPES))
    )
    state = replace(play.state, connection=connection)
    request = kind(*[""] * len(kind.__struct_fields__))
    after, effects = requests.send(state, request, play.now)
    assert (requests.refusal(state, kind) is ActionError.LEVEL) is kind.spends
    assert (after is state) is kind.spends
    assert [effect.request is request for effect in effects] == [True] * (not kind.spends)


def test_taking_a_request_off_the_list(play):
    play.up()
    state, _ = requests.send(play.state, LIST, play.now)
    (pending,) = state.pending
    state, taken = requests.take(state, pending.id)
    assert (state.pending, taken) == ((), pending)
    assert requests.take(state, pending.id) == (state, None)


def test_waiting_longer_for_one_request(play):
    play.up()
    state, _ = requests.send(play.state, LIST, play.now)
    state, _ = requests.send(state, SessionsList(8), play.now)
    one, other = state.pending
    longer = requests.wait_longer(state, one.request, play.mono + 99.0)
    assert longer.pending == (replace(one, due_at=play.mono + 99.0), other)


@pytest.mark.parametrize(
    ("settings", "hello", "error"),
    [
        ({}, NEW, None),
        (ASK, NEW, None),
        (WATCH, NEW, ActionError.LEVEL),
        ({}, replace(NEW, scopes=frozenset({READ})), ActionError.SCOPE),
    ],
)
def test_what_stands_against_a_request(settings, hello, error):
    play = Playbook(**settings).up(hello=hello)
    assert requests.refusal(play.state, Agent) is error
    assert requests.refusal(play.state, Agent("k", "hello", "id", 600)) is error
    assert requests.refusal(play.state, SessionsList) is None


def test_offline_everything_does(play):
    assert requests.refusal(play.state, SessionsList) is ActionError.OFFLINE


@pytest.mark.parametrize(
    ("error_response", "error"),
    [
        (None, ActionError.NO_REPLY),
        (ErrorResponse("INVALID_REQUEST", "model not allowed"), ActionError.GATEWAY),
        (ErrorResponse("FORBIDDEN", "missing scope: operator.admin"), ActionError.SCOPE),
    ],
)
def test_why_a_request_failed(error_response, error):
    assert requests.error_of(error_response) is error


def test_when_a_request_was_sent(play):
    play.up()
    state, _ = requests.send(play.state, LIST, play.now)
    assert requests.sent_at(state, LIST) == play.mono
