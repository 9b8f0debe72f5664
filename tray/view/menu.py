"""The menu as values: one level at a time, made when it opens. An item carries a command, not a function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from tray.core.events import (
    Ask,
    Command,
    OpenDashboard,
    OpenSettings,
    Pin,
    Quit,
    Reconnect,
    SetNotices,
    UseModel,
)
from tray.core.state import Now, Session
from tray.core.trouble import Phase
from tray.view import words as say
from tray.view.view import MenuSource, since
from tray.view.words import Words

SESSIONS, MODELS = 30, 25
"""The longest lists; what does not fit is said in a last line."""

Path: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the menu.

    Attributes:
        text: Ready to show; a tab parts off what stands at the right.
        command: What a click asks for; None on headings, notes and submenus.
        path: Where the submenu is; None if there is none.
        checked: A check mark, or with `radio` a dot; None for neither.
        radio: One of several, of which one is chosen.
        enabled: It can be clicked.
        separator: A line, and nothing else.
    """

    text: str = ""
    command: Command | None = None
    path: Path | None = None
    checked: bool | None = None
    radio: bool = False
    enabled: bool = True
    separator: bool = False


LINE = Item(separator=True)


def menu(source: MenuSource, path: Path, now: Now, words: Words) -> tuple[Item, ...]:
    """One level: `()` is the menu itself, an item's `path` the submenu under it."""
    match path:
        case ():
            return _top(source, now, words)
        case ("looked",):
            return tuple(_note(say.clean(place, 100)) for place in source.looked) or (
                _note(words("Nowhere")),
            )
        case ("prompts",):
            return _prompts(source, words)
        case ("model",):
            return _models(source, source.focus, words)
        case ("sessions",):
            return _sessions(source, now, words)
        case ("sessions", key):
            return _session(source, _find(source, key), words)
        case ("sessions", key, "model"):
            return _models(source, _find(source, key), words)
        case ("gateway",):
            return _gateway(source, words)
        case _:
            return ()


def _top(source: MenuSource, now: Now, words: Words) -> tuple[Item, ...]:
    items = [*_header(source, now, words), LINE]
    if source.phase is Phase.NOT_SET_UP:
        items += [
            Item(words("Where I looked"), path=("looked",)),
            Item(words("Set address…"), OpenSettings()),
            Item(words("Look again"), Reconnect()),
            LINE,
        ]
    else:
        sending = words("Prompts ({n} running)", n=source.running) if source.running else words("Prompts")
        items += [
            Item(sending, path=("prompts",)),
            Item(words("Model"), path=("model",), enabled=source.focus is not None),
            Item(words("Sessions"), path=("sessions",), enabled=bool(source.sessions)),
            LINE,
        ]
    notices = source.settings.notices
    return (
        *items,
        Item(words("Notices"), SetNotices(not notices), checked=notices),
        Item(words("Gateway"), path=("gateway",)),
        Item(words("Settings…"), OpenSettings()),
        Item(words("Quit"), Quit()),
    )


def _header(source: MenuSource, now: Now, words: Words) -> list[Item]:
    lines = []
    session = source.focus
    if session is not None:
        usage = say.usage_line(session.usage, words)
        parts = (say.clean(session.name, 30), usage, say.short_model(session.model))
        lines.append("    ".join(part for part in parts if part))
        if session.usage.doubt is not None:
            lines.append(say.doubt(session.usage.doubt, words))
    if source.trouble:
        lines += _wrapped(source.trouble)
    elif source.phase is Phase.CONNECTING:
        lines.append(words("Connecting…"))
    elif session is None and source.phase is Phase.CONNECTED:
        lines.append(words("No sessions yet"))
    updated = ""
    if session is not None and session.row.updated_ms is not None:
        updated = words("changed {age}", age=say.age(since(session, now), words))
    lines.append(" · ".join(part for part in (updated, source.gateway) if part))
    return [_note(line) for line in lines if line]


def _prompts(source: MenuSource, words: Words) -> tuple[Item, ...]:
    if not source.settings.presets:
        return (
            _note(words("No presets: add some in the settings")),
            Item(words("Settings…"), OpenSettings()),
        )
    ready = source.phase is Phase.CONNECTED and source.can_ask
    items = [
        Item(
            say.clean(preset.name),
            Ask(preset.text, preset.session, preset.model, preset.name),
            enabled=ready,
        )
        for preset in source.settings.presets
    ]
    if ready:
        note = words("Each prompt costs tokens, 8,000 to 14,000 even when it is short")
    elif source.phase is Phase.CONNECTED:
        note = _not_allowed(source, words)
    else:
        note = words("There is no connection to the gateway.")
    return (*items, LINE, _note(note))


def _models(source: MenuSource, session: Session | None, words: Words) -> tuple[Item, ...]:
    if session is None:
        return (_note(words("There is no such session.")),)
    if not source.choices:
        return (_note(words("The gateway has not listed its models")),)
    ready = source.phase is Phase.CONNECTED and source.can_use
    listed = source.choices[:MODELS]
    names = [model.name for model in listed]
    bare = {name: name.rsplit("/", 1)[-1] for name in names}
    doubled = {short for short in bare.values() if list(bare.values()).count(short) > 1}
    items = []
    if source.default_model is not None:
        default = words("Default ({model})", model=say.short_model(source.default_model))
        items += [Item(default, UseModel(None, session.key), enabled=ready), LINE]
    for model in listed:
        short = model.name if bare[model.name] in doubled else bare[model.name]
        fit, fits = _fit(session, model.window, words)
        items.append(
            Item(
                f"{say.clean(short)}\t{fit}",
                UseModel(model.name, session.key),
                checked=model.name == session.model,
                radio=True,
                enabled=ready and fits,
            )
        )
    if len(source.choices) > MODELS:
        items.append(_note(words("{n} more: clawtray use MODEL", n=len(source.choices) - MODELS)))
    if not ready:
        offline = words("There is no connection to the gateway.")
        note = _not_allowed(source, words) if source.phase is Phase.CONNECTED else offline
        items += [LINE, _note(note)]
    return tuple(items)


def _fit(session: Session, window: int | None, words: Words) -> tuple[str, bool]:
    """A model's window, what this session would fill of it, and whether it fits."""
    if window is None:
        return words("window unknown"), True
    if session.usage.used is None:
        return say.tokens(window), True
    if session.usage.used > window:
        return words("{window}, too small", window=say.tokens(window)), False
    share = int(session.usage.used / window * 100)
    return f"{say.tokens(window)} → {share} %", True


def _sessions(source: MenuSource, now: Now, words: Words) -> tuple[Item, ...]:
    people = [session for session in source.sessions if not session.row.background]
    machines = len(source.sessions) - len(people)
    items = [
        Item(
            f"{say.clean(session.name, 40)}\t{say.percent(session.usage)}"
            f"  {say.short_model(session.model)}  {say.age(since(session, now), words)}",
            path=("sessions", session.key),
            checked=True if source.focus is not None and session.key == source.focus.key else None,
        )
        for session in people[:SESSIONS]
    ]
    if len(people) > SESSIONS:
        items.append(_note(words("{n} more: clawtray sessions", n=len(people) - SESSIONS)))
    if machines:
        items.append(_note(words("{n} sub-agent and cron sessions", n=machines)))
    if source.pinned:
        items += [LINE, Item(words("Choose by itself which one to show"), Pin(None))]
    return tuple(items)


def _session(source: MenuSource, session: Session | None, words: Words) -> tuple[Item, ...]:
    if session is None:
        return (_note(words("There is no such session.")),)
    shown = source.focus is not None and source.focus.key == session.key
    items = [
        _note(say.usage_line(session.usage, words)),
        *([] if session.usage.doubt is None else [_note(say.doubt(session.usage.doubt, words))]),
        LINE,
        Item(words("Model"), path=("sessions", session.key, "model")),
        Item(words("Show on icon"), Pin(session.key), checked=shown and source.pinned),
    ]
    return tuple(items)


def _gateway(source: MenuSource, words: Words) -> tuple[Item, ...]:
    name = source.gateway or words("no gateway found")
    return (
        _note(name),
        _note(words("Trust level: {level}", level=source.level.value)),
        LINE,
        Item(words("Open dashboard"), OpenDashboard(), enabled=source.target is not None),
        Item(words("Reconnect now"), Reconnect()),
    )


def _not_allowed(source: MenuSource, words: Words) -> str:
    return words("Not allowed at the trust level {level}: see the settings", level=source.level.value)


def _find(source: MenuSource, key: str) -> Session | None:
    return next((session for session in source.sessions if session.key == key), None)


def _note(text: str) -> Item:
    return Item(text, enabled=False)


def _wrapped(sentence: str, width: int = 70) -> list[str]:
    """A sentence as lines that a menu can hold."""
    lines: list[str] = []
    for word in sentence.split():
        if lines and len(lines[-1]) + len(word) < width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
