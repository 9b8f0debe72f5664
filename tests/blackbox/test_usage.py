"""What `usage` prints is as old as the gateway says, and what is not known is never nothing."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.blackbox.fake_gateway import FakeGateway, listing

MINUTE = 60_000


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    """Live where it is about noon, so that no test sees a day end."""
    east = 12 - datetime.now(UTC).hour
    monkeypatch.setenv("TZ", f"NOON{-east}")
    if hasattr(time, "tzset"):
        time.tzset()
    yield
    monkeypatch.undo()
    if hasattr(time, "tzset"):
        time.tzset()


def today():
    return datetime.now().astimezone().date()


def now():
    return int(time.time() * 1000)


def spent(tokens):
    return {"totalTokens": tokens, "input": tokens, "output": 0, "totalCost": 0}


def cost(counted_at, *, days=None, status="fresh", tokens=0):
    """An answer to `usage.cost`: what was spent on each day, counted at that time."""
    daily = [{"date": day, **spent(number)} for day, number in (days or {}).items()]
    stamp = {"status": status, "refreshedAt": counted_at}
    return {"updatedAt": now(), "daily": daily, "totals": spent(tokens), "cacheStatus": stamp}


def usage(clawtray, bill, *arguments, ended_at=None, **answers):
    """The lines that `usage` prints; the last run ended at that time."""
    row = {"updatedAt": now(), "endedAt": ended_at}
    with FakeGateway(sessions__list=listing(row), usage__cost=bill, **answers) as gateway:
        command = clawtray(gateway, "usage", *arguments)
        assert command.ended() == 0
    return command.lines


def clock(at_ms):
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC).astimezone():%H:%M}"


def period(lines, name):
    (line,) = [line for line in lines if line.startswith(name)]
    return re.sub(r"^ *\d{4}-\d\d-\d\d", "", line.removeprefix(name)).strip()


def test_the_stamp_is_the_gateways_own(clawtray):
    counted = now() - 2 * MINUTE
    lines = usage(clawtray, cost(counted, days={str(today()): 19_005}), ended_at=counted - MINUTE)
    assert period(lines, "Today").startswith("19,005")
    assert [line for line in lines if line.endswith(f"as of {clock(counted)}")]


def test_nothing_is_not_said_of_what_a_run_spent_after_the_gateway_counted(clawtray):
    counted = now() - 10 * MINUTE
    lines = usage(clawtray, cost(counted), ended_at=now() - MINUTE)
    assert "nothing" not in " ".join(lines)
    assert period(lines, "Today") == "not counted yet"
    assert [line for line in lines if f"as of {clock(counted)}" in line]


def test_what_was_counted_before_the_last_run_is_marked(clawtray):
    counted, yesterday = now() - 10 * MINUTE, str(today() - timedelta(days=1))
    lines = usage(clawtray, cost(counted, days={yesterday: 500}), ended_at=now() - MINUTE)
    assert period(lines, "Today") == "not counted yet"
    assert period(lines, "Last 7 days").startswith("500")
    assert [line for line in lines if "later runs are not counted yet" in line]


def test_a_day_without_a_run_has_spent_nothing(clawtray):
    lines = usage(clawtray, cost(now() - MINUTE), ended_at=now() - 2 * MINUTE)
    assert [period(lines, name) for name in ("Today", "Last 30 days")] == ["nothing", "nothing"]


@pytest.mark.parametrize("days", [None, {"someday": 42_000}])
def test_totals_without_days_are_shown(clawtray, days):
    bill = cost(now() - MINUTE, days=days, tokens=42_000)
    lines = usage(clawtray, bill, ended_at=now() - 2 * MINUTE)
    assert period(lines, "Today") == "not known"
    assert period(lines, "Last 7 days") == "not known"
    assert period(lines, "Last 30 days").startswith("42,000")


def test_an_answer_without_any_figure_is_not_nothing(clawtray):
    assert period(usage(clawtray, {"updatedAt": now()}), "Today") == "not known"


def test_what_the_sessions_spent_is_known_although_the_bill_is_empty(clawtray):
    daily = [{"date": str(today()), **spent(19_005)}]
    ledger = {"updatedAt": now(), "aggregates": {"daily": daily}, "sessions": []}
    lines = usage(clawtray, cost(now()), sessions__usage=ledger)
    assert period(lines, "Today").startswith("19,005")


def test_other_programs_get_the_stamp_as_well(clawtray):
    counted = now() - 2 * MINUTE
    said = json.loads("".join(usage(clawtray, cost(counted), "--json", ended_at=counted - MINUTE)))
    assert datetime.fromisoformat(said["as_of"]).timestamp() * 1000 == pytest.approx(counted, abs=1)
