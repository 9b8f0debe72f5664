from __future__ import annotations

import pytest

from tests.view.lines import texts
from tray.core.commands import Compact, CopyText, OpenSettings
from tray.core.model import ActionError
from tray.settings.settings import Level
from tray.values import replace
from tray.view.menu.item import Item, confirmed, no_session, note, notes, reason, reason_for, wrapped

DOING = Item("Compact now", Compact("agent:main:main"))


def test_a_click_on_a_note_copies_its_text_unless_there_is_more_to_do():
    assert note("just so") == Item("just so", CopyText("just so"))
    assert note("just\tso").command == CopyText("just  so")
    assert note("just so", OpenSettings()) == Item("just so", OpenSettings())


def test_a_click_on_a_line_of_a_sentence_copies_all_of_it():
    sentence = " ".join(["word"] * 20)
    lines = notes(sentence)
    assert [line.text for line in lines] == wrapped(sentence)
    assert {line.command for line in lines} == {CopyText(sentence)}


def test_a_click_on_the_trust_level_as_a_reason_leads_to_the_settings(make, words):
    state = make.connected(level=Level.ASK)
    assert {line.command for line in reason(ActionError.LEVEL, state, words)} == {OpenSettings()}
    (line,) = reason(ActionError.OFFLINE, state, words)
    assert line.command == CopyText(line.text)


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
    assert texts(items)[:3] == ["it forgets", "───", "Compact now"]
    assert items[2] == replace(DOING, enabled=False)
    assert list(items[3:]) == reason(ActionError.OFFLINE, state, words)


def test_a_session_that_is_not_there(make, words):
    assert no_session(make.connected(), words) == (note("Session not found."),)
    assert no_session(make.unread(), words) == (note("Not known: the gateway has not answered yet."),)
