"""The windows of the program as built: opened by a click on the icon, typed into, gone when closed."""

from __future__ import annotations

import subprocess

import pytest

from tests.desktop.screen import until
from tests.windows.desk import ICON
from tests.windows.program import running

FOCUS = (0x00, 0x5F, 0xB8)
"""The border of what has the keyboard."""


_SHADES = 12
"""Colours of bare ground with its border; letters have more of them at their edges."""


@pytest.fixture
def ask(tray):
    """The Ask window, opened from the panel that a click on the icon opens: what types into it."""
    display = tray.desk.windows.display

    def press(*arguments):
        subprocess.run(["xdotool", *arguments], env={"PATH": "/usr/bin:/bin", "DISPLAY": display}, check=True)

    tray.desk.click(ICON)
    until(lambda: panel(tray.desk), "the panel is open", 30.0)
    until(lambda: FOCUS in colours(tray.desk), "it is drawn", 30.0)
    tray.desk.keep("window-panel")
    press("key", "ctrl+4")
    until(lambda: seen(tray.desk, "Ask - ClawTray"), "the Ask window is open", 30.0)
    until(lambda: not panel(tray.desk), "the panel has closed, since it was left", 30.0)
    until(lambda: FOCUS in colours(tray.desk), "the field has the keyboard", 30.0)
    return press


def panel(desk):
    """The panel's title; None while it is closed."""
    titles = (w["text"] for w in desk.ask("windows") if w["visible"] and w["text"].endswith(" - ClawTray"))
    return next((title for title in titles if title != "Ask - ClawTray"), None)


def box_of(desk):
    boxes = [window["box"] for window in desk.ask("windows") if window["text"] == "Ask - ClawTray"]
    return boxes[0] if boxes else (0, 0, 0, 0)


def height(desk):
    _, top, _, bottom = box_of(desk)
    return bottom - top


def is_written_in(desk, below):
    """Whether the part of the window that was added is more than bare ground."""
    left, top, right, bottom = box_of(desk)
    part = desk.windows.picture().convert("RGB").crop((left, top + below, right, bottom))
    return len(part.getcolors(part.width * part.height)) > _SHADES


def colours(desk):
    picture = desk.windows.picture().convert("RGB")
    return {colour for _, colour in picture.getcolors(picture.width * picture.height)}


def seen(desk, title):
    return any(window["visible"] and window["text"] == title for window in desk.ask("windows"))


def test_a_prompt_is_typed_and_answered_and_the_window_is_gone_when_closed(tray, ask, demo):
    ask("type", "--delay", "20", "What is waiting for me?")
    tray.desk.keep("window-ask")
    small = height(tray.desk)
    ask("key", "ctrl+Return")
    until(lambda: demo.runs == 1, "it is asked")
    assert [params["message"] for method, params in demo.requests if method == "agent"] == [
        "What is waiting for me?"
    ]
    until(lambda: height(tray.desk) > small, "the window has made room for the answer", 30.0)
    until(lambda: is_written_in(tray.desk, small), "the answer is read there", 30.0)
    tray.desk.keep("window-answered")
    ask("key", "Escape")
    until(lambda: not seen(tray.desk, "Ask - ClawTray"), "the window is closed")
    until(lambda: len(running(tray.desk)) == 1, "and its process is gone")
    assert not tray.ended


def test_windows_end_with_the_program(tray, ask):
    until(lambda: len(running(tray.desk)) == 2, "the panel's process has ended")
    tray.end()
    until(lambda: not running(tray.desk), "nothing is left")
