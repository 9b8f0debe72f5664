"""The windows on a real screen: typed into by the keyboard alone, while the simulated gateway answers."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageColor, ImageFilter

from tests.desktop.conftest import OUT
from tests.desktop.screen import until
from tray.core.commands import (
    OpenPanel,
    OpenSettings,
    ShowDiagnostics,
    StopPrompt,
)
from tray.core.events import Tick
from tray.core.model import Mode, Page, Phase, PromptStatus, SettingsPage, WindowKind
from tray.gui.host import Windows
from tray.gui.palette import LIGHT
from tray.runtime.app import App, Options
from tray.settings.parse import parse_settings


class Stage:
    """ClawTray without its icon: the gateway's loop on a thread, and the windows."""

    def __init__(self, screen, settings: Path) -> None:
        self.screen, self.settings = screen, settings
        self._over = threading.Event()
        self.app = App(
            Options(),
            Mode.LIVE,
            show=lambda *_: None,
            open_window=self._open,
        )
        self.windows = Windows(self.app.words, self.app.gateway.post, try_gateway=self.app.try_gateway)
        self._thread = threading.Thread(target=self.app.gateway.run, args=(self._observe,), daemon=True)

    def _open(self, window, state):
        self.windows.open(window, state)

    def _observe(self, state):
        self.windows.show(state)
        return self._over.is_set()

    def __enter__(self):
        self._thread.start()
        return self

    def connected(self):
        until(lambda: self.state.phase is Phase.CONNECTED, "it is connected")
        return self

    def __exit__(self, *_):
        self.windows.close()
        self._over.set()
        self.app.gateway.post(Tick())
        self._thread.join(30)
        self.app.__exit__(None, None, None)

    @property
    def state(self):
        return self.app.gateway.state

    @property
    def prompt(self):
        return self.state.profile.prompts[-1] if self.state.profile.prompts else None

    def open(self, command, title):
        """Open a window and wait until it has the keyboard, and nothing about it changes any more."""
        self.app.click(command)
        until(
            lambda: (
                self.has_keyboard(title)
                and self.shows(LIGHT.accent)
                and (self.prompt is not None or not self.state.pending)  # what is read is drawn again
                and self._is_steady()
            ),
            f"{title} is open",
        )

    def shows(self, colour):
        """Whether any pixel of the screen has this colour: an empty window has none but its ground's."""
        picture = self.screen.picture().convert("RGB")
        return ImageColor.getrgb(colour) in {
            seen for _, seen in picture.getcolors(picture.width * picture.height)
        }

    def field_has_keyboard(self):
        """Whether a wide field has the border of the widget that has the keyboard."""
        picture = self.screen.picture().convert("RGB")
        wide, high = picture.size
        accent = ImageColor.getrgb(LIGHT.accent)
        rows = (picture.crop((0, y, wide, y + 1)).getcolors(wide) for y in range(high))
        return any(count > wide // 5 and seen == accent for row in rows for count, seen in row)

    def _is_steady(self):
        before = self.screen.picture()
        return self.screen.picture() == before

    def click_on(self, colour):
        """Click into the largest area of a colour."""
        picture = self.screen.picture().convert("RGB")
        differs = ImageChops.difference(picture, Image.new("RGB", picture.size, colour)).convert("L")
        mask = differs.point([255] + [0] * 255).filter(ImageFilter.MinFilter(9))  # no thin lines
        wide, high = mask.size
        row = max(range(high), key=lambda y: mask.crop((0, y, wide, y + 1)).histogram()[255])
        columns = [x for x in range(wide) if mask.getpixel((x, row))]
        x = str(columns[len(columns) // 2])
        self._ask("mousemove", x, str(row), "click", "1")

    def has_keyboard(self, title):
        return self._ask("getwindowfocus", "getwindowname") == title

    def titles(self):
        return self._ask("search", "--onlyvisible", "--name", "ClawTray$").split()

    def type(self, text):
        self._ask("type", "--delay", "5", text)

    def press(self, *keys):
        self._ask("key", "--delay", "20", *keys)

    def press_and_see(self, key):
        """Press a key, and wait until something on the screen is another: a list takes a while to open."""
        before = self.screen.picture()
        self.press(key)
        until(lambda: self.screen.picture() != before, f"{key} is seen")

    def press_until_steady(self, key):
        """Press a key, and wait for what follows: what has been drawn may not have the keyboard yet."""
        self.press_and_see(key)
        until(self._is_steady, "nothing changes any more")

    def keep(self, name):
        OUT.mkdir(exist_ok=True)
        self.screen.picture().save(OUT / f"{name}.png")

    def clipboard(self):
        """Read by a process of its own: Tk ends the one whose screen is gone, and each test has a screen."""
        read = "import sys, tkinter; sys.stdout.buffer.write(tkinter.Tk().clipboard_get().encode())"
        done = subprocess.run(
            [sys.executable, "-c", read],
            env=self.screen.environment,
            capture_output=True,
            timeout=30,
            check=False,
        )
        return done.stdout.decode()

    def processes(self):
        """Those that belong to windows."""
        return [known._process for known in self.windows._open.values() if known._process is not None]

    def _ask(self, *arguments):
        done = subprocess.run(
            ["xdotool", *arguments],
            env=self.screen.environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        return done.stdout.strip()


@pytest.fixture
def stage(screen, demo, tmp_path, monkeypatch):
    monkeypatch.setenv("DISPLAY", screen.environment["DISPLAY"])
    monkeypatch.setenv("GTK_THEME", "Adwaita")
    monkeypatch.setenv("CLAWTRAY_URL", demo.url)
    monkeypatch.setenv("CLAWTRAY_TOKEN", demo.token)
    monkeypatch.setenv("CLAWTRAY_HOME", str(tmp_path / "clawtray"))
    monkeypatch.setenv("HOME", screen.environment["HOME"])
    with Stage(screen, tmp_path / "clawtray" / "settings.toml") as started:
        yield started.connected()


@pytest.fixture
def unset(screen, tmp_path, monkeypatch):
    """The same with nothing set up."""
    for name in [name for name in os.environ if name.startswith(("CLAWTRAY_", "OPENCLAW_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DISPLAY", screen.environment["DISPLAY"])
    monkeypatch.setenv("GTK_THEME", "Adwaita")
    monkeypatch.setenv("CLAWTRAY_HOME", str(tmp_path / "clawtray"))
    monkeypatch.setenv("HOME", screen.environment["HOME"])
    with Stage(screen, tmp_path / "clawtray" / "settings.toml") as started:
        until(lambda: started.state.phase is Phase.NOT_SET_UP, "nothing is found")
        yield started


TITLE = "main  38% of 200k - ClawTray"


def test_a_prompt_is_typed_sent_answered_and_copied_by_the_keyboard_alone(stage, demo):
    stage.open(OpenPanel(Page.ASK), TITLE)
    stage.type("What is waiting for me?")
    stage.keep("window-ask")
    stage.press("ctrl+Return")
    until(lambda: stage.prompt is not None and stage.prompt.state is PromptStatus.ANSWERED, "it is answered")
    assert stage.prompt.text == "What is waiting for me?"
    assert stage.prompt.key == "agent:main:tray"
    assert demo.runs == 1
    until(stage._is_steady, "the answer is drawn")
    stage.keep("window-answered")
    # The session, the model, the saved prompts, the answer, and Copy: Send cannot be used without a text.
    stage.press(*["Tab"] * (4 + len(stage.state.settings.presets)))

    def copied():
        stage.press("Return")
        return stage.clipboard() == stage.prompt.answer

    until(copied, "the answer is on the clipboard")
    stage.press("Escape")
    until(lambda: not stage.state.process.windows, "Escape has closed it")


def test_a_quick_typist_sends_once(stage, demo):
    stage.open(OpenPanel(Page.ASK), TITLE)
    send = ("ctrl+Return", "ctrl+Return")
    stage._ask("type", "--delay", "0", "--args", "1", "What is waiting for me?", "key", "--delay", "0", *send)
    until(lambda: stage.prompt, "it is sent")
    until(lambda: stage.prompt.state is PromptStatus.ANSWERED, "it is answered")
    assert [prompt.text for prompt in stage.state.profile.prompts] == ["What is waiting for me?"]
    assert demo.runs == 1


def test_another_session_is_chosen_and_the_panel_stays_while_it_answers(stage, demo):
    demo.fault("run_holds")
    stage.open(OpenPanel(Page.ASK), TITLE)
    stage.press("Tab")
    stage.press_until_steady("space")
    stage.keep("window-ask-sessions")
    stage.press_until_steady("Down")
    stage.press_until_steady("Return")
    stage.type("and here?")
    stage.press("ctrl+Return")
    until(lambda: stage.prompt is not None and stage.prompt.answer, "the answer has started")
    assert stage.prompt.key == "agent:main:main"
    stage.open(OpenSettings(), "Settings - ClawTray")
    assert WindowKind.PANEL in [window.kind for window in stage.state.process.windows]
    stage.app.click(StopPrompt(stage.prompt.id))
    until(lambda: stage.prompt.state is PromptStatus.STOPPED, "it is stopped")
    assert demo.runs == 1


def test_what_was_not_sent_holds_the_panel_and_is_there_again_after_escape(stage):
    stage.open(OpenPanel(Page.ASK), TITLE)
    stage.type("half a wish")
    stage.open(OpenSettings(), "Settings - ClawTray")
    assert WindowKind.PANEL in [window.kind for window in stage.state.process.windows]
    stage.open(OpenPanel(Page.ASK), TITLE)
    stage.press("Escape")
    until(lambda: stage.state.profile.draft == "half a wish", "it is kept")
    until(lambda: len(stage.state.process.windows) == 1, "the panel is closed")
    stage.open(OpenPanel(Page.ASK), TITLE)
    stage.press("ctrl+Return")
    until(lambda: stage.prompt is not None and stage.prompt.text == "half a wish", "it is sent")
    assert stage.state.profile.draft == ""


def test_a_second_wish_opens_no_second_window(stage):
    stage.open(OpenSettings(), "Settings - ClawTray")
    stage.app.click(OpenSettings())
    stage.open(ShowDiagnostics(), "Diagnostics - ClawTray")
    assert len(stage.titles()) == 2
    stage.open(OpenSettings(), "Settings - ClawTray")
    assert len(stage.titles()) == 2
    assert len(stage.processes()) == 2


def test_a_window_that_is_closed_is_a_process_that_is_gone(stage):
    stage.open(OpenPanel(Page.ASK), TITLE)
    (process,) = stage.processes()
    stage.press("Escape")
    until(lambda: process.poll() == 0, "its process has ended")
    until(lambda: not stage.processes(), "and is forgotten")
    stage.open(OpenPanel(Page.ASK), TITLE)


def test_the_settings_are_changed_checked_and_saved_with_their_comments(stage):
    stage.open(OpenSettings(), "Settings - ClawTray")
    stage.press("alt+h", "ctrl+a")
    stage.type("1")
    until(lambda: stage.shows(LIGHT.error), "the error is shown")
    stage.keep("window-settings-wrong")
    stage.press("alt+s", "alt+h", "ctrl+a")
    assert not stage.settings.exists()  # nothing can be saved that is wrong
    stage.type("30")
    stage.press("shift+Tab", "space")  # the last box above it
    stage.press("alt+s")
    until(lambda: stage.state.settings.poll_seconds == 30, "it counts")
    text = stage.settings.read_text()
    assert "# Show notifications." in text
    assert parse_settings(text)[0].poll_seconds == 30
    assert parse_settings(text)[0].keep_answers
    until(lambda: not stage.state.process.windows, "it has closed")


def test_a_save_that_fails_keeps_what_was_typed(stage):
    stage.open(OpenSettings(), "Settings - ClawTray")
    stage.settings.parent.mkdir(parents=True, exist_ok=True)
    stage.settings.write_text("[thresholds")
    stage.press("alt+h", "ctrl+a")
    stage.type("30")
    stage.press("alt+s")
    until(lambda: stage.state.process.saves == 1, "the save has ended")
    until(lambda: stage.shows(LIGHT.error), "the fault is shown")
    stage.keep("window-settings-not-saved")
    assert stage.state.process.windows
    assert stage.settings.read_text() == "[thresholds"
    stage.settings.unlink()
    stage.press("alt+s")
    until(lambda: stage.state.settings.poll_seconds == 30, "it counts now")
    until(lambda: not stage.state.process.windows, "it has closed")


def test_a_command_is_shown_whole_and_allowed_by_the_keyboard(stage, demo):
    lines = "\n".join(f"rm -rf build/{number} " + "x" * 90 for number in range(40))
    identity = demo.wish("agent:main:main", lines)
    until(lambda: any(a.id == identity for a in stage.state.gateway.approvals), "it waits")
    title = "main  38% of 200k · An approval is waiting - ClawTray"
    stage.open(OpenPanel(Page.APPROVAL, identity), title)
    stage.keep("window-approval")
    assert not demo.decisions  # to open it is no answer
    stage.press(*["Tab"] * 8)  # the gear, four tabs, the command, Deny, and Allow once

    def allowed():
        stage.press("space")  # it does nothing before the request has been there for a moment
        return demo.decisions == [(identity, "allow-once")]

    until(allowed, "it is allowed once")
    until(lambda: not stage.state.gateway.approvals[-1].state.waits, "the gateway has confirmed it")
    until(stage._is_steady, "the outcome is shown")
    stage.keep("window-approved")
    assert len(demo.decisions) == 1


def test_the_panel_is_read_turned_and_closed_by_the_keyboard(stage, demo):
    demo.set_session("agent:main:main", totalTokens=190_000)
    until(lambda: stage.state.process.recent, "a threshold was crossed")
    stage.open(OpenPanel(), "main  95% of 200k - ClawTray")
    stage.keep("window-panel")
    for keys, page in (
        ("ctrl+2", Page.ASK),
        ("ctrl+3", Page.USAGE),
        ("ctrl+4", Page.NOTIFICATIONS),
        ("ctrl+1", Page.NOW),
    ):
        stage.press_until_steady(keys)
        until(lambda page=page: stage.state.process.windows[0].page is page, "it has turned")
        stage.keep(f"window-panel-{page.value}")
    stage.press("Escape")
    until(lambda: not stage.state.process.windows, "it is closed")


def test_the_panel_asks_before_it_compacts(stage, demo):
    def compacted():
        return "sessions.compact" in [method for method, _ in demo.requests]

    stage.open(OpenPanel(), TITLE)
    # The gear, four tabs, the model, and then Compact.
    stage.press(*["Tab"] * 7)
    stage.press_until_steady("space")
    stage.keep("window-panel-asking")
    stage.press_until_steady("Escape")
    assert stage.state.process.windows  # Escape has taken the question back, and the button has the keyboard
    stage.press_until_steady("space")
    assert not compacted()
    stage.press("Tab", "space")
    until(compacted, "it is compacted")


def test_every_one_of_many_sessions_is_found_by_the_keyboard(stage, demo):
    for number in range(80):
        demo.set_session(f"agent:main:s{number}", totalTokens=number)
    until(lambda: len(stage.state.gateway.snapshot.sessions) > 80, "they are read")
    stage.open(OpenPanel(), TITLE)
    stage.press(*["Tab"] * 9)  # the gear, four tabs, the model, Compact, New, and All: Stop cannot be used
    stage.press("space")
    until(stage.field_has_keyboard, "the filter has the keyboard")
    stage.type("s77")
    until(stage._is_steady, "they are listed")
    stage.keep("window-panel-filter")
    stage.press("Return")
    until(lambda: stage.state.process.windows[0].subject == "agent:main:s77", "it is shown above")
    stage.press("Escape")
    stage.press_until_steady("Escape")
    until(lambda: not stage.state.process.windows, "it is closed")


def test_the_panel_closes_when_it_is_left(stage):
    stage.open(OpenPanel(), TITLE)
    stage.open(OpenSettings(), "Settings - ClawTray")
    until(lambda: [w.kind for w in stage.state.process.windows] == [WindowKind.SETTINGS], "it is closed")


def test_the_diagnostics_are_read_and_copied(stage):
    stage.open(ShowDiagnostics(), "Diagnostics - ClawTray")

    def copied():
        stage.press("alt+c")
        return stage.clipboard() == stage.state.process.diagnostics

    until(copied, "they are on the clipboard")
    stage.keep("window-diagnostics")
    stage.press("Escape")
    until(lambda: not stage.state.process.diagnostics, "they are forgotten")


def test_prompts_are_renamed_added_moved_and_removed_by_the_keyboard(stage):
    stage.open(OpenSettings(), "Settings - ClawTray")
    before = [preset.name for preset in stage.state.settings.presets]
    stage.press_until_steady("alt+p")
    stage.press("alt+m", "ctrl+a")
    stage.type("Renamed")
    stage.press("alt+d")  # a new one, at the end
    stage.press("alt+u", "alt+m", "ctrl+a")
    stage.type("Added")
    stage.press("Tab")
    stage.type("Say hello")
    stage.keep("window-settings-prompts")
    stage.press("alt+s")
    until(lambda: len(stage.state.settings.presets) == len(before) + 1, "it is saved")
    renamed, added, last = stage.state.settings.presets
    assert (renamed.name, last.name) == ("Renamed", before[1])
    assert (added.name, added.text) == ("Added", "Say hello")


def test_the_windows_end_with_the_program(stage):
    stage.open(OpenPanel(Page.ASK), TITLE)
    (process,) = stage.processes()
    stage.windows.close()
    assert process.wait(30) == 0


def test_a_program_that_dies_takes_its_windows_along(stage):
    stage.open(OpenPanel(Page.ASK), TITLE)
    (process,) = stage.processes()
    process.stdin.close()  # as its death would
    assert process.wait(30) == 0


def test_idle_the_program_has_loaded_no_tk():
    """What a tray loads until a window is open, in a process of its own."""
    program = (
        "import sys, tray.tray_icon; assert not {'tkinter', '_tkinter', 'markdown_it'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def _open_panel(stage):
    stage.app.click(OpenPanel())
    until(lambda: stage.processes() and stage.shows(LIGHT.accent) and stage._is_steady(), "the panel is open")


def test_a_gateway_is_set_up_in_the_panel_by_the_keyboard_alone(unset, demo):
    """Address and token are typed, tested and kept, and it connects; no file has the token."""
    _open_panel(unset)
    unset.keep("setup-nothing")
    unset.type(demo.url)
    unset.press("Tab")
    unset.type("wrong")
    unset.press("Return")
    until(lambda: unset.shows(LIGHT.error), "the mistake is shown at its field")
    until(unset._is_steady, "it is drawn")
    unset.keep("setup-wrong")
    trial = unset.state.process.setup.trial
    assert trial.is_about_secret
    unset.type(demo.token)  # what was wrong is selected
    unset.press("Return")
    until(lambda: unset.state.phase is Phase.CONNECTED, "it is connected without a restart")
    until(lambda: unset.shows(LIGHT.calm) and unset._is_steady(), "the session is shown")
    unset.keep("setup-connected")
    assert parse_settings(unset.settings.read_text())[0].active().url == demo.url
    assert not [
        path
        for path in unset.settings.parent.rglob("*")
        if path.is_file() and demo.token.encode() in path.read_bytes()
    ]


def test_a_link_to_the_dashboard_is_all_that_has_to_be_typed_and_a_click_sends_it(unset, demo):
    _open_panel(unset)
    unset.type(f"{demo.url.replace('ws', 'http', 1)}/#token={demo.token}")
    until(unset._is_steady, "it is typed")
    unset.click_on(LIGHT.accent)
    until(lambda: unset.state.phase is Phase.CONNECTED, "it is connected")
    assert parse_settings(unset.settings.read_text())[0].active().url == demo.url


def test_what_is_typed_survives_a_look_into_another_window(unset):
    _open_panel(unset)
    unset.type("ws://127.0.0.1:1")
    unset.open(OpenSettings(), "Settings - ClawTray")
    assert len(unset.processes()) == 2


def test_a_gateway_is_tested_and_saved_in_the_settings_by_the_keyboard(unset, demo):
    unset.open(OpenSettings(SettingsPage.GATEWAYS), "Settings - ClawTray")
    unset.press("alt+a")
    unset.type(demo.url)
    unset.press("alt+t")
    unset.type("wrong")
    unset.press("alt+e")
    until(lambda: unset.shows(LIGHT.error), "what is wrong is said")
    until(unset._is_steady, "it is drawn")
    unset.keep("settings-gateway-wrong")
    assert not unset.settings.exists()
    unset.press("alt+t", "ctrl+a")
    unset.type(demo.token)
    unset.press("alt+s")
    until(lambda: unset.state.phase is Phase.CONNECTED, "it is connected")
    until(lambda: not unset.state.process.windows, "the window has closed")
    text = unset.settings.read_text()
    assert parse_settings(text)[0].active().url == demo.url
    assert demo.token not in text


def test_a_gateway_is_added_named_and_watched_by_the_keyboard(unset, demo):
    unset.open(OpenSettings(SettingsPage.GATEWAYS), "Settings - ClawTray")
    unset.press("alt+d")  # a new one: the keyboard is in its address
    unset.type(demo.url)
    unset.press("alt+m", "ctrl+a")
    unset.type("home")
    unset.press("alt+s")
    until(lambda: len(unset.state.settings.profiles) == 2, "it is saved")
    assert [(each.name, each.url) for each in unset.state.settings.profiles][1] == ("home", demo.url)
