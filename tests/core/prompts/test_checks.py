from __future__ import annotations

import pytest

from tests.core.playbook import ASK, MAIN, NEW, OTHER, SIDE, WATCH, Playbook, row
from tray.core.model import ActionError, Prompt
from tray.core.prompts import checks
from tray.values import replace

NEW_ONE = "agent:main:new-one"


def prompt(key=SIDE, model=None, text="hello"):
    return Prompt("1", key, text, model)


@pytest.fixture
def state(play):
    """Connected; the main session uses the default model, the other one another."""
    return play.up(row(), row(OTHER, model="fake/beta")).state


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        (prompt(), None),
        (prompt(OTHER), None),
        (prompt(text=" \n"), ActionError.EMPTY),
        (prompt(text="가" * 133_334), ActionError.TOO_LONG),
        (prompt(SIDE, "fake/beta"), None),
        (prompt(f"{SIDE}-2", "fake/beta"), None),
        (prompt(NEW_ONE, "fake/beta"), None),
        (prompt(MAIN, "fake/beta"), ActionError.NOT_OWN_SESSION),
        (prompt(OTHER, "fake/alpha"), ActionError.NOT_OWN_SESSION),
        (prompt(OTHER, "fake/beta"), None),
    ],
)
def test_what_can_be_sent(state, sent, error):
    assert checks.error(state, sent) is error


def test_until_all_sessions_are_known_none_is_taken_for_a_new_one(play):
    assert checks.error(play.state, prompt(NEW_ONE, "fake/beta")) is ActionError.NOT_OWN_SESSION


@pytest.mark.parametrize(
    ("settings", "hello", "model", "error"),
    [
        (WATCH, NEW, None, ActionError.LEVEL),
        (ASK, NEW, None, None),
        (ASK, NEW, "fake/beta", ActionError.LEVEL),
        ({}, replace(NEW, scopes=frozenset({"operator.read"})), None, ActionError.SCOPE),
    ],
)
def test_what_this_connection_may_send(settings, hello, model, error):
    assert checks.refusal(Playbook(**settings).up(hello=hello).state, model) is error
