from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parts import having
from tests.view.lines import find, texts
from tests.view.spent import (
    BILL,
    BROKEN,
    OPUS,
    TODAY,
    UNKNOWN_METHOD,
    DailyCost,
    Quota,
    Quotas,
    SpendingRow,
    Totals,
    UsageBreakdown,
    usage_totals,
)
from tray.core.commands import OpenPanel, ReadUsage
from tray.core.model import FailureKind, Page, UsageTotals
from tray.i18n.words import Words
from tray.settings.settings import Level
from tray.values import replace
from tray.view.icon.model import QuotaBar
from tray.view.menu.item import Item
from tray.view.menu.menu import menu
from tray.view.menu.usage import TOP

DAY = 86_400.0


def knowing(make, totals, **more):
    """Connected, and this is known of what was spent."""
    return make.connected(make.session(), usage_totals=totals, **more)


def top(level, state):
    """The line that leads to it, in the menu itself."""
    (item,) = [item for item in level(state) if item.path == ("usage",)]
    return item.text


def test_the_menu_shows_todays_cost(make, level):
    assert top(level, knowing(make, usage_totals())) == "Usage\t$0.42 today"
    free = DailyCost({TODAY.isoformat(): Totals(31_500)})
    assert top(level, knowing(make, usage_totals(daily_cost=free))) == "Usage\t31k tokens today"


@pytest.mark.parametrize(
    "totals",
    [
        UsageTotals(),
        usage_totals(daily_cost=DailyCost({}), breakdown=None),
        usage_totals(daily_cost=None, breakdown=None),
    ],
)
def test_an_unknown_or_empty_cost_is_not_shown_as_zero(make, level, totals):
    assert top(level, knowing(make, totals)) == "Usage"


def test_each_period_has_a_line_and_each_quota(make, level):
    items = level(knowing(make, usage_totals()), "usage")
    assert [item.picture for item in items if item.picture] == [QuotaBar(91, 2), QuotaBar(38, 0)]
    assert texts(items) == [
        "Today\t31k tokens · $0.42",
        "Last 7 days\t1.2M tokens · at least $12.92",
        "Last 30 days\t1.2M tokens · at least $12.92",
        "───",
        "Claude 5h · resets in 3 h\t91%",
        "Claude Week · resets in 2 days\t38%",
        "z.ai: no figures (HTTP 429)",
        "───",
        "updated just now",
        "Refresh",
        "Show all usage…",
    ]


def test_a_period_opens_and_can_be_read_again(make, level):
    items = level(knowing(make, usage_totals()), "usage")
    assert find(items, "Today").path == ("usage", "1")
    assert find(items, "Refresh") == Item("Refresh", ReadUsage())


def test_before_the_first_reading_the_menu_says_so(make, level):
    assert texts(level(knowing(make, UsageTotals()), "usage")) == [
        "Today\tnot read yet",
        "Last 7 days\tnot read yet",
        "Last 30 days\tnot read yet",
        "───",
        "Refresh",
        "Show all usage…",
    ]


def test_the_menu_shows_the_gateways_own_stamp(make, level):
    counted = int(make.now().ms) - 60_000
    known = usage_totals(daily_cost=replace(BILL, counted_ms=counted), quotas=None)
    lines = texts(level(knowing(make, known), "usage"))
    assert "as of 11:59" in lines
    assert not any(line.startswith("updated") for line in lines)


def test_while_the_gateway_counts_there_is_no_zero(make, level):
    counting = usage_totals(
        daily_cost=DailyCost({}, counting=True), breakdown=UsageBreakdown({}, counting=True), quotas=None
    )
    assert texts(level(knowing(make, counting), "usage"))[:3] == [
        "Today\tthe gateway is still counting",
        "Last 7 days\tthe gateway is still counting",
        "Last 30 days\tthe gateway is still counting",
    ]
    part = usage_totals(daily_cost=DailyCost(BILL.days, counting=True), quotas=None)
    assert "The gateway is still counting. The totals will grow." in texts(
        level(knowing(make, part), "usage")
    )


def test_yesterdays_figures_are_not_todays(make, words):
    state = knowing(make, usage_totals())
    items = menu(state, ("usage",), make.now(DAY), words)
    assert texts(items)[0] == "Today\tnot read yet"
    assert texts(menu(state, ("usage", "1"), make.now(DAY), words)) == ["not read yet"]


def test_a_day_without_usage_opens_nothing(make, level):
    items = level(knowing(make, usage_totals(daily_cost=DailyCost({}), breakdown=None)), "usage")
    assert items[0] == Item("Today\tnothing", OpenPanel(Page.USAGE))


def test_by_model_and_by_session(make, level):
    assert texts(level(knowing(make, usage_totals()), "usage", "1")) == [
        "Today: 31k tokens · $0.42",
        "30k input · 500 output · 1k cached",
        "───",
        "By model",
        "anthropic/claude-opus-4-5\t31k tokens · $0.42",
        "local/small\t500 tokens",
        "───",
        "By session",
        "main\t20k tokens · $0.30",
        "The side\t11k tokens · $0.12",
    ]


def test_only_the_largest_are_listed(make, level):
    many = tuple(SpendingRow(f"p/{n}", {TODAY.isoformat(): Totals(n + 1)}) for n in range(TOP + 2))
    lines = texts(level(knowing(make, usage_totals(breakdown=UsageBreakdown({}, models=many))), "usage", "1"))
    assert "p/6\t7 tokens" in lines
    assert "p/1\t2 tokens" not in lines
    assert "2 more…" in lines


def test_a_gateway_without_prices_says_so(make, level):
    free = usage_totals(daily_cost=DailyCost({TODAY.isoformat(): Totals(31_500)}))
    assert "The gateway has no price for this." in texts(level(knowing(make, free), "usage", "1"))


def test_an_old_gateway_gives_totals_and_the_reason_for_no_more(make, level):
    old = usage_totals(breakdown=None, quotas=Quotas(), refused={"sessions.usage": UNKNOWN_METHOD})
    sentence = "This gateway does not report usage by model and session."
    assert sentence in texts(level(knowing(make, old), "usage"))
    assert texts(level(knowing(make, old), "usage", "1"))[-2:] == ["───", sentence]


def test_totals_summed_from_sessions_are_marked(make, level):
    state = knowing(make, usage_totals(daily_cost=None, refused={"usage.cost": BROKEN}))
    assert "The totals are the sum of the sessions." in texts(level(state, "usage"))


def test_why_there_is_nothing_at_all(make, level):
    refused = {"usage.cost": UNKNOWN_METHOD, "sessions.usage": UNKNOWN_METHOD}
    lines = texts(level(knowing(make, UsageTotals(refused=refused)), "usage"))
    assert lines[0] == "Today\t?"
    assert "This gateway does not report usage." in lines


def test_without_a_connection_refresh_is_disabled_and_figures_stay(make, level):
    down = make.troubled(FailureKind.NOT_RUNNING, make.session())
    items = level(down, "usage")
    assert "Not connected to the gateway." in texts(items)
    assert not find(items, "Refresh").enabled
    assert texts(level(having(down, usage_totals=usage_totals()), "usage"))[0] == "Today\t31k tokens · $0.42"


def test_usage_is_shown_at_level_watch(make, level):
    items = level(knowing(make, usage_totals(), level=Level.WATCH), "usage")
    assert find(items, "Refresh").enabled


@pytest.mark.parametrize(
    ("seconds", "age", "resets"), [(0, "just now", "resets in 3 h"), (60, "1 min ago", "resets in 2 h")]
)
def test_it_grows_old_by_itself(make, seconds, age, resets):
    lines = texts(menu(knowing(make, usage_totals()), ("usage",), make.now(seconds), Words()))
    assert f"updated {age}" in lines
    assert f"Claude 5h · {resets}\t91%" in lines


@pytest.mark.parametrize("path", ["0", "", "x", "365", "\uff11"])
def test_an_unknown_period_has_a_submenu_too(make, level, path):
    assert len(level(knowing(make, usage_totals()), "usage", path)) == 1


@given(name=st.text(max_size=80))
def test_no_name_from_outside_breaks_a_line(make, name):
    days = {TODAY.isoformat(): Totals(5)}
    breakdown = UsageBreakdown(
        days, (SpendingRow(name, days),), (SpendingRow(name, days, name), SpendingRow(OPUS, days))
    )
    quotas = Quotas((Quota(name, name, name, 50.0),), ((name, name),))
    state = knowing(make, usage_totals(breakdown=breakdown, quotas=quotas))
    for path in (("usage",), ("usage", "1")):
        for item in menu(state, path, make.now(), Words()):
            parts = item.text.split("\t")
            assert len(parts) <= 2
            assert item.separator or all(part and part.isprintable() for part in parts)
