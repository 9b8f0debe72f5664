from __future__ import annotations

import subprocess
import sys
import warnings
import webbrowser
from types import SimpleNamespace

import pytest

from tray import system
from tray.system import portable
from tray.view.notifications import Notification


@pytest.mark.parametrize("name", sorted({*system.__all__} - {"HAS_OWN_ICON"}))
def test_the_one_place_that_chooses_offers_all(name):
    assert getattr(system, name) is getattr(portable, name)


def test_the_icon_is_not_one_of_our_own():
    assert system.HAS_OWN_ICON is False


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
    assert portable.open_page(url) is opens
    assert opened == [url] * opens


def test_a_browser_that_cannot_be_found_is_told(monkeypatch):
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    assert portable.open_page("http://127.0.0.1/") is False


@pytest.mark.parametrize(("platform", "opener"), [("linux", "xdg-open"), ("darwin", "open")])
@pytest.mark.parametrize("code", [0, 3])
def test_a_file_is_opened_by_the_desktop(monkeypatch, tmp_path, platform, opener, code):
    started = []

    def run(command, **options):
        started.append((command, options))
        return subprocess.CompletedProcess(command, code)

    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(subprocess, "run", run)
    assert portable.open_file(tmp_path) is (code == 0)
    nowhere = subprocess.DEVNULL
    streams = {"stdin": nowhere, "stdout": nowhere, "stderr": nowhere}
    assert started == [([opener, tmp_path], {**streams, "start_new_session": True, "check": False})]


def test_a_desktop_that_opens_nothing_is_told(monkeypatch, tmp_path):
    def fail(*_, **__):
        raise FileNotFoundError(2, "No such file or directory", "xdg-open")

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(subprocess, "run", fail)
    assert portable.open_file(tmp_path) is False


def _copied(monkeypatch, codes):
    """Programs of the clipboard that end with these codes; one that is not named does not exist."""
    started = []

    def run(command, **options):
        started.append((command[0], options["input"]))
        code = codes.get(command[0], FileNotFoundError(2, "No such file or directory"))
        if isinstance(code, Exception):
            raise code
        return subprocess.CompletedProcess(command, code)

    monkeypatch.setattr(subprocess, "run", run)
    return started


@pytest.mark.parametrize(
    ("codes", "asked"),
    [
        ({"wl-copy": 0}, ["wl-copy"]),
        ({"wl-copy": 1, "xclip": 0}, ["wl-copy", "xclip"]),
        ({"wl-copy": subprocess.TimeoutExpired("wl-copy", 5), "xsel": 0}, ["wl-copy", "xclip", "xsel"]),
    ],
)
def test_a_text_is_copied_by_the_first_program_that_can(monkeypatch, codes, asked):
    started = _copied(monkeypatch, codes)
    assert portable.copy_text("agent:main:안녕 \ud800") is True
    assert started == [(program, "agent:main:안녕 ?".encode()) for program in asked]


def test_where_no_program_copies_it_is_told(monkeypatch):
    _copied(monkeypatch, {"pbcopy": 3})
    assert portable.copy_text("text") is False


@pytest.mark.parametrize(
    ("codes", "asked", "text"),
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
def test_the_clipboard_is_read_by_the_first_program_that_can(monkeypatch, codes, asked, text):
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
    assert started == asked


def _plyer(monkeypatch, notify):
    monkeypatch.setitem(sys.modules, "plyer", SimpleNamespace(notification=SimpleNamespace(notify=notify)))


def test_notices_are_held_back_by_the_desktop_itself():
    assert portable.may_interrupt() is True


def test_starting_at_sign_in_is_not_offered():
    assert portable.autostart() is None
    with pytest.raises(OSError, match="not supported"):
        portable.set_autostart(on=True)


def test_there_is_no_place_where_icons_are_made_visible():
    assert portable.show_icon_settings() is False


def test_a_notice_is_shown_by_plyer(monkeypatch):
    shown = []

    def notify(**given):
        warnings.warn("no D-Bus binding", stacklevel=1)
        shown.append(given)

    _plyer(monkeypatch, notify)
    assert portable.show_balloon(Notification("Title", "A body.")) is True
    assert shown == [{"title": "Title", "message": "A body.", "app_name": "ClawTray", "timeout": 10}]


@pytest.mark.parametrize("error", [NotImplementedError(), FileNotFoundError("notify-send"), ValueError("x")])
def test_a_notice_that_cannot_be_shown_harms_nothing(monkeypatch, error):
    def notify(**_):
        raise error

    _plyer(monkeypatch, notify)
    assert portable.show_balloon(Notification("Title", "A body.")) is False


@pytest.mark.parametrize(
    ("platform", "display", "there"),
    [
        ("linux", None, False),
        ("linux", "", False),
        ("linux", ":0", True),
        ("win32", None, True),
        ("darwin", None, True),
    ],
)
def test_a_tray_needs_a_display(monkeypatch, platform, display, there):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.delenv("DISPLAY", raising=False)
    if display is not None:
        monkeypatch.setenv("DISPLAY", display)
    assert portable.tray_is_there() is there


def test_any_number_of_trays_may_run():
    assert [system.claim(demo=False), system.claim(demo=False)] == [True, True]


def test_a_process_that_needs_no_preparing_and_a_sentence_that_has_no_box_cost_nothing(capsys):
    system.prepare()
    system.say("There is no profile 'x'.")
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("platform", "variable", "redraws"),
    [
        ("linux", None, True),
        ("darwin", None, True),
        ("win32", None, False),
        ("win32", "WT_SESSION", True),
        ("win32", "ANSICON", True),
        ("win32", "TERM", True),
    ],
)
def test_a_console_of_windows_must_show_that_it_follows_escape_sequences(
    monkeypatch, platform, variable, redraws
):
    monkeypatch.setattr(sys, "platform", platform)
    for name in ("WT_SESSION", "ANSICON", "TERM"):
        monkeypatch.delenv(name, raising=False)
    if variable is not None:
        monkeypatch.setenv(variable, "1")
    assert portable.terminal_redraws() is redraws


@pytest.mark.parametrize(
    ("name", "dark"), [(None, False), ("Adwaita", False), ("Adwaita:dark", True), ("Yaru-dark", True)]
)
def test_dark_windows_are_wished_for_by_the_theme(monkeypatch, name, dark):
    monkeypatch.delenv("GTK_THEME", raising=False)
    if name is not None:
        monkeypatch.setenv("GTK_THEME", name)
    assert system.prefers_dark() is dark


def test_frames_and_the_front_are_the_window_managers():
    system.dress(0, dark=True)
    system.let_to_front(0)


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
