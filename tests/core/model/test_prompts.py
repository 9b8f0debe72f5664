from __future__ import annotations

import pytest

from tests.core.playbook import MAIN
from tray.core.model import Prompt, PromptStatus


@pytest.mark.parametrize("state", list(PromptStatus))
def test_a_prompt_has_ended_in_one_of_four_states(state):
    ends = (PromptStatus.ANSWERED, PromptStatus.FAILED, PromptStatus.STOPPED, PromptStatus.UNKNOWN)
    assert state.ended is (state in ends)


@pytest.mark.parametrize(
    ("state", "left", "repeatable"),
    [
        (PromptStatus.UNKNOWN, False, True),
        (PromptStatus.UNKNOWN, True, False),
        (PromptStatus.FAILED, False, False),
    ],
)
def test_only_a_prompt_that_may_have_run_on_the_same_gateway_is_repeatable(state, left, repeatable):
    assert Prompt("id", MAIN, "hello", state=state, abandoned=left).is_repeatable is repeatable


def test_the_repr_of_a_prompt_shows_neither_its_text_nor_its_answer():
    assert "secret" not in repr(Prompt("id", MAIN, "secret question", answer="secret answer"))
