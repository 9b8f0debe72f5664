"""The submenus about notifications: on or off, snooze, and the last ones."""

from datetime import datetime

from tray.core.commands import SetNotifications, ShowNotifications, Snooze, SnoozeUntil
from tray.core.model import Now
from tray.i18n.translate import Words
from tray.view.menu.item import LINE, Item, note
from tray.view.text import formatting
from tray.view.tray_view import MenuSource


def line(source: MenuSource, now: Now, words: Words) -> str:
    """Return the text of the menu's item, with `off` or the end of the snooze."""
    if not source.settings.notifications:
        return f"{words('Notifications')}\t{words('off')}"
    until = snoozed_until(source, now)
    return (
        words("Notifications") if until is None else f"{words('Notifications')}\t{_until(until, now, words)}"
    )


def notifications(source: MenuSource, now: Now, words: Words) -> tuple[Item, ...]:
    """Return on or off, snooze, quiet hours, and the way to the last notifications."""
    on, until = source.settings.notifications, snoozed_until(source, now)
    items = [Item(words("Show notifications"), SetNotifications(not on), checked=on), LINE]
    if until is None:
        items += [
            Item(words("Snooze for 1 hour"), Snooze(SnoozeUntil.HOUR), enabled=on),
            Item(words("Snooze until tomorrow"), Snooze(SnoozeUntil.TOMORROW), enabled=on),
        ]
    else:
        items += [note(_until(until, now, words)), Item(words("End snooze"), Snooze(SnoozeUntil.NOW))]
    if source.settings.quiet_hours is not None:
        items.append(note(words("Quiet hours: {hours}", hours=source.settings.quiet_hours)))
    return (
        *items,
        LINE,
        Item(words("Recent"), path=("notifications", "recent"), enabled=bool(source.notifications)),
    )


def recent(source: MenuSource, now: Now, words: Words) -> tuple[Item, ...]:
    """Return the last notifications, newest first; a click does what a click on the notification would do."""
    items = [
        Item(
            f"{past.text}\t{formatting.age(now.wall - past.at, words)}",
            past.command,
            enabled=past.command is not None,
        )
        for past in source.notifications
    ]
    if not items:
        return (note(words("No notifications yet")),)
    return (*items, LINE, Item(words("Show in full…"), ShowNotifications()))


def ages(source: MenuSource, now: Now, words: Words) -> tuple[str, ...]:
    """Return the ages shown here."""
    until = snoozed_until(source, now)
    snoozed = () if until is None else (_until(until, now, words),)
    return *snoozed, *(formatting.age(now.wall - past.at, words) for past in source.notifications)


def snoozed_until(source: MenuSource, now: Now) -> datetime | None:
    """Return when the snooze ends (wall); None if there is none."""
    until = source.snoozed_until
    return until if until is not None and until > now.wall else None


def _until(until: datetime, now: Now, words: Words) -> str:
    local = until.astimezone()
    if local.date() == now.wall.astimezone().date():
        return words("snoozed until {time}", time=f"{local:%H:%M}")
    return words("snoozed until tomorrow {time}", time=f"{local:%H:%M}")
