from __future__ import annotations

from datetime import time

import pytest

from tests.view.conftest import Make
from tray.core.model import ActionError, FailureKind, Page, Prompt, PromptStatus, Window, WindowKind
from tray.i18n.words import message
from tray.protocol.requests import READ
from tray.settings.quiet_hours import QuietHours
from tray.settings.settings import BUILT_IN_PRESETS, Level, Settings
from tray.values import replace
from tray.view.icon.model import Icon, Situation
from tray.view.panel.cards import PanelPane
from tray.view.panel.panes import AnswerPane, Choice, pane
from tray.view.panel.texts import TextPane

ASK, SETTINGS = Window("w", WindowKind.ASK), Window("w", WindowKind.SETTINGS)
SIDE = "agent:main:tray"
COST = "Each prompt spends tokens: 8,000 to 14,000 even for a short one"


@pytest.fixture
def show(words):
    return lambda state, window=ASK: pane(window, state, Make.now(), words)


def shown(show, make, **prompt):
    """The Ask window with this prompt in it."""
    state = make.connected(prompts=(Prompt("p", SIDE, "text", **prompt),))
    return show(state, Window("w", WindowKind.ASK, "p")).exchange


def test_clawtrays_own_session_comes_first_and_machines_are_not_asked(show, make):
    state = make.connected(
        make.session("main"),
        make.session("tray", key=SIDE),
        make.session("cron", key="agent:main:cron:1", background=True),
    )
    assert show(state).sessions == (
        Choice(SIDE, "tray (ClawTray's own)", own=True),
        Choice("agent:main:main", "main    62%"),
    )


def test_another_side_session_of_ours_may_choose_a_model_as_well(show, make):
    state = make.connected(make.session("side", key="agent:main:tray-2"))
    assert [choice.own for choice in show(state).sessions] == [True, True]


def test_the_models_with_their_limits(show, make):
    assert [choice.label for choice in show(make.connected()).models] == [
        "anthropic/claude-opus-4-5    200k",
        "anthropic/claude-sonnet-4-5    1M",
        "local/small    32k",
        "local/unsized",
    ]


def test_the_cost_is_shown_until_a_prompt_was_sent(show, make):
    assert show(make.connected()).cost == COST
    assert show(make.connected(prompts=(Prompt("p", SIDE, "text"),))).cost == ""


def test_why_nothing_can_be_sent(show, make):
    assert show(make.connected()).reason == ""
    watching = show(make.connected(level=Level.WATCH))
    assert "“watch” does not allow this" in watching.reason
    assert "did not give" in show(make.connected(granted={READ})).reason
    assert "Not connected" in show(make.troubled(FailureKind.NOT_RUNNING)).reason


def test_why_no_model_can_be_chosen(show, make):
    assert show(make.connected()).model_reason == ""
    asking = show(make.connected(level=Level.ASK))
    assert (asking.reason, bool(asking.model_reason)) == ("", True)


def test_without_a_gateway_there_is_no_page(show, make):
    assert show(make.connected()).dashboard
    assert not show(make.troubled(FailureKind.NOT_FOUND, target=None)).dashboard


def test_before_anything_was_sent_there_is_nothing_to_show(show, make):
    assert show(make.connected()).exchange is None


@pytest.mark.parametrize(
    ("prompt", "status"),
    [
        ({"state": PromptStatus.WAITING}, "Waiting for the connection…"),
        ({"state": PromptStatus.SWITCHING}, "Choosing the model…"),
        ({"state": PromptStatus.SENT}, "Sent. Waiting for the answer…"),
        ({"state": PromptStatus.RUNNING}, "Sent. Waiting for the answer…"),
        ({"state": PromptStatus.RUNNING, "answer": "so far"}, "Answering…"),
        ({"state": PromptStatus.RUNNING, "stopping": True}, "Stopping…"),
        ({"state": PromptStatus.CHECKING}, "Checking with the gateway whether it ran…"),
        ({"state": PromptStatus.ANSWERED, "answer": "x", "answered_by": "a/opus"}, "Answered by opus."),
        ({"state": PromptStatus.ANSWERED, "answer": "x"}, "The prompt was answered."),
        ({"state": PromptStatus.ANSWERED}, "The answer is empty."),
        ({"state": PromptStatus.STOPPED}, "The prompt was stopped."),
        ({"state": PromptStatus.FAILED}, "The prompt failed."),
        (
            {"state": PromptStatus.FAILED, "error": ActionError.GATEWAY, "detail": "full"},
            "Gateway error: full",
        ),
        (
            {"state": PromptStatus.UNKNOWN},
            "The connection broke and the prompt may have run. Check the session before you send it again.",
        ),
        (
            {"state": PromptStatus.UNKNOWN, "abandoned": True},
            "The prompt may have run on the previous gateway.",
        ),
        (
            {"state": PromptStatus.FAILED, "error": ActionError.GATEWAY_CHANGED, "abandoned": True},
            "ClawTray now watches another gateway, so this was not sent.",
        ),
    ],
)
def test_what_is_happening_to_a_prompt_and_how_it_ended(show, make, prompt, status):
    exchange = shown(show, make, **prompt)
    assert exchange.status == status
    assert exchange.running is not prompt["state"].ended
    assert exchange.failed is (prompt["state"] in (PromptStatus.FAILED, PromptStatus.UNKNOWN))
    assert exchange.repeatable is (prompt == {"state": PromptStatus.UNKNOWN})
    assert exchange.answer == prompt.get("answer", "")


def answer(show, make, prompt, *sessions):
    window = Window("w", WindowKind.ANSWER, "p")
    return show(make.connected(*sessions, prompts=(prompt,) if prompt else ()), window)


def test_an_answer_is_called_after_its_preset_else_its_session(show, make):
    prompt = Prompt("p", SIDE, "What\n is on?", preset="Today", state=PromptStatus.ANSWERED, answer="# All")
    shown = answer(show, make, prompt)
    assert (shown.name, shown.question, shown.exchange.answer) == ("Today", "What is on?", "# All")
    assert shown.dashboard
    mine = Prompt("p", "agent:main:main", "text", state=PromptStatus.ANSWERED)
    assert answer(show, make, mine, make.session("main")).name == "main"
    assert answer(show, make, mine).name == "main"
    question = replace(prompt, preset=None)
    assert answer(show, make, question, make.session("tray")).name == "What is on?"


def test_a_dropped_answer_leaves_nothing_to_show(show, make):
    assert answer(show, make, None) == AnswerPane("Answer", "", None, dashboard=False)


def test_the_settings_and_the_icon(show, make):
    shown = show(make.connected(make.session(), autostart=True), SETTINGS)
    assert (shown.profile, shown.warning, shown.critical, shown.poll_seconds) == (
        "default",
        75,
        90,
        60,
    )
    assert (shown.language, shown.quiet_from, shown.quiet_to) == ("auto", "", "")
    assert (shown.notices, shown.autostart) == (True, True)
    assert shown.presets == BUILT_IN_PRESETS
    quiet = Settings(quiet_hours=QuietHours(time(22), time(7)), language="ko")
    quiet_pane = show(make.connected(make.session(), settings=quiet), SETTINGS)
    assert (quiet_pane.language, quiet_pane.quiet_from, quiet_pane.quiet_to) == ("ko", "22:00", "07:00")
    assert shown.icon == Icon(Situation.CALM, 62, threshold=75)


def test_the_settings_window_knows_what_is_wrong_with_the_file_and_how_a_save_ended(show, make):
    state = make.connected()
    fine = show(state, SETTINGS)
    assert (fine.problem, fine.saves, fine.save_problem) == ("", 0, "")
    process = replace(
        state.process, settings_problem=message("a\nmistake"), saves=2, save_problem=message("no room")
    )
    wrong = show(replace(state, process=process), SETTINGS)
    assert (wrong.problem, wrong.saves, wrong.save_problem) == ("a mistake", 2, "no room")


def test_no_conversation_is_shown_where_a_pane_is_printed(show, make):
    prompt = Prompt("p", SIDE, "between us", preset="Today", state=PromptStatus.ANSWERED, answer="between us")
    assert "between us" not in repr(answer(show, make, prompt))


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        (WindowKind.APPROVAL, "Approval"),
        (WindowKind.DIAGNOSTICS, "Diagnostics"),
    ],
)
def test_other_windows_are_texts(show, make, kind, title):
    shown = show(make.connected(diagnostics="ClawTray 1.2.3"), Window("w", kind))
    assert isinstance(shown, TextPane)
    assert shown.title == title


def test_the_panel_shows_the_page_that_its_window_is_at(show, make):
    shown = show(make.connected(make.session()), Window("w", WindowKind.PANEL, None, Page.USAGE))
    assert isinstance(shown, PanelPane)
    assert shown.page is Page.USAGE
