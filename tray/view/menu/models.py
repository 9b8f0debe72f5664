"""The submenu that switches a session's model."""

from collections import Counter
from collections.abc import Iterable

from tray.core.commands import KeepModel, UseModel
from tray.core.model import ActionError, Confidence, ContextUsage, Session, SwitchStatus
from tray.core.models.switching import models_to_log_in, selectable_models
from tray.core.requests import refusal
from tray.core.sessions.context_limits import context_limit_of
from tray.core.state import State
from tray.i18n.words import Words
from tray.protocol.model_names import is_same_model
from tray.protocol.models import Model
from tray.protocol.sessions import SessionsPatch
from tray.values import replace
from tray.view.menu.item import LINE, Item, Path, no_session, note, notes, reason
from tray.view.text import formatting

MODELS = 25
"""The longest list; above it each provider has its own submenu."""
GROUP = 100
"""The longest list of one provider; a last line says how many more there are."""


def models(state: State, session: Session | None, path: Path, words: Words) -> tuple[Item, ...]:
    """Return the models for a session, each with its context limit and the usage it would have."""
    if session is None:
        return no_session(state, words)
    selectable, default = selectable_models(state), state.gateway.snapshot.default_model
    locked = models_to_log_in(state)
    if not selectable and not locked:
        return (note(words("The gateway has not listed its models")), *_reason(state, words))
    # Choosing the default model stores no override, so the default stands for that model, once.
    choices = tuple(model for model in selectable if model.name != default)
    crowded = len(choices) > MODELS
    listed = tuple(m for m in choices if is_same_model(m.name, session.model)) if crowded else choices
    others = tuple(model for model in locked if model.name != default)
    hidden = others if len(choices) + len(others) > MODELS else ()
    listed += tuple(m for m in others if m not in hidden or is_same_model(m.name, session.model))
    names = (default, *(model.name for model in listed))
    if session.model is not None and _listed_name(session, names) is None:
        listed = (Model(session.model), *listed)  # in use, although it is not among the choices
    named = _named(listed)
    if default is not None:
        name = words("Default ({model})", model=formatting.short_model(default))
        limit = context_limit_of((*selectable, *locked), default)
        needs_login = any(model.name == default for model in locked)
        named.insert(0, (name, Model(default, limit, needs_login=needs_login)))
    items = _lines(named, state, session, words)
    if crowded:
        groups = Counter(_provider(model) for model in choices)
        items.append(LINE)
        items += (_group(provider, count, session, path) for provider, count in groups.items())
    if hidden:
        count = words.plural(
            "{n} more needs a login: see clawtray models",
            "{n} more need a login: see clawtray models",
            len(hidden),
        )
        items += [LINE, note(count)]
    if (error := refusal(state, SessionsPatch)) is not None:
        items += [LINE, *reason(error, state, words)]
    failed = failed_switch(state, session, words)
    return (*failed, LINE, *items) if failed else tuple(items)


def group(state: State, session: Session | None, provider: str, words: Words) -> tuple[Item, ...]:
    """Return the models of one provider."""
    if session is None:
        return no_session(state, words)
    choices = tuple(model for model in selectable_models(state) if _provider(model) == provider)
    items = _lines(_named(choices[:GROUP]), state, session, words)
    if len(choices) > GROUP:
        items.append(note(words("{n} more: run clawtray use MODEL", n=len(choices) - GROUP)))
    return tuple(items) or (note(words("The gateway has not listed its models")),)


def failed_switch(state: State, session: Session, words: Words) -> list[Item]:
    """Return why the last switch of this session failed, if it did, with Retry and Keep."""
    wanted = (state.settings.profile, session.key, SwitchStatus.FAILED)
    switch = next((s for s in state.profile.switches if (s.profile, s.key, s.state) == wanted), None)
    if switch is None or switch.error is None:
        return []
    asked = formatting.short_model(switch.requested) or words("the default model")
    used = session.model
    if switch.error is ActionError.OTHER_MODEL:
        used = switch.detail or used
        answered = formatting.short_model(switch.detail) or words("another model")
        why = words("Asked for {asked}, answered by {answered}", asked=asked, answered=answered)
    else:
        why = formatting.action_error(switch.error, switch.detail, state.level, words)
        if switch.error is not ActionError.UNCONFIRMED:
            why = words("Could not switch to {model}: {reason}", model=asked, reason=why)
    again = UseModel(switch.requested, session.key)
    # Newer releases still list the requested model: to keep the other one, it must be chosen.
    is_listed, allowed = is_same_model(used, session.model), refusal(state, SessionsPatch) is None
    kept = KeepModel(session.key) if is_listed else UseModel(used, session.key)
    return [
        *notes(formatting.clean(why, 200)),
        Item(words("Retry: {model}", model=asked), again, enabled=allowed),
        Item(
            words("Keep {model}", model=formatting.short_model(used) or words("the model in use")),
            kept,
            enabled=is_listed or allowed,
        ),
    ]


def _listed_name(session: Session, names: Iterable[str | None]) -> str | None:
    """Return the name in the list of the model in use, which may be listed under its runtime's name alone."""
    same = [name for name in names if is_same_model(name, session.model)]
    return session.model if session.model in same else next(iter(same), None)


def _provider(model: Model) -> str:
    return model.name.partition("/")[0]


def _group(provider: str, count: int, session: Session, path: Path) -> Item:
    in_force = (session.model or "").partition("/")[0] == provider
    text = f"{formatting.clean(provider, 40) or '?'}\t{count}"
    return Item(text, path=(*path, provider), checked=True if in_force else None)


def _named(listed: tuple[Model, ...]) -> list[tuple[str, Model]]:
    """Use the short name where only one model has it."""
    shorts = [formatting.short_model(model.name) for model in listed]
    names = (
        short if shorts.count(short) == 1 else formatting.clean(model.name)
        for short, model in zip(shorts, listed, strict=True)
    )
    return [(name or "?", model) for name, model in zip(names, listed, strict=True)]


def _lines(named: list[tuple[str, Model]], state: State, session: Session, words: Words) -> list[Item]:
    default, allowed, items = state.gateway.snapshot.default_model, refusal(state, SessionsPatch) is None, []
    used = _listed_name(session, [model.name for _, model in named])
    for name, model in named:
        in_force = used is not None and model.name == used
        limit = (session.usage.context_limit if in_force else None) or model.context_limit
        fit, fits = (
            (words("needs a login"), False) if model.needs_login else _fit(session.usage, limit, words)
        )
        command = UseModel(None if model.name == default else model.name, session.key)
        items.append(Item(f"{name}\t{fit}", command, checked=in_force, radio=True, enabled=allowed and fits))
    return items


def _reason(state: State, words: Words) -> list[Item]:
    """Return why the gateway has not listed its models, if it said so."""
    if state.gateway.models_error is None:
        return []
    sentence = formatting.action_error(*state.gateway.models_error, state.level, words)
    return notes(sentence)


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
