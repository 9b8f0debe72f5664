"""The program's side of windows, with a program in place of the window that has no Tk."""

from __future__ import annotations

import socket
import sys
import threading

import pytest

from tests.desktop.screen import until
from tray.core.commands import OpenLink
from tray.core.events import CommandReceived, WindowClosed
from tray.core.model import Mode, Window, WindowKind
from tray.core.state import Process, State
from tray.gui.host import Windows
from tray.i18n.words import Words
from tray.settings.settings import Profile, Settings
from tray.values import replace
from tray.view.panel.forms import TryGateway

PANEL, SETTINGS = Window("window-1", WindowKind.PANEL), Window("window-2", WindowKind.SETTINGS)
STATE = State(Settings(), Mode.LIVE, process=Process("5eed", windows=(PANEL,)))

ECHO = """
import sys
from tray.core.commands import OpenLink
from tray.gui.ipc import Ready, dump, load_for_window
def say(value):
    print(dump(value), flush=True)
say(Ready())
for line in sys.stdin:
    print("no line of ours", flush=True)
    say(OpenLink("http://" + type(load_for_window(line)).__name__))
"""
"""Reports that it is visible, and then the name of everything it receives."""
TELLING = """
import os
from tray.core.commands import OpenLink
from tray.gui.ipc import dump
print(dump(OpenLink(f"http://{os.getcwd()}?{os.environ.get('CLAWTRAY_TOKEN')}")), flush=True)
"""
TRYING = """
import sys
from tray.gui.ipc import Ready, dump
from tray.view.panel.forms import TryGateway
print(dump(Ready()), flush=True)
print(dump(TryGateway("default", "wss://h", "t0ken", saves=True)), flush=True)
sys.stdin.read()
"""
SILENT = "import sys; sys.stdin.read()"
HANGING = """
import socket
socket.create_connection(("127.0.0.1", PORT)).recv(1)
"""
"""Reads nothing until the connection ends."""
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
    def received(self):
        """The names of what the window received."""
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
        made.append(Windows(Words("ko"), heard, (sys.executable, "-c", program)))
        return made[-1]

    yield windows
    for each in made:
        each.close()
    until(lambda: not [t for t in threading.enumerate() if t.name.startswith("window")], "no thread is left")


def test_a_window_gets_its_language_and_content_first(make, heard):
    make(ECHO).open(PANEL, STATE)
    until(lambda: heard.received == ["Init", "PanelPane"], "it received both")


def test_what_was_typed_to_be_tested_does_not_pass_through_the_core(heard):
    tried = []
    windows = Windows(Words(), heard, (sys.executable, "-c", TRYING), try_gateway=tried.append)
    windows.open(PANEL, STATE)
    until(lambda: tried == [TryGateway("default", "wss://h", "t0ken", saves=True)], "it is handed on")
    windows.close()
    assert heard.events == []


def test_only_changes_are_sent(make, heard):
    windows = make(ECHO)
    windows.open(PANEL, STATE)
    until(lambda: len(heard.received) == 2, "it stands")
    windows.show(STATE)
    windows.show(replace(STATE, process=replace(STATE.process, serial=7)))
    windows.show(replace(STATE, process=replace(STATE.process, windows=())))
    windows.open(PANEL, STATE)
    until(lambda: heard.received[2:] == ["BringToFront"], "it comes to the front, and nothing else was sent")


def test_a_change_is_sent(make, heard):
    windows = make(ECHO)
    windows.open(SETTINGS, STATE)
    until(lambda: len(heard.received) == 2, "it stands")
    windows.show(
        replace(
            STATE, settings=Settings(warning=50.0), process=replace(STATE.process, windows=(PANEL, SETTINGS))
        )
    )
    until(lambda: heard.received[2:] == ["SettingsPane"], "the change is sent")


def test_a_slow_window_gets_only_the_latest_content(make, heard):
    windows = make(ECHO)
    windows.open(SETTINGS, STATE)
    for percent in range(1, 60):
        windows.show(
            replace(
                STATE,
                settings=Settings(warning=float(percent)),
                process=replace(STATE.process, windows=(SETTINGS,)),
            )
        )
    until(lambda: heard.received[-1:] == ["SettingsPane"], "it stands")
    assert len(heard.received) < 60


def test_a_window_that_hangs_fills_no_queue_and_gets_the_latest_content_at_last(make, heard):
    with socket.create_server(("127.0.0.1", 0)) as server:
        windows = make(HANGING.replace("PORT", str(server.getsockname()[1])) + ECHO)
        windows.open(SETTINGS, STATE)
        with server.accept()[0]:
            for percent in range(3000):
                settings = Settings(warning=percent / 50, profiles=(Profile("x" * 1000),))
                windows.show(
                    replace(STATE, settings=settings, process=replace(STATE.process, windows=(SETTINGS,)))
                )
                windows.open(SETTINGS, STATE)
            assert windows._open[SETTINGS.id]._lines.qsize() <= 3
            windows.show(replace(STATE, process=replace(STATE.process, windows=(SETTINGS,))))
        until(lambda: {"BringToFront", "SettingsPane"} <= set(heard.received), "it goes on")
    assert len(heard.received) < 3000


def test_windows_close_with_the_program(make, heard):
    windows = make(ECHO)
    windows.open(PANEL, STATE)
    until(lambda: heard.received, "it stands")
    windows.close()
    assert heard.closed == []  # nobody is there to hear it


def test_a_window_that_does_not_close_is_killed(make, heard, monkeypatch):
    monkeypatch.setattr("tray.gui.host._CLOSE_TIMEOUT", 0.05)
    windows = make(STUBBORN)
    windows.open(PANEL, STATE)
    until(lambda: windows._open[PANEL.id]._process is not None, "it runs")
    process = windows._open[PANEL.id]._process
    windows.close()
    assert process.wait(30) != 0


def test_a_window_that_was_never_visible_is_reported(make, heard):
    windows = make(DYING)
    windows.open(PANEL, STATE)
    until(lambda: heard.closed == [WindowClosed(PANEL.id, shown=False)], "its end is reported")
    windows.open(PANEL, STATE)
    until(lambda: len(heard.closed) == 2, "it can be tried again")


def test_a_window_that_was_visible_and_closed_is_reported(make, heard):
    windows = make("from tray.gui.ipc import Ready, dump; print(dump(Ready()))")
    windows.open(PANEL, STATE)
    until(lambda: heard.closed == [WindowClosed(PANEL.id, shown=True)], "its end is reported")
    windows.show(STATE)


def test_a_missing_program_is_reported_as_a_window_that_failed(heard, caplog):
    windows = Windows(Words(), heard, ("/nowhere/clawtray",))
    windows.open(PANEL, STATE)
    until(lambda: heard.closed == [WindowClosed(PANEL.id, shown=False)], "its end is reported")
    assert "opening a window" in caplog.text


def test_a_pane_that_fails_is_reported_as_a_bug_and_survived(make, heard, monkeypatch, caplog):
    windows = make(SILENT)
    windows.open(PANEL, STATE)
    monkeypatch.setattr("tray.gui.host.pane", lambda *_: 1 / 0)
    windows.show(STATE)
    assert "showing the state in a window: ZeroDivisionError" in caplog.text


def test_a_window_gets_neither_our_folder_nor_our_secrets(make, heard, monkeypatch, tmp_path):
    monkeypatch.setenv("CLAWTRAY_TOKEN", "hidden")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "current").mkdir()
    monkeypatch.chdir(tmp_path / "current")
    make(TELLING).open(PANEL, STATE)
    until(lambda: heard.received == [f"{tmp_path}?None"], "it tells where it is and what it was given")


def test_a_content_that_cannot_be_sent_closes_the_window(make, heard, monkeypatch, caplog):
    monkeypatch.setattr("tray.gui.host._Open._next", lambda _: {}["nothing"])
    make(ECHO).open(PANEL, STATE)
    until(lambda: heard.closed == [WindowClosed(PANEL.id, shown=True)], "its end is reported")
    assert "writing to a window: KeyError" in caplog.text
