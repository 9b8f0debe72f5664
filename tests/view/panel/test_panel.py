from __future__ import annotations

import pytest

from tray.core.commands import ShowPage
from tray.core.model import FailureKind, Page, Prompt, Window, WindowKind
from tray.view.panel.cards import Compose, Figures, Hero, Note
from tray.view.panel.panel import panel


@pytest.fixture
def show(make, words):
    def shown(state, page=Page.NOW, key=None):
        subjects = {} if key is None else {page: key}
        return panel(Window("w", WindowKind.PANEL, page, subjects), state, make.now(), words)

    return shown


def test_the_head_names_the_gateway_and_the_connection(make, show):
    pane = show(make.connected(make.session()))
    assert (pane.name, pane.about) == ("OpenClaw 2026.9.6", "connected · 127.0.0.1:18789")
    assert pane.title == "main  62% of 200k - ClawTray"
    nothing = show(make.troubled(FailureKind.NOT_FOUND, target=None))
    assert (nothing.name, nothing.about) == ("ClawTray", "no gateway found")
    assert nothing.title == "no gateway found - ClawTray"


def test_the_tabs_lead_to_the_pages(make, show):
    tabs = show(make.connected(), Page.USAGE).tabs
    assert [(tab.label, tab.command, tab.chosen) for tab in tabs] == [
        ("Now", ShowPage(Page.NOW), False),
        ("Ask", ShowPage(Page.ASK), False),
        ("Usage", ShowPage(Page.USAGE), True),
        ("Notifications", ShowPage(Page.NOTIFICATIONS), False),
    ]


def test_an_approval_belongs_to_page_now(make, show):
    tabs = show(make.connected(), Page.APPROVAL).tabs
    assert [tab.label for tab in tabs if tab.chosen] == ["Now"]


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        (Page.APPROVAL, Note),
        (Page.NOW, Hero),
        (Page.ASK, Compose),
        (Page.USAGE, Note | Figures),
        (Page.NOTIFICATIONS, Note),
    ],
)
def test_each_page_has_its_cards(make, show, page, kind):
    assert isinstance(show(make.connected(make.session()), page).cards[0], kind)


def test_the_prompt_that_was_chosen_is_shown_else_the_last_one(make, show):
    asked = tuple(Prompt(identity, "agent:main:tray", f"Question {identity}?") for identity in "ab")
    state = make.connected(prompts=asked)
    assert show(state, Page.ASK).cards[1].question == "Question b?"
    assert show(state, Page.ASK, "a").cards[1].question == "Question a?"


def test_the_session_that_was_chosen_is_shown(make, show):
    state = make.connected(make.session(), make.session("side", key="agent:main:side"))
    assert show(state, key="agent:main:side").cards[0].title == "side"
