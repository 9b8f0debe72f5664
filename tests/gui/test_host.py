"""The program's side of windows, with a program in place of the window that has no Tk."""

from __future__ import annotations

import sys
import threading

import pytest

from tests.desktop.screen import until
from tray.core.commands import OpenLink
from tray.core.events import CommandReceived, WindowClosed
from tray.core.model.connection import Mode
from tray.core.model.windows import Window, WindowKind
from tray.core.state import State
from tray.gui.host import Windows, own_command
from tray.i18n.translate import Words
from tray.settings.settings import Settings
from tray.values import replace

ASK, SETTINGS = Window("window-1", WindowKind.ASK), Window("window-2", WindowKind.SETTINGS)
STATE = State(Settings(), Mode.LIVE, "5eed", windows=(ASK,))

ECHO = """
import sys
from tray.core.commands import OpenLink
from tray.gui.ipc import Ready, dump
def say(value):
    print(dump(value), flush=True)
say(Ready())
for line in sys.stdin:
    print("no line of ours", flush=True)
    say(OpenLink("http://" + line.split(",")[0].strip('["')))
"""
"""Says that it is seen, and then the name of everything that it is told."""
SILENT = "import sys; sys.stdin.read()"
DYING = "raise SystemExit(1)"
STUBBORN = """
import threading
from tray.gui.ipc import Ready, dump
print(dump(Ready()), flush=True)
threading.Event().wait(60)
"""


class Heard:
    """What a window asked for, and its end."""

    def __init__(self):
        self.events = []

    def __call__(self, event):
        self.events.append(event)

    @property
    def notified(self):
        """The names of what it was told."""
        links = [
            e.command.url
            for e in self.events
            if isinstance(e, CommandReceived) and isinstance(e.command, OpenLink)
        ]
        return [link.removeprefix("http://") for link in links]

    @property
    def closed(self):
        return [event for event in self.events if isinstance(event, WindowClosed)]


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def make(heard):
    """Windows whose program is this text."""
    made = []

    def windows(program):
        made.append(Windows(Words({"Send": "Los"}), heard, (sys.executable, "-c", program)))
        return made[-1]

    yield windows
    for each in made:
        each.close()
    until(lambda: not [t for t in threading.enumerate() if t.name.startswith("window")], "no thread is left")


def test_a_window_is_greeted_and_told_what_it_shows(make, heard):
    make(ECHO).open(ASK, STATE)
    until(lambda: heard.notified == ["Init", "AskPane"], "it was told both")


def test_it_hears_only_what_differs(make, heard):
    windows = make(ECHO)
    windows.open(ASK, STATE)
    until(lambda: len(heard.notified) == 2, "it stands")
    windows.show(STATE)
    windows.show(replace(STATE, serial=7))
    windows.show(replace(STATE, windows=()))
    windows.open(ASK, STATE)
    until(lambda: heard.notified[2:] == ["BringToFront"], "it comes to the front, and nothing else was told")


def test_a_change_is_told(make, heard):
    windows = make(ECHO)
    windows.open(SETTINGS, STATE)
    until(lambda: len(heard.notified) == 2, "it stands")
    windows.show(replace(STATE, windows=(ASK, SETTINGS), settings=Settings(warning=50.0)))
    until(lambda: heard.notified[2:] == ["SettingsPane"], "the change is told")


def test_a_slow_window_hears_the_latest_alone(make, heard):
    windows = make(ECHO)
    windows.open(SETTINGS, STATE)
    for percent in range(1, 60):
        windows.show(replace(STATE, windows=(SETTINGS,), settings=Settings(warning=float(percent))))
    until(lambda: heard.notified[-1:] == ["SettingsPane"], "it stands")
    assert len(heard.notified) < 60


def test_the_end_of_the_program_is_the_end_of_its_windows(make, heard):
    windows = make(ECHO)
    windows.open(ASK, STATE)
    until(lambda: heard.notified, "it stands")
    windows.close()
    assert heard.closed == []  # nobody is there to hear it


def test_a_window_that_does_not_close_is_ended(make, heard, monkeypatch):
    monkeypatch.setattr("tray.gui.host._CLOSE_TIMEOUT", 0.05)
    windows = make(STUBBORN)
    windows.open(ASK, STATE)
    until(lambda: windows._open[ASK.id]._process is not None, "it runs")
    process = windows._open[ASK.id]._process
    windows.close()
    assert process.wait(30) != 0


def test_one_that_was_never_seen_says_so(make, heard):
    windows = make(DYING)
    windows.open(ASK, STATE)
    until(lambda: heard.closed == [WindowClosed(ASK.id, shown=False)], "its end is told")
    windows.open(ASK, STATE)
    until(lambda: len(heard.closed) == 2, "it can be tried again")


def test_one_that_was_seen_and_closed_says_that(make, heard):
    windows = make("from tray.gui.ipc import Ready, dump; print(dump(Ready()))")
    windows.open(ASK, STATE)
    until(lambda: heard.closed == [WindowClosed(ASK.id, shown=True)], "its end is told")
    windows.show(STATE)


def test_a_program_that_is_not_there_is_a_window_that_was_never_seen(heard, caplog):
    windows = Windows(Words(), heard, ("/nowhere/clawtray",))
    windows.open(ASK, STATE)
    until(lambda: heard.closed == [WindowClosed(ASK.id, shown=False)], "its end is told")
    assert "opening a window" in caplog.text


def test_a_pane_that_cannot_be_made_is_told_as_a_bug_and_outlived(make, heard, monkeypatch, caplog):
    windows = make(SILENT)
    windows.open(ASK, STATE)
    monkeypatch.setattr("tray.gui.host.pane", lambda *_: 1 / 0)
    windows.show(STATE)
    assert "showing the state in a window: ZeroDivisionError" in caplog.text


def test_a_window_is_this_program_itself(monkeypatch):
    assert own_command() == (sys.executable, "-m", "tray")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert own_command() == (sys.executable,)
