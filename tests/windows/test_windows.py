"""The windows of the program as built: opened by a click on the icon, typed into, gone when closed."""

from __future__ import annotations

import subprocess

import pytest

from tests.desktop.screen import until
from tests.windows.desk import ICON
from tests.windows.program import running

FOCUS = (0x00, 0x5F, 0xB8)
"""The border of what has the keyboard."""
_NOT_DRAWN = 0.01
"""The part of a panel from which on a black one was not drawn; its text is not black."""


@pytest.fixture
def ask(tray):
    """Page Ask of the panel that a click on the icon opens: what types into it."""
    display = tray.desk.windows.display

    def press(*arguments):
        subprocess.run(["xdotool", *arguments], env={"PATH": "/usr/bin:/bin", "DISPLAY": display}, check=True)

    tray.desk.click(ICON)
    until(lambda: panel(tray.desk), "the panel is open", 30.0)
    until(lambda: FOCUS in colours(tray.desk), "it is drawn", 30.0)
    keep(tray.desk, "window-panel")
    small = height(tray.desk)
    press("key", "ctrl+2")
    until(lambda: height(tray.desk) != small, "page Ask is open", 30.0)
    return press


def panel(desk):
    """The panel, as the system describes its window; None while it is closed."""
    windows = (w for w in desk.ask("windows") if w["visible"] and w["text"].endswith(" - ClawTray"))
    return next(windows, None)


def keep(desk, name):
    """Keep a picture of the panel when it is drawn; what is never drawn stays black under Wine."""
    picture = desk.settled(lambda screen: screen.crop(tuple((panel(desk) or {"box": (0, 0, 1, 1)})["box"])))
    desk.keep(name)
    black = {colour: count for count, colour in picture.getcolors(1 << 24)}.get((0, 0, 0), 0)
    assert black < _NOT_DRAWN * picture.width * picture.height


def height(desk):
    shown = panel(desk)
    return 0 if shown is None else shown["box"][3] - shown["box"][1]


def colours(desk):
    picture = desk.windows.picture().convert("RGB")
    return {colour for _, colour in picture.getcolors(picture.width * picture.height)}


def test_a_prompt_is_typed_and_answered_and_the_panel_is_gone_when_closed(tray, ask, demo):
    ask("type", "--delay", "20", "What is waiting for me?")
    keep(tray.desk, "window-ask")
    small = height(tray.desk)
    ask("key", "ctrl+Return")
    until(lambda: demo.runs == 1, "it is asked")
    assert [params["message"] for method, params in demo.requests if method == "agent"] == [
        "What is waiting for me?"
    ]
    until(lambda: height(tray.desk) > small, "the panel has made room for the answer", 30.0)
    keep(tray.desk, "window-answered")
    ask("key", "Escape")
    until(lambda: not panel(tray.desk), "the panel is closed")
    until(lambda: len(running(tray.desk)) == 1, "and its process is gone")
    assert not tray.ended


def test_windows_end_with_the_program(tray, ask):
    ask("type", "--delay", "20", "a text that holds it")
    assert len(running(tray.desk)) == 2
    tray.end()
    until(lambda: not running(tray.desk), "nothing is left")
