"""The submenu that switches a session's model."""

from collections import Counter

from tray.core.commands import KeepModel, UseModel
from tray.core.errors import ActionError
from tray.core.model import Confidence, ContextUsage, Session
from tray.core.sessions.confidence import context_limit_of
from tray.i18n.translate import Words
from tray.protocol.models import Model
from tray.values import replace
from tray.view.menu.item import LINE, Item, Path, note, reason_for, wrapped
from tray.view.text import formatting
from tray.view.tray_view import MenuSource

MODELS = 25
"""The longest list; above it each provider has its own submenu."""
GROUP = 100
"""The longest list of one provider; a last line says how many more there are."""


def models(source: MenuSource, session: Session | None, path: Path, words: Words) -> tuple[Item, ...]:
    """Return the models for a session, each with its context limit and the usage it would have."""
    if session is None:
        return (note(words("Session not found.")),)
    if not source.choices:
        return (note(words("The gateway has not listed its models")),)
    # Choosing the default model stores no override, so the default stands for that model, once.
    choices = tuple(model for model in source.choices if model.name != source.default_model)
    crowded = len(choices) > MODELS
    listed = tuple(m for m in choices if m.name == session.model) if crowded else choices
    if session.model not in (None, source.default_model, *(model.name for model in listed)):
        listed = (Model(session.model or ""), *listed)  # in use, although it is not among the choices
    items = [_default(source, session, words)] if source.default_model is not None else []
    items += _lines(listed, source, session, words)
    if crowded:
        groups = Counter(_provider(model) for model in choices)
        items.append(LINE)
        items += (_group(provider, count, session, path) for provider, count in groups.items())
    if source.switch_error is not None:
        items += [LINE, *map(note, wrapped(reason_for(source.switch_error, source, words)))]
    failed = failed_switch(source, session, words)
    return (*failed, LINE, *items) if failed else tuple(items)


def group(source: MenuSource, session: Session | None, provider: str, words: Words) -> tuple[Item, ...]:
    """Return the models of one provider."""
    if session is None:
        return (note(words("Session not found.")),)
    choices = tuple(model for model in source.choices if _provider(model) == provider)
    items = _lines(choices[:GROUP], source, session, words)
    if len(choices) > GROUP:
        items.append(note(words("{n} more: run clawtray use MODEL", n=len(choices) - GROUP)))
    return tuple(items) or (note(words("The gateway has not listed its models")),)


def failed_switch(source: MenuSource, session: Session, words: Words) -> list[Item]:
    """Return why the last switch of this session failed, if it did, with Retry and Keep."""
    switch = next((switch for switch in source.failed_switches if switch.key == session.key), None)
    if switch is None or switch.error is None:
        return []
    asked = formatting.short_model(switch.requested) or words("the default model")
    used = session.model
    if switch.error is ActionError.OTHER_MODEL:
        used = switch.detail or used
        answered = formatting.short_model(switch.detail) or words("another model")
        reason = words("Asked for {asked}, answered by {answered}", asked=asked, answered=answered)
    else:
        reason = formatting.action_error(switch.error, switch.detail, source.level, words)
        if switch.error is not ActionError.UNCONFIRMED:
            reason = words("Could not switch to {model}: {reason}", model=asked, reason=reason)
    again = UseModel(switch.requested, session.key)
    # Newer releases still list the requested model: to keep the other one, it must be chosen.
    is_listed = used == session.model
    kept = KeepModel(session.key) if is_listed else UseModel(used, session.key)
    return [
        *map(note, wrapped(formatting.clean(reason, 200))),
        Item(words("Retry: {model}", model=asked), again, enabled=source.switch_error is None),
        Item(
            words("Keep {model}", model=formatting.short_model(used) or words("the model in use")),
            kept,
            enabled=is_listed or source.switch_error is None,
        ),
    ]


def _provider(model: Model) -> str:
    return model.name.partition("/")[0]


def _group(provider: str, count: int, session: Session, path: Path) -> Item:
    in_force = (session.model or "").partition("/")[0] == provider
    text = f"{formatting.clean(provider, 40) or '?'}\t{count}"
    return Item(text, path=(*path, provider), checked=True if in_force else None)


def _default(source: MenuSource, session: Session, words: Words) -> Item:
    name = words("Default ({model})", model=formatting.short_model(source.default_model))
    limit = context_limit_of(source.choices, source.default_model)
    return _line(name, source.default_model, limit, source, session, words)


def _lines(listed: tuple[Model, ...], source: MenuSource, session: Session, words: Words) -> list[Item]:
    """Use the short name where only one model has it."""
    shorts = [formatting.short_model(model.name) for model in listed]
    names = [
        short if shorts.count(short) == 1 else formatting.clean(model.name)
        for short, model in zip(shorts, listed, strict=True)
    ]
    return [
        _line(name or "?", model.name, model.context_limit, source, session, words)
        for name, model in zip(names, listed, strict=True)
    ]


def _line(
    name: str, model: str | None, known_limit: int | None, source: MenuSource, session: Session, words: Words
) -> Item:
    in_force = model == session.model
    limit = (session.usage.context_limit if in_force else None) or known_limit
    fit, fits = _fit(session.usage, limit, words)
    return Item(
        f"{name}\t{fit}",
        UseModel(None if model == source.default_model else model, session.key),
        checked=in_force,
        radio=True,
        enabled=source.switch_error is None and fits,
    )


def _fit(usage: ContextUsage, limit: int | None, words: Words) -> tuple[str, bool]:
    """Return the limit with the usage that the session would have, and whether the model can be chosen."""
    if limit is None:
        return words("context limit unknown"), True
    size = formatting.tokens(limit)
    if usage.used is None:
        return size, True
    if usage.used <= limit:
        return f"{size} → {formatting.percent(replace(usage, context_limit=limit))}", True
    if usage.confidence is Confidence.FRESH:
        return words("{window}, too small", window=size), False
    return words("{window}, may be too small", window=size), True
