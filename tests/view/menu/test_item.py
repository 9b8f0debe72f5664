from __future__ import annotations

import pytest

from tests.view.lines import texts
from tray.core.commands import Compact
from tray.core.model import ActionError
from tray.settings.settings import Level
from tray.view.menu.item import Item, confirmed, no_session, note, reason_for, wrapped

DOING = Item("Compact now", Compact("agent:main:main"))


def test_a_note_cannot_be_clicked():
    assert note("just so") == Item("just so", enabled=False)


@pytest.mark.parametrize(
    ("sentence", "lines"),
    [
        ("", []),
        ("one two three", ["one two", "three"]),
        ("unbreakable words", ["unbreakable", "words"]),
    ],
)
def test_a_sentence_is_wrapped_between_words(sentence, lines):
    assert wrapped(sentence, width=8) == lines


def test_the_reason_names_the_level_in_force(make, words):
    state = make.connected(level=Level.ASK)
    assert "ask" in reason_for(ActionError.LEVEL, state, words)


def test_an_action_follows_its_explanation(make, words):
    items = confirmed(["it forgets"], DOING, None, make.connected(), words)
    assert items == (note("it forgets"), Item(separator=True), DOING)


def test_an_action_that_is_not_allowed_is_disabled_with_the_reason(make, words):
    state = make.connected()
    items = confirmed(["it forgets"], DOING, ActionError.OFFLINE, state, words)
    reason = reason_for(ActionError.OFFLINE, state, words)
    assert texts(items) == ["it forgets", "───", "Compact now", *wrapped(reason)]
    assert not any(item.enabled for item in items if not item.separator)


def test_a_session_that_is_not_there(make, words):
    assert no_session(make.connected(), words) == (note("Session not found."),)
    assert no_session(make.unread(), words) == (note("Not known: the gateway has not answered yet."),)
