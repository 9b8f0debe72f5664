"""What the console prints: the same truths as the icon's, as JSON values and as plain text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from tray.core import alerts, models
from tray.core.state import Confidence, Now, Session, State, Usage
from tray.core.trouble import Phase
from tray.view import words as say
from tray.view.view import gateway_line, updated
from tray.view.words import Words
from tray.wire.handshake import Generation

SCHEMA = 1
"""Version of the JSON; a change that could break a reader raises it."""

OK, FAILED, USAGE, WARNING, CRITICAL, DOUBTFUL, DOWN, REFUSED, INTERRUPTED = 0, 1, 2, 10, 20, 30, 40, 41, 130
"""Exit codes. WARNING, CRITICAL and DOUBTFUL are given by `status` alone."""


def exit_code(state: State) -> int:
    """What `status` exits with."""
    link = connection_code(state)
    session = state.focused
    if link != OK or session is None:
        return link
    usage = session.usage
    if usage.confidence is Confidence.FRESH and usage.percent is not None:
        return (OK, WARNING, CRITICAL)[alerts.reached(usage.percent, state.settings)]
    return DOUBTFUL if session.row.ran else OK


def connection_code(state: State) -> int:
    """0 if connected, else why not."""
    match state.link.phase:
        case Phase.CONNECTED:
            return OK
        case Phase.REFUSED:
            return REFUSED
        case _:
            return DOWN


def status(state: State, now: Now, words: Words) -> dict[str, Any]:
    """`status --json`. Instants are ISO 8601 in UTC; `percent` is not rounded."""
    session = state.focused
    usage = Usage(None, None, Confidence.UNKNOWN) if session is None else session.usage
    return {
        "schema": SCHEMA,
        "at": _iso(now.wall),
        "connection": _connection(state, words),
        "focus": None if session is None else session.key,
        "context": _usage(usage, words),
        "model": None if session is None else session.model,
        "sessions": sessions(state, words),
    }


def sessions(state: State, words: Words) -> list[dict[str, Any]]:
    """All sessions, newest first."""
    return [
        {
            "key": session.key,
            "name": session.name,
            "model": session.model,
            **_usage(session.usage, words),
            "updated_at": None
            if session.row.updated_ms is None
            else _iso(datetime.fromtimestamp(session.row.updated_ms / 1000, UTC)),
        }
        for session in state.book.sessions
    ]


def catalogue(state: State) -> list[dict[str, Any]]:
    """The models that may be chosen."""
    return [
        {"model": m.name, "window": m.window, "alias": m.alias, "default": m.name == state.book.default_model}
        for m in models.choices(state)
    ]


def status_text(state: State, now: Now, words: Words) -> str:
    """`status` for a person: the focus session, then the gateway."""
    lines = []
    session = state.focused
    if session is not None:
        lines.append(headline(session, words))
        if session.usage.doubt is not None:
            lines.append(say.doubt(session.usage.doubt, words))
        lines.append(updated(session, now, words))
    elif state.link.phase is Phase.CONNECTED:
        lines.append(words("No sessions yet"))
    lines.append(connection_text(state, words))
    return "\n".join(line for line in lines if line)


def headline(session: Session, words: Words) -> str:
    """`main  62 % of 200k  anthropic/claude-opus-4-5`."""
    parts = (
        say.clean(session.name, 40),
        say.usage_line(session.usage, words),
        say.clean(session.model or "", 80),
    )
    return "  ".join(part for part in parts if part)


def connection_text(state: State, words: Words) -> str:
    """The connection in a line, with its reason if it is not one."""
    where = gateway_line(state)
    if state.link.phase is Phase.CONNECTED:
        return words("connected: {gateway}", gateway=where)
    if state.link.trouble is not None:
        return say.why(state.link.trouble, state, words)
    return words("connecting: {gateway}", gateway=where)


def session_table(state: State, now: Now, words: Words) -> str:
    """`sessions` for a person; a star marks the one that the icon shows."""
    rows = [
        (
            "*" if session.key == state.focus.key else " ",
            say.clean(session.name, 40),
            say.usage_line(session.usage, words),
            say.clean(session.model or "", 60),
            updated(session, now, words),
        )
        for session in state.book.sessions
    ]
    return _table(rows) or words("No sessions yet")


def model_table(state: State, words: Words) -> str:
    """`models` for a person; a star marks the default."""
    rows = [
        (
            "*" if model.name == state.book.default_model else " ",
            say.clean(model.name, 80),
            words("window unknown") if model.window is None else say.tokens(model.window),
            say.clean(model.alias or "", 30),
        )
        for model in models.choices(state)
    ]
    return _table(rows) or words("The gateway has not listed its models")


def watch_line(state: State, words: Words) -> str:
    """One line that differs whenever something worth a line does; no ages in it."""
    session = state.focused
    parts = [say.phase(state.link.phase, words)]
    if session is not None and state.link.phase is Phase.CONNECTED:
        parts.append(headline(session, words))
        if session.usage.doubt is not None:
            parts.append(say.doubt(session.usage.doubt, words))
        if state.book.runs:
            parts.append(words("a run is in progress"))
    elif state.link.trouble is not None:
        parts = [say.why(state.link.trouble, state, words)]
    return " · ".join(parts)


def _connection(state: State, words: Words) -> dict[str, Any]:
    link, hello = state.link, state.link.hello
    phase = Phase.DOWN if link.phase is Phase.NOT_SET_UP else link.phase
    told = link.trouble is not None and link.phase is not Phase.CONNECTED
    return {
        "phase": phase.value,
        "reason": say.why(link.trouble, state, words) if told and link.trouble is not None else None,
        "url": "" if link.target is None else link.target.url,
        "generation": (Generation.UNKNOWN if hello is None else hello.generation).value,
        "version": None if hello is None else hello.version,
        "protocol": None if hello is None else hello.protocol,
    }


def _usage(usage: Usage, words: Words) -> dict[str, Any]:
    return {
        "used": usage.used,
        "max": usage.window,
        "percent": usage.percent,
        "confidence": usage.confidence.value,
        "reason": None if usage.doubt is None else say.doubt(usage.doubt, words),
    }


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    """Columns two blanks apart, the last one ragged."""
    lines = list(rows)
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
