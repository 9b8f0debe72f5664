"""Sessions on the wire: `sessions.list`, `sessions.patch`, `sessions.subscribe`."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from tray.protocol.json_fields import Json, count, flag, record, records, text, texts
from tray.protocol.runs import model_name
from tray.protocol.scopes import ADMIN, READ

MAX_NAME_LENGTH = 1000
"""Characters; a gateway that sends more, or more rows than were asked for, is not in its right mind."""
MAX_THINKING_LEVELS = 12
"""Thinking levels of a model; the same goes for a longer list."""


class SessionRow(msgspec.Struct, frozen=True):
    """One session as the gateway lists it.

    Attributes:
        key: Canonical key, such as `agent:main:main`.
        session_id: Changes when a session is reset (not on 2026.9).
        name: The label or title that a person gave it, if any.
        model: `provider/model`. Of the last run on releases without `sessions.subscribe`, else in force now.
        used: Tokens in the last prompt; None if not told. It is a size, not a running sum.
        fresh: Whether the gateway vouches for `used`; None on releases that do not say.
        context_limit: The session's own context window, in tokens.
        last_run_tokens: Input plus output tokens of the last run; changes with every run.
        updated_ms: Last change of any kind, milliseconds since 1970.
        has_run: It shows traces of a run since it was made or reset, whatever its tokens say.
        active: A run is in progress.
        background: Made by a machine (sub-agent, cron job), not by a person.
        group: Several people talk in it.
        thinking: How much its model thinks, if the session was told; None: as the model does by default.
        thinking_levels: What it may be told; empty where the release or the model offers no choice.
        thinking_default: What the model does by default.
    """

    key: str
    session_id: str | None = None
    name: str | None = None
    model: str | None = None
    used: int | None = None
    fresh: bool | None = None
    context_limit: int | None = None
    last_run_tokens: int = 0
    updated_ms: int | None = None
    has_run: bool = False
    active: bool = False
    background: bool = False
    group: bool = False
    thinking: str | None = None
    thinking_levels: tuple[str, ...] = ()
    thinking_default: str | None = None


class SessionList(msgspec.Struct, frozen=True):
    """The answer to `sessions.list`: the gateway's default model and window, and the rows, newest first."""

    default_model: str | None
    default_context_limit: int | None
    rows: tuple[SessionRow, ...]


class SessionsList(msgspec.Struct, frozen=True):
    """List the sessions. No titles and no previews: each costs the gateway a file read."""

    method: ClassVar[str] = "sessions.list"
    scope: ClassVar[str] = READ
    spends: ClassVar[bool] = False

    limit: int

    def params(self) -> dict[str, object]:
        """The limit must be at least 1."""
        return {"limit": self.limit}

    def read(self, payload: Json) -> SessionList:
        """Rows without a key, or with an endless one, and rows beyond the limit are passed over."""
        defaults = record(payload.get("defaults"))
        listed = records(payload.get("sessions"))[: self.limit]
        rows = [
            _read_row(key, row) for row in listed if (key := text(row, "key")) and len(key) <= MAX_NAME_LENGTH
        ]
        return SessionList(
            default_model=model_name(text(defaults, "modelProvider"), text(defaults, "model")),
            default_context_limit=count(defaults, "contextTokens") or None,
            rows=tuple(rows),
        )


class Subscribed(msgspec.Struct, frozen=True):
    """Changes of sessions will be told from now on."""


class SessionsSubscribe(msgspec.Struct, frozen=True):
    """Ask to be told of changes (2026.5 on)."""

    method: ClassVar[str] = "sessions.subscribe"
    scope: ClassVar[str] = READ
    spends: ClassVar[bool] = False

    def params(self) -> dict[str, object]:
        """None."""
        return {}

    def read(self, payload: Json) -> Subscribed:
        """2026.9 adds a list, which is not needed."""
        del payload
        return Subscribed()


class Patched(msgspec.Struct, frozen=True):
    """The answer to `sessions.patch`.

    Attributes:
        key: The canonical key that was changed.
        override: `provider/model` that the session is now told to use; None if it follows the default.
        resolved: What the gateway says it resolves to. Wrong on 2026.2, where it is the last run's model.
        session_id: The session's id at that time, if it has one.
    """

    key: str
    override: str | None
    resolved: str | None
    session_id: str | None = None


class SessionsPatch(msgspec.Struct, frozen=True):
    """Choose the model of a session, or with None follow the default again.

    2026.1 to 2026.5 want the admin scope for it, so that is what this program requires everywhere.
    """

    method: ClassVar[str] = "sessions.patch"
    scope: ClassVar[str] = ADMIN
    spends: ClassVar[bool] = False

    key: str
    model: str | None

    def params(self) -> dict[str, object]:
        """`model: null` takes an override away; an empty string is refused."""
        return {"key": self.key, "model": self.model}

    def read(self, payload: Json) -> Patched:
        """Only `entry.*Override` tells the truth on every release."""
        entry, resolved = record(payload.get("entry")), record(payload.get("resolved"))
        return Patched(
            key=text(payload, "key") or self.key,
            override=model_name(text(entry, "providerOverride"), text(entry, "modelOverride")),
            resolved=model_name(text(resolved, "modelProvider"), text(resolved, "model")),
            session_id=text(entry, "sessionId"),
        )


def _read_row(key: str, row: Json) -> SessionRow:
    used = count(row, "totalTokens")
    fresh = flag(row, "totalTokensFresh")
    model = model_name(text(row, "modelProvider"), text(row, "model"))
    spent = (count(row, "inputTokens") or 0) + (count(row, "outputTokens") or 0)
    prompted = flag(row, "systemSent")
    ended = row.get("endedAt") is not None or row.get("lastRunId") is not None
    # The oldest releases keep nothing else of a run over a compaction; a reset puts `systemSent` to false.
    outlived = flag(row, "abortedLastRun") is not None and prompted is not False
    return SessionRow(
        key=key,
        session_id=text(row, "sessionId"),
        name=(text(row, "label") or text(row, "displayName") or "")[:MAX_NAME_LENGTH] or None,
        model=model,
        used=used,
        fresh=fresh,
        context_limit=count(row, "contextTokens") or None,
        last_run_tokens=spent,
        updated_ms=count(row, "updatedAt"),
        has_run=bool(used or spent or ended or prompted or outlived),
        active=flag(row, "hasActiveRun") is True or row.get("status") == "running",
        background=flag(row, "isBackground") is True or _is_background(key),
        group=row.get("kind") == "group",
        thinking=text(row, "thinkingLevel"),
        thinking_levels=_levels(row),
        thinking_default=text(row, "thinkingDefault"),
    )


def _levels(row: Json) -> tuple[str, ...]:
    """The ids of `thinkingLevels`, whose labels may differ from them; some releases list but the options."""
    ids = (text(level, "id") for level in records(row.get("thinkingLevels")))
    levels = tuple(level for level in ids if level is not None) or texts(row, "thinkingOptions")
    return levels[:MAX_THINKING_LEVELS]


def _is_background(key: str) -> bool:
    """Sub-agents, cron jobs and the shared `global` entry; older releases tell them by the key alone."""
    kind = key.split(":")[2:3]
    return kind in (["subagent"], ["cron"]) or key in ("global", "unknown") or ":subagent:" in key
