"""The levels of the menu that list the sessions, and show one."""

from __future__ import annotations

from tray.core.commands import (
    Pin,
)
from tray.core.state import Now, Session
from tray.view import words as say
from tray.view.items import LINE, Item, note
from tray.view.view import MenuSource, updated
from tray.view.words import Words

SESSIONS = 30
"""The longest list; how many more there are is said in a last line."""


def sessions(source: MenuSource, now: Now, words: Words) -> tuple[Item, ...]:
    """A line for each session that people talk in, newest first; the others are counted."""
    people = [session for session in source.sessions if not session.row.background]
    machines = len(source.sessions) - len(people)
    items = [_line(source, session, now, words) for session in people[:SESSIONS]]
    if len(people) > SESSIONS:
        items.append(note(words("{n} more: clawtray sessions", n=len(people) - SESSIONS)))
    if machines:
        items.append(note(words("Sub-agents and cron jobs: {n}", n=machines)))
    if source.pinned is not None:
        items += [LINE, Item(words("Let ClawTray choose the session"), Pin(None))]
    return tuple(items)


def _line(source: MenuSource, session: Session, now: Now, words: Words) -> Item:
    details = (say.percent(session.usage), say.short_model(session.model), updated(session, now, words))
    text = f"{say.session_name(session, 40)}\t{' · '.join(part for part in details if part)}"
    shown = source.focus is not None and source.focus.key == session.key
    return Item(text, path=("sessions", session.key), checked=True if shown else None)


def details(source: MenuSource, session: Session | None, words: Words) -> tuple[Item, ...]:
    """What is known of one session, and what can be done with it."""
    if session is None:
        return (note(words("There is no such session.")),)
    pinned = source.pinned == session.key
    usage, doubt = say.usage_line(session.usage, words), say.doubtful(session.usage, words)
    return (
        *map(note, (usage, doubt) if doubt else (usage,)),
        LINE,
        Item(words("Model"), path=("sessions", session.key, "model")),
        Item(words("Show on icon"), Pin(None if pinned else session.key), checked=pinned),
    )
