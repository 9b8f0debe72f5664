"""The menu as values, one level at a time, made when it opens. Items carry commands, not functions."""

from collections.abc import Iterator

from tray.core.commands import (
    CopyText,
    EditSettings,
    OpenPanel,
    OpenSettings,
    Quit,
    Reconnect,
    SaveSettings,
    SetAutostart,
)
from tray.core.model import Now, Page, Phase, Session
from tray.core.sessions import forecast
from tray.core.state import State
from tray.i18n.words import Words
from tray.view.menu import actions, approvals, cron, gateway, models, notifications, prompts, sessions, usage
from tray.view.menu.item import LINE, Item, Path, note, notes, wrapped
from tray.view.text import connection_errors, formatting


def menu(state: State, path: Path, now: Now, words: Words) -> tuple[Item, ...]:
    """Return one level: `()` is the menu itself, an item's `path` its submenu."""
    match path:
        case ():
            return _top(state, now, words)
        case ("searched",):
            searched = (words.render(place) for place in state.connection.searched)
            return tuple(note(formatting.clean(place, 100)) for place in searched) or (note(words("None")),)
        case ("prompts",):
            return prompts.prompts(state, words)
        case ("prompts", identity):
            return prompts.details(state, identity, words)
        case ("model",):
            return models.models(state, state.focused, path, words)
        case ("model", provider):
            return models.group(state, state.focused, provider, words)
        case ("sessions",):
            return sessions.sessions(state, now, words)
        case ("sessions", key, *_):
            return _session(state, state.gateway.snapshot.find(key), path, words)
        case ("stop",):
            return sessions.stop_all(state, words)
        case ("background",):
            return sessions.background(state, now, words)
        case ("approvals",):
            return approvals.submenu(state, now, words)
        case ("approvals", identity):
            return approvals.details(state, identity, now, words)
        case ("jobs",):
            return cron.submenu(state, now, words)
        case ("usage",):
            return usage.usage(state, now, words)
        case ("usage", days):
            return usage.period(state, days, now, words)
        case ("notifications",):
            return notifications.notifications(state, now, words)
        case ("notifications", "recent"):
            return notifications.recent(state, now, words)
        case ("gateway",):
            return gateway.gateway(state, words)
        case ("gateway", "restart"):
            return gateway.restart(state, words)
        case ("gateway", "start"):
            return gateway.start(state, words)
        case ("certificate",):
            return gateway.certificate(state, words)
        case ("other-user",):
            return gateway.other_user(state, words)
        case _:
            return ()


def _session(state: State, session: Session | None, path: Path, words: Words) -> tuple[Item, ...]:
    match path[2:]:
        case ():
            return sessions.details(state, session, words)
        case ("model",):
            return models.models(state, session, path, words)
        case ("model", provider):
            return models.group(state, session, provider, words)
        case ("thinking",):
            return actions.thinking(state, session, words)
        case ("compact",):
            return actions.compact(state, session, words)
        case ("new",):
            return actions.new_session(state, session, words)
        case _:
            return ()


def fingerprint(state: State, now: Now, sent_at: Now, words: Words) -> int:
    """Return a number for the whole menu, which is another one if more than ages has changed.

    Args:
        state: What the menu shows.
        now: The day counts, and the end of a snooze.
        sent_at: The moment of all ages: when the menu was sent that this one is compared with.
        words: The language.
    """
    by_time = now.today, notifications.snoozed_until(state, now)
    return hash((by_time, *_whole(state, (), sent_at, words)))


def _whole(state: State, path: Path, now: Now, words: Words) -> Iterator[Item]:
    for item in menu(state, path, now, words):
        yield item
        if item.path is not None:
            yield from _whole(state, item.path, now, words)


def _top(state: State, now: Now, words: Words) -> tuple[Item, ...]:
    items, failure = [*_header(state, now, words), LINE], state.connection.failure
    if state.process.settings_problem is not None:
        lines = wrapped(formatting.clean(words.render(state.process.settings_problem), 300))
        items += [*(Item(line, EditSettings()) for line in lines), LINE]
    if failure is not None and failure.fingerprint is not None:
        items += [Item(words("Certificate…"), path=("certificate",)), LINE]
    if failure is not None and failure.user is not None:
        items += [Item(words("Another user's gateway…"), path=("other-user",)), LINE]
    items.append(Item(words("Open panel"), OpenPanel(), default=True))
    if state.phase is Phase.NOT_SET_UP:
        items += [
            *(
                Item(words("Watch profile {name}", name=name), SaveSettings(((("profile",), name),)))
                for name in (() if failure is None else failure.profiles)
            ),
            Item(words("Places searched"), path=("searched",)),
            Item(words("Set address…"), OpenPanel()),
            Item(words("Search again"), Reconnect()),
            LINE,
        ]
    else:
        items += [
            Item(words("Ask…"), OpenPanel(Page.ASK)),
            Item(prompts.line(state, words), path=("prompts",)),
            Item(words("Model"), path=("model",), enabled=state.focused is not None),
            Item(
                words("Sessions"),
                path=("sessions",),
                enabled=bool(state.gateway.snapshot.sessions or state.gateway.focus.pinned),
            ),
            Item(approvals.line(state, words), path=("approvals",)),
            *cron.line(state, words),
            Item(usage.line(state, now, words), path=("usage",)),
            LINE,
        ]
    autostart = state.process.autostart
    items.append(Item(notifications.line(state, now, words), path=("notifications",)))
    if autostart is not None:
        items.append(Item(words("Start at sign-in"), SetAutostart(not autostart), checked=autostart))
    return (
        *items,
        Item(words("Gateway"), path=("gateway",)),
        Item(words("Settings…"), OpenSettings()),
        Item(words("Quit"), Quit()),
    )


def _header(state: State, now: Now, words: Words) -> list[Item]:
    session = state.focused
    lines: list[str] = []
    if session is not None:
        parts = (formatting.session_name(session), formatting.short_model(session.model))
        name = " · ".join(part for part in parts if part)
        lines.append(f"{name}\t{formatting.usage_line(session.usage, words)}")
        lines.append(formatting.stale(session.usage, words))
        lines.append(formatting.turns_left(forecast.turns_left(state, session), words))
    age = "" if session is None else formatting.updated(session, now, words)
    last = (words("updated {age}", age=age) if age else "", connection_errors.gateway_line(state))
    lines.append(" · ".join(part for part in last if part))
    return [*_connection(state, words), *(note(line) for line in lines if line)]


def _connection(state: State, words: Words) -> list[Item]:
    if state.phase is Phase.NOT_SET_UP:
        return [note(words("No gateway found"))]
    if (failure := state.connection.failure) is not None and not state.connected:
        command = connection_errors.command(failure, state, words)
        cure = notes(connection_errors.cure(failure, state, words), CopyText(command) if command else None)
        return [*notes(connection_errors.cause(failure, state, words)), *cure]
    if refused := connection_errors.reading_refused(state, words):
        return notes(refused)
    if state.phase is not Phase.CONNECTED:
        return [note(words("Connecting…"))]
    return [note(formatting.not_shown(state, words))] if state.focused is None else []
