from __future__ import annotations

import subprocess
import sys
import warnings
import webbrowser
from types import SimpleNamespace

import pytest

from tray import system
from tray.storage import processes
from tray.system.portable import PortablePlatform
from tray.view.notification import Notification

portable = PortablePlatform()


@pytest.fixture(autouse=True)
def found(monkeypatch):
    """Every program is on the PATH, under its own name."""
    monkeypatch.setattr(processes, "find_program", lambda name, _: name)


def test_the_platform_here_is_the_portable_one():
    assert type(system.current()) is PortablePlatform
    assert system.current() is system.current()
    assert system.current().has_own_icon is False


@pytest.mark.parametrize(
    ("url", "opens"),
    [
        ("http://127.0.0.1:18789/", True),
        ("https://gateway.example/", True),
        ("file:///etc/passwd", False),
        ("javascript:alert(1)", False),
        ("ws://127.0.0.1:18789/", False),
        ("", False),
    ],
)
def test_only_web_pages_are_opened(monkeypatch, url, opens):
    opened = []
    monkeypatch.setattr(webbrowser, "open", lambda url: opened.append(url) or True)
    assert portable.open_url(url) is opens
    assert opened == [url] * opens


def test_a_missing_browser_is_reported(monkeypatch):
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    assert portable.open_url("http://127.0.0.1/") is False


@pytest.mark.parametrize(("platform", "opener"), [("linux", "xdg-open"), ("darwin", "open")])
@pytest.mark.parametrize("code", [0, 3])
def test_a_file_is_opened_by_the_desktop(monkeypatch, tmp_path, platform, opener, code):
    started = []

    def run(command, **options):
        started.append((command, options.pop("cwd"), options.pop("env").get("CLAWTRAY_TOKEN"), options))
        return subprocess.CompletedProcess(command, code, b"")

    monkeypatch.setenv("CLAWTRAY_TOKEN", "hidden")

    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(subprocess, "run", run)
    assert portable.open_file(tmp_path) is (code == 0)
    nowhere = subprocess.DEVNULL
    streams = {"stdin": nowhere, "stdout": nowhere, "stderr": nowhere}
    options = {**streams, "start_new_session": True, "check": False}
    assert started == [([opener, str(tmp_path)], processes.folder(), None, options)]


def test_a_desktop_without_an_opener_is_reported(monkeypatch, tmp_path):
    monkeypatch.setattr(processes, "find_program", lambda *_: None)
    assert portable.open_file(tmp_path) is False


def test_an_opener_that_cannot_be_run_is_reported(monkeypatch, tmp_path):
    def fail(*_, **__):
        raise FileNotFoundError(2, "No such file or directory", "xdg-open")

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(subprocess, "run", fail)
    assert portable.open_file(tmp_path) is False


def _fake_programs(monkeypatch, codes):
    """Programs of the clipboard that end with these codes; one that is not named does not exist."""
    started = []

    def run(command, **options):
        started.append((command[0], options["input"]))
        code = codes.get(command[0], FileNotFoundError(2, "No such file or directory"))
        if isinstance(code, Exception):
            raise code
        return subprocess.CompletedProcess(command, code, b"")

    monkeypatch.setattr(subprocess, "run", run)
    return started


@pytest.mark.parametrize(
    ("codes", "tried"),
    [
        ({"wl-copy": 0}, ["wl-copy"]),
        ({"wl-copy": 1, "xclip": 0}, ["wl-copy", "xclip"]),
        ({"wl-copy": subprocess.TimeoutExpired("wl-copy", 5), "xsel": 0}, ["wl-copy", "xclip", "xsel"]),
    ],
)
def test_a_text_is_copied_by_the_first_program_that_can(monkeypatch, codes, tried):
    started = _fake_programs(monkeypatch, codes)
    assert portable.copy_text("agent:main:안녕 \ud800") is True
    assert started == [(program, "agent:main:안녕 ?".encode()) for program in tried]


def test_copying_fails_where_no_program_can_copy(monkeypatch):
    _fake_programs(monkeypatch, {"pbcopy": 3})
    assert portable.copy_text("text") is False


@pytest.mark.parametrize(
    ("codes", "tried", "text"),
    [
        ({"wl-paste": 0}, ["wl-paste"], "안녕 \ufffd"),
        ({"wl-paste": 1, "xclip": 0}, ["wl-paste", "xclip"], "안녕 \ufffd"),
        (
            {"wl-paste": subprocess.TimeoutExpired("wl-paste", 5), "xsel": 1},
            ["wl-paste", "xclip", "xsel"],
            None,
        ),
    ],
)
def test_the_clipboard_is_read_by_the_first_program_that_can(monkeypatch, codes, tried, text):
    started = []

    def run(program, **_):
        name = program[0]
        if name not in codes and name != "xclip":
            raise FileNotFoundError(name)
        started.append(name)
        code = codes.get(name, 1)
        if isinstance(code, Exception):
            raise code
        return SimpleNamespace(returncode=code, stdout="안녕 ".encode() + b"\xff")

    monkeypatch.setattr(subprocess, "run", run)
    assert portable.read_clipboard() == text
    assert started == tried


def test_notifications_are_always_allowed():
    assert portable.may_interrupt() is True


def test_starting_at_sign_in_is_not_offered():
    assert portable.autostart() is None
    with pytest.raises(OSError, match="not supported"):
        portable.set_autostart(on=True)


def test_there_are_no_icon_settings():
    assert portable.open_icon_settings() is False


@pytest.mark.parametrize(
    ("title", "body", "sent"),
    [
        ("Title", "A body.", "A body."),
        ("--help", "-u critical", "-u critical"),
        ("<b>", "<a href='x'>y</a> & z", "&lt;a href='x'&gt;y&lt;/a&gt; &amp; z"),
        ("Title", "C:\\new", "C:\\\\new"),
    ],
)
@pytest.mark.parametrize("code", [0, 1])
def test_a_notification_is_sent_as_text_and_counts_only_if_that_worked(monkeypatch, title, body, sent, code):
    started = []

    def run(command, **_):
        started.append(command)
        return subprocess.CompletedProcess(command, code, b"")

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(sys, "platform", "linux")
    assert portable.show_notification(Notification(title, body)) is (code == 0)
    options = ["--app-name=ClawTray", "--expire-time=10000"]
    assert started == [["notify-send", *options, "--", title, sent]]


@pytest.mark.parametrize(
    "error", [FileNotFoundError(2, "gone"), subprocess.TimeoutExpired("notify-send", 10)]
)
def test_a_notification_that_cannot_be_sent_is_reported(monkeypatch, error):
    def run(*_, **__):
        raise error

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(sys, "platform", "linux")
    assert portable.show_notification(Notification("Title", "A body.")) is False


@pytest.fixture
def plyer(monkeypatch):
    """What plyer shows, where there is no notify-send; `error` is what it raises."""
    shown = SimpleNamespace(given=[], error=None)

    def notify(**given):
        warnings.warn("no D-Bus binding", stacklevel=1)
        if shown.error is not None:
            raise shown.error
        shown.given.append(given)

    backend = SimpleNamespace(notify=notify)
    monkeypatch.setattr(processes, "find_program", lambda *_: None)
    monkeypatch.setitem(sys.modules, "plyer", SimpleNamespace(notification=backend))
    for name in ("plyer.platforms", "plyer.platforms.linux"):
        monkeypatch.setitem(sys.modules, name, SimpleNamespace())
    linux = SimpleNamespace(NotifyDbus=lambda: backend)
    monkeypatch.setitem(sys.modules, "plyer.platforms.linux.notification", linux)
    return shown


@pytest.mark.parametrize(("platform", "body"), [("linux", "&lt;b&gt;"), ("darwin", "<b>")])
def test_without_notify_send_a_notification_is_shown_by_plyer(monkeypatch, plyer, platform, body):
    monkeypatch.setattr(sys, "platform", platform)
    assert portable.show_notification(Notification("Title", "<b>")) is True
    assert plyer.given == [{"title": "Title", "message": body, "app_name": "ClawTray", "timeout": 10}]


@pytest.mark.parametrize("error", [NotImplementedError(), FileNotFoundError("gdbus"), ValueError("x")])
def test_a_notification_that_plyer_cannot_show_is_reported(plyer, error):
    plyer.error = error
    assert portable.show_notification(Notification("Title", "A body.")) is False


@pytest.mark.parametrize(
    ("platform", "display", "there"),
    [
        ("linux", None, False),
        ("linux", "", False),
        ("linux", ":0", True),
        ("darwin", None, True),
    ],
)
def test_a_tray_needs_a_display(monkeypatch, platform, display, there):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.delenv("DISPLAY", raising=False)
    if display is not None:
        monkeypatch.setenv("DISPLAY", display)
    assert portable.has_tray() is there


def test_any_number_of_trays_can_run():
    assert [portable.claim_instance(demo=False), portable.claim_instance(demo=False)] == [True, True]


def test_preparing_the_process_and_message_boxes_do_nothing(capsys):
    portable.prepare_process()
    portable.show_message("There is no profile 'x'.")
    assert capsys.readouterr() == ("", "")


def test_terminals_support_escape_sequences():
    assert portable.terminal_supports_escapes() is True


@pytest.mark.parametrize(
    ("name", "dark"), [(None, False), ("Adwaita", False), ("Adwaita:dark", True), ("Yaru-dark", True)]
)
def test_the_theme_says_whether_windows_are_dark(monkeypatch, name, dark):
    monkeypatch.delenv("GTK_THEME", raising=False)
    if name is not None:
        monkeypatch.setenv("GTK_THEME", name)
    assert portable.prefers_dark() is dark


@pytest.mark.parametrize(
    ("name", "ground"),
    [(None, None), ("Adwaita:dark", None), ("HighContrast", "#ffffff"), ("HighContrastInverse", "#000000")],
)
def test_high_contrast_is_the_theme_of_that_name(monkeypatch, name, ground):
    monkeypatch.delenv("GTK_THEME", raising=False)
    if name is not None:
        monkeypatch.setenv("GTK_THEME", name)
    colours = portable.contrast_colours()
    assert (None if colours is None else colours.ground) == ground


def test_title_bars_and_the_foreground_are_left_to_the_window_manager():
    assert portable.work_area((1, 1)) is None
    portable.round_corners(0)
    portable.set_dark_title_bar(0, dark=True)
    portable.allow_foreground(0)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "C.UTF-8"}, "c."),
        ({"LC_MESSAGES": "en_GB", "LANG": "ko_KR"}, "en"),
        ({}, "en"),
    ],
)
def test_the_language_of_the_system(monkeypatch, environment, expected):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert portable.language() == expected


class FakeX11Icon:
    """Notes what is done, as pystray's icon on X11 does it on the icon's thread, and what is sent."""

    def __init__(self, *_, **__):
        self.done = []
        self._display = SimpleNamespace(flush=lambda: self.done.append("sent"))

    def __getattr__(self, name):
        if name not in {"_show", "_hide", "_update_icon", "_update_title", "_stop"}:
            raise AttributeError(name)
        return lambda: self.done.append(name)


@pytest.mark.parametrize("name", ["_show", "_hide", "_update_icon", "_update_title", "_stop"])
def test_what_is_asked_of_an_icon_on_x11_is_sent_by_the_caller_too(monkeypatch, name):
    monkeypatch.setitem(sys.modules, "pystray", SimpleNamespace(Icon=FakeX11Icon))
    icon = PortablePlatform().create_icon(None)
    getattr(icon, name)()
    assert icon.done == [name, "sent"]


def test_other_icons_are_left_as_they_are(monkeypatch):
    made = SimpleNamespace()
    monkeypatch.setitem(sys.modules, "pystray", SimpleNamespace(Icon=lambda *_, **__: made))
    assert PortablePlatform().create_icon(None) is made
    assert vars(made) == {}
