from __future__ import annotations

import pytest

from tests.core.playbook import MAIN, OTHER
from tray.core.model import UsageTotals
from tray.protocol.usage import DailyCost, SpendingRow, UsageBreakdown

BILL = DailyCost({})
WORK = "agent:work:main"


def breakdown(*keys, counting=False):
    return UsageBreakdown({}, sessions=tuple(SpendingRow(key, {}) for key in keys), counting=counting)


@pytest.mark.parametrize(
    ("daily_cost", "breakdown", "counting"),
    [
        (None, None, False),
        (BILL, breakdown(), False),
        (DailyCost({}, counting=True), None, True),
        (BILL, breakdown(counting=True), True),
    ],
)
def test_totals_are_incomplete_while_the_gateway_counts_one_of_them(daily_cost, breakdown, counting):
    assert UsageTotals(daily_cost, breakdown).counting is counting


@pytest.mark.parametrize(
    ("daily_cost", "breakdown", "all_agents", "mixed"),
    [
        (BILL, breakdown(MAIN, WORK), False, True),
        (BILL, breakdown(MAIN, OTHER), False, False),
        (BILL, breakdown(MAIN, WORK), True, False),
        (None, breakdown(MAIN, WORK), False, False),
        (BILL, None, False, False),
    ],
)
def test_totals_are_mixed_if_the_bill_is_of_one_agent_and_the_sessions_are_of_several(
    daily_cost, breakdown, all_agents, mixed
):
    assert UsageTotals(daily_cost, breakdown, all_agents=all_agents).mixed is mixed


def test_what_was_counted_before_the_last_run_ended_is_behind():
    def behind(counted_ms, last_run_ms):
        return UsageTotals(daily_cost=DailyCost({}, counted_ms=counted_ms), last_run_ms=last_run_ms).behind

    assert behind(5, 6)
    assert not behind(5, 5)
    assert not behind(None, 6)
    assert not behind(5, None)
    assert not UsageTotals(last_run_ms=6).behind
