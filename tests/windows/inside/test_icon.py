"""The real icon: put up, changed, kept up, and taken away. The shell is real, but where it has to fail."""

from __future__ import annotations

import ctypes
import threading
import winreg
from ctypes import wintypes
from functools import partial

import pytest
from PIL import Image
from pystray._util import win32

from tests.stage import until
from tests.windows.inside.person import class_of, windows_of
from tray.core.events import IconShown, Resumed, SecondStart, UserReturned
from tray.system.win32 import api, instance, picture, shell
from tray.system.win32 import icon as module
from tray.view.icon.model import Icon, Situation
from tray.view.icon.palette import Palette, Taskbar
from tray.view.icon.render import draw

RED = Image.new("RGBA", (16, 16), "red")
BLUE = Image.new("RGBA", (16, 16), "blue")
REDRAWS = 70_000
"""More than Windows, or Wine, has handles for."""
SEEN_REDRAWS = 1_000
"""Those that the shell shows as well."""


@pytest.fixture
def calls(monkeypatch):
    """What the shell was asked, by its numbers; `refuse` holds those that it declines."""
    asked, real = [], shell.Shell_NotifyIcon
    asked_of = _Calls()

    def notify(code, data):
        asked.append(code)
        return 0 if code in asked_of.refuse else real(code, data)

    asked_of.asked = asked
    monkeypatch.setattr(shell, "Shell_NotifyIcon", notify)
    return asked_of


class _Calls:
    def __init__(self):
        self.asked, self.refuse = [], set()

    def drain(self):
        asked, self.asked[:] = list(self.asked), []
        return asked


def put(running, image):
    """Have it draw this picture."""
    running.icon.icon = lambda size, ground: image
    running.settled()


# ---- put up and changed ----


def test_it_is_added_with_the_newest_protocol_and_reported_once(calls, running):
    assert calls.asked[:2] == [win32.NIM_ADD, win32.NIM_SETVERSION]
    running.send(win32.WM_TASKBARCREATED)
    running.settled()
    assert running.events.count(IconShown()) == 1


def test_what_other_threads_ask_for_is_done_on_its_own_loop(running):
    drawn_by = []
    for number in range(20):
        image = Image.new("RGBA", (16, 16), (number, 0, 0, 255))
        ask = partial(
            setattr,
            running.icon,
            "icon",
            lambda *_, image=image: drawn_by.append(threading.current_thread().name) or image,
        )
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    running.settled()
    assert set(drawn_by) == {"icon"}


def test_it_is_drawn_in_the_taskbars_size_and_colours(running):
    asked = []
    running.icon.icon = lambda *given: asked.append(given) or RED
    running.settled()
    assert asked == [(picture.small(), picture.ground())]


def test_a_drawing_that_is_the_same_is_not_shown_again(running, calls):
    put(running, RED)
    calls.drain()
    put(running, RED.copy())
    running.icon.title = running.icon.title
    running.settled()
    assert calls.asked == []
    put(running, BLUE)
    assert calls.drain() == [win32.NIM_MODIFY]


def test_a_new_tooltip_costs_no_new_picture(running, calls):
    calls.drain()
    made = running.icon.pictures.made
    running.icon.title = "another"
    running.settled()
    assert calls.drain() == [win32.NIM_MODIFY]
    assert running.icon.pictures.made == made


def test_the_new_picture_is_shown_before_the_old_one_is_given_back(running, monkeypatch):
    order, real = [], shell.Shell_NotifyIcon
    monkeypatch.setattr(shell, "Shell_NotifyIcon", lambda *given: order.append("shown") or real(*given))
    destroy = running.icon.pictures.destroy
    monkeypatch.setattr(
        running.icon.pictures, "destroy", lambda handle: order.append("given back") or destroy(handle)
    )
    put(running, BLUE)
    assert order == ["shown", "given back"]


@pytest.mark.parametrize("size", [16, 20, 24, 28, 32, 40, 48, 64])
def test_a_handle_holds_the_picture_in_its_exact_size(size):
    pictures = picture.Pictures()
    handle = pictures.make(draw(Icon(Situation.WARNING, 83), size, Taskbar.DARK))
    assert icon_size(handle) == (size, size)
    pictures.destroy(handle)
    assert (pictures.made, pictures.destroyed) == (1, 1)


def icon_size(handle):
    class IconInfo(ctypes.Structure):
        _fields_ = (
            ("fIcon", wintypes.BOOL),
            ("xHotspot", wintypes.DWORD),
            ("yHotspot", wintypes.DWORD),
            ("hbmMask", wintypes.HBITMAP),
            ("hbmColor", wintypes.HBITMAP),
        )

    class Bitmap(ctypes.Structure):
        _fields_ = (
            ("bmType", wintypes.LONG),
            ("bmWidth", wintypes.LONG),
            ("bmHeight", wintypes.LONG),
            ("bmWidthBytes", wintypes.LONG),
            ("bmPlanes", wintypes.WORD),
            ("bmBitsPixel", wintypes.WORD),
            ("bmBits", wintypes.LPVOID),
        )

    info, bitmap = IconInfo(), Bitmap()
    user, gdi = ctypes.WinDLL("user32"), ctypes.WinDLL("gdi32")
    user.GetIconInfo.argtypes = (wintypes.HICON, ctypes.c_void_p)
    gdi.GetObjectW.argtypes = (wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p)
    gdi.DeleteObject.argtypes = (wintypes.HANDLE,)
    assert user.GetIconInfo(handle, ctypes.byref(info))
    assert gdi.GetObjectW(info.hbmColor, ctypes.sizeof(bitmap), ctypes.byref(bitmap))
    gdi.DeleteObject(info.hbmColor)
    gdi.DeleteObject(info.hbmMask)
    assert bitmap.bmBitsPixel == 32
    return bitmap.bmWidth, bitmap.bmHeight


# ---- no handle is lost ----


def test_more_redraws_than_there_are_handles_lose_none(running, monkeypatch):
    """The system's counters read 0 under Wine: our own count proves it, and more redraws than handles."""
    pictures, most = running.icon.pictures, 0
    # Looked up each time, which is slow and no handle's affair.
    monkeypatch.setattr(picture, "small", lambda: 16)
    monkeypatch.setattr(picture, "ground", lambda: Taskbar.DARK)

    def redraw(times):
        nonlocal most
        for number in range(times):
            running.icon._icon = lambda size, ground, number=number: (RED, BLUE)[number % 2]
            running.icon._reconcile()
            most = max(most, pictures.made - pictures.destroyed)

    def redraw_often(times):
        done = threading.Event()
        running.icon._call(lambda: (redraw(times), done.set()))
        assert done.wait(300), "the redraws took too long"

    redraw_often(SEEN_REDRAWS)
    # The shell has handles of its own: it would take minutes, and prove nothing of ours.
    monkeypatch.setattr(shell, "Shell_NotifyIcon", lambda code, data: 1)
    redraw_often(REDRAWS)
    assert pictures.made >= REDRAWS
    assert most <= 2


def test_one_that_does_leak_runs_out():
    """The control of the test before: without giving back, making fails."""
    pictures, handles = picture.Pictures(), []
    try:
        with pytest.raises(OSError):  # noqa: PT011 - Windows and Wine say it differently
            handles.extend(pictures.make(RED) for _ in range(REDRAWS))
    finally:
        for handle in handles:
            pictures.destroy(handle)
    assert pictures.made == pictures.destroyed


# ---- kept up ----


def test_a_taskbar_that_is_late_is_tried_again_until_it_is_there(make, calls, monkeypatch):
    monkeypatch.setattr(module, "_RETRY_DELAYS", (0.01,))
    calls.refuse = {win32.NIM_ADD, win32.NIM_MODIFY}
    icon = make().start()
    until(lambda: calls.asked.count(win32.NIM_ADD) >= 5)
    assert icon.events == []
    calls.refuse = set()
    until(lambda: IconShown() in icon.events)


def test_the_attempts_go_on_for_more_than_half_a_minute():
    assert sum(module._RETRY_DELAYS) > 30
    assert list(module._RETRY_DELAYS) == sorted(module._RETRY_DELAYS)


def test_an_icon_that_is_there_already_is_taken_over(make, calls, monkeypatch):
    calls.refuse = {win32.NIM_ADD}
    icon = make()
    real = shell.Shell_NotifyIcon
    monkeypatch.setattr(
        shell, "Shell_NotifyIcon", lambda code, data: code == win32.NIM_MODIFY or real(code, data)
    )
    icon.start_seen()


def test_one_that_the_shell_has_lost_is_put_up_again(running, calls):
    calls.drain()
    calls.refuse = {win32.NIM_MODIFY}
    put(running, BLUE)
    assert calls.drain() == [win32.NIM_MODIFY, win32.NIM_ADD]


def test_a_new_taskbar_gets_the_icon_again(running, calls):
    running.settled()
    calls.drain()
    running.send(win32.WM_TASKBARCREATED)
    running.settled()
    assert calls.drain()[0] == win32.NIM_ADD


def test_a_shell_that_does_not_answer_is_not_asked_twice_in_a_row(running, monkeypatch):
    asked = []

    def late(code, data):
        asked.append(code)
        ctypes.set_last_error(api.ERROR_TIMEOUT)
        return 0

    with monkeypatch.context() as patch:
        patch.setattr(shell, "Shell_NotifyIcon", late)
        put(running, BLUE)
    assert asked == [win32.NIM_MODIFY]


def test_an_icon_that_may_be_there_after_all_is_taken_away(running, calls):
    calls.refuse = {win32.NIM_ADD, win32.NIM_MODIFY}
    put(running, BLUE)
    calls.refuse = set()
    calls.drain()
    running.post(api.WM_CLOSE)
    running.until_over()
    assert calls.drain() == [win32.NIM_DELETE]


def test_a_tooltip_that_changes_while_it_is_shown_is_shown_after_it(running, monkeypatch):
    notified, real = [], shell.Shell_NotifyIcon

    def notify(code, data):
        notified.append(data.szTip)
        if data.szTip == "first":
            running.icon.title = "second"
        return real(code, data)

    monkeypatch.setattr(shell, "Shell_NotifyIcon", notify)
    running.icon.title = "first"
    running.settled()
    running.settled()
    assert notified == ["first", "second"]


def test_the_surroundings_are_looked_at_again_after_a_moment(running, monkeypatch):
    looks = []
    monkeypatch.setattr(module, "_REFRESH_DELAY", 0.01)
    monkeypatch.setattr(running.icon, "_refresh", lambda: looks.append(1))
    running.send(api.WM_SETTINGCHANGE)
    until(lambda: len(looks) == 2)


def test_it_is_shown_once_more_for_a_taskbar_that_did_not_paint_it(make, calls, monkeypatch):
    monkeypatch.setattr(module, "_NUDGE_DELAY", 0.01)
    make().start_seen()
    until(lambda: win32.NIM_MODIFY in calls.asked)


@pytest.mark.parametrize(
    "message",
    [
        api.WM_DISPLAYCHANGE,
        api.WM_DPICHANGED,
        api.WM_SETTINGCHANGE,
        api.WM_SYSCOLORCHANGE,
        api.WM_THEMECHANGED,
    ],
)
def test_another_resolution_means_another_size(running, calls, monkeypatch, message):
    sizes = []
    running.icon.icon = lambda size, ground: (
        sizes.append(size) or draw(Icon(Situation.CALM, 38), size, ground)
    )
    running.settled()
    monkeypatch.setattr(picture, "small", lambda: 24)
    calls.drain()
    running.send(message)
    running.send(message)
    assert sizes[1:] == [24]
    assert calls.drain() == [win32.NIM_MODIFY]


@pytest.fixture
def theme():
    """Sets the theme of the taskbar, and puts it back."""
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, picture._PERSONALIZE) as key:
        try:
            before = winreg.QueryValueEx(key, "SystemUsesLightTheme")[0]
        except OSError:
            before = None
        yield lambda light: winreg.SetValueEx(key, "SystemUsesLightTheme", 0, winreg.REG_DWORD, light)
        if before is None:
            winreg.DeleteValue(key, "SystemUsesLightTheme")
        else:
            winreg.SetValueEx(key, "SystemUsesLightTheme", 0, winreg.REG_DWORD, before)


def test_another_theme_means_other_colours(running, theme):
    grounds = []
    theme(0)
    running.icon.icon = lambda size, ground: (
        grounds.append(ground) or draw(Icon(Situation.CALM, 38), size, ground)
    )
    running.settled()
    theme(1)
    running.send(api.WM_SETTINGCHANGE)
    assert grounds == [Taskbar.DARK, Taskbar.LIGHT]


def test_high_contrast_takes_the_colours_of_the_user(monkeypatch):
    monkeypatch.setattr(picture, "_is_high_contrast", lambda: True)
    ground = picture.ground()
    assert isinstance(ground, Palette)
    assert ground.ink == picture._colour(api.COLOR_WINDOWTEXT)
    draw(Icon(Situation.CALM, 38), 16, ground)


def test_a_drawing_that_fails_keeps_the_icon_that_was_there(running, caplog):
    def broken(size, ground):
        raise ValueError("what a session is called")

    running.icon.icon = broken
    running.settled()
    assert caplog.records[0].getMessage().startswith("bug while carrying out what another thread asked")
    assert "what a session is called" not in caplog.text
    put(running, BLUE)
    assert running.icon._pixels == BLUE.tobytes()


# ---- messages of the system ----


def test_a_wake_up_is_reported(running):
    assert running.send(api.WM_POWERBROADCAST, api.PBT_APMRESUMEAUTOMATIC) == 1
    assert running.send(api.WM_POWERBROADCAST, 0x4) == 1  # going to sleep
    assert running.events.count(Resumed()) == 1


def test_an_unlocked_session_is_reported(running):
    running.send(api.WM_WTSSESSION_CHANGE, 0x7)  # locked
    assert UserReturned() not in running.events
    running.send(api.WM_WTSSESSION_CHANGE, api.WTS_SESSION_UNLOCK)
    assert UserReturned() in running.events


def test_a_message_that_it_does_not_know_is_left_to_windows(running):
    assert running.send(0x0013) == 1  # WM_QUERYOPEN, to which 0 would be "no"


# ---- its end ----


def test_it_agrees_to_the_end_of_the_session_and_saves(running):
    assert running.send(api.WM_QUERYENDSESSION) == 1
    assert running.send(api.WM_ENDSESSION, 0) == 0  # somebody else did not agree
    assert running.ended == 0
    assert not running.is_over
    running.send(api.WM_ENDSESSION, 1)
    running.until_over()
    assert running.ended == 1


QUIT = api.RegisterWindowMessage(instance.QUIT)


def test_only_the_window_that_answers_is_found_by_who_looks_for_windows(running):
    assert windows_of(class_of(running.icon.window)) == [running.icon.window]


@pytest.mark.parametrize("message", [api.WM_CLOSE, QUIT, win32.WM_STOP], ids=["close", "quit", "stop"])
def test_it_ends_when_it_is_asked_to_and_leaves_no_icon_behind(running, calls, message):
    calls.drain()
    running.post(message)
    running.until_over()
    assert calls.drain() == [win32.NIM_DELETE]
    assert running.ended == 0


def test_it_stops(running):
    running.icon.stop()
    running.until_over()


def test_a_bug_in_a_handler_is_outlived(running, monkeypatch, caplog):
    def broken(wparam, lparam):
        raise ValueError("a secret")

    running.icon._handlers[api.WM_POWERBROADCAST] = broken
    assert running.send(api.WM_POWERBROADCAST) == 0
    assert "a secret" not in caplog.text
    assert (
        caplog.records[0]
        .getMessage()
        .startswith("bug while handling a message of Windows in broken: ValueError")
    )


# ---- the second start ----


def test_only_the_first_gets_the_name_and_a_second_makes_it_show_itself(make):
    name = "ClawTray.test"
    assert instance.claim(name)
    try:
        first = make().start_seen()
        assert not instance.claim(name)
        until(lambda: SecondStart() in first.events)
    finally:
        del instance._held[name]


def test_each_name_has_one_of_its_own():
    names = ("ClawTray.test.1", "ClawTray.test.2")
    try:
        assert [instance.claim(name) for name in names] == [True, True]
        assert set(names) <= {shown.removesuffix(".Show") for shown in instance.show_messages()}
    finally:
        for name in names:
            del instance._held[name]
