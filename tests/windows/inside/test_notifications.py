"""Notices of the real icon: as the shell shows them, in turn, and what a click on one does."""

from __future__ import annotations

import ctypes
from ctypes import wintypes

import pytest
from pystray._util import win32

from tests.stage import until
from tests.windows.inside.person import windows_of
from tray.core.commands import OpenMenu, Reconnect
from tray.core.events import CommandReceived
from tray.system.win32 import api, balloons, shell
from tray.system.win32 import icon as module
from tray.view.notification import Notification

WENT_DOWN = Notification("The gateway is down", "It was ended.", urgent=True, command=Reconnect())
ANSWERED = Notification("Summary", "Three points, äöü 한글 ✓")


@pytest.fixture
def notified(monkeypatch):
    """What the shell received: title, body, flags of each notification."""
    seen, real = [], shell.Shell_NotifyIcon

    def notify(code, data):
        if data.uFlags & win32.NIF_INFO:
            seen.append((data.szInfoTitle, data.szInfo, data.dwInfoFlags, bool(data.hBalloonIcon)))
        return real(code, data)

    monkeypatch.setattr(shell, "Shell_NotifyIcon", notify)
    return seen


def report(running, event):
    """What the shell reports of the notice that is seen."""
    running.send(win32.WM_NOTIFY, 0, event)
    running.settled()


def shown_texts():
    """The texts of all notices on the screen."""
    user, texts = ctypes.WinDLL("user32"), []
    for window in windows_of("tooltips_class32"):
        if user.IsWindowVisible(wintypes.HWND(window)):
            text = ctypes.create_unicode_buffer(512)
            user.SendMessageTimeoutW(wintypes.HWND(window), 0x0D, 512, text, 2, 500, None)
            texts.append(text.value)
    return texts


def test_it_is_seen_on_the_screen(running):
    running.icon.notify(ANSWERED)
    until(lambda: ANSWERED.body in shown_texts())


def test_it_has_the_picture_and_the_flags_that_it_should(running, notified):
    running.icon.notify(ANSWERED)
    running.settled()
    report(running, api.NIN_BALLOONTIMEOUT)
    running.icon.notify(WENT_DOWN)
    running.settled()
    quiet = api.NIIF_RESPECT_QUIET_TIME
    assert notified == [
        (ANSWERED.title, ANSWERED.body, api.NIIF_USER | api.NIIF_LARGE_ICON | quiet, True),
        (WENT_DOWN.title, WENT_DOWN.body, api.NIIF_WARNING | quiet, False),
    ]


@pytest.mark.parametrize("end", [api.NIN_BALLOONHIDE, api.NIN_BALLOONTIMEOUT])
def test_one_waits_for_the_end_of_the_one_before(running, notified, end):
    for number in range(3):
        running.icon.notify(Notification(f"{number}", "body"))
    running.settled()
    for number in range(3):
        assert [title for title, *_ in notified] == [f"{each}" for each in range(number + 1)]
        report(running, end)
    assert len(notified) == 3


def test_one_that_the_shell_never_ends_makes_room_after_a_while(running, notified, monkeypatch):
    monkeypatch.setattr(balloons, "MAX_SECONDS", 0.01)
    for title in ("one", "two"):
        running.icon.notify(Notification(title, "body"))
    until(lambda: [title for title, *_ in notified] == ["one", "two"])


def test_a_click_does_what_the_notice_asks_for(running):
    running.icon.notify(WENT_DOWN)
    running.settled()
    report(running, api.NIN_BALLOONUSERCLICK)
    assert running.events[-1] == CommandReceived(Reconnect())
    assert CommandReceived(OpenMenu()) not in running.events


def test_a_click_on_one_that_asks_for_nothing_opens_the_menu(make, person):
    import pystray  # noqa: PLC0415 - for this alone

    icon = make(pystray.MenuItem("Quit", lambda: None)).start_seen()
    icon.icon.notify(ANSWERED)
    icon.settled()
    icon.post(win32.WM_NOTIFY, 0, api.NIN_BALLOONUSERCLICK)
    person.until_open()
    assert [line.text for line in person.read()] == ["Quit"]
    person.press(icon.icon.window, "Escape")
    person.until_open(levels=0)


def test_a_click_belongs_to_the_notice_that_is_seen(running, notified):
    running.icon.notify(ANSWERED)
    running.icon.notify(WENT_DOWN)
    running.settled()
    report(running, api.NIN_BALLOONHIDE)
    assert notified[-1][0] == WENT_DOWN.title
    report(running, api.NIN_BALLOONUSERCLICK)
    assert running.events[-1] == CommandReceived(Reconnect())


def test_what_the_icon_cannot_show_is_shown_otherwise(running, monkeypatch):
    monkeypatch.setattr(shell, "Shell_NotifyIcon", lambda *_: 0)
    running.icon.notify(WENT_DOWN)
    running.settled()
    assert running.otherwise == [WENT_DOWN]


def test_without_an_icon_it_waits_and_is_shown_otherwise_only_when_all_attempts_failed(make, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(shell, "Shell_NotifyIcon", lambda *_: 0)
        icon = make().start()
        icon.icon.notify(WENT_DOWN)
        icon.settled()
        assert icon.otherwise == []
        patch.setattr(module, "_RETRY_DELAYS", (0.01,) * 6)
        icon.send(win32.WM_TASKBARCREATED)  # which restarts the attempts
        until(lambda: icon.otherwise == [WENT_DOWN])
        icon.icon.notify(ANSWERED)
        icon.settled()
        assert icon.otherwise == [WENT_DOWN, ANSWERED]


def test_one_that_came_before_the_icon_is_shown_beside_it(make, notified):
    icon = make()
    icon.icon.notify(WENT_DOWN)
    icon.start_seen()
    icon.settled()
    assert [title for title, *_ in notified] == [WENT_DOWN.title]


def test_of_a_flood_the_oldest_give_way_and_the_log_says_so(running, notified, caplog):
    for number in range(20):
        running.icon.notify(Notification(f"{number}", "body"))
    running.settled()
    for _ in range(20):
        report(running, api.NIN_BALLOONHIDE)
    assert [title for title, *_ in notified] == ["0", *(f"{number}" for number in range(12, 20))]
    assert caplog.text.count("Too many notices at once") == 11
    assert running.otherwise == []


def test_a_shell_that_takes_no_picture_of_ours_shows_the_words(running, monkeypatch):
    tried, real = [], shell.Shell_NotifyIcon

    def notify(code, data):
        if data.uFlags & win32.NIF_INFO:
            tried.append(data.dwInfoFlags & 7)
            if data.hBalloonIcon:
                return 0
        return real(code, data)

    monkeypatch.setattr(shell, "Shell_NotifyIcon", notify)
    running.icon.notify(ANSWERED)
    running.settled()
    assert tried[-1] == api.NIIF_INFO
    assert set(tried[:-1]) == {api.NIIF_USER}
    assert running.otherwise == []


def test_a_notice_whose_picture_fails_is_shown_without(running, notified, caplog):
    def broken(size, ground):
        raise ValueError("a secret")

    running.icon._icon = broken
    running.icon.notify(ANSWERED)
    running.settled()
    assert [(title, picture) for title, _, _, picture in notified] == [(ANSWERED.title, False)]
    assert "a secret" not in caplog.text


def test_what_answers_a_click_is_shown_in_quiet_times_too(running, notified):
    running.icon.notify(Notification("title", "body", asked_for=True))
    running.settled()
    assert not notified[0][2] & api.NIIF_RESPECT_QUIET_TIME


def test_one_that_went_with_the_taskbar_is_shown_once_more(running, notified, monkeypatch):
    running.icon.notify(WENT_DOWN)
    running.settled()
    real = shell.Shell_NotifyIcon
    monkeypatch.setattr(
        shell, "Shell_NotifyIcon", lambda code, data: code == win32.NIM_ADD or real(code, data)
    )
    running.send(win32.WM_TASKBARCREATED)
    running.settled()
    assert [title for title, *_ in notified] == [WENT_DOWN.title] * 2


def test_one_that_is_still_seen_when_the_resolution_changes_is_not_repeated(running, notified, monkeypatch):
    running.icon.notify(WENT_DOWN)
    running.settled()
    real = shell.Shell_NotifyIcon
    monkeypatch.setattr(
        shell, "Shell_NotifyIcon", lambda code, data: code != win32.NIM_ADD and real(code, data)
    )
    running.send(win32.WM_TASKBARCREATED)
    running.settled()
    assert [title for title, *_ in notified] == [WENT_DOWN.title]
