"""The submenus that compact a session, start a new one, and set the thinking level."""

from tray.core.commands import Compact, NewSession, SetThinking
from tray.core.model import ActionError, Session
from tray.core.sessions.actions import may_compact, may_start_new, may_think
from tray.core.state import State
from tray.i18n.words import Words
from tray.view.menu.item import LINE, Item, confirmed, no_session, reason
from tray.view.text import consequences, formatting


def compact(state: State, session: Session | None, words: Words) -> tuple[Item, ...]:
    """Return what compacting loses and costs, and the item that starts it."""
    if session is None:
        return no_session(state, words)
    action = Item(words("Compact now"), Compact(session.key))
    meaning = consequences.of_compacting(session, words)
    return confirmed(meaning, action, may_compact(state, session.key), state, words)


def new_session(state: State, session: Session | None, words: Words) -> tuple[Item, ...]:
    """Return what a new session forgets and keeps, and the item that starts it."""
    if session is None:
        return no_session(state, words)
    action = Item(words("Start a new session"), NewSession(session.key))
    meaning = consequences.of_starting_over(state, session, words)
    return confirmed(meaning, action, may_start_new(state), state, words)


def thinking(state: State, session: Session | None, words: Words) -> tuple[Item, ...]:
    """Return the thinking levels, the default first."""
    if session is None:
        return no_session(state, words)
    row, error = session.row, may_think(state, session)
    if not row.thinking_levels:
        return tuple(reason(error or ActionError.NO_THINKING_LEVELS, state, words))
    usual = formatting.clean(row.thinking_default or "", 20)
    default = words("Default ({level})", level=usual) if usual else words("Default")
    lines = [(default, None), *((formatting.clean(level, 20) or "?", level) for level in row.thinking_levels)]
    items = [
        Item(
            text,
            SetThinking(session.key, level),
            checked=level == row.thinking,
            radio=True,
            enabled=error is None,
        )
        for text, level in lines
    ]
    if error is not None:
        items += [LINE, *reason(error, state, words)]
    return tuple(items)
