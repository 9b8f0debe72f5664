from __future__ import annotations

from datetime import time, timedelta

import pytest

from tests.parts import having
from tray.core.commands import (
    EditSettings,
    OpenDashboard,
    SetNotifications,
    ShowIconSettings,
    ShowPage,
    Snooze,
    SnoozeUntil,
)
from tray.core.model import (
    Approval,
    ApprovalFinished,
    ApprovalWaiting,
    ConnectionFailure,
    FailureKind,
    GatewayDown,
    GatewayNotFound,
    GatewayUp,
    LongRunFinished,
    Page,
    PastNotification,
    Prompt,
    PromptFinished,
    PromptStatus,
    QuotaCrossed,
    SettingsRejected,
    ThresholdCrossed,
    Welcome,
)
from tray.i18n.words import message
from tray.protocol.approvals import ExecRequest
from tray.protocol.usage import Quota
from tray.settings.quiet_hours import QuietHours
from tray.settings.settings import Settings
from tray.view.panel.cards import Entries, Note, Tone
from tray.view.panel.notifications import cards


@pytest.fixture
def show(make, words):
    return lambda state: cards(state, make.now(), words)


@pytest.fixture
def entry(make, show):
    """The entry of one past alert."""

    def shown(alert, *, back=timedelta(), deferred=False):
        recent = (PastNotification(alert, make.now().wall - back, deferred),)
        (entries,) = (
            c for c in show(make.connected(make.session(), recent=recent)) if isinstance(c, Entries)
        )
        return entries.entries[0]

    return shown


def commands(card):
    return [action.command for action in card.actions]


def test_notifications_are_turned_off_and_on_and_snoozed(make, show):
    on, empty = show(make.connected())
    assert on.title == "Notifications are on"
    assert commands(on) == [
        Snooze(SnoozeUntil.HOUR),
        Snooze(SnoozeUntil.TOMORROW),
        SetNotifications(on=False),
    ]
    assert empty == Note("No notifications yet")
    off, _ = show(make.connected(settings=Settings(notifications=False)))
    assert (off.title, commands(off)) == ("Notifications are off", [SetNotifications(on=True)])
    late = make.now().wall + timedelta(minutes=30)
    snoozed, _ = show(having(make.connected(), snoozed_until=late))
    assert snoozed.title == "Notifications: snoozed until 12:30"
    assert commands(snoozed) == [Snooze(SnoozeUntil.NOW), SetNotifications(on=False)]


def test_quiet_hours_are_shown(make, show):
    quiet = Settings(quiet_hours=QuietHours(time(22), time(7)))
    assert show(make.connected(settings=quiet))[0].lines == ("Quiet hours: 22:00 - 07:00",)


def test_the_latest_comes_first_and_each_says_when(make, show):
    noon = make.now().wall
    recent = (
        PastNotification(GatewayUp(1.0), noon - timedelta(days=9), deferred=False),
        PastNotification(GatewayUp(2.0), noon - timedelta(days=1), deferred=False),
        PastNotification(GatewayUp(240.0), noon, deferred=True),
    )
    entries = show(make.connected(recent=recent))[1].entries
    assert [each.end for each in entries] == ["12:00 (delayed)", "yesterday", "2026-11-14"]
    assert (entries[0].title, entries[0].body) == ("The gateway is back", "It was down for 4 min.")
    assert (entries[0].tone, entries[0].action) == (Tone.QUIET, None)


def test_a_threshold_leads_to_its_session(make, entry):
    session = make.session()
    first, second = entry(ThresholdCrossed(session, 1)), entry(ThresholdCrossed(session, 2))
    assert (first.tone, second.tone) == (Tone.WARNING, Tone.CRITICAL)
    assert first.action.command == ShowPage(Page.NOW, session.key)


@pytest.mark.parametrize(
    ("alert", "command"),
    [
        (
            PromptFinished(Prompt("p", "k", "?", state=PromptStatus.ANSWERED, answer="!")),
            ShowPage(Page.ASK, "p"),
        ),
        (LongRunFinished("k", 90, None), OpenDashboard("k")),
        (GatewayDown(ConnectionFailure(FailureKind.NOT_RUNNING)), ShowPage(Page.NOW)),
        (ApprovalFinished(Approval("default", ExecRequest("c1", "ls"))), ShowPage(Page.APPROVAL, "c1")),
        (GatewayNotFound(), ShowPage(Page.NOW)),
        (SettingsRejected(message("no")), EditSettings()),
        (Welcome(), ShowIconSettings()),
        (ApprovalWaiting(Approval("default", ExecRequest("c1", "ls"))), ShowPage(Page.APPROVAL, "c1")),
        (QuotaCrossed(Quota("a", "Claude", "5h", 92.0, None), 2), ShowPage(Page.USAGE)),
    ],
)
def test_each_leads_to_what_a_click_on_it_does(entry, alert, command):
    assert entry(alert).action.command == command


def test_what_is_urgent_is_marked(entry):
    assert entry(GatewayDown(ConnectionFailure(FailureKind.NOT_RUNNING))).tone is Tone.WARNING
