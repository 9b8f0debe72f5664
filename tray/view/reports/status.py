"""What the console prints about context, sessions and models, as JSON values and as plain text."""

from datetime import UTC, datetime
from typing import Any

from tray.core import approvals
from tray.core.model import Confidence, ContextUsage, Now, Phase, Session
from tray.core.models import switching
from tray.core.sessions import forecast, thresholds
from tray.core.state import State
from tray.i18n.words import Words
from tray.protocol.handshake import Generation
from tray.protocol.session_keys import short_name
from tray.view.reports.table import PLAIN, Cell, Colour, Column, Look, table
from tray.view.text import connection_errors, formatting

SCHEMA = 1
"""Version of the JSON; raise it with any change that could break a reader."""

_LAST_MS = 253_402_300_799_000
"""The last second of the year 9999, in milliseconds since 1970."""


def status(state: State, now: Now, words: Words) -> dict[str, Any]:
    """Return the value of `status --json`. Instants are ISO 8601 in UTC; `percent` is not rounded."""
    session = state.focused
    usage = ContextUsage(None, None, Confidence.UNKNOWN) if session is None else session.usage
    context = _usage(usage, words)
    if session is None and (state.gateway.snapshot.unread or state.gateway.focus.pinned):
        context["reason"] = formatting.not_shown(state, words)
    return {
        "schema": SCHEMA,
        "at": iso(now.wall),
        "connection": _connection(state, words),
        "focus": None if session is None else session.key,
        "context": context,
        "model": None if session is None else session.model,
        "sessions": sessions(state, words),
        "approvals": _waiting(state),
    }


def sessions(state: State, words: Words) -> list[dict[str, Any]]:
    """Return the sessions of the last reading as JSON values, newest first."""
    return [
        {
            "key": session.key,
            "name": session.name,
            "model": session.model,
            **_usage(session.usage, words),
            "updated_at": instant(session.row.updated_ms),
        }
        for session in state.gateway.snapshot.sessions
    ]


def catalogue(state: State) -> list[dict[str, Any]]:
    """Return the models that can be chosen as JSON values."""
    return [
        {
            "model": m.name,
            "window": m.context_limit,
            "alias": m.alias,
            "default": m.name == state.gateway.snapshot.default_model,
        }
        for m in switching.selectable_models(state)
    ]


def status_text(state: State, now: Now, words: Words, look: Look = PLAIN) -> str:
    """Return the text of `status`: the focus session, then the gateway."""
    lines = []
    session = state.focused
    if session is not None:
        lines.append(headline(session, words, look, level_colour(session.usage, state)))
        lines.append(look.paint(formatting.stale(session.usage, words), Colour.FAINT))
        lines.append(formatting.turns_left(forecast.turns_left(state, session), words))
        if age := formatting.updated(session, now, words):
            lines.append(words("updated {age}", age=age))
        lines.append(look.paint(words("The last run failed"), Colour.CRITICAL) if session.row.failed else "")
    elif state.phase is Phase.CONNECTED:
        lines.append(formatting.not_shown(state, words))
    lines.append(connection_text(state, words))
    if state.phase is Phase.CONNECTED:
        lines.append(connection_errors.reading_refused(state, words))
    lines.append(look.paint(_approvals(state, words), Colour.WARNING))
    return "\n".join(line for line in lines if line)


def _waiting(state: State) -> int | None:
    """Return how many approvals wait; None if that is not known."""
    number = len(approvals.waiting(state))
    known = approvals.are_known(state) and approvals.lists_commands(state)
    return number if number or known else None


def _approvals(state: State, words: Words) -> str:
    """Return how many approvals wait, or that they cannot be seen; empty if none do."""
    number = _waiting(state)
    if number:
        return words.plural(
            "An approval is waiting: clawtray approvals",
            "{n} approvals are waiting: clawtray approvals",
            number,
        )
    if state.phase is not Phase.CONNECTED or approvals.are_known(state):
        return ""
    if approvals.may_decide(state) is not None or not approvals.is_read(state):
        return ""
    return words("It is not known whether approvals are waiting")


def level_colour(usage: ContextUsage, state: State) -> Colour:
    """Return the colour of a figure, as on the icon."""
    percent = usage.percent if usage.confidence is Confidence.FRESH else None
    return Colour.FAINT if percent is None else colour_of(percent, state)


def colour_of(percent: float, state: State) -> Colour:
    """Return the colour of a percentage by the thresholds of the settings."""
    return (Colour.CALM, Colour.WARNING, Colour.CRITICAL)[thresholds.reached(percent, state.settings)]


def headline(session: Session, words: Words, look: Look = PLAIN, colour: Colour | None = None) -> str:
    """Return `main  62% of 200k  anthropic/claude-opus-4-5`, with the figure in this colour."""
    parts = (
        formatting.session_name(session, 40),
        look.paint(formatting.usage_line(session.usage, words), colour),
        formatting.clean(session.model or "", 80),
    )
    return "  ".join(part for part in parts if part)


def session_identity(key: str, state: State, words: Words) -> str:
    """Return `main (agent:main:main), 62% of 200k`, for a question about this session."""
    session = state.gateway.snapshot.find(key)
    shown = formatting.clean(key, 200)
    if session is None:
        return shown
    name = f"{formatting.session_name(session, 40)} ({shown})"
    return f"{name}, {formatting.usage_line(session.usage, words)}"


def connection_text(state: State, words: Words) -> str:
    """Return the connection in one line, with the reason if it is down."""
    if state.phase is Phase.CONNECTED:
        return connected_text(state, words)
    return _reason(state, words)


def connected_text(state: State, words: Words) -> str:
    """Return which gateway the login succeeded at."""
    return words("connected: {gateway}", gateway=connection_errors.gateway_line(state))


def session_table(state: State, now: Now, words: Words, look: Look = PLAIN) -> str:
    """Return the text of `sessions`, each with its key for `--session`; a star marks the one on the icon.

    On a terminal, the keys of the default agent are short: `--session` takes them so.
    """
    heads = (
        Column(),
        Column(words("Session"), least=10),
        Column(words("Used"), right=True),
        Column(words("Limit"), right=True, drop=4),
        Column(words("Model"), least=18, drop=1),
        Column(words("Updated"), least=9, drop=3),
        Column(words("Key"), drop=2),
    )
    own = f"agent:{state.agent_id}:"
    rows = [
        (
            "*" if session.key == state.gateway.focus.key else "",
            formatting.session_name(session, 40),
            Cell(formatting.percent(session.usage), level_colour(session.usage, state)),
            _limit(session.usage.context_limit),
            formatting.clean(session.model or "", 60),
            Cell(
                " · ".join(filter(None, (formatting.updated(session, now, words), failed))),
                Colour.CRITICAL if failed else None,
            ),
            formatting.clean(
                session.key
                if look.width is None or not session.key.startswith(own)
                else short_name(session.key, state.agent_id),
                200,
            ),
        )
        for session in state.gateway.snapshot.sessions
        for failed in [formatting.last_run(session, words)]
    ]
    unread = [key for key in state.watched if key in state.gateway.snapshot.unread]
    lines = [table(heads, rows, look)] if rows else []
    lines += [words("{name}: not read", name=formatting.name_of(key, state)) for key in unread]
    return "\n".join(lines) or words("No sessions yet")


def model_table(state: State, words: Words, look: Look = PLAIN) -> str:
    """Return the text of `models`; a star marks the default. Those that need a login stand last."""
    heads = (
        Column(),
        Column(words("Model"), least=28),
        Column(words("Limit"), right=True),
        Column(words("Alias"), least=8, drop=2),
        Column(drop=1),
    )
    rows = [
        (
            "*" if model.name == state.gateway.snapshot.default_model else "",
            formatting.clean(model.name, 80),
            _limit(model.context_limit),
            formatting.clean(model.alias or "", 30),
            Cell(words("needs a login") if model.needs_login else "", Colour.WARNING),
        )
        for model in (*switching.selectable_models(state), *switching.models_to_log_in(state))
    ]
    return table(heads, rows, look) if rows else words("The gateway offers no models")


def _limit(tokens: int | None) -> str:
    return formatting.tokens(tokens) if tokens else "?"


def watch_line(state: State, words: Words) -> str:
    """Return a line for `watch`, without ages, so that it differs only when something has changed."""
    if state.phase is not Phase.CONNECTED:
        known = state.connection.failure is not None or state.gateway.snapshot.read_error is not None
        return _reason(state, words) if known else formatting.phase(state.phase, words)
    session = state.focused
    if session is None:
        return " · ".join((formatting.phase(Phase.CONNECTED, words), formatting.not_shown(state, words)))
    parts = [headline(session, words), formatting.stale(session.usage, words)]
    if state.running:
        parts.append(words("a run is in progress"))
    parts.append(connection_errors.reading_refused(state, words))
    return " · ".join(part for part in parts if part)


def _connection(state: State, words: Words) -> dict[str, Any]:
    connection, hello = state.connection, state.connection.hello
    seen = Phase.DOWN if state.phase is Phase.NOT_SET_UP else state.phase
    return {
        "phase": seen.value,
        "reason": None if seen is Phase.CONNECTED else _reason(state, words),
        "url": "" if connection.target is None else connection.target.url,
        "generation": (Generation.UNKNOWN if hello is None else hello.generation).value,
        "version": None if hello is None else hello.version,
        "protocol": None if hello is None else hello.protocol,
    }


def _reason(state: State, words: Words) -> str:
    failure = state.connection.failure
    if refused := connection_errors.reading_refused(state, words):
        return refused
    if failure is None:
        return words(
            "No answer yet from {where}.", where=connection_errors.host(state) or words("the gateway")
        )
    return connection_errors.why(failure, state, words)


def _usage(usage: ContextUsage, words: Words) -> dict[str, Any]:
    return {
        "used": usage.used,
        "max": usage.context_limit,
        "percent": usage.percent,
        "confidence": usage.confidence.value,
        "reason": None
        if usage.stale_reason is None
        else formatting.stale_reason(usage.stale_reason, words, usage.figures),
    }


def instant(at_ms: int | None) -> str | None:
    """Return an instant of the gateway in ISO 8601; None if unknown or outside the calendar."""
    if at_ms is None or at_ms > _LAST_MS:
        return None
    return iso(datetime.fromtimestamp(at_ms / 1000, UTC))


def iso(at: datetime) -> str:
    """Return an instant in UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
