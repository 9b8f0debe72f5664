from __future__ import annotations

import pytest

from tray.core.model import Prompt
from tray.view.text import prompts

OWN = "agent:main:tray"


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        (Prompt("1", OWN, "How are\nyou?"), "How are you?"),
        (Prompt("1", OWN, "\u200b"), "tray"),
        (Prompt("1", OWN, "text", preset="Sum\nup"), "Sum up"),
        (Prompt("1", OWN, "text", preset="\u200b"), "text"),
        (Prompt("1", "agent:main:work", "How are you?"), "Work"),
        (Prompt("1", "agent:main:tray-notes", "How are you?"), "tray-notes"),
    ],
)
def test_a_prompt_is_called_like_its_preset_or_session(make, prompt, name):
    state = make.connected(make.session("Work", key="agent:main:work"))
    assert prompts.name(prompt, state) == name


def test_the_size_of_a_prompt_is_given_in_characters_and_tokens(words):
    said = prompts.size(Prompt("1", OWN, "x" * 8_200), words)
    assert said == "With the clipboard text: 8,200 characters, about 2k tokens."
