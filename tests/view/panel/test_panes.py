from __future__ import annotations

from datetime import time

import pytest

from tests.view.conftest import Make
from tray.core.model import Page, Window, WindowKind
from tray.i18n.words import message
from tray.settings.quiet_hours import QuietHours
from tray.settings.settings import BUILT_IN_PRESETS, Settings
from tray.values import replace
from tray.view.icon.model import Icon, Situation
from tray.view.panel.cards import PanelPane
from tray.view.panel.panes import pane
from tray.view.panel.texts import TextPane

SETTINGS = Window("w", WindowKind.SETTINGS)


@pytest.fixture
def show(words):
    return lambda state, window: pane(window, state, Make.now(), words)


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


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        (WindowKind.DIAGNOSTICS, "Diagnostics"),
    ],
)
def test_other_windows_are_texts(show, make, kind, title):
    shown = show(make.connected(diagnostics="ClawTray 1.2.3"), Window("w", kind))
    assert isinstance(shown, TextPane)
    assert shown.title == title


def test_the_panel_shows_the_page_that_its_window_is_at(show, make):
    shown = show(make.connected(make.session()), Window("w", WindowKind.PANEL, Page.USAGE))
    assert isinstance(shown, PanelPane)
    assert shown.page is Page.USAGE
