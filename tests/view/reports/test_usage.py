from __future__ import annotations

import pytest

from tests.parts import having
from tests.view.spent import (
    BILL,
    BROKEN,
    OPUS,
    TODAY,
    UNKNOWN_METHOD,
    DailyCost,
    Quotas,
    Totals,
    UsageBreakdown,
    usage_totals,
)
from tray.core.model import FailureKind, UsageTotals
from tray.view.reports import usage


def report(make, words, known, days=1):
    state = make.connected(make.session(), usage_totals=known)
    return usage.usage(state, days, make.now(), words)


def text(make, words, known, days=1, **more):
    state = make.connected(make.session(), usage_totals=known)
    return usage.usage_text(state, days, make.now(), words, **more)


def test_as_json(make, words):
    answer = report(make, words, usage_totals())
    assert set(answer) == {
        "schema",
        "at",
        "today",
        "counting",
        "as_of",
        "periods",
        "daily",
        "days",
        "models",
        "sessions",
        "quotas",
        "notes",
    }
    assert (answer["schema"], answer["at"], answer["today"]) == (1, "2026-11-23T12:00:00.000Z", "2026-11-23")
    assert answer["periods"][0] == {
        "days": 1,
        "source": "usage.cost",
        "tokens": 31_500,
        "input": 30_000,
        "output": 500,
        "cached": 1_000,
        "cost": 0.42,
        "complete": True,
    }
    assert [(p["days"], p["tokens"], p["complete"]) for p in answer["periods"]] == [
        (1, 31_500, True),
        (7, 1_231_500, False),
        (30, 1_236_500, False),
    ]
    assert len(answer["daily"]) == 30
    assert (answer["daily"][-1]["date"], answer["daily"][-1]["tokens"]) == ("2026-11-23", 31_500)
    assert answer["models"][0]["model"] == OPUS
    assert [(s["key"], s["name"], s["tokens"]) for s in answer["sessions"]] == [
        ("agent:main:main", "main", 20_000),
        ("agent:main:side", "The side", 11_500),
    ]
    assert answer["quotas"][0] == {
        "provider": "anthropic",
        "name": "Claude",
        "window": "5h",
        "percent": 91.9,
        "resets_at": "2026-11-23T15:00:00.000Z",
        "plan": None,
    }
    assert answer["notes"] == ["z.ai: no figures (HTTP 429)"]


def test_an_unknown_cost_is_null(make, words):
    free = usage_totals(daily_cost=DailyCost({TODAY.isoformat(): Totals(5, unpriced=1)}))
    assert (
        report(make, words, free)["periods"][0]["cost"],
        report(make, words, free)["models"][1]["cost"],
    ) == (
        None,
        None,
    )
    none = report(make, words, usage_totals(daily_cost=DailyCost({}), breakdown=None))["periods"][0]
    assert (none["tokens"], none["cost"], none["complete"]) == (0, 0.0, True)


def test_where_the_totals_come_from(make, words):
    answer = report(make, words, usage_totals(daily_cost=None))
    assert answer["periods"][0]["source"] == "sessions.usage"
    assert answer["periods"][0]["input"] is None
    assert "The totals are the sum of the sessions." in answer["notes"]


def test_a_period_that_is_still_being_counted_is_not_listed(make, words):
    answer = report(make, words, usage_totals(daily_cost=DailyCost({}, counting=True), breakdown=None))
    assert (answer["counting"], answer["periods"], answer["daily"]) == (True, [], [])


def test_as_text(make, words):
    assert text(make, words, usage_totals()).splitlines() == [
        "Period        Since          Tokens      Cost",
        "Today         2026-11-23     31,500     $0.42  30k input · 500 output · 1k cached",
        "Last 7 days   2026-11-17  1,231,500  ≥ $12.92  1M input · 100k output · 101k cached",
        "Last 30 days  2026-10-25  1,236,500  ≥ $12.92  1M input · 100k output · 101k cached",
        "",
        "Tokens per day:",
        "       ▁                  █  ▁",
        "2026-10-25          2026-11-23",
        "",
        "Today, by model:",
        "Model                      Tokens   Cost",
        "anthropic/claude-opus-4-5  31,000  $0.42",
        "local/small                   500",
        "",
        "Today, by session:",
        "Session   Tokens   Cost",
        "main      20,000  $0.30",
        "The side  11,500  $0.12",
        "",
        "Quota        Used",
        "Claude 5h     91%  resets in 3 h",
        "Claude Week   38%  resets in 2 days",
        "",
        "z.ai: no figures (HTTP 429)",
    ]


def test_bars_only_where_they_can_be_drawn(make, words):
    plain = text(make, words, usage_totals(), drawn=False)
    assert "Tokens per day" not in plain
    assert "at least $12.92" in plain
    assert "Tokens per day" not in text(make, words, usage_totals(daily_cost=DailyCost({}), breakdown=None))


def test_missing_totals_are_marked(make, words):
    old = usage_totals(breakdown=None, quotas=None, refused={"sessions.usage": UNKNOWN_METHOD})
    assert text(make, words, old).endswith("\n\nThis gateway does not report usage by model and session.")
    free = usage_totals(daily_cost=DailyCost({TODAY.isoformat(): Totals(5, 0.0, None, None, None)}))
    assert text(make, words, free).splitlines()[1].split(maxsplit=2) == [
        "Today",
        "2026-11-23",
        "5  no price known",
    ]
    part = usage_totals(
        daily_cost=DailyCost({"2026-11-20": Totals(5)}, counting=True),
        breakdown=UsageBreakdown({}, counting=True),
    )
    assert text(make, words, part).splitlines()[1].endswith("2026-11-23  the gateway is still counting")
    assert text(make, words, usage_totals(daily_cost=DailyCost({}), breakdown=None)).splitlines()[
        1
    ].split() == ["Today", "2026-11-23", "nothing"]


def test_nothing_from_outside_steers_the_terminal(make, words):
    bad = usage_totals(quotas=Quotas(failed=(("\x1b[31m", "\x1b[2J"),)))
    assert "\x1b" not in text(make, words, bad)
    assert "\x1b" not in "".join(report(make, words, bad)["notes"])


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        (
            usage_totals(daily_cost=DailyCost({}, counting=True), breakdown=None),
            "The gateway is still counting. Try again in a minute.",
        ),
        (
            usage_totals(
                daily_cost=None,
                breakdown=None,
                refused={"usage.cost": BROKEN, "sessions.usage": UNKNOWN_METHOD},
            ),
            "Gateway error: the transcripts cannot be read",
        ),
        (UsageTotals(), "The gateway did not reply."),
    ],
)
def test_why_there_is_nothing_to_print(make, words, known, sentence):
    state = make.connected(make.session(), usage_totals=known)
    assert not usage.has_totals(state, make.now())
    assert usage.no_totals_reason(state, make.now(), words) == sentence


def test_totals_are_known(make, words):
    assert usage.has_totals(make.connected(usage_totals=usage_totals(daily_cost=BILL)), make.now())
    down = having(make.troubled(FailureKind.CONNECTION_LOST), usage_totals=UsageTotals())
    assert usage.no_totals_reason(down, make.now(), words) == "Not connected to the gateway."
