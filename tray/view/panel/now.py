"""Page Now: one session in large, what waits for a decision, the other sessions, and what was spent."""

from tray.core import approvals as waiting
from tray.core.commands import EditSettings, ShowPage
from tray.core.model import Now, Page, Session
from tray.core.state import State
from tray.core.usage.totals import as_of, total
from tray.i18n.words import Words
from tray.protocol.usage import Quotas
from tray.view.panel import cron, setup
from tray.view.panel.approval import request
from tray.view.panel.cards import Action, Card, Figures, Note, Row, Rows
from tray.view.panel.hero import gauge, hero
from tray.view.panel.usage import figure, quotas
from tray.view.text import formatting

SHOWN = 5
"""Sessions before *All…* is chosen."""
CODE_LINES = 14
"""Lines of a command."""
_LONG_SECONDS = 48 * 3600


def cards(state: State, key: str | None, now: Now, words: Words) -> tuple[Card, ...]:
    """Return the page; `key` is the session in large, by default the one on the icon."""
    shown = state.gateway.snapshot.find(key) or state.focused
    problem = state.process.settings_problem
    return (
        *(() if problem is None or not state.connected else (_settings(state, words),)),
        hero(state, shown, now, words),
        *(card for card in (setup.form(state, words), setup.searched(state, words)) if card is not None),
        *(request(each, state, now, words, CODE_LINES) for each in waiting.waiting(state)),
        *cron.cards(state, now, words),
        *_sessions(state, shown, now, words),
        *_spent(state, now, words),
    )


def _settings(state: State, words: Words) -> Note:
    problem = state.process.settings_problem
    text = "" if problem is None else formatting.clean(words.render(problem), 300)
    action = Action(words("Edit the settings file"), EditSettings())
    return Note(words("Error in the settings"), (text,), (action,))


def _sessions(state: State, shown: Session | None, now: Now, words: Words) -> tuple[Rows, ...]:
    listed = [s for s in state.gateway.snapshot.sessions if not s.row.background or s is shown]
    if not listed or (state.connected and listed == [shown]):
        return ()
    rows = tuple(_row(state, session, shown, now, words) for session in listed)
    title = words("Sessions") if state.connected else words("Before that")
    return (Rows(title, rows, SHOWN, words("All {n}…", n=len(listed))),)


def _row(state: State, session: Session, shown: Session | None, now: Now, words: Words) -> Row:
    bar = gauge(session.usage, state)
    used = bool(session.row.used) or session.usage.used is not None
    figure = formatting.percent(session.usage) if bar else words("unknown") if used else words("not used yet")
    runs = state.connected and session.key in state.gateway.snapshot.busy
    age = words("running") if runs else _age(session, now, words)
    return Row(
        formatting.session_name(session, 60),
        bar,
        figure,
        formatting.short_model(session.model).removeprefix("claude-"),
        age,
        ShowPage(Page.NOW, session.key) if state.connected else None,
        chosen=session is shown and state.connected,
    )


def _age(session: Session, now: Now, words: Words) -> str:
    if session.row.updated_ms is None:
        return ""
    seconds = (now.ms - session.row.updated_ms) / 1000
    if seconds < 60:  # noqa: PLR2004 - a minute
        return words("now")
    if seconds < _LONG_SECONDS:
        return formatting.duration(seconds, words)
    return words.plural("{n} day", "{n} days", int(seconds // 86_400))


def _spent(state: State, now: Now, words: Words) -> tuple[Card, ...]:
    """Return the sums of today and of 7 days, and the quotas; nothing that is not known."""
    usage_totals = as_of(state, now.today)
    totals = ((days, total(usage_totals, days)) for days in (1, 7))
    figures = [figure(days, found, "", words) for days, found in totals if found is not None]
    known = (state.gateway.usage_totals.quotas or Quotas()).windows
    rows = quotas(known[:2], state, now, words)
    return (*((Figures(tuple(figures)),) if figures else ()), *rows)
