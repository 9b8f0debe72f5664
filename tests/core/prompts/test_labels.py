from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.playbook import MAIN, SIDE, Playbook
from tray.core.model import Prompt
from tray.core.prompts import labels


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("How are you?", "How are you?"),
        ("How\n are\tyou?", "How are you?"),
        ("What is the longest river in Europe?", "What is the longest river in…"),
        ("What is the longest river, in Europe, please?", "What is the longest river, in…"),
        ("What is the longest rivers, in Europe?", "What is the longest rivers…"),
        ("x" * 31, "x" * 29 + "…"),
        ("x" * 30, "x" * 30),
        ("a\u200bb", "ab"),
        ("\u200b\x00", ""),
    ],
)
def test_a_question_is_called_by_its_first_words(text, label):
    assert labels.label_of(Prompt("1", SIDE, text)) == label


def test_a_preset_is_called_by_its_name():
    assert labels.label_of(Prompt("1", SIDE, "text", preset="Sum up")) == "Sum up"
    assert labels.label_of(Prompt("1", SIDE, "text", preset="\u200b")) == "text"


@given(st.text(max_size=200))
def test_no_gateway_refuses_a_label(text):
    label = labels.label_of(Prompt("1", SIDE, text))
    assert len(label.encode("utf-16-le", "surrogatepass")) // 2 <= 64
    assert label == label.strip()
    assert label == "" or label.isprintable()


def test_only_the_session_for_all_questions_is_called_by_them():
    state = Playbook().up().state
    assert labels.of_session(state, Prompt("1", SIDE, "hello")) == "hello"
    assert labels.of_session(state, Prompt("1", SIDE, " ")) is None
    for key in (MAIN, f"{SIDE}-notes"):
        assert labels.of_session(state, Prompt("1", key, "hello")) is None
