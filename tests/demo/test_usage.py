from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from tray.demo.schema import now_ms
from tray.demo.sessions import MAIN, Sessions
from tray.demo.usage import Usage


@pytest.fixture
def sessions():
    return Sessions()


@pytest.fixture
def usage(sessions):
    return Usage(sessions)


def answered(sessions, sent=1000, provider="anthropic", model="claude-opus-4-5"):
    used = {"input": sent, "output": 10}
    sessions.say(MAIN, {"timestamp": now_ms(), "usage": used, "provider": provider, "model": model})


def today(hours=0):
    return datetime.now(timezone(timedelta(hours=hours))).date()


def test_the_same_days_cost_the_same_and_every_day_is_named(usage):
    one, other = usage.cost({"days": 31}), usage.cost({"days": 31})
    assert one["daily"] == other["daily"]
    assert [row["date"] for row in one["daily"]] == [
        str(today() - timedelta(days=n)) for n in reversed(range(31))
    ]
    assert one["totals"]["totalTokens"] == sum(row["totalTokens"] for row in one["daily"]) > 0


def test_a_run_is_counted_on_its_day(usage, sessions):
    asked = {"startDate": str(today(9)), "endDate": str(today(9)), "mode": "specific", "utcOffset": "UTC+9"}
    before = usage.cost(asked)["totals"]
    answered(sessions)
    after = usage.cost(asked)["totals"]
    assert (after["input"] - before["input"], after["output"] - before["output"]) == (1000, 10)
    assert after["totalCost"] - before["totalCost"] == pytest.approx(0.00525)


def test_an_answer_without_figures_is_not_counted(usage, sessions):
    before = usage.cost({"days": 1})["totals"]
    sessions.say(MAIN, {"timestamp": now_ms(), "role": "user"})
    assert usage.cost({"days": 1})["totals"] == before


def test_a_model_without_a_price_is_a_missing_entry(usage, sessions):
    before = usage.cost({"days": 1})["totals"]
    answered(sessions, provider="ollama", model="qwen3-8b")
    after = usage.cost({"days": 1})["totals"]
    assert after["missingCostEntries"] == before["missingCostEntries"] + 1
    assert after["totalCost"] == before["totalCost"]


def test_sessions_and_models_add_up_to_the_bill(usage, sessions):
    answered(sessions)
    answer, bill = usage.sessions({"limit": 50}), usage.cost({})["totals"]["totalTokens"]
    assert sum(row["usage"]["totalTokens"] for row in answer["sessions"]) == bill
    assert sum(row["tokens"] for row in answer["aggregates"]["modelDaily"]) == bill
    assert sum(row["tokens"] for row in answer["aggregates"]["daily"]) == bill
    assert len(usage.sessions({"limit": 2})["sessions"]) == 2


def test_quotas_fill_with_every_run(usage, sessions):
    def percent():
        return usage.status()["providers"][0]["windows"][0]["usedPercent"]

    seen = [percent()]
    for _ in range(12):
        answered(sessions)
        seen.append(percent())
    assert seen == sorted(seen)
    assert (seen[0], seen[4], seen[7], seen[-1]) == (62, 78, 90, 100)


def test_the_first_day_of_all_is_that_of_the_calendar(usage):
    asked = {"startDate": "2026-01-01", "endDate": "2026-01-02", "utcOffset": "UTC-3:30"}
    answer = usage.cost(asked)
    assert [date.fromisoformat(row["date"]).day for row in answer["daily"]] == [1, 2]
