"""The submenus that list the sessions and show one."""

from tray.core.commands import CopyText, OpenDashboard, Pin, StopRun, StopRuns
from tray.core.model import ActionError, Now, Session
from tray.core.sessions import forecast
from tray.core.sessions.actions import may_stop
from tray.core.state import State
from tray.i18n.words import Words
from tray.protocol.session_keys import Kind, is_own, kind_of
from tray.view.menu import models
from tray.view.menu.item import LINE, Item, confirmed, no_session, note, notes, reason
from tray.view.text import action_results, formatting
from tray.view.tray_view import usage_icon

SESSIONS = 30
"""The longest list; a last line says how many more there are."""


def sessions(state: State, now: Now, words: Words) -> tuple[Item, ...]:
    """Return an item per conversation, newest first, and the ways to what is not listed or runs."""
    shown = [session for session in state.gateway.snapshot.sessions if not session.row.background]
    hidden = len(state.gateway.snapshot.sessions) - len(shown)
    items = _listed(state, shown, now, words)
    if hidden:
        items.append(Item(words("Background sessions ({n})", n=hidden), path=("background",)))
    if (running := len(state.gateway.snapshot.busy)) > 1:
        items += [LINE, Item(words("Stop all runs ({n})…", n=running), path=("stop",))]
    if state.gateway.focus.pinned is not None:
        items += [LINE, Item(words("Choose the session automatically"), Pin(None))]
    return tuple(items)


def background(state: State, now: Now, words: Words) -> tuple[Item, ...]:
    """Return an item per background session: sub-agents, cron jobs and the like."""
    return tuple(_listed(state, [s for s in state.gateway.snapshot.sessions if s.row.background], now, words))


def stop_all(state: State, words: Words) -> tuple[Item, ...]:
    """Return the sessions in which a run is in progress, and the item that stops them all."""
    running = sorted(state.gateway.snapshot.busy)
    if not running:
        return tuple(reason(ActionError.NO_RUN, state, words))
    meaning = [words("Stops the runs in progress in these sessions:")]
    meaning += [formatting.name_of(key, state, 40) for key in running[:SESSIONS]]
    if len(running) > SESSIONS:
        meaning.append(words("{n} more…", n=len(running) - SESSIONS))
    action = Item(words("Stop all now"), StopRuns(tuple(running)))
    return confirmed(meaning, action, may_stop(state), state, words)


def details(state: State, session: Session | None, words: Words) -> tuple[Item, ...]:
    """Return what is known of a session, and what can be done with it."""
    if session is None:
        return no_session(state, words)
    pinned, key = state.gateway.focus.pinned == session.key, session.key
    below, error, busy = ("sessions", key), may_stop(state), key in state.gateway.snapshot.busy
    facts = [formatting.usage_line(session.usage, words), formatting.stale(session.usage, words)]
    facts.append(formatting.turns_left(forecast.turns_left(state, session), words))
    if (budget := session.row.budget) is not None and budget.tokens is not None:
        facts.append(words("The gateway compacts above {limit}", limit=formatting.tokens(budget.tokens)))
    if busy:
        facts.append(words("A run is in progress"))
    elif session.row.failed:
        facts.append(words("The last run failed"))
    wanted = (state.settings.profile, key)
    action = next((a for a in reversed(state.profile.actions) if (a.profile, a.key) == wanted), None)
    if action is not None:
        facts.append(formatting.clean(action_results.line(action, state.level, words), 300))
    failed = models.failed_switch(state, session, words)
    levels, level = session.row.thinking_levels, session.row.thinking or session.row.thinking_default
    thinking = formatting.clean(level or "", 20) if levels else ""
    items = [
        *(line for fact in facts for line in notes(fact)),
        *failed,
        LINE,
        Item(words("Model"), path=(*below, "model")),
        Item(
            f"{words('Thinking')}\t{thinking}" if thinking else words("Thinking"), path=(*below, "thinking")
        ),
        Item(words("Compact…"), path=(*below, "compact")),
        Item(words("New session…"), path=(*below, "new")),
        Item(words("Stop run"), StopRun(key), enabled=error is None and busy),
        LINE,
        Item(words("Show on icon"), Pin(None if pinned else key), checked=pinned),
        Item(words("Open in dashboard"), OpenDashboard(key), enabled=state.connection.target is not None),
        Item(words("Copy key"), CopyText(key)),
    ]
    if error is not None and busy:
        items += [LINE, *reason(error, state, words)]
    return tuple(items)


def _listed(state: State, shown: list[Session], now: Now, words: Words) -> list[Item]:
    busy = state.gateway.snapshot.busy
    items = [_line(state, session, busy, now, words) for session in shown[:SESSIONS]]
    if len(shown) > SESSIONS:
        more = words("{n} more: run clawtray sessions", n=len(shown) - SESSIONS)
        items.append(note(more, CopyText(f"{words.program} sessions")))
    return items


def _line(state: State, session: Session, busy: frozenset[str], now: Now, words: Words) -> Item:
    running = session.key in busy
    age = words("running") if running else formatting.updated(session, now, words)
    model, failed = formatting.short_model(session.model), formatting.last_run(session, words)
    details = " · ".join(part for part in (_name(session, words), model, failed, age) if part)
    text = f"{details}\t{formatting.percent(session.usage)}"
    return Item(
        text,
        path=("sessions", session.key),
        checked=session.key == state.gateway.focus.key or None,
        picture=usage_icon(session.usage, state.settings, running=running),
    )


def _name(session: Session, words: Words) -> str:
    """Append what the session is for, unless it is a conversation with one person."""
    name = formatting.session_name(session, 40)
    if is_own(session.key):
        return words("{name} (ClawTray's own)", name=name)
    if session.row.main:
        return name if name == "main" else words("{name} (main)", name=name)
    match kind_of(session.key, group=session.row.group):
        case Kind.GROUP:
            return words("{name} (group)", name=name)
        case Kind.CRON:
            return words("{name} (cron job)", name=name)
        case Kind.SUBAGENT:
            return words("{name} (sub-agent)", name=name)
        case Kind.PROGRAM | Kind.SHARED | Kind.DIRECT:
            return name
