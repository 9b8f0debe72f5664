from __future__ import annotations

from datetime import time, timedelta

import pytest

from tests.view.lines import find, texts
from tray.core.commands import EditSettings, OpenPanel, SetNotifications, Snooze, SnoozeUntil
from tray.core.model import GatewayUp, Page, PastNotification, SettingsRejected
from tray.settings.quiet_hours import QuietHours
from tray.settings.settings import Settings
from tray.values import replace
from tray.view.menu.menu import menu
from tray.view.menu.notifications import SHOWN


@pytest.fixture
def state(make):
    return make.connected(make.session())


def at(make, state, **span):
    return replace(state, process=replace(state.process, snoozed_until=make.now().wall + timedelta(**span)))


def test_the_menu_shows_whether_notifications_are_on(make, level, state):
    assert find(level(state), "Notifications").path == ("notifications",)
    off = make.connected(settings=Settings(notifications=False))
    assert "Notifications\toff" in texts(level(off))
    assert "Notifications\tsnoozed until 12:30" in texts(level(at(make, state, minutes=30)))
    assert "Notifications\tsnoozed until tomorrow 11:30" in texts(level(at(make, state, hours=23.5)))
    assert "Notifications" in texts(level(at(make, state, minutes=-1)))


def test_on_or_off(make, level, state):
    assert find(level(state, "notifications"), "Show notifications").command == SetNotifications(on=False)
    assert find(level(state, "notifications"), "Show notifications").checked
    off = level(make.connected(settings=Settings(notifications=False)), "notifications")
    assert find(off, "Show notifications").command == SetNotifications(on=True)
    assert not find(off, "Snooze for 1 hour").enabled


def test_snooze_and_its_end(make, level, state):
    items = level(state, "notifications")
    assert texts(items) == [
        "Show notifications",
        "───",
        "Snooze for 1 hour",
        "Snooze until tomorrow",
        "───",
        "Recent",
    ]
    assert find(items, "Snooze for 1 hour").command == Snooze(SnoozeUntil.HOUR)
    assert find(items, "Snooze until tomorrow").command == Snooze(SnoozeUntil.TOMORROW)
    assert not find(items, "Recent").enabled
    snoozed = level(at(make, state, days=1), "notifications")
    assert find(snoozed, "End snooze").command == Snooze(SnoozeUntil.NOW)
    assert "snoozed until tomorrow" in texts(snoozed)[2]


def test_quiet_hours_are_shown(make, level):
    state = make.connected(settings=Settings(quiet_hours=QuietHours(time(22), time(7))))
    assert "Quiet hours: 22:00 - 07:00" in texts(level(state, "notifications"))


def test_the_last_notifications_newest_first_with_their_clicks(make, level, state):
    past = (
        PastNotification(GatewayUp(60.0), make.now(-120).wall, deferred=False),
        PastNotification(SettingsRejected("settings.toml: no."), make.now(-5).wall, deferred=True),
    )
    items = level(replace(state, process=replace(state.process, recent=past)), "notifications", "recent")
    assert texts(items) == [
        "Error in the settings. settings.toml: no.\tjust now",
        "The gateway is back. It was down for 1 min.\t2 min ago",
        "───",
        "Show in full…",
    ]
    assert [item.command for item in items] == [
        EditSettings(),
        OpenPanel(Page.NOTIFICATIONS),
        None,
        OpenPanel(Page.NOTIFICATIONS),
    ]
    assert texts(level(state, "notifications", "recent")) == ["No notifications yet"]
    many = tuple(PastNotification(GatewayUp(60.0), make.now().wall, deferred=False) for _ in range(SHOWN + 5))
    assert (
        len(level(replace(state, process=replace(state.process, recent=many)), "notifications", "recent"))
        == SHOWN + 2
    )


def test_a_snooze_ends_by_itself(make, state, words):
    snoozed = at(make, state, minutes=30)
    assert "End snooze" in texts(menu(snoozed, ("notifications",), make.now(), words))
    assert "End snooze" not in texts(menu(snoozed, ("notifications",), make.now(1800), words))
