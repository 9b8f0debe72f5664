"""What the simulated gateway has spent: an invented month, and the runs in its transcripts.

Answers in the shapes of OpenClaw 2026.9.6; the same day always has the same past.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone

import msgspec

from tray.demo.schema import Json, now_ms
from tray.demo.sessions import MAIN, Sessions
from tray.demo.story import GEMINI, NOTES, OPUS, QWEN, SONNET, TEAM

_PRICES: Mapping[str, tuple[float, float]] = {OPUS: (5, 25), SONNET: (3, 15), GEMINI: (1.25, 10)}
"""Dollars for a million tokens sent, and answered; a model that is not here has no price."""
_PAST = ((MAIN, OPUS, 410_000), (TEAM, SONNET, 180_000), (NOTES, QWEN, 36_000), (MAIN, GEMINI, 95_000))
"""Who spent how many tokens on a usual day."""
_WEEK = (1.0, 1.3, 0.8, 1.6, 1.1, 0.2, 0.0)
"""Monday to Sunday: how a day differs from a usual one."""
_HOUR = 3_600_000
_FIRST_PERCENT, _PERCENT_A_RUN = 62, 4


class _Spent(msgspec.Struct, frozen=True):
    """What one run (or a day of the made-up past) spent."""

    day: date
    key: str
    model: str
    sent: int
    answered: int

    def totals(self) -> Json:
        sent, answered = _PRICES.get(self.model, (0, 0))
        return {
            "input": self.sent,
            "output": self.answered,
            "cacheRead": 0,
            "cacheWrite": 0,
            "totalTokens": self.sent + self.answered,
            "totalCost": (self.sent * sent + self.answered * answered) / 1_000_000,
            "missingCostEntries": 0 if self.model in _PRICES else 1,
        }


class Usage:
    """Answers `usage.cost`, `sessions.usage` and `usage.status`."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._started_at_ms = now_ms()

    def cost(self, params: Json) -> Json:
        """What was spent, day by day; each day is named, also one without a run."""
        spent = self._spent(params)
        daily = [
            {"date": day.isoformat(), **_sum([one for one in spent if one.day == day])}
            for day in _days(params)
        ]
        return {
            "updatedAt": now_ms(),
            "days": len(daily),
            "daily": daily,
            "totals": _sum(spent),
            "cacheStatus": _counted(),
        }

    def sessions(self, params: Json) -> Json:
        """What each session spent, and the sums by day and by model."""
        spent = self._spent(params)
        keys = list(dict.fromkeys(one.key for one in spent))
        rows = [self._row(key, [one for one in spent if one.key == key]) for key in keys]
        days = _days(params)
        return {
            "updatedAt": now_ms(),
            "startDate": days[0].isoformat(),
            "endDate": days[-1].isoformat(),
            "sessions": rows[: params.get("limit", 50)],
            "totals": _sum(spent),
            "aggregates": {"daily": _by_day(spent), "modelDaily": _by_model(spent)},
            "cacheStatus": _counted(),
        }

    def status(self) -> Json:
        """How full the quotas are: fuller with every run."""
        runs = sum(1 for _ in self._runs())
        short = min(100, _FIRST_PERCENT + _PERCENT_A_RUN * runs)
        windows = [
            {"label": "5h", "usedPercent": short, "resetAt": self._started_at_ms + 2 * _HOUR},
            {
                "label": "Week",
                "usedPercent": min(100, 38 + runs),
                "resetAt": self._started_at_ms + 70 * _HOUR,
            },
        ]
        provider = {"provider": "anthropic", "displayName": "Claude", "windows": windows, "plan": "Max"}
        return {"updatedAt": now_ms(), "providers": [provider]}

    def _row(self, key: str, spent: list[_Spent]) -> Json:
        with self._sessions.lock:
            row = self._sessions.rows.get(key, {})
            known: Json = {
                name: row[name] for name in ("sessionId", "updatedAt", "label", "model") if name in row
            }
        usage = {**_sum(spent), "dailyBreakdown": _by_day(spent), "dailyModelUsage": _by_model(spent)}
        return {"key": key, "agentId": "main", "scope": "instance", **known, "usage": usage}

    def _spent(self, params: Json) -> list[_Spent]:
        days = _days(params)
        today = datetime.now(_zone(params)).date()
        spent = [*_past(today), *self._runs(_zone(params))]
        return [one for one in spent if days[0] <= one.day <= days[-1]]

    def _runs(self, zone: timezone = UTC) -> Iterator[_Spent]:
        """The answers in the transcripts that tell what they used."""
        with self._sessions.lock:
            said = [
                (key, message)
                for key, transcript in self._sessions.transcripts.items()
                for message in transcript
            ]
        for key, message in said:
            if "usage" in message:
                usage, model = message["usage"], f"{message['provider']}/{message['model']}"
                day = datetime.fromtimestamp(message["timestamp"] / 1000, zone).date()
                yield _Spent(day, key, model, usage["input"], usage["output"])


def _past(today: date) -> Iterator[_Spent]:
    """The last month."""
    for back in range(30):
        day = today - timedelta(days=back)
        for key, model, usual in _PAST:
            sent = int(usual * _WEEK[day.weekday()])
            if sent:
                yield _Spent(day, key, model, sent, sent // 20)


def _days(params: Json) -> list[date]:
    """The days that are asked for: from `startDate` to `endDate`, else the last `days`."""
    if "startDate" in params and "endDate" in params:
        first, last = date.fromisoformat(params["startDate"]), date.fromisoformat(params["endDate"])
    else:
        last = datetime.now(_zone(params)).date()
        first = last - timedelta(days=params.get("days", 30) - 1)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _zone(params: Json) -> timezone:
    """The zone of `utcOffset`, such as `UTC+5:30`."""
    hours, _, minutes = str(params.get("utcOffset", "UTC+0")).removeprefix("UTC").partition(":")
    span = timedelta(hours=abs(int(hours)), minutes=int(minutes or 0))
    return timezone(-span if hours.startswith("-") else span)


def _by_day(spent: list[_Spent]) -> list[Json]:
    days = sorted({one.day for one in spent})
    return [_short(day, [one for one in spent if one.day == day]) for day in days]


def _by_model(spent: list[_Spent]) -> list[Json]:
    pairs = sorted({(one.day, one.model) for one in spent})
    rows = []
    for day, name in pairs:
        provider, _, model = name.partition("/")
        those = [one for one in spent if (one.day, one.model) == (day, name)]
        rows.append(_short(day, those) | {"provider": provider, "model": model, "count": len(those)})
    return rows


def _short(day: date, spent: list[_Spent]) -> Json:
    totals = _sum(spent)
    return {"date": day.isoformat(), "tokens": totals["totalTokens"], "cost": totals["totalCost"]}


def _sum(spent: list[_Spent]) -> Json:
    totals = _Spent(date.min, "", OPUS, 0, 0).totals()
    for one in spent:
        for name, value in one.totals().items():
            totals[name] += value
    return totals


def _counted() -> Json:
    return {"status": "fresh", "cachedFiles": 4, "pendingFiles": 0, "staleFiles": 0, "refreshedAt": now_ms()}
