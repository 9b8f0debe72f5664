"""The submenus about notifications: on or off, snooze, and the last ones."""

from datetime import datetime

from tray.core.commands import OpenPanel, OpenSettings, SetNotifications, Snooze, SnoozeUntil
from tray.core.model import Now, Page
from tray.core.state import State
from tray.i18n.words import Words
from tray.view.menu.item import LINE, Item, note
from tray.view.notifications import render_notification
from tray.view.text import formatting

SHOWN = 15
"""Notifications in the list."""


def line(state: State, now: Now, words: Words) -> str:
    """Return the text of the menu's item, with `off` or the end of the snooze."""
    if not state.settings.notifications:
        return f"{words('Notifications')}\t{words('off')}"
    until = snoozed_until(state, now)
    return (
        words("Notifications") if until is None else f"{words('Notifications')}\t{_until(until, now, words)}"
    )


def notifications(state: State, now: Now, words: Words) -> tuple[Item, ...]:
    """Return on or off, snooze, quiet hours, and the way to the last notifications."""
    on, until = state.settings.notifications, snoozed_until(state, now)
    items = [Item(words("Show notifications"), SetNotifications(not on), checked=on), LINE]
    if until is None:
        items += [
            Item(words("Snooze for 1 hour"), Snooze(SnoozeUntil.HOUR), enabled=on),
            Item(words("Snooze until tomorrow"), Snooze(SnoozeUntil.TOMORROW), enabled=on),
        ]
    else:
        items += [note(_until(until, now, words)), Item(words("End snooze"), Snooze(SnoozeUntil.NOW))]
    if state.settings.quiet_hours is not None:
        items.append(note(words("Quiet hours: {hours}", hours=state.settings.quiet_hours), OpenSettings()))
    return (
        *items,
        LINE,
        Item(words("Recent"), path=("notifications", "recent"), enabled=bool(state.process.recent)),
    )


def recent(state: State, now: Now, words: Words) -> tuple[Item, ...]:
    """Return the last notifications, newest first; a click does what a click on the notification would do."""
    items = []
    for past in state.process.recent[: -SHOWN - 1 : -1]:
        shown = render_notification(past.alert, state, now, words)
        text = formatting.clean(f"{shown.title}. {shown.body}", 100)
        age = formatting.age(now.wall - past.at, words)
        items.append(note(f"{text}\t{age}", shown.command or OpenPanel(Page.NOTIFICATIONS)))
    if not items:
        return (note(words("No notifications yet"), OpenPanel(Page.NOTIFICATIONS)),)
    return (*items, LINE, Item(words("Show in full…"), OpenPanel(Page.NOTIFICATIONS)))


def snoozed_until(state: State, now: Now) -> datetime | None:
    """Return when the snooze ends (wall); None if there is none."""
    until = state.process.snoozed_until
    return until if until is not None and until > now.wall else None


def _until(until: datetime, now: Now, words: Words) -> str:
    local = now.local(until)
    if local.date() == now.today:
        return words("snoozed until {time}", time=f"{local:%H:%M}")
    return words("snoozed until tomorrow {time}", time=f"{local:%H:%M}")
