"""The menu as values, one level at a time, made when it opens. Items carry commands, not functions."""

from tray.core.commands import (
    OpenAsk,
    OpenSettings,
    Quit,
    Reconnect,
    SetAutostart,
)
from tray.core.errors import Phase
from tray.core.model import Now, Session
from tray.i18n.translate import Words
from tray.view.menu import actions, approvals, gateway, models, notifications, prompts, sessions, usage
from tray.view.menu.item import LINE, Item, Path, note, wrapped
from tray.view.text import formatting
from tray.view.tray_view import MenuSource, updated


def menu(source: MenuSource, path: Path, now: Now, words: Words) -> tuple[Item, ...]:
    """Return one level: `()` is the menu itself, an item's `path` its submenu."""
    match path:
        case ():
            return _top(source, now, words)
        case ("searched",):
            return tuple(note(formatting.clean(words.render(place), 100)) for place in source.searched) or (
                note(words("None")),
            )
        case ("prompts",):
            return prompts.prompts(source, words)
        case ("prompts", identity):
            return prompts.details(source, identity, words)
        case ("model",):
            return models.models(source, source.focus, path, words)
        case ("model", provider):
            return models.group(source, source.focus, provider, words)
        case ("sessions",):
            return sessions.sessions(source, now, words)
        case ("sessions", key, *_):
            return _session(source, _found(source, key), path, words)
        case ("background",):
            return sessions.background(source, now, words)
        case ("approvals",):
            return approvals.waiting(source, now, words)
        case ("approvals", identity):
            return approvals.details(source, identity, now, words)
        case ("usage",):
            return usage.usage(source, now, words)
        case ("usage", days):
            return usage.period(source, days, now, words)
        case ("notifications",):
            return notifications.notifications(source, now, words)
        case ("notifications", "recent"):
            return notifications.recent(source, now, words)
        case ("gateway",):
            return gateway.gateway(source, words)
        case ("gateway", "restart"):
            return gateway.restart(source, words)
        case ("gateway", "start"):
            return gateway.start(source, words)
        case ("certificate",):
            return gateway.certificate(source, words)
        case _:
            return ()


def _session(source: MenuSource, session: Session | None, path: Path, words: Words) -> tuple[Item, ...]:
    match path[2:]:
        case ():
            return sessions.details(source, session, words)
        case ("model",):
            return models.models(source, session, path, words)
        case ("model", provider):
            return models.group(source, session, provider, words)
        case ("thinking",):
            return actions.thinking(source, session, words)
        case ("compact",):
            return actions.compact(source, session, words)
        case ("new",):
            return actions.new_session(source, session, words)
        case _:
            return ()


def ages(source: MenuSource, now: Now, words: Words) -> tuple[str, ...]:
    """Return every age in the menu: the texts that change although the state does not."""
    sessions = tuple(updated(session, now, words) for session in source.sessions)
    submenus = (approvals, usage, notifications)
    return sessions + tuple(age for submenu in submenus for age in submenu.ages(source, now, words))


def _top(source: MenuSource, now: Now, words: Words) -> tuple[Item, ...]:
    items = [*_header(source, now, words), LINE]
    if source.certificate is not None:
        items += [Item(words("Certificate…"), path=("certificate",)), LINE]
    if source.phase is Phase.NOT_SET_UP:
        items += [
            Item(words("Places searched"), path=("searched",)),
            Item(words("Set address…"), OpenSettings()),
            Item(words("Search again"), Reconnect()),
            LINE,
        ]
    else:
        prompts_line = (
            words("Prompts ({n} running)", n=len(source.running)) if source.running else words("Prompts")
        )
        items += [
            Item(words("Ask…"), OpenAsk(), default=True),
            Item(prompts_line, path=("prompts",)),
            Item(words("Model"), path=("model",), enabled=source.focus is not None),
            Item(words("Sessions"), path=("sessions",), enabled=bool(source.sessions)),
            Item(approvals.line(source, words), path=("approvals",)),
            Item(usage.line(source, now, words), path=("usage",)),
            LINE,
        ]
    autostart = source.autostart
    items.append(Item(notifications.line(source, now, words), path=("notifications",)))
    if autostart is not None:
        items.append(Item(words("Start at sign-in"), SetAutostart(not autostart), checked=autostart))
    return (
        *items,
        Item(words("Gateway"), path=("gateway",)),
        Item(words("Settings…"), OpenSettings()),
        Item(words("Quit"), Quit()),
    )


def _header(source: MenuSource, now: Now, words: Words) -> list[Item]:
    session = source.focus
    lines = _connection(source, words)
    if session is not None:
        usage = formatting.usage_line(session.usage, words)
        parts = (formatting.session_name(session), usage, formatting.short_model(session.model))
        lines.append("    ".join(part for part in parts if part))
        lines.append(formatting.stale(session.usage, words))
        lines.append(formatting.turns_left(source.turns.get(session.key), words))
    age = "" if session is None else updated(session, now, words)
    last = (words("updated {age}", age=age) if age else "", source.gateway)
    lines.append(" · ".join(part for part in last if part))
    return [note(line) for line in lines if line]


def _connection(source: MenuSource, words: Words) -> list[str]:
    if source.phase is Phase.NOT_SET_UP:
        return [words("No gateway found")]
    if source.failure:
        return wrapped(source.failure)
    if source.phase is not Phase.CONNECTED:
        return [words("Connecting…")]
    return [words("No sessions yet")] if not source.sessions else []


def _found(source: MenuSource, key: str) -> Session | None:
    return next((session for session in source.sessions if session.key == key), None)
