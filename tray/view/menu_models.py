"""The level of the menu that switches a session's model."""

from __future__ import annotations

from dataclasses import replace

from tray.core.commands import (
    UseModel,
)
from tray.core.context import window_of
from tray.core.state import Confidence, Session, Usage
from tray.core.trouble import Fault
from tray.view import words as say
from tray.view.items import LINE, Item, note, reason_for, wrapped
from tray.view.view import MenuSource
from tray.view.words import Words
from tray.wire.models import Model

MODELS = 25
"""The longest list; how many more there are is said in a last line."""


def models(source: MenuSource, session: Session | None, words: Words) -> tuple[Item, ...]:
    """The models that a session may be switched to, each with what the session would fill of it."""
    if session is None:
        return (note(words("There is no such session.")),)
    if not source.choices:
        return (note(words("The gateway has not listed its models")),)
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
        items.append(note(words("{n} more: clawtray use MODEL", n=left)))
    notes = _unswitched(source, session, words)
    if source.use_fault is not None:
        notes.append(reason_for(source.use_fault, source, words))
    return (*items, LINE, *map(note, notes)) if notes else tuple(items)


def _unswitched(source: MenuSource, session: Session, words: Words) -> list[str]:
    """Why the last switch of this session came to nothing, if it did."""
    switch = next((switch for switch in source.unswitched if switch.key == session.key), None)
    if switch is None or switch.fault is None:
        return []
    reason = say.fault(switch.fault, switch.detail, source.level, words)
    if switch.fault is not Fault.UNCONFIRMED:
        model = say.short_model(switch.asked) or words("the default model")
        reason = words("Not switched to {model}: {reason}", model=model, reason=reason)
    return wrapped(say.clean(reason, 200))


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
