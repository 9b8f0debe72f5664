"""The menu as values: one level at a time, made when it opens. An item carries a command, not a function."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from tray.config.settings import Preset
from tray.core.commands import (
    Ask,
    AskAgain,
    Command,
    OpenDashboard,
    OpenLog,
    OpenSettings,
    Pin,
    Quit,
    Reconnect,
    SetAutostart,
    SetNotices,
    UseModel,
)
from tray.core.context import window_of
from tray.core.keys import is_own
from tray.core.own import Prompt, PromptState
from tray.core.state import Confidence, Now, Session, Usage
from tray.core.trouble import Fault, Phase
from tray.view import words as say
from tray.view.view import MenuSource, updated
from tray.view.words import Words
from tray.wire.models import Model

SESSIONS, MODELS = 30, 25
"""The longest lists; what does not fit is said in a last line."""

Path: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the menu.

    Attributes:
        text: Plain text: a shell that takes `&` for a shortcut doubles it. A tab parts off what stands at
            the right; there is at most one.
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


def ages(source: MenuSource, now: Now, words: Words) -> tuple[str, ...]:
    """How long ago each session changed: all of the menu that changes though nothing happens."""
    return tuple(updated(session, now, words) for session in source.sessions)


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
    notices, autostart = source.settings.notices, source.autostart
    items.append(Item(words("Notices"), SetNotices(not notices), checked=notices))
    if autostart is not None:
        items.append(Item(words("Start at sign-in"), SetAutostart(not autostart), checked=autostart))
    return (
        *items,
        Item(words("Gateway"), path=("gateway",)),
        Item(words("Settings…"), OpenSettings()),
        Item(words("Quit"), Quit()),
    )


def _header(source: MenuSource, now: Now, words: Words) -> list[Item]:
    """What is wrong with the connection if anything is, then the focus session, then the gateway."""
    session = source.focus
    lines = _connection(source, words)
    if session is not None:
        usage = say.usage_line(session.usage, words)
        parts = (say.session_name(session), usage, say.short_model(session.model))
        lines.append("    ".join(part for part in parts if part))
        lines.append(say.doubtful(session.usage, words))
    age = "" if session is None else updated(session, now, words)
    last = (words("updated {age}", age=age) if age else "", source.gateway)
    lines.append(" · ".join(part for part in last if part))
    return [_note(line) for line in lines if line]


def _connection(source: MenuSource, words: Words) -> list[str]:
    if source.phase is Phase.NOT_SET_UP:
        return [words("No gateway found")]
    if source.trouble:
        return _wrapped(source.trouble)
    if source.phase is not Phase.CONNECTED:
        return [words("Connecting…")]
    return [words("No sessions yet")] if not source.sessions else []


def _prompts(source: MenuSource, words: Words) -> tuple[Item, ...]:
    results = [_result(prompt, source, words) for prompt in source.recent]
    if results:
        results.insert(0, LINE)
    presets = source.settings.presets
    if not presets:
        return (
            _note(words("No presets: add some in the settings")),
            Item(words("Settings…"), OpenSettings()),
            *results,
        )
    faults = [_preset_fault(source, preset) for preset in presets]
    items = [
        Item(
            say.clean(preset.name) or "?",
            Ask(preset.text, preset.session, preset.model, preset.name),
            enabled=fault is None,
        )
        for preset, fault in zip(presets, faults, strict=True)
    ]
    notes = [_reason(fault, source, words) for fault in dict.fromkeys(faults) if fault is not None]
    if None in faults:
        notes.append(words("Each prompt spends tokens: even a short one 8,000 to 14,000"))
    return (*items, LINE, *map(_note, notes), *results)


def _preset_fault(source: MenuSource, preset: Preset) -> Fault | None:
    if source.ask_fault is not None or preset.model is None:
        return source.ask_fault
    if preset.session is not None and not is_own(preset.session):
        return Fault.NOT_OURS
    return source.use_fault


def _result(prompt: Prompt, source: MenuSource, words: Words) -> Item:
    """How a prompt ended. One that may have run can be sent again, by a click that says what it does."""
    name = say.clean(prompt.preset or "", 24) or say.clean(prompt.key, 24) or "?"
    match prompt.state:
        case PromptState.ANSWERED:
            end = say.clean(prompt.answer) or words("The answer is empty.")
        case PromptState.STOPPED:
            end = words("stopped")
        case PromptState.UNKNOWN:
            text = words("{name}: may have run. Send it again, as a new run", name=name)
            fault = source.ask_fault or (None if prompt.model is None else source.use_fault)
            return Item(text, AskAgain(prompt.id), enabled=fault is None)
        case _:
            reason = say.fault(prompt.fault or Fault.GATEWAY, prompt.detail, source.level, words)
            end = words("failed: {reason}", reason=reason)
    return _note(say.clean(f"{name}: {end}"))


def _models(source: MenuSource, session: Session | None, words: Words) -> tuple[Item, ...]:
    if session is None:
        return (_note(words("There is no such session.")),)
    if not source.choices:
        return (_note(words("The gateway has not listed its models")),)
    # Choosing the default model stores no override, so the default stands for that model, once.
    choices = tuple(model for model in source.choices if model.name != source.default_model)
    listed = _listed(choices, session, source.default_model)
    shorts = [say.short_model(model.name) for model in listed]
    names = [
        short if shorts.count(short) == 1 else say.clean(m.name)
        for short, m in zip(shorts, listed, strict=True)
    ]
    lines = [(name or "?", model.name, model.window) for name, model in zip(names, listed, strict=True)]
    if source.default_model is not None:
        default = words("Default ({model})", model=say.short_model(source.default_model))
        lines.insert(0, (default, source.default_model, window_of(source.choices, source.default_model)))
    items = []
    for name, model, known_window in lines:
        in_force = model == session.model
        window = (session.usage.window if in_force else None) or known_window
        fit, fits = _fit(session.usage, window, words)
        asked = None if model == source.default_model else model
        items.append(
            Item(
                f"{name}\t{fit}",
                UseModel(asked, session.key),
                checked=in_force,
                radio=True,
                enabled=source.use_fault is None and fits,
            )
        )
    if left := sum(model not in listed for model in choices):
        items.append(_note(words("{n} more: clawtray use MODEL", n=left)))
    notes = _unswitched(source, session, words)
    if source.use_fault is not None:
        notes.append(_reason(source.use_fault, source, words))
    return (*items, LINE, *map(_note, notes)) if notes else tuple(items)


def _unswitched(source: MenuSource, session: Session, words: Words) -> list[str]:
    """Why the last switch of this session came to nothing, if it did."""
    switch = next((switch for switch in source.unswitched if switch.key == session.key), None)
    if switch is None or switch.fault is None:
        return []
    reason = say.fault(switch.fault, switch.detail, source.level, words)
    if switch.fault is not Fault.UNCONFIRMED:
        model = say.short_model(switch.asked) or words("the default model")
        reason = words("Not switched to {model}: {reason}", model=model, reason=reason)
    return _wrapped(say.clean(reason, 200))


def _listed(choices: tuple[Model, ...], session: Session, default: str | None) -> tuple[Model, ...]:
    """As many as the menu takes; always with the model in force, which may be none of the choices."""
    first = choices[:MODELS]
    if session.model in (None, default) or any(model.name == session.model for model in first):
        return first
    in_force = next((m for m in choices if m.name == session.model), Model(session.model or ""))
    return (in_force, *first[: MODELS - 1])


def _fit(usage: Usage, window: int | None, words: Words) -> tuple[str, bool]:
    """A model's window, what this session would fill of it, and whether it may be chosen."""
    if window is None:
        return words("window unknown"), True
    size = say.tokens(window)
    if usage.used is None:
        return size, True
    if usage.used <= window:
        return f"{size} → {say.percent(replace(usage, window=window))}", True
    if usage.confidence is Confidence.FRESH:
        return words("{window}, too small", window=size), False
    return words("{window}, perhaps too small", window=size), True


def _sessions(source: MenuSource, now: Now, words: Words) -> tuple[Item, ...]:
    people = [session for session in source.sessions if not session.row.background]
    machines = len(source.sessions) - len(people)
    items = [_session_line(source, session, now, words) for session in people[:SESSIONS]]
    if len(people) > SESSIONS:
        items.append(_note(words("{n} more: clawtray sessions", n=len(people) - SESSIONS)))
    if machines:
        items.append(_note(words("Sub-agents and cron jobs: {n}", n=machines)))
    if source.pinned is not None:
        items += [LINE, Item(words("Let ClawTray choose the session"), Pin(None))]
    return tuple(items)


def _session_line(source: MenuSource, session: Session, now: Now, words: Words) -> Item:
    details = (say.percent(session.usage), say.short_model(session.model), updated(session, now, words))
    text = f"{say.session_name(session, 40)}\t{' · '.join(part for part in details if part)}"
    shown = source.focus is not None and source.focus.key == session.key
    return Item(text, path=("sessions", session.key), checked=True if shown else None)


def _session(source: MenuSource, session: Session | None, words: Words) -> tuple[Item, ...]:
    if session is None:
        return (_note(words("There is no such session.")),)
    pinned = source.pinned == session.key
    usage, doubt = say.usage_line(session.usage, words), say.doubtful(session.usage, words)
    return (
        *map(_note, (usage, doubt) if doubt else (usage,)),
        LINE,
        Item(words("Model"), path=("sessions", session.key, "model")),
        Item(words("Show on icon"), Pin(None if pinned else session.key), checked=pinned),
    )


def _gateway(source: MenuSource, words: Words) -> tuple[Item, ...]:
    notes = [source.gateway or words("No gateway found")]
    if len(source.settings.profiles) > 1:
        notes.append(words("Profile: {name}", name=say.clean(source.settings.profile)))
    notes.append(words("Trust level: {level}", level=source.level.value))
    return (
        *map(_note, notes),
        LINE,
        Item(words("Open dashboard"), OpenDashboard(), enabled=source.target is not None),
        Item(words("Reconnect now"), Reconnect()),
        Item(words("Open log"), OpenLog()),
    )


def _reason(fault: Fault, source: MenuSource, words: Words) -> str:
    return say.fault(fault, "", source.level, words)


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
