"""Messages about sessions: `sessions.list`, `sessions.describe`, `sessions.patch`, `sessions.subscribe`."""

import re
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, TypeAlias

import msgspec

from tray.protocol.json_fields import (
    MAX_COUNT,
    MAX_LENGTH,
    Json,
    count,
    flag,
    record,
    records,
    string,
    strings,
    text,
    truth,
    whole,
)
from tray.protocol.requests import ADMIN, Reply, Request, SimpleRequest
from tray.protocol.runs import model_name
from tray.protocol.session_keys import BACKGROUND, is_own, kind_of

MAX_NAME_LENGTH = 1000
"""Characters; no sane gateway sends more."""
MAX_THINKING_LEVELS = 12
"""Thinking levels of a model; no sane gateway sends more."""


class PromptBudget(msgspec.Struct, frozen=True, gc=False):
    """What the gateway found before the last run (2026.7 on). It forgets it when a model is chosen.

    Attributes:
        tokens: The longest prompt that it sends without compacting: the context limit without a reserve.
        estimated: Tokens that it expected of the prompt.
        must_compact: It will compact first.
    """

    tokens: int | None = None
    estimated: int | None = None
    must_compact: bool = False


class SessionRow(msgspec.Struct, frozen=True, gc=False):
    """One session as the gateway lists it.

    Attributes:
        key: Canonical key, such as `agent:main:main`.
        session_id: Changes when a session is reset (not on 2026.9).
        name: Its label or title, if any.
        model: `provider/model`: of the last run on releases without `sessions.subscribe`, else in use now.
        used: Tokens in the last prompt; None if unknown. It is a size, not a running sum.
        fresh: Whether the gateway vouches for `used`; None on releases that do not tell.
        context_limit: The session's own context limit, in tokens.
        last_run_tokens: Input plus output tokens of the last run; changes with every run.
        updated_ms: Last change of any kind, milliseconds since 1970.
        ended_ms: When the last run ended; None on releases that do not tell.
        has_run: There are traces of a run since it was created or reset, whatever its tokens are.
        active: A run is in progress, by the gateway's own word; its text only where it gives no such word.
        failed: The last run failed or timed out, and none has started since. Old releases do not say.
        main: The gateway's own flag says that it is its agent's main conversation.
        background: Used by a program (sub-agent, cron job, heartbeat), not by a user: by the gateway's own
            flag, and only without it by the key.
        group: Several people write in it.
        thinking: Its thinking level; None for the model's default.
        thinking_levels: The levels to choose from; empty if there is no choice.
        thinking_default: The model's default level.
        budget: What a prompt may take; None on releases that do not tell.
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
    ended_ms: int | None = None
    has_run: bool = False
    active: bool = False
    failed: bool = False
    main: bool = False
    background: bool = False
    group: bool = False
    thinking: str | None = None
    thinking_levels: tuple[str, ...] = ()
    thinking_default: str | None = None
    budget: PromptBudget | None = None


_FAILED = ("failed", "timeout")
_STAMP = re.compile(r"^\[[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d [^\]\s]{1,9}\] ?")
"""What releases before 2026.7 write before each message: `[Sun 2026-11-22 15:01 UTC] `."""
_Text: TypeAlias = Annotated[str, msgspec.Meta(max_length=MAX_LENGTH)] | None
_Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=MAX_COUNT)] | None


class _Budget(msgspec.Struct, gc=False):
    promptBudgetBeforeReserve: _Count = None  # noqa: N815 - the gateway's spelling
    estimatedPromptTokens: _Count = None  # noqa: N815 - as above
    shouldCompact: bool | None = None  # noqa: N815 - as above


def _read_budget(value: object) -> _Budget | None:
    given = record(value)
    tokens, estimated = count(given, "promptBudgetBeforeReserve"), count(given, "estimatedPromptTokens")
    return _Budget(tokens, estimated, flag(given, "shouldCompact")) if given else None


_FIELDS: tuple[tuple[Any, Callable[[Any], Any], str], ...] = (
    (_Text, string, "key sessionId label displayName derivedTitle modelProvider model"),
    (_Text, string, "thinkingLevel thinkingDefault"),
    (_Count, whole, "totalTokens inputTokens outputTokens contextTokens updatedAt"),
    (bool | None, truth, "totalTokensFresh systemSent abortedLastRun hasActiveRun isMain isBackground"),
    (Any, lambda value: value, "endedAt lastRunId status kind thinkingLevels thinkingOptions"),
    (_Budget | None, _read_budget, "contextBudgetStatus"),
)
"""What is read of a row: the fields of each type, and how one is read that may be anything."""
_Row: Any = msgspec.defstruct(
    "_Row", [(name, kind, None) for kind, _, names in _FIELDS for name in names.split()], gc=False
)


class _Listed(msgspec.Struct, rename="camel"):
    ts: Any = None
    defaults: Any = None
    sessions: list[_Row] = []
    has_more: Any = None
    total_count: Any = None


class SessionList(Reply, frozen=True):
    """The response to `sessions.list`.

    Attributes:
        default_model: `provider/model` of sessions without an override.
        default_context_limit: Tokens.
        rows: Newest first.
        at_ms: When it was made, by the gateway's clock: milliseconds since 1970.
        cut: There are, or may be, older sessions that were left out.
        titles: What sessions without a name are about, by their keys: how their first messages begin.
    """

    default_model: str | None
    default_context_limit: int | None
    rows: tuple[SessionRow, ...]
    at_ms: int | None = None
    cut: bool = False
    titles: dict[str, str] = msgspec.field(default_factory=dict)


class SessionsList(Request[SessionList], frozen=True):
    """List the sessions.

    Attributes:
        include_global: Also the session that all users share, which is the main one where `session.scope` is
            `global`.
        titles: Also titles, of the 100 newest on most releases: each costs the gateway a look into a file.
    """

    method: ClassVar[str] = "sessions.list"
    useful_late: ClassVar[bool] = True

    limit: int
    include_global: bool = True
    titles: bool = msgspec.field(default=False, name="includeDerivedTitles")

    def params(self) -> dict[str, object]:
        """Ask for titles only where they are wanted."""
        params = super().params()
        return params if self.titles else {k: v for k, v in params.items() if v is not False}

    def decode(self, content: bytes) -> SessionList:
        """Decode rows that are as they should be at once, which is fast, and others field by field."""
        try:
            listed = msgspec.json.decode(content, type=_Listed)
        except msgspec.DecodeError:
            return super().decode(content)
        cut = _is_cut(listed.sessions, self.limit, listed.has_more, listed.total_count)
        return self._list(record(listed.defaults), listed.sessions, whole(listed.ts), cut=cut)

    def read(self, payload: Json) -> SessionList:
        """Skip rows without a valid key, and rows beyond the limit."""
        rows = [_row(row) for row in records(payload.get("sessions"))[: self.limit]]
        cut = _is_cut(rows, self.limit, payload.get("hasMore"), payload.get("totalCount"))
        return self._list(record(payload.get("defaults")), rows, count(payload, "ts"), cut=cut)

    def _list(self, defaults: Json, rows: list[Any], at_ms: int | None, *, cut: bool) -> SessionList:
        return SessionList(
            default_model=model_name(text(defaults, "modelProvider"), text(defaults, "model")),
            default_context_limit=count(defaults, "contextTokens") or None,
            rows=tuple(
                _read_row(key, row)
                for row in rows[: self.limit]
                if (key := row.key) and len(key) <= MAX_NAME_LENGTH
            ),
            at_ms=at_ms,
            cut=cut,
            titles={
                row.key: title
                for row in rows[: self.limit]
                if row.derivedTitle and row.key and len(row.key) <= MAX_NAME_LENGTH and (title := _title(row))
            },
        )


class SessionRead(Reply, frozen=True):
    """One session.

    Attributes:
        row: None if the gateway does not have it, or did not tell.
        unsure: There is no row, but the session may be there all the same.
    """

    row: SessionRow | None
    unsure: bool = False


class SessionsDescribe(Request[SessionRead], frozen=True):
    """Read one session, however old it is (2026.5 on)."""

    method: ClassVar[str] = "sessions.describe"

    key: str

    def read(self, payload: Json) -> SessionRead:
        """Read `session`, which is null for one that does not exist."""
        row = record(payload.get("session"))
        if text(row, "key") == self.key:
            return SessionRead(_read_row(self.key, _row(row)))
        return SessionRead(None, unsure=payload.get("session", self) is not None)


class SessionsSearch(Request[SessionRead], frozen=True):
    """Find one session among those whose key or name contains its key, as older releases can."""

    method: ClassVar[str] = "sessions.list"

    key: str = msgspec.field(name="search")
    limit: int = 20
    include_global: bool = True

    def read(self, payload: Json) -> SessionRead:
        """Read the row with exactly this key."""
        listed = SessionsList(self.limit).read(payload)
        row = next((row for row in listed.rows if row.key == self.key), None)
        return SessionRead(row, unsure=row is None and listed.cut)


class SessionsSubscribe(SimpleRequest, frozen=True):
    """Subscribe to changes of sessions (2026.5 on)."""

    method: ClassVar[str] = "sessions.subscribe"


class Patched(Reply, frozen=True):
    """The response to `sessions.patch`.

    Attributes:
        key: The canonical key that was changed.
        override: `provider/model` that the session uses from now on; None if it follows the default.
        resolved: What the gateway says it resolves to. Wrong on 2026.2, where it is the last run's model.
        session_id: The session's id at that time, if it has one.
    """

    key: str
    override: str | None
    resolved: str | None
    session_id: str | None = None


class SessionsPatch(Request[Patched], frozen=True):
    """Set the model of a session; None (never an empty string) for the default.

    2026.1 to 2026.5 need the admin scope for it, so this program requires it everywhere.
    """

    method: ClassVar[str] = "sessions.patch"
    scope: ClassVar[str] = ADMIN

    key: str
    model: str | None

    def read(self, payload: Json) -> Patched:
        """Read `entry.*Override`, which is right on every release."""
        entry, resolved = record(payload.get("entry")), record(payload.get("resolved"))
        return Patched(
            key=text(payload, "key") or self.key,
            override=model_name(text(entry, "providerOverride"), text(entry, "modelOverride")),
            resolved=model_name(text(resolved, "modelProvider"), text(resolved, "model")),
            session_id=text(entry, "sessionId"),
        )


def _title(row: Any) -> str | None:  # noqa: ANN401 - a `_Row`
    """Return the title of a session that has no name; None if it says nothing."""
    if row.label or row.displayName or (row.sessionId and row.derivedTitle.startswith(row.sessionId[:8])):
        return None  # the last: the beginning of its id, where it has no message yet
    return _STAMP.sub("", row.derivedTitle)[:MAX_NAME_LENGTH] or None


def _is_cut(rows: list[Any], limit: int, more: object, total: object) -> bool:
    """Return whether sessions may be missing; the oldest releases tell nothing but the rows."""
    return more is True or len(rows) >= limit or (whole(total) or 0) > len(rows)


def _row(row: Json) -> Any:  # noqa: ANN401 - a `_Row`
    return _Row(**{name: read(row.get(name)) for _, read, names in _FIELDS for name in names.split()})


def _read_row(key: str, row: Any) -> SessionRow:  # noqa: ANN401 - a `_Row`
    active = row.status == "running" if row.hasActiveRun is None else row.hasActiveRun
    used, spent = row.totalTokens, (row.inputTokens or 0) + (row.outputTokens or 0)
    ended = row.endedAt is not None or row.lastRunId is not None
    # On the oldest releases, nothing else of a run survives a compaction; a reset sets `systemSent` to false.
    survived = row.abortedLastRun is not None and row.systemSent is not False
    return SessionRow(
        key=key,
        session_id=row.sessionId or None,
        # Releases differ in how they name our own sessions by themselves: only a label counts.
        name=(row.label or (not is_own(key) and row.displayName) or "")[:MAX_NAME_LENGTH] or None,
        model=model_name(row.modelProvider or None, row.model or None),
        used=used,
        fresh=row.totalTokensFresh,
        context_limit=row.contextTokens or None,
        last_run_tokens=spent,
        updated_ms=row.updatedAt,
        ended_ms=whole(row.endedAt) or None,
        has_run=bool(used or spent or ended or row.systemSent or survived),
        active=active,
        failed=row.status in _FAILED and not active,
        main=row.isMain is True,
        background=_is_background(key, row) if row.isBackground is None else row.isBackground,
        group=row.kind == "group",
        thinking=row.thinkingLevel or None,
        thinking_levels=_levels(row.thinkingLevels, row.thinkingOptions),
        thinking_default=row.thinkingDefault or None,
        budget=_prompt_budget(row.contextBudgetStatus),
    )


def _prompt_budget(row: _Budget | None) -> PromptBudget | None:
    if row is None:
        return None
    return PromptBudget(
        row.promptBudgetBeforeReserve or None, row.estimatedPromptTokens or None, row.shouldCompact is True
    )


def _is_background(key: str, row: Any) -> bool:  # noqa: ANN401 - a `_Row`
    return row.isMain is not True and kind_of(key) in BACKGROUND


def _levels(levels: object, options: object) -> tuple[str, ...]:
    if levels is None and options is None:
        return ()
    ids = (text(level, "id") for level in records(levels))
    return (tuple(level for level in ids if level is not None) or strings(options))[:MAX_THINKING_LEVELS]
