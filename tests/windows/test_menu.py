"""The menu by mouse. Wine lets nobody read another process's: a line is where the state's menu has it."""

import pytest

from tests.desktop.screen import until
from tests.stage import Stage
from tests.steer import MAIN
from tests.windows.desk import ELSEWHERE, ICON, line_box
from tray.i18n.words import Words
from tray.runtime.clock import now
from tray.values import replace
from tray.view.menu.menu import menu

SONNET = "claude-sonnet-4-5"
RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
NAME = "ClawTray"


@pytest.fixture
def lines(demo):
    """The lines of a level of the menu, by its path, as they are with this gateway."""
    with Stage(demo.url, demo.token) as stage:
        stage.until_up()
        state = replace(stage.state, process=replace(stage.state.process, autostart=False))
    return lambda *path: menu(state, path, now(), Words())


def patches(demo):
    return [params for method, params in demo.requests if method == "sessions.patch"]


def test_menu_opens_by_the_right_button_and_closes_by_a_click_elsewhere(tray):
    desk = tray.desk
    desk.open_menu()
    desk.keep("menu")
    desk.click(ELSEWHERE)
    desk.until_levels(0)
    assert not tray.ended


def test_choosing_a_model_by_mouse_switches_the_session(tray, lines, demo):
    desk = tray.desk
    desk.click(line_box(desk.open_menu(), lines(), "Model"))
    _, below = desk.until_levels(2)
    desk.keep("menu-models")
    before = desk.still(below)
    desk.click(line_box(below, lines("model"), SONNET))
    until(lambda: patches(demo), "the gateway is asked")
    assert patches(demo) == [{"key": MAIN, "model": f"anthropic/{SONNET}"}]
    desk.until_levels(0)

    def has_moved():  # a menu that is open stays as it is, so it is opened again
        desk.click(line_box(desk.open_menu(), lines(), "Model"))
        desk.until_levels(2)
        moved = desk.still(below) != before
        desk.keep("menu-model-switched")
        desk.click(ELSEWHERE)
        desk.until_levels(0)
        return moved

    until(has_moved, "the mark has moved")
    assert demo.runs == 0


def test_a_model_that_is_too_small_cannot_be_chosen(tray, lines, demo):
    desk = tray.desk
    desk.click(line_box(desk.open_menu(), lines(), "Model"))
    _, below = desk.until_levels(2)
    desk.click(line_box(below, lines("model"), "qwen3-8b"))
    assert len(desk.until_levels(2)) == 2
    desk.click(ELSEWHERE)
    desk.until_levels(0)
    assert patches(demo) == []


def test_start_at_sign_in_is_switched_on_and_off_in_the_registry(tray, lines, built):
    desk = tray.desk
    desk.click(line_box(desk.open_menu(), lines(), "Start at sign-in"))
    command = until(lambda: desk.ask("value", RUN, NAME), "it is noted")
    assert command.startswith('"Z:\\')
    assert command.endswith('\\ClawTray.exe"')
    desk.click(line_box(desk.open_menu(), lines(), "Start at sign-in"))
    until(lambda: desk.ask("value", RUN, NAME) is None, "it is noted no longer")


def test_quit_ends_the_program_and_leaves_no_icon(tray, lines):
    desk = tray.desk
    desk.click(line_box(desk.open_menu(), lines(), "Quit"))
    assert tray.process.wait(30) == 0
    until(lambda: not desk.icons(), "the icon is gone")
    desk.click(ICON)
    desk.until_levels(0)
