from __future__ import annotations

import pytest

from tests.core.playbook import SIDE, row
from tray.core.commands import (
    Ask,
    AskAgain,
    AskInWindow,
    EditSettings,
    KeepDraft,
    OpenPanel,
    OpenSettings,
    ShowPage,
)
from tray.core.effects import Notify, OpenUrl, OpenWindow, ReadClipboard, ReadSettings
from tray.core.events import (
    ClipboardRead,
    CommandReceived,
    ConnectionDropped,
    DiagnosticsReady,
    EventReceived,
    WindowClosed,
)
from tray.core.gui import opened, turned
from tray.core.model import (
    MAX_PROMPT_BYTES,
    ActionError,
    ApprovalWaiting,
    Page,
    PromptFinished,
    PromptStatus,
    SettingsPage,
    Window,
    WindowFailed,
    WindowKind,
)
from tray.core.prompts import prompts, thread
from tray.protocol.approvals import ApprovalRequested, ExecRequest
from tray.protocol.runs import Agent, Finished
from tray.values import replace


def opening(play, command):
    """Open a window: the window."""
    play >> CommandReceived(command) << OpenWindow
    return play.state.process.windows[-1]


def opening_panel(play, *wish):
    """Open the panel, or bring it to the front: the panel."""
    play >> CommandReceived(OpenPanel(*wish)) << ReadSettings << OpenWindow
    return play.state.process.windows[-1]


def asking(play):
    """Open the panel at page Ask: the panel."""
    return opening_panel(play, Page.ASK)


def answered(play, text="done"):
    """A prompt of a preset that was answered: its id."""
    play >> CommandReceived(Ask("question", preset="Greet")) << Agent
    play.answer(Agent, Finished(text))
    play.skip()
    return play.prompt().id


def shown(play):
    """The prompt that the panel shows."""
    return thread.shown(play.state, play.state.process.windows[-1])


def test_a_second_wish_brings_the_same_window_to_the_front(play):
    window = opening(play, OpenSettings())
    play >> CommandReceived(OpenSettings()) << OpenWindow(window)
    assert play.state.process.windows == (window,)


def test_each_kind_has_its_own_window_and_its_own_id(play):
    settings, panel = opening(play, OpenSettings()), asking(play)
    assert (settings.kind, panel.kind, panel.page) == (WindowKind.SETTINGS, WindowKind.PANEL, Page.ASK)
    assert settings.id != panel.id


def test_the_panel_shows_the_answer_that_is_asked_for_else_the_last_one(play):
    play.up(row(used=1))
    first, second = answered(play), answered(play)
    opening_panel(play, Page.ASK, first)
    assert shown(play).id == first
    asking(play)
    assert shown(play).id == second
    play >> CommandReceived(ShowPage(Page.ASK, first))
    play >> CommandReceived(ShowPage(Page.NOW)) >> CommandReceived(ShowPage(Page.ASK))
    assert shown(play).id == first


def test_an_answer_that_is_forgotten_is_not_shown(play):
    opening_panel(play, Page.ASK, "gone")
    assert shown(play) is None


def test_the_panel_shows_what_was_sent_from_it(play):
    play.up(row(used=1))
    opening_panel(play, Page.ASK, answered(play))
    play >> CommandReceived(AskInWindow("hello", SIDE)) << Agent
    assert shown(play) == play.prompt()
    assert play.prompt().preset is None
    play.answer(Agent, Finished("good day"))
    assert play.prompt().state is PromptStatus.ANSWERED


def test_a_prompt_that_cannot_be_sent_is_shown_there_with_its_reason(play):
    asking(play)
    play >> CommandReceived(AskInWindow("hello"))
    assert shown(play).error is ActionError.OFFLINE


def test_placeholders_are_filled_in_only_where_they_were_chosen(play):
    play.up(row(used=1))
    asking(play)
    play >> CommandReceived(AskInWindow("{session}")) << Agent
    assert play.prompt().text == "{session}"
    for name in ("Greet", ""):
        play >> CommandReceived(AskInWindow("{session}", SIDE, None, name)) << Agent
        assert play.prompt().text == SIDE


def test_a_prompt_with_the_clipboard_is_shown_once_that_was_read(play):
    play.up(row(used=1))
    opening_panel(play, Page.ASK, answered(play))
    play >> CommandReceived(AskInWindow("{clipboard}", SIDE, None, "Sum")) << ReadClipboard
    play >> ClipboardRead(Ask("{clipboard}", SIDE, None, "Sum"), "a text") << Agent
    assert shown(play).text == "a text"
    play.answer(Agent, Finished("good day"))  # the panel shows it, so it is not announced


def test_before_the_first_prompt_the_clipboard_can_be_asked_for(play):
    play.up(row(used=1))
    asking(play)
    play >> CommandReceived(AskInWindow("{clipboard}", SIDE, None, "Sum")) << ReadClipboard
    assert shown(play) is None


def test_one_sent_in_the_moment_of_closing_runs_and_opens_nothing(play):
    play.up(row(used=1))
    window = asking(play)
    play >> WindowClosed(window.id, shown=True)
    play >> CommandReceived(AskInWindow("hello")) << Agent
    assert play.state.process.windows == ()


def test_an_answer_is_announced_if_the_panel_was_closed_meanwhile(play):
    play.up(row(used=1))
    window = asking(play)
    play >> CommandReceived(AskInWindow("hello")) << Agent
    play >> WindowClosed(window.id, shown=True)
    play.answer(Agent, Finished("good day"))
    play << PromptFinished(play.prompt())


def test_an_answer_is_announced_if_the_panel_shows_another_page_or_prompt(play):
    play.up(row(used=1))
    asking(play)
    play >> CommandReceived(AskInWindow("hello")) << Agent
    first = play.prompt().id
    play >> CommandReceived(AskInWindow("and now?")) << Agent
    for page in (Page.ASK, Page.NOW):
        state = turned(play.state, ShowPage(page))
        state, effects = prompts.finished(state, Agent(SIDE, "hello", first, 600), Finished("hi"), play.now)
        assert effects == (Notify(PromptFinished(prompts.find(state, first))),)


def test_a_prompt_that_fails_in_the_moment_of_closing_is_announced_once(play):
    play >> CommandReceived(AskInWindow("hello")) << PromptFinished
    play >> CommandReceived(AskInWindow("hello", preset="Greet")) << PromptFinished
    assert play.prompt().error is ActionError.OFFLINE


def test_other_windows_go_on_showing_what_they_showed(play):
    play.up(row(used=1))
    settings, _ = opening(play, OpenSettings()), asking(play)
    play >> CommandReceived(AskInWindow("hello")) << Agent
    assert play.state.process.windows[0] == settings


def test_sending_again_turns_the_panel_to_the_new_run(play):
    play.up(row(used=1))
    settings, _ = opening(play, OpenSettings()), asking(play)
    play >> CommandReceived(AskInWindow("hello")) << Agent
    first = play.prompt().id
    play >> ConnectionDropped(None, "")
    play.skip()
    play.state = _unknown(play.state, first)
    play >> CommandReceived(ShowPage(Page.ASK, first))
    play >> CommandReceived(AskAgain(first))
    play.skip()
    assert play.prompt().id != first
    assert shown(play).id == play.prompt().id
    assert play.state.process.windows[0] == settings


def test_sending_again_what_is_forgotten_turns_nothing(play):
    window = asking(play)
    play >> CommandReceived(AskAgain("gone"))
    assert play.state.process.windows == (window,)


def test_a_draft_is_kept_until_it_is_sent(play):
    play.up(row(used=1))
    play >> CommandReceived(KeepDraft("What is"))
    assert play.state.profile.draft == "What is"
    assert "What is" not in repr(play.state.profile)
    play >> CommandReceived(AskInWindow("What is?")) << Agent
    assert play.state.profile.draft == ""
    play >> CommandReceived(KeepDraft("x" * (MAX_PROMPT_BYTES + 1)))
    assert len(play.state.profile.draft) == MAX_PROMPT_BYTES


def test_a_window_that_was_closed_is_forgotten_and_opens_again(play):
    window = asking(play)
    play >> WindowClosed(window.id, shown=True)
    assert play.state.process.windows == ()
    assert asking(play).id != window.id


def test_an_unknown_window_that_is_closed_changes_nothing(play):
    play >> WindowClosed("window-0", shown=False)


def test_settings_that_cannot_be_shown_are_opened_as_a_file(play):
    window = opening(play, OpenSettings())
    play >> WindowClosed(window.id, shown=False) << WindowFailed() << EditSettings()
    assert play.state.process.windows == ()


def test_what_cannot_be_asked_in_the_panel_can_be_on_the_gateways_page(play):
    play.up(row(used=1))
    window = asking(play)
    play >> WindowClosed(window.id, shown=False) << WindowFailed() << OpenUrl("http://127.0.0.1:18789/")


def test_an_answer_that_cannot_be_shown_is_on_the_page_of_its_session(play):
    play.up(row(used=1))
    window = opening_panel(play, Page.ASK, answered(play))
    page = "http://127.0.0.1:18789/chat?session=agent%3Amain%3Atray"
    play >> WindowClosed(window.id, shown=False) << WindowFailed() << OpenUrl(page)


def test_an_approval_that_cannot_be_shown_is_on_its_sessions_page(play):
    play.up(row(used=1))
    (
        play
        >> EventReceived(ApprovalRequested(ExecRequest("a", "rm -rf build", session_key=SIDE)))
        << ApprovalWaiting
    )
    pages = {"a": "chat?session=agent%3Amain%3Atray", "b": ""}
    for identity, page in pages.items():
        window = opening_panel(play, Page.APPROVAL, identity)
        assert (window.page, window.subject) == (Page.APPROVAL, identity)
        address = f"http://127.0.0.1:18789/{page}"
        play >> WindowClosed(window.id, shown=False) << WindowFailed() << OpenUrl(address)


def test_there_is_one_panel_which_turns_to_the_page_that_is_asked_for(play):
    play.up(row(used=1))
    window = opening_panel(play)
    assert (window.kind, window.page, window.subject) == (WindowKind.PANEL, Page.NOW, "agent:main:main")
    other = opening_panel(play, Page.USAGE, SIDE)
    assert (other.id, other.page, other.subject) == (window.id, Page.USAGE, SIDE)
    play >> CommandReceived(ShowPage(Page.NOTIFICATIONS))
    play >> CommandReceived(ShowPage(Page.USAGE))
    (window,) = play.state.process.windows
    assert (window.page, window.subject) == (Page.USAGE, SIDE)


def test_a_panel_that_cannot_be_shown_opens_nothing_in_its_place(play):
    play.up(row(used=1))
    window = opening_panel(play)
    play >> WindowClosed(window.id, shown=False) << WindowFailed()


def test_a_page_of_a_panel_that_was_closed_meanwhile_opens_nothing(play):
    settings = opening(play, OpenSettings())
    play >> CommandReceived(ShowPage(Page.USAGE, SIDE))
    assert play.state.process.windows == (settings,)


def test_the_diagnostics_are_shown_as_long_as_their_window_is_open(play):
    play >> DiagnosticsReady("one") << OpenWindow
    (window,) = play.state.process.windows
    assert (window.kind, play.state.process.diagnostics) == (WindowKind.DIAGNOSTICS, "one")
    play >> DiagnosticsReady("two") << OpenWindow(window)
    assert play.state.process.diagnostics == "two"
    play >> WindowClosed(window.id, shown=True)
    assert (play.state.process.windows, play.state.process.diagnostics) == ((), "")


def test_diagnostics_that_cannot_be_shown_are_printed_by_the_console(play):
    play.up(row(used=1))
    play >> DiagnosticsReady("one") << OpenWindow
    play >> WindowClosed(play.state.process.windows[0].id, shown=False) << WindowFailed()


def test_without_a_gateway_there_is_no_page_either(play):
    window = asking(play)
    assert play.state.connection.target is None
    play >> WindowClosed(window.id, shown=False) << WindowFailed()


@pytest.mark.parametrize("kind", [WindowKind.PANEL, WindowKind.SETTINGS])
def test_opening_is_pure(play, kind):
    assert opened(play.state, kind) == opened(play.state, kind)
    assert isinstance(opened(play.state, kind)[0].process.windows[0], Window)


def _unknown(state, identity):
    prompts = tuple(
        replace(p, state=PromptStatus.UNKNOWN, due_at=None) if p.id == identity else p
        for p in state.profile.prompts
    )
    return replace(state, profile=replace(state.profile, prompts=prompts))


def test_the_settings_open_at_the_page_that_is_asked_for(play):
    window = opening(play, OpenSettings())
    assert window.settings is None
    again = opening(play, OpenSettings(SettingsPage.GATEWAYS))
    assert (again.id, again.settings) == (window.id, SettingsPage.GATEWAYS)
    assert opening(play, OpenSettings()).settings is SettingsPage.GATEWAYS  # it stays where it is
