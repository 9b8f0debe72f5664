from __future__ import annotations

from datetime import date

import pytest

from tray.core.model import TotalsSource, UsageTotals
from tray.core.usage.totals import as_of, by_model, by_session, daily, total
from tray.protocol.usage import DailyCost, SpendingRow, Totals, UsageBreakdown

TODAY = date(2026, 3, 2)
DAYS = {
    "2026-03-02": Totals(1),
    "2026-03-01": Totals(10),
    "2026-02-24": Totals(100),
    "2026-02-01": Totals(1000),
}
BILL = DailyCost(DAYS)
LEDGER = UsageBreakdown(
    {day: Totals(2 * tally.tokens) for day, tally in DAYS.items()},
    models=(SpendingRow("a/old", {"2026-02-24": Totals(5)}), SpendingRow("a/new", DAYS)),
    sessions=(
        SpendingRow("agent:main:main", {"2026-03-02": Totals(3)}, "Main"),
        SpendingRow("agent:main:b", {"2026-03-02": Totals(4)}),
    ),
)


def usage_totals(**more):
    return UsageTotals(**{"today": TODAY, "daily_cost": BILL, "breakdown": LEDGER, **more})


@pytest.mark.parametrize(("days", "tokens"), [(1, 1), (7, 111), (30, 1111)])
def test_a_period_ends_today_and_counts_it(days, tokens):
    assert total(usage_totals(), days) == (Totals(tokens), TotalsSource.USAGE_COST)


def test_without_a_bill_the_sessions_are_summed():
    assert total(usage_totals(daily_cost=None), 1) == (Totals(2), TotalsSource.SESSIONS_USAGE)
    assert total(usage_totals(daily_cost=None, breakdown=None), 1) is None


def test_a_day_without_a_row_cost_nothing():
    assert total(usage_totals(daily_cost=DailyCost({})), 1) == (Totals(), TotalsSource.USAGE_COST)


def test_a_zero_while_the_gateway_is_counting_is_no_figure():
    counting = usage_totals(
        daily_cost=DailyCost({}, counting=True), breakdown=UsageBreakdown({}, counting=True)
    )
    assert total(counting, 30) is None
    assert counting.counting
    assert total(usage_totals(daily_cost=DailyCost(DAYS, counting=True)), 1) == (
        Totals(1),
        TotalsSource.USAGE_COST,
    )
    assert total(usage_totals(daily_cost=DailyCost({}, counting=True)), 1) == (
        Totals(2),
        TotalsSource.SESSIONS_USAGE,
    )


def test_nothing_is_known_before_it_was_asked_for():
    assert total(usage_totals(today=None), 1) is None
    assert by_model(usage_totals(today=None), 1) == ()
    assert daily(usage_totals(today=None), 1) == ()
    assert not UsageTotals().counting


def test_another_day_voids_what_was_counted_and_keeps_the_quotas():
    tomorrow = as_of(usage_totals(all_agents=False), date(2026, 3, 3))
    assert (tomorrow.daily_cost, tomorrow.breakdown, tomorrow.today) == (None, None, date(2026, 3, 3))
    assert tomorrow.all_agents is False
    assert as_of(usage_totals(), TODAY) == usage_totals()


def test_the_largest_comes_first_and_what_spent_nothing_is_left_out():
    assert [(who.key, tally.tokens) for who, tally in by_model(usage_totals(), 7)] == [
        ("a/new", 111),
        ("a/old", 5),
    ]
    assert [who.key for who, _ in by_model(usage_totals(), 1)] == ["a/new"]
    assert [who.key for who, _ in by_session(usage_totals(), 1)] == ["agent:main:b", "agent:main:main"]
    assert by_session(usage_totals(breakdown=None), 1) == ()


def test_every_day_has_its_place_in_the_chart():
    days = daily(usage_totals(), 8)
    assert [day.day for day, _ in days] == [23, 24, 25, 26, 27, 28, 1, 2]
    assert [tally.tokens for _, tally in days] == [0, 100, 0, 0, 0, 0, 10, 1]
    assert daily(usage_totals(daily_cost=None), 1) == ((TODAY, Totals(2)),)
    assert daily(usage_totals(daily_cost=None, breakdown=None), 1) == ()


def test_a_bill_of_one_agent_beside_sessions_of_several_is_mixed():
    others = (SpendingRow("agent:main:main", DAYS), SpendingRow("agent:work:main", DAYS))
    several = UsageBreakdown(DAYS, sessions=others)
    assert usage_totals(breakdown=several, all_agents=False).mixed
    assert not usage_totals(breakdown=several).mixed
    assert not usage_totals(all_agents=False).mixed
    assert not usage_totals(breakdown=None, all_agents=False).mixed
