"""The values that the Python API returns: frozen, and in the schema of the console's JSON.

Tokens are counted as the provider counts them. Instants are texts in ISO 8601, in UTC, such as
`2026-09-30T09:41:00.000Z`, for `datetime.fromisoformat`. Costs are US dollars.
"""

from typing import Literal

import msgspec


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """How full the context of a session is.

    Attributes:
        used: Tokens; None if unknown.
        max: The context limit in tokens; None if unknown.
        percent: Usage in percent, not rounded; None if unknown. Never a made-up 0 or 100.
        confidence: How far the figure can be trusted; "unknown" has none.
        reason: Why it is not fresh, for a person; None if it is.
    """

    used: int | None
    max: int | None
    percent: float | None
    confidence: Literal["fresh", "stale", "unknown"]
    reason: str | None


class Session(Context, frozen=True, kw_only=True):
    """A session, with the figures of its context.

    Attributes:
        key: What identifies it, such as `agent:main:main`.
        name: What a person calls it.
        model: `provider/model`; None if unknown.
        updated_at: When it last changed; None if unknown.
    """

    key: str
    name: str
    model: str | None
    updated_at: str | None


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """The connection to the gateway.

    Attributes:
        phase: "connected"; "connecting" also until the sessions were read, or if they were refused.
        reason: Why it is not connected, and what to do, for a person; None if it is.
        url: The gateway's address; empty if none was found.
        version: The gateway's own name for its release; None if unknown.
        protocol: The version of its protocol; None if unknown.
    """

    phase: Literal["connected", "connecting", "down", "refused"]
    reason: str | None
    url: str
    generation: Literal["clawdbot", "moltbot", "openclaw", "unknown"]
    version: str | None
    protocol: int | None


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """What `clawtray status --json` says.

    Attributes:
        schema: Version of these values; another one may lack some.
        at: When this was put together.
        focus: Key of the session that the icon would show; None if there is none.
        context: Of that session.
        model: Of that session, as `provider/model`; None if unknown.
        sessions: The 200 newest, newest first.
        approvals: How many wait for a decision; None where that is not known, as below the level `control`.
    """

    schema: int
    at: str
    connection: Connection
    focus: str | None
    context: Context
    model: str | None
    sessions: tuple[Session, ...]
    approvals: int | None


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """A model that can be chosen.

    Attributes:
        model: `provider/model`.
        window: Its context limit in tokens; None if unknown.
        alias: A short name that means the same; None without one.
        default: Sessions use it unless another was chosen.
    """

    model: str
    window: int | None
    alias: str | None
    default: bool


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What was spent.

    Attributes:
        tokens: All of them.
        input: Tokens sent, a part of them; None where only the sum is known. Likewise `output` and `cached`.
        cost: US dollars; None if the gateway knows no price. Never 0 for what has a price.
        complete: The cost covers all of the tokens.
    """

    tokens: int
    input: int | None
    output: int | None
    cached: int | None
    cost: float | None
    complete: bool


class Period(Tally, frozen=True, kw_only=True):
    """What was spent in the last `days`, today included; `source` is the gateway's method that said so."""

    days: int
    source: str


class Day(Tally, frozen=True, kw_only=True):
    """What was spent on a day, such as `2026-09-30`."""

    date: str


class ModelTally(Tally, frozen=True, kw_only=True):
    """What a model (`provider/model`) spent."""

    model: str


class SessionTally(Tally, frozen=True, kw_only=True):
    """What a session spent."""

    key: str
    name: str


class Quota(msgspec.Struct, frozen=True, kw_only=True):
    """A provider's quota.

    Attributes:
        provider: The provider's id; `name` is for a person.
        window: The period that it counts, such as `5h`.
        percent: How much of it is used, in percent.
        resets_at: When it is reset; None if unknown.
        plan: The subscription; None if unknown.
    """

    provider: str
    name: str
    window: str
    percent: float
    resets_at: str | None
    plan: str | None


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What `clawtray usage --json` says.

    Attributes:
        schema: As in `Status`; likewise `at`.
        today: The user's date, such as `2026-09-30`.
        counting: The gateway has not counted everything yet.
        as_of: When it counted; None if unknown.
        periods: 1, 7 and 30 days, as far as they are known.
        daily: The last 30 days, oldest first; empty if unknown.
        days: Of how many days `models` and `sessions` are.
        models: The largest first.
        sessions: The largest first.
        notes: What is missing, and why, for a person.
    """

    schema: int
    at: str
    today: str
    counting: bool
    as_of: str | None
    periods: tuple[Period, ...]
    daily: tuple[Day, ...]
    days: int
    models: tuple[ModelTally, ...]
    sessions: tuple[SessionTally, ...]
    quotas: tuple[Quota, ...]
    notes: tuple[str, ...]
