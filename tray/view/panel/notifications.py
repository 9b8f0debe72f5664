"""Page Notifications: whether they are shown, and the last ones with what each of them leads to."""

from datetime import datetime, timedelta

from tray.core.commands import (
    EditSettings,
    OpenDashboard,
    OpenPanel,
    SetNotifications,
    ShowIconSettings,
    ShowPage,
    Snooze,
    SnoozeUntil,
)
from tray.core.model import Now, Page, PastNotification, ThresholdCrossed
from tray.core.state import State
from tray.i18n.words import Words
from tray.view.menu.notifications import SHOWN, line, snoozed_until
from tray.view.notification import Notification
from tray.view.notifications import render_notification
from tray.view.panel.cards import Action, Card, Entries, Entry, Note, Tone
from tray.view.text import formatting


def cards(state: State, now: Now, words: Words) -> tuple[Card, ...]:
    """Return the page."""
    entries = tuple(_entry(past, state, now, words) for past in reversed(state.process.recent))
    if not entries:
        return _delivery(state, now, words), Note(words("No notifications yet"))
    return _delivery(state, now, words), Entries(entries[:SHOWN])


def _delivery(state: State, now: Now, words: Words) -> Note:
    """Return whether notifications are shown, until when they are not, and what changes it."""
    on = state.settings.notifications
    if not on:
        turn_on = Action(words("Turn on"), SetNotifications(on=True), main=True)
        return Note(words("Notifications are off"), (), (turn_on,))
    lines = []
    if state.settings.quiet_hours is not None:
        lines.append(words("Quiet hours: {hours}", hours=state.settings.quiet_hours))
    off = Action(words("Turn off"), SetNotifications(on=False))
    if snoozed_until(state, now) is not None:
        end = Action(words("End snooze"), Snooze(SnoozeUntil.NOW), main=True)
        until = line(state, now, words).partition("\t")[2]
        return Note(words("Notifications: {state}", state=until), tuple(lines), (end, off))
    snoozes = (
        Action(words("Snooze 1 hour"), Snooze(SnoozeUntil.HOUR)),
        Action(words("Until tomorrow"), Snooze(SnoozeUntil.TOMORROW)),
    )
    return Note(words("Notifications are on"), tuple(lines), (*snoozes, off))


def _entry(past: PastNotification, state: State, now: Now, words: Words) -> Entry:
    shown = render_notification(past.alert, state, now, words)
    late = f" ({words('delayed')})" if past.deferred else ""
    body = "\n".join(formatting.clean(each, 400) for each in shown.body.splitlines())
    return Entry(
        formatting.clean(shown.title, 200),
        body,
        f"{moment(past.at, now, words)}{late}",
        _tone(past, shown),
        _action(shown, words),
    )


def _tone(past: PastNotification, shown: Notification) -> Tone:
    if isinstance(past.alert, ThresholdCrossed):
        return Tone.CRITICAL if past.alert.level > 1 else Tone.WARNING
    return Tone.WARNING if shown.urgent else Tone.QUIET


def _action(shown: Notification, words: Words) -> Action | None:
    match shown.command:
        case OpenPanel(Page.NOW, str(key)):
            return Action(words("Show the session"), ShowPage(Page.NOW, key))
        case OpenPanel(Page.ASK, str(identity)):
            return Action(words("Show the answer"), ShowPage(Page.ASK, identity))
        case OpenPanel(Page.APPROVAL, str(identity)):
            return Action(words("Show it"), ShowPage(Page.APPROVAL, identity))
        case OpenPanel(page):
            return Action(words("Show it"), ShowPage(page))
        case OpenDashboard() as command:
            return Action(words("Open in dashboard"), command)
        case EditSettings() as command:
            return Action(words("Edit the settings file"), command)
        case ShowIconSettings() as command:
            return Action(words("Show the setting"), command)
        case _:
            return None


def moment(at: datetime, now: Now, words: Words) -> str:
    """Return the time of today, else the day."""
    local = now.local(at)
    if local.date() == now.today:
        return f"{local:%H:%M}"
    return words("yesterday") if local.date() == now.today - timedelta(days=1) else f"{local:%Y-%m-%d}"
