from __future__ import annotations

import pytest

from tests.core.playbook import (
    MAIN,
    OTHER,
    row,
)
from tray.core.commands import (
    Ask,
    AskAgain,
    AskHere,
    Compact,
    CopyKey,
    EditSettings,
    NewSession,
    OpenAsk,
    OpenDashboard,
    OpenLink,
    OpenLog,
    OpenMenu,
    OpenSettings,
    Pin,
    Quit,
    Reconnect,
    SaveSettings,
    SetAutostart,
    SetNotices,
    SetThinking,
    ShowAnswer,
    ShowDiagnostics,
    ShowIconSettings,
    StopPrompt,
    StopRun,
    UseModel,
)
from tray.core.effects import (
    CopyText,
    Exit,
    GatherDiagnostics,
    HangUp,
    OpenIconSettings,
    OpenUrl,
    OpenWindow,
    ReadAutostart,
    ReadSettings,
    SaveAutostart,
    SaveNotices,
    ShowLog,
    ShowSettings,
    WriteSettings,
)
from tray.core.events import Clicked, DiagnosticsGathered
from tray.core.model.windows import WindowKind
from tray.protocol.runs import Agent
from tray.protocol.session_actions import ChatAbort, SessionsCompact, SessionsReset, ThinkingPatch
from tray.protocol.sessions import SessionsPatch


def test_quitting(play):
    play >> Clicked(Quit()) << HangUp() << Exit()


def test_balloons_on_and_off(play):
    play >> Clicked(SetNotices(on=False)) << SaveNotices(on=False)
    assert play.state.settings.notices is False


def test_opening_the_settings(play):
    play >> Clicked(OpenSettings()) << OpenWindow
    assert [window.kind for window in play.state.windows] == [WindowKind.SETTINGS]
    play >> Clicked(EditSettings()) << ShowSettings()
    changes = ((("notices",), False),)
    play >> Clicked(SaveSettings(changes)) << WriteSettings(changes)


def test_opening_the_window_for_a_prompt_and_that_of_an_answer(play):
    play >> Clicked(OpenAsk()) << OpenWindow
    play >> Clicked(ShowAnswer("forgotten"))
    assert [window.kind for window in play.state.windows] == [WindowKind.ASK]


def test_what_is_typed_into_a_window_is_sent_at_most_once(play):
    play.up(row(used=1))
    play >> Clicked(OpenAsk()) << OpenWindow
    play >> Clicked(AskHere("hello")) << Agent
    assert play.state.windows[0].subject == play.prompt().id


@pytest.mark.parametrize("address", ["https://docs.example/", "http://docs.example/"])
def test_a_link_of_an_answer_is_opened(play, address):
    play >> Clicked(OpenLink(address)) << OpenUrl(address)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "javascript:alert(1)", "ms-settings:", ""])
def test_nothing_but_a_page_is_opened(play, address):
    play >> Clicked(OpenLink(address))


def test_opening_the_log(play):
    play >> Clicked(OpenLog()) << ShowLog()


def test_diagnostics_are_gathered_before_they_are_shown(play):
    play >> Clicked(ShowDiagnostics()) << GatherDiagnostics()
    play >> DiagnosticsGathered("all is well") << OpenWindow


def test_showing_where_icons_are_made_visible(play):
    play >> Clicked(ShowIconSettings()) << OpenIconSettings()


def test_opening_the_menu_looks_at_the_settings(play):
    play.up()
    play >> Clicked(OpenMenu()) << ReadSettings() << ReadAutostart()


def test_nothing_to_show_in_a_browser_before_a_gateway_is_found(play):
    play >> Clicked(OpenDashboard())


def test_starting_at_sign_in_is_the_systems_to_set(play):
    play >> Clicked(SetAutostart(on=True)) << SaveAutostart(on=True)


def test_what_concerns_the_gateway_goes_to_its_room(play):
    play.up(row(used=20_000), row(OTHER, used=10_000))
    play >> Clicked(Pin(OTHER))
    assert play.state.focus.pinned == OTHER
    play >> Clicked(UseModel("fake/beta")) << SessionsPatch(OTHER, "fake/beta")
    play >> Clicked(Ask("hello")) << Agent
    play >> Clicked(AskAgain("nobody's"))
    play >> Clicked(OpenDashboard()) << OpenUrl("http://127.0.0.1:18789/")
    play >> Clicked(Reconnect())
    assert play.skip()


def test_what_is_done_to_a_session_goes_to_its_room(play):
    play.up(row(used=20_000, thinking_levels=("off", "low")))
    play >> Clicked(Compact(MAIN)) << SessionsCompact(MAIN)
    play >> Clicked(NewSession(MAIN)) << SessionsReset(MAIN)
    play >> Clicked(StopRun(MAIN)) << ChatAbort(MAIN)
    play >> Clicked(SetThinking(MAIN, "low")) << ThinkingPatch(MAIN, "low")
    play >> Clicked(StopPrompt("nobody's"))


def test_a_key_is_copied_as_it_is(play):
    play >> Clicked(CopyKey("agent:main:a & b")) << CopyText("agent:main:a & b")


@pytest.mark.parametrize(
    ("key", "page"),
    [
        (MAIN, "chat?session=agent%3Amain%3Amain"),
        ("agent:main:a/b&token=c #d", "chat?session=agent%3Amain%3Aa%2Fb%26token%3Dc%20%23d"),
        ("agent:main:안녕", "chat?session=agent%3Amain%3A%EC%95%88%EB%85%95"),
    ],
)
def test_a_sessions_own_page_is_opened_whatever_it_is_called(play, key, page):
    play.up()
    play >> Clicked(OpenDashboard(key)) << OpenUrl(f"http://127.0.0.1:18789/{page}")
