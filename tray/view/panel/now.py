"""Page Now: one session in large, what waits for a decision, the other sessions, and what was spent."""

from tray.core import approvals as waiting
from tray.core.commands import Decide, EditSettings, ShowApproval, ShowPage
from tray.core.model import Approval, ApprovalStatus, Now, Page, Session
from tray.core.state import State
from tray.core.usage.totals import as_of, total
from tray.i18n.words import Words
from tray.protocol.approvals import Decision, ExecRequest
from tray.protocol.usage import Quotas
from tray.values import replace
from tray.view.panel.cards import Action, Card, Figures, Note, Request, Row, Rows
from tray.view.panel.hero import gauge, hero
from tray.view.panel.usage import figure, quotas
from tray.view.text import approvals, exact, formatting

SHOWN, MOST = 5, 60
"""Sessions before *All…* is chosen, and after it."""
CODE_WIDTH, CODE_LINES = 44, 14
"""Characters of a line of a command, and lines of it."""
_LONG_SECONDS = 48 * 3600


def cards(state: State, key: str | None, now: Now, words: Words) -> tuple[Card, ...]:
    """Return the page; `key` is the session in large, by default the one on the icon."""
    shown = state.gateway.snapshot.find(key) or state.focused
    problem = state.process.settings_problem
    return (
        *(() if problem is None or not state.connected else (_settings(state, words),)),
        hero(state, shown, now, words),
        *(_request(approval, state, now, words) for approval in waiting.waiting(state)),
        *_sessions(state, shown, now, words),
        *_spent(state, now, words),
    )


def _settings(state: State, words: Words) -> Note:
    problem = state.process.settings_problem
    text = "" if problem is None else formatting.clean(words.render(problem), 300)
    action = Action(words("Edit the settings file"), EditSettings())
    return Note(words("Error in the settings"), (text,), (action,))


def _request(approval: Approval, state: State, now: Now, words: Words) -> Request:
    request, whole, key, note = approval.request, True, None, ""
    code: tuple[str, ...] = ()
    if isinstance(request, ExecRequest):
        lines, key = exact.escaped(request.command, CODE_WIDTH), request.session_key
        whole, code = len(lines) <= CODE_LINES, tuple(lines[:CODE_LINES])
        if not whole:
            more = len(lines) - CODE_LINES
            note = words.plural("… and {n} more line", "… and {n} more lines", more)
    left = ""
    if approval.due_at is not None:
        left = words("{span} left", span=formatting.duration(approval.due_at - now.mono, words))
    details = approvals.details(replace(approval, due_at=None), formatting.name_of(key, state), now, words)
    undecided = approval.state is ApprovalStatus.WAITING
    answers = sorted(approvals.answers(request, words).items(), key=lambda pair: pair[0] is not Decision.DENY)
    actions = [
        Action(
            label,
            Decide(approval.id, decision),
            enabled=undecided and (whole or decision is Decision.DENY),
            main=decision is Decision.ALLOW_ONCE,
        )
        for decision, label in answers
    ]
    if not whole:
        actions.insert(1, Action(words("Show the whole command…"), ShowApproval(approval.id)))
    title = words("Allow this command?") if code else approvals.title(request, words)
    return Request(approval.id, title, left, tuple(details), code, note, tuple(actions))


def _sessions(state: State, shown: Session | None, now: Now, words: Words) -> tuple[Rows, ...]:
    listed = [s for s in state.gateway.snapshot.sessions if not s.row.background or s is shown]
    if not listed or (state.connected and listed == [shown]):
        return ()
    rows = tuple(_row(state, session, shown, now, words) for session in listed[:MOST])
    more = len(listed) - len(rows)
    note = words("{n} more: run clawtray sessions", n=more) if more else ""
    title = words("Sessions") if state.connected else words("Before that")
    return (Rows(title, rows, SHOWN, words("All {n}…", n=len(listed)), note),)


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
