"""What Windows is asked for beside the icon: start at sign-in, quiet times, programs for files."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import winreg
from pathlib import Path

import pytest

from tray import system
from tray.system.win32 import api, startup
from tray.system.win32.platform import APP_ID


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    """The two places in the registry, replaced by a place of the test's own."""
    root = r"Software\ClawTray.test"
    monkeypatch.setattr(startup, "RUN", rf"{root}\Run")
    monkeypatch.setattr(startup, "APPROVED", rf"{root}\Approved")
    yield
    for name in ("Run", "Approved", ""):
        try:
            winreg.DeleteKey(winreg.HKEY_CURRENT_USER, rf"{root}\{name}".rstrip("\\"))
        except FileNotFoundError:
            continue


def veto(first):
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, startup.APPROVED) as key:
        winreg.SetValueEx(key, startup.NAME, 0, winreg.REG_BINARY, bytes([first, *[0] * 11]))


def written():
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, startup.RUN) as key:
            return winreg.QueryValueEx(key, startup.NAME)
    except FileNotFoundError:
        return None


def test_it_is_off_until_it_is_switched_on_and_off_again():
    assert system.current().autostart() is False
    system.current().set_autostart(on=True)
    assert system.current().autostart() is True
    assert written() == (startup.command(), winreg.REG_SZ)
    system.current().set_autostart(on=False)
    system.current().set_autostart(on=False)
    assert system.current().autostart() is False
    assert written() is None


@pytest.mark.parametrize(
    ("first", "on"), [(0x02, True), (0x06, True), (0x03, False), (0x07, False), (0x01, False)]
)
def test_what_the_task_manager_says_counts(first, on):
    system.current().set_autostart(on=True)
    veto(first)
    assert system.current().autostart() is on
    system.current().set_autostart(on=True)
    assert system.current().autostart() is True


def test_what_starts_is_the_installed_program(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    for name in ("ClawTray.exe", "clawtray-cli.exe"):
        monkeypatch.setattr(
            sys, "executable", rf"C:\Users\사용자 한글\AppData\Local\Programs\ClawTray\{name}"
        )
        expected = r'"C:\Users\사용자 한글\AppData\Local\Programs\ClawTray\ClawTray.exe"'
        assert startup.command() == expected


def test_from_source_it_is_this_python_without_a_console():
    assert startup.command().startswith('"')
    assert startup.command().endswith('pythonw.exe" -m tray')


@pytest.mark.parametrize(
    ("state", "may"), [(1, False), (2, False), (3, False), (4, False), (5, True), (6, False), (7, True)]
)
def test_a_notice_disturbs_no_game_no_presentation_and_no_locked_screen(monkeypatch, state, may):
    def query(place):
        ctypes.cast(place, ctypes.POINTER(ctypes.c_int))[0] = state
        return 0

    monkeypatch.setattr(api, "SHQueryUserNotificationState", query)
    assert system.current().may_interrupt() is may


def test_where_windows_does_not_say_notices_are_shown(monkeypatch):
    monkeypatch.setattr(api, "SHQueryUserNotificationState", lambda _: -1)
    assert system.current().may_interrupt() is True


def test_windows_can_be_asked_whether_it_may_be_disturbed():
    assert system.current().may_interrupt() in (True, False)


def test_the_process_is_known_as_the_application(monkeypatch):
    """Only that it is called: Wine does not show what it received."""
    real, said = api.SetCurrentProcessExplicitAppUserModelID, []
    monkeypatch.setattr(
        api, "SetCurrentProcessExplicitAppUserModelID", lambda name: said.append((name, real(name)))
    )
    system.current().prepare_process()
    assert said == [(APP_ID, 0)]


def test_the_process_sees_real_pixels_on_every_screen():
    system.current().prepare_process()
    system.current().prepare_process()
    user = ctypes.WinDLL("user32")
    user.GetThreadDpiAwarenessContext.restype = ctypes.c_void_p
    user.AreDpiAwarenessContextsEqual.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
    here = user.GetThreadDpiAwarenessContext()
    assert user.AreDpiAwarenessContextsEqual(here, ctypes.c_void_p(api.PER_MONITOR_AWARE_V2))


def test_the_folder_of_the_program_is_nobodys_current_one(monkeypatch, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "ClawTray.exe"))
    monkeypatch.chdir(home)
    system.current().prepare_process()
    assert Path.cwd() == home
    monkeypatch.chdir(tmp_path)
    system.current().prepare_process()
    assert Path.cwd() == home


def test_a_file_goes_to_the_program_for_it_or_to_notepad(monkeypatch):
    tried, started = [], []

    def startfile(path, verb, cwd):
        tried.append((verb, cwd))
        raise OSError

    monkeypatch.setenv("CLAWTRAY_TOKEN", "hidden")
    monkeypatch.setattr(os, "startfile", startfile)
    monkeypatch.setattr(subprocess, "Popen", lambda command, **given: started.append((command, given)))
    path = Path(r"C:\somewhere\settings.toml")
    assert system.current().open_file(path) is True
    assert tried == [("edit", str(Path.home())), ("open", str(Path.home()))]
    [(command, given)] = started
    assert command == [Path(os.environ["SYSTEMROOT"]) / "notepad.exe", path]
    assert {given[name] for name in ("stdin", "stdout", "stderr")} == {subprocess.DEVNULL}
    assert given["cwd"] == Path.home()
    assert "CLAWTRAY_TOKEN" not in given["env"]


def test_a_file_that_nothing_opens_is_reported(monkeypatch):
    def fail(*_, **__):
        raise OSError

    monkeypatch.setattr(os, "startfile", fail)
    monkeypatch.setattr(subprocess, "Popen", fail)
    assert system.current().open_file(Path("x")) is False


@pytest.mark.parametrize("works", [True, False])
def test_the_page_of_the_icons_is_one_of_windows_itself(monkeypatch, works):
    opened = []

    def startfile(page):
        opened.append(page)
        if not works:
            raise OSError

    monkeypatch.setattr(os, "startfile", startfile)
    assert system.current().open_icon_settings() is works
    assert opened == ["ms-settings:taskbar"]


def test_a_sentence_is_shown_in_a_box(monkeypatch):
    shown = []
    monkeypatch.setattr(api, "MessageBox", lambda *given: shown.append(given))
    system.current().show_message("There is no profile 'x'.")
    assert shown == [
        (None, "There is no profile 'x'.", "ClawTray", api.MB_ICONWARNING | api.MB_SETFOREGROUND)
    ]


@pytest.mark.parametrize("text", ["agent:main:main", "agent:main:안녕 \U0001f600", ""])
def test_a_text_is_copied(text):
    assert system.current().copy_text(text) is True
    assert pasted() == text


def test_a_text_is_copied_though_another_program_has_the_clipboard_for_a_moment(monkeypatch):
    tries = []
    open_it = api.OpenClipboard
    monkeypatch.setattr(
        api, "OpenClipboard", lambda window: tries.append(window) or (len(tries) > 2 and open_it(window))
    )
    assert system.current().copy_text("at last") is True
    assert (len(tries), pasted()) == (3, "at last")
    monkeypatch.setattr(api, "OpenClipboard", lambda _: 0)
    assert system.current().copy_text("never") is False


@pytest.mark.parametrize("text", ["copied", "안녕 \U0001f600", ""])
def test_what_was_copied_is_read(text):
    assert system.current().copy_text(text) is True
    assert system.current().read_clipboard() == text


def test_a_clipboard_that_another_program_holds_is_not_read(monkeypatch):
    monkeypatch.setattr(api, "OpenClipboard", lambda _: 0)
    assert system.current().read_clipboard() is None


def pasted():
    """What is on the clipboard, read by other means than it was written."""
    user, kernel = ctypes.WinDLL("user32"), ctypes.WinDLL("kernel32")
    user.GetClipboardData.restype = kernel.GlobalLock.restype = ctypes.c_void_p
    kernel.GlobalLock.argtypes = kernel.GlobalUnlock.argtypes = (ctypes.c_void_p,)
    assert user.OpenClipboard(None)
    try:
        memory = user.GetClipboardData(api.CF_UNICODETEXT)
        place = kernel.GlobalLock(memory)
        text = ctypes.wstring_at(place)
        kernel.GlobalUnlock(memory)
        return text
    finally:
        user.CloseClipboard()


@pytest.mark.parametrize(
    ("identity", "expected"), [(0x0412, "ko"), (0x0409, "en"), (0x0407, "de"), (0xFFFF, "en")]
)
def test_the_language_of_windows(monkeypatch, identity, expected):
    monkeypatch.setattr(api, "GetUserDefaultUILanguage", lambda: identity)
    assert system.current().language() == expected


def test_windows_says_which_language_it_speaks():
    assert api.GetUserDefaultUILanguage() > 0


@pytest.mark.parametrize("variable", [None, "WT_SESSION", "ANSICON", "TERM"])
def test_older_consoles_do_not_support_escape_sequences(monkeypatch, variable):
    for name in ("WT_SESSION", "ANSICON", "TERM"):
        monkeypatch.delenv(name, raising=False)
    if variable is not None:
        monkeypatch.setenv(variable, "1")
    assert system.current().terminal_supports_escapes() is (variable is not None)


def test_there_is_always_a_tray():
    assert system.current().has_tray() is True
    assert system.current().has_own_icon is True
