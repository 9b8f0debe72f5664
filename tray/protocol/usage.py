"""Messages about usage: `usage.cost`, `sessions.usage`, and the providers' quotas: `usage.status`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

import msgspec

from tray.protocol.frames import ErrorResponse
from tray.protocol.json_fields import Json, count, record, records, text
from tray.protocol.requests import Reply, Request
from tray.protocol.runs import model_name
from tray.values import replace

MAX_NAME_LENGTH = 1000
"""Characters; rows with a longer key are skipped."""
MAX_DAYS, MAX_QUOTAS, MAX_MODELS = 100, 100, 500
"""No sane gateway sends more."""
_MAX_COST = 1e12


class Days(msgspec.Struct, frozen=True):
    """A range of the user's days, both included, in a time zone `utc_offset_minutes` east of UTC."""

    first: date
    last: date
    utc_offset_minutes: int

    def params(self) -> dict[str, object]:
        """Return the parameters from 2026.2 on; 2026.1 takes only a number of days (`UsageCost`)."""
        hours, minutes = divmod(abs(self.utc_offset_minutes), 60)
        zone = f"UTC{'-' if self.utc_offset_minutes < 0 else '+'}{hours}" + (
            f":{minutes:02}" if minutes else ""
        )
        return {
            "startDate": self.first.isoformat(),
            "endDate": self.last.isoformat(),
            "mode": "specific",
            "utcOffset": zone,
        }


class Totals(msgspec.Struct, frozen=True):
    """Usage in some time.

    Attributes:
        tokens: All of them.
        cost: In US dollars, of what has a price.
        input: Tokens sent; None where only the sum is known.
        output: Tokens answered; None as above.
        cached: Tokens read from and written to the provider's cache; None as above.
        unpriced: Answers without a known price.
    """

    tokens: int = 0
    cost: float = 0.0
    input: int | None = 0
    output: int | None = 0
    cached: int | None = 0
    unpriced: int = 0

    def __add__(self, other: Totals) -> Totals:
        return Totals(
            self.tokens + other.tokens,
            self.cost + other.cost,
            _sum(self.input, other.input),
            _sum(self.output, other.output),
            _sum(self.cached, other.cached),
            self.unpriced + other.unpriced,
        )


Daily = Mapping[str, Totals]
"""Totals by day, as `2026-11-22`."""


class Counted(Reply, frozen=True, kw_only=True):
    """What both responses with totals have besides the days.

    Attributes:
        counting: The gateway has not counted everything yet.
        dated: The days are known; a day that is missing then spent nothing.
        undated: The sum of the days requested, where the days are not known.
        counted_ms: When the gateway counted, milliseconds since 1970; None if it does not say.
        made_ms: When it answered, by its own clock as well.
    """

    counting: bool = False
    dated: bool = True
    undated: Totals | None = None
    counted_ms: int | None = None
    made_ms: int | None = None


class DailyCost(Counted, frozen=True):
    """The response to `usage.cost`, by day."""

    days: Daily


class SpendingRow(msgspec.Struct, frozen=True):
    """Usage of one model or session by day: the model's name or the session's key, and its label."""

    key: str
    days: Daily
    name: str | None = None


class UsageBreakdown(Counted, frozen=True):
    """The response to `sessions.usage`.

    Attributes:
        days: The sum of the sessions, by day.
        models: By model.
        sessions: By session.
        truncated: There are more sessions than requested; 2026.2 counts only those.
    """

    days: Daily
    models: tuple[SpendingRow, ...] = ()
    sessions: tuple[SpendingRow, ...] = ()
    truncated: bool = False


class Quota(msgspec.Struct, frozen=True):
    """A quota of a provider's subscription.

    Attributes:
        provider: The provider's id.
        name: The provider's name.
        label: Which of its quotas: `5h`, `Week`, a model.
        percent: Used, from 0 to 100.
        resets_ms: When it resets, milliseconds since 1970; None if unknown.
        plan: The name of the subscription, if the provider tells.
    """

    provider: str
    name: str
    label: str
    percent: float
    resets_ms: int | None = None
    plan: str | None = None


class Quotas(Reply, frozen=True):
    """The response to `usage.status`: the quotas, and the providers (by name) without figures, and why."""

    windows: tuple[Quota, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()


class UsageCost(Request[DailyCost], frozen=True):
    """Read the usage by day. 2026.1 to 2026.5 always count the default agent only."""

    method: ClassVar[str] = "usage.cost"

    days: Days

    def params(self) -> dict[str, object]:
        """Send a number of days for 2026.1, whose first day starts at this time of day: so one more."""
        number = (self.days.last - self.days.first).days + 2
        return {"days": number, **self.days.params(), "agentScope": "all"}

    def read(self, payload: Json) -> DailyCost:
        """Skip rows without a date."""
        return DailyCost(**_counted(payload, payload.get("daily")))


class SessionsUsage(Request[UsageBreakdown], frozen=True):
    """Read the usage of each session and each model by day (2026.2 on).

    Attributes:
        limit: Number of sessions at most.
        all_agents: Newer releases need this to count all agents; those without the parameter count all, and
            refuse
            it.
    """

    method: ClassVar[str] = "sessions.usage"

    days: Days
    limit: int
    all_agents: bool = True

    def params(self) -> dict[str, object]:
        """Send nothing else: the schema is closed on every release."""
        scope = {"agentScope": "all"} if self.all_agents else {}
        return {**self.days.params(), "limit": self.limit, **scope}

    def read(self, payload: Json) -> UsageBreakdown:
        """Skip sessions that spent nothing, or were not counted yet."""
        sums = record(payload.get("aggregates"))
        rows = records(payload.get("sessions"))
        return UsageBreakdown(
            **_counted(payload, sums.get("daily")),
            models=_models(records(sums.get("modelDaily"))),
            sessions=_sessions(rows[: self.limit]),
            truncated=len(rows) >= self.limit,
        )


class UsageStatus(Request[Quotas], frozen=True):
    """Read the providers' quotas; the gateway asks the providers, which costs no tokens."""

    method: ClassVar[str] = "usage.status"

    def read(self, payload: Json) -> Quotas:
        """Skip quotas without a percentage. Only plain figures are taken from accounts."""
        windows: list[Quota] = []
        failed: list[tuple[str, str]] = []
        for row in records(payload.get("providers"))[:MAX_QUOTAS]:
            provider = text(row, "provider")
            if provider is None or len(provider) > MAX_NAME_LENGTH:
                continue
            name = (text(row, "displayName") or provider)[:MAX_NAME_LENGTH]
            plan = (text(row, "plan") or "")[:MAX_NAME_LENGTH] or None
            windows += _windows(Quota(provider, name, "", 0.0, plan=plan), records(row.get("windows")))
            if (error := text(row, "error")) is not None:
                failed.append((name, error[:MAX_NAME_LENGTH]))
        return Quotas(tuple(windows[:MAX_QUOTAS]), tuple(failed))


def unknown_method(error_response: ErrorResponse) -> bool:
    """Return whether the release does not have the method."""
    return error_response.message.startswith("unknown method")


def _windows(blank: Quota, rows: Iterable[Json]) -> list[Quota]:
    windows: dict[str, Quota] = {}
    for row in rows:
        label, percent = (text(row, "label") or "")[:MAX_NAME_LENGTH], _amount(row, "usedPercent")
        if percent is not None:
            resets_ms = count(row, "resetAt") or None
            windows[label] = replace(blank, label=label, percent=min(percent, 100.0), resets_ms=resets_ms)
    return list(windows.values())


def _models(rows: Iterable[Json]) -> tuple[SpendingRow, ...]:
    by_model: dict[str, list[Json]] = {}
    for row in rows:
        name = model_name(text(row, "provider"), text(row, "model"))
        known = name in by_model or len(by_model) < MAX_MODELS
        if name is not None and len(name) <= MAX_NAME_LENGTH and known:
            by_model.setdefault(name, []).append(row)
    return _spenders(SpendingRow(name, _daily(rows)) for name, rows in by_model.items())


def _sessions(rows: Iterable[Json]) -> tuple[SpendingRow, ...]:
    by_key: dict[str, tuple[str | None, list[Json]]] = {}
    for row in rows:
        key, usage = text(row, "key"), record(row.get("usage"))
        if (
            key is not None and len(key) <= MAX_NAME_LENGTH
        ):  # a session that was reset has a row for each part
            name, days = by_key.get(key, (None, []))
            days.extend(records(usage.get("dailyBreakdown")))
            by_key[key] = ((text(row, "label") or name or "")[:MAX_NAME_LENGTH] or None, days)
    return _spenders(SpendingRow(key, _daily(days), name) for key, (name, days) in by_key.items())


def _spenders(all_rows: Iterable[SpendingRow]) -> tuple[SpendingRow, ...]:
    return tuple(row for row in all_rows if any(totals.tokens for totals in row.days.values()))


def _counted(payload: Json, daily: object) -> dict[str, Any]:
    days, counting, whole = _daily(records(daily)), _counting(payload), payload.get("totals")
    undated = _totals(record(whole)) if not days and isinstance(whole, dict) else Totals()
    made, cached = count(payload, "updatedAt"), count(record(payload.get("cacheStatus")), "refreshedAt")
    return {
        "days": days,
        "counting": counting,
        "dated": not undated.tokens and (counting or isinstance(daily, list) or isinstance(whole, dict)),
        "undated": undated if undated.tokens else None,
        "counted_ms": min(filter(None, (made, cached)), default=None),
        "made_ms": made or None,
    }


def _daily(rows: Iterable[Json]) -> Daily:
    days: dict[str, Totals] = {}
    for row in rows:
        day = _day(row)
        if day is not None and (day in days or len(days) < MAX_DAYS):
            days[day] = days.get(day, Totals()) + _totals(row)
    return days


def _day(row: Json) -> str | None:
    date_text = text(row, "date") or ""
    try:
        return date.fromisoformat(date_text).isoformat()
    except ValueError:
        return None


def _totals(row: Json) -> Totals:
    sent, answered = count(row, "input"), count(row, "output")
    cached = _sum(count(row, "cacheRead"), count(row, "cacheWrite"))
    total = count(row, "totalTokens")
    tokens = count(row, "tokens") if total is None else total
    cost = _amount(row, "totalCost")
    return Totals(
        tokens=tokens or 0,
        cost=(_amount(row, "cost") if cost is None else cost) or 0.0,
        input=sent,
        output=answered,
        cached=cached,
        unpriced=count(row, "missingCostEntries") or 0,
    )


def _amount(source: Json, key: str) -> float | None:
    value = source.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= _MAX_COST else None  # neither holds of nan


def _counting(payload: Json) -> bool:
    # From 2026.5 on, a first response may be empty while the gateway still reads its transcripts.
    status = text(record(payload.get("cacheStatus")), "status")
    return status not in (None, "fresh")


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other
