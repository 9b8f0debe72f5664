from __future__ import annotations

from tests.parts import having
from tray.core.model import Page, Prompt, Window, WindowKind
from tray.core.prompts import thread

PROMPTS = tuple(Prompt(identity, "agent:main:tray", "text") for identity in "abc")


def panel(page=Page.ASK, chosen=None):
    return Window("w", WindowKind.PANEL, page, {} if chosen is None else {Page.ASK: chosen})


def test_the_chosen_prompt_is_shown_else_the_last_one(play):
    assert thread.shown(play.state, panel()) is None
    state = having(play.state, prompts=PROMPTS)
    assert thread.shown(state, panel()) == PROMPTS[-1]
    assert thread.shown(state, panel(chosen="a")) == PROMPTS[0]
    assert thread.shown(state, panel(chosen="dropped")) == PROMPTS[-1]


def test_a_prompt_is_shown_only_at_its_page_and_while_the_panel_is_open(play):
    state = having(play.state, prompts=PROMPTS)
    assert not thread.is_shown(state, "c")
    assert thread.is_shown(having(state, windows=(panel(),)), "c")
    assert not thread.is_shown(having(state, windows=(panel(chosen="a"),)), "c")
    assert not thread.is_shown(having(state, windows=(panel(Page.NOW),)), "c")
    assert not thread.is_shown(having(play.state, windows=(panel(),)), "c")
