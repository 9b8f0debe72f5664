from __future__ import annotations

from datetime import date

import pytest

from tests.core.playbook import Playbook, row
from tests.parts import having
from tray.core.model import TotalsSource, UsageTotals
from tray.core.usage.totals import as_of, by_model, by_session, counted_ms, daily, total
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


def knowing(totals, *rows):
    """A state with these totals and sessions."""
    return having(Playbook().up(*rows).state, usage_totals=totals)


def usage_totals(**more):
    return UsageTotals(**{"today": TODAY, "daily_cost": BILL, "breakdown": LEDGER, **more})


@pytest.mark.parametrize(("days", "tokens"), [(1, 1), (7, 111), (30, 1111)])
def test_a_period_ends_today_and_counts_it(days, tokens):
    assert total(usage_totals(), days) == (Totals(tokens), TotalsSource.USAGE_COST)


def test_without_a_bill_the_sessions_are_summed():
    assert total(usage_totals(daily_cost=None), 1) == (Totals(2), TotalsSource.SESSIONS_USAGE)
    assert total(usage_totals(daily_cost=None, breakdown=None), 1) is None


def test_a_day_without_a_row_cost_nothing():
    assert total(usage_totals(daily_cost=DailyCost({}), breakdown=None), 1) == (
        Totals(),
        TotalsSource.USAGE_COST,
    )


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
    tomorrow = as_of(knowing(usage_totals(all_agents=False)), date(2026, 3, 3))
    assert (tomorrow.daily_cost, tomorrow.breakdown, tomorrow.today) == (None, None, date(2026, 3, 3))
    assert tomorrow.all_agents is False
    assert as_of(knowing(usage_totals()), TODAY) == usage_totals()


@pytest.mark.parametrize(
    ("rows", "ended"),
    [
        ((), None),
        ((row(),), None),
        ((row(used=1, updated_ms=None),), None),
        ((row(used=1, updated_ms=5000, active=True),), None),
        ((row(used=1, updated_ms=5000), row("b", used=1, updated_ms=4000)), 5000),
        ((row(used=1, updated_ms=9000, ended_ms=3000), row("b", used=1, updated_ms=4000)), 4000),
    ],
)
def test_when_the_last_run_ended(rows, ended):
    assert as_of(knowing(usage_totals(), *rows), TODAY).last_run_ms == ended


def test_a_zero_counted_before_the_last_run_ended_is_no_figure():
    old = DailyCost({"2026-03-01": Totals(10)}, counted_ms=5000)
    behind = usage_totals(daily_cost=old, breakdown=None, last_run_ms=5001)
    assert total(behind, 1) is None
    assert total(behind, 7) == (Totals(10), TotalsSource.USAGE_COST)
    assert behind.behind
    level = usage_totals(daily_cost=old, breakdown=None, last_run_ms=5000)
    assert total(level, 1) == (Totals(), TotalsSource.USAGE_COST)
    assert not level.behind


def test_what_one_source_counted_goes_before_a_zero_of_the_other():
    assert total(usage_totals(daily_cost=DailyCost({})), 1) == (Totals(2), TotalsSource.SESSIONS_USAGE)
    both = usage_totals(daily_cost=DailyCost({}), breakdown=UsageBreakdown({}))
    assert total(both, 1) == (Totals(), TotalsSource.USAGE_COST)


def test_a_sum_without_days_is_that_of_the_longest_period():
    undated = DailyCost({}, dated=False, undated=Totals(42))
    known = usage_totals(daily_cost=undated, breakdown=None)
    assert [total(known, days) for days in (1, 7, 30)] == [
        None,
        None,
        (Totals(42), TotalsSource.USAGE_COST),
    ]
    assert daily(known, 30) == ()
    assert total(usage_totals(daily_cost=undated), 1) == (Totals(2), TotalsSource.SESSIONS_USAGE)
    assert total(usage_totals(daily_cost=DailyCost({}, dated=False), breakdown=None), 30) is None


def test_the_stamp_is_that_of_the_oldest_figures_shown():
    known = usage_totals(
        daily_cost=DailyCost(DAYS, counted_ms=7000), breakdown=UsageBreakdown({}, counted_ms=6000)
    )
    assert counted_ms(known, {TotalsSource.USAGE_COST}) == 7000
    assert counted_ms(known, set()) == counted_ms(known, set(TotalsSource)) == 6000
    assert counted_ms(usage_totals(), set()) is None


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
