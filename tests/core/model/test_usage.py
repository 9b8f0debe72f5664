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
