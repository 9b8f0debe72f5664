from __future__ import annotations

from datetime import timedelta

import pytest

from tests.view.conftest import NOON
from tests.view.spent import usage_totals
from tray.core.commands import ReadUsage
from tray.core.model import UsageTotals
from tray.protocol.usage import DailyCost, Quota, Quotas, SpendingRow, Totals, UsageBreakdown
from tray.values import replace
from tray.view.panel.cards import Chart, Figure, Figures, Note, Rows
from tray.view.panel.usage import MOST, cards


@pytest.fixture
def show(make, words):
    return lambda totals: cards(make.connected(make.session(), usage_totals=totals), make.now(), words)


def of(kind, shown):
    return [card for card in shown if isinstance(card, kind)]


def day(back=0):
    return (NOON - timedelta(days=back)).date().isoformat()


def spent(days, **parts):
    return UsageTotals(
        daily_cost=DailyCost(days=days),
        breakdown=UsageBreakdown(days=days, **parts),
        today=NOON.date(),
        read_at=NOON,
    )


def test_the_periods_with_their_cost(show):
    figures = of(Figures, show(usage_totals()))[0].figures
    assert [figure.label for figure in figures] == ["Today", "Last 7 days", "Last 30 days"]
    assert figures[0].detail.endswith("tokens")


def test_an_unknown_price_is_no_zero_and_a_day_without_tokens_is_none(show):
    figures = of(Figures, show(spent({day(3): Totals(5_000)})))[0].figures
    assert figures[0] == Figure("Today", "0", "no tokens")
    assert figures[1] == Figure("Last 7 days", "5k", "5k tokens")


def test_what_is_not_counted_yet_is_not_known(show):
    counting = spent({day(3): Totals(5_000, 1.0)})
    counting = replace(counting, daily_cost=replace(counting.daily_cost, counting=True), breakdown=None)
    assert of(Figures, show(counting))[0].figures[0] == Figure("Today", "?", "the gateway is still counting")


def test_a_bar_per_day_in_words(show):
    (chart,) = of(Chart, show(spent({day(): Totals(2_000, 0.5), day(29): Totals(1_000)})))
    assert (len(chart.values), chart.values[0], chart.values[-1]) == (30, 1_000, 2_000)
    assert chart.labels[-1] == f"{day()}: 2k tokens · $0.50"
    assert (chart.most, chart.first, chart.last) == ("2k", "29 days ago", "today")
    assert of(Chart, show(spent({day(40): Totals(2_000)}))) == []


def test_models_and_sessions_by_what_they_spent(show):
    models = (
        SpendingRow("opus", {day(): Totals(4_000, 2.0)}),
        SpendingRow("qwen", {day(): Totals(1_000)}),
        SpendingRow("", {day(): Totals(500)}),
    )
    sessions = tuple(SpendingRow(f"k{n}", {day(): Totals(100 + n, 1.0)}, f"n{n}") for n in range(MOST + 2))
    by_model, by_session = of(Rows, show(spent({day(): Totals(5_000)}, models=models, sessions=sessions)))
    assert by_model.title == "By model, 30 days"
    assert [(row.label, row.gauge.part, row.figure, row.end) for row in by_model.rows] == [
        ("opus", 100, "4k", "$2.00"),
        ("qwen", 25, "1k", "no price"),
        ("?", 12, "500", "no price"),
    ]
    assert (len(by_session.rows), by_session.more) == (MOST, f"All {MOST + 2}…")
    assert by_session.note == "2 more: run clawtray usage"


def test_quotas_and_why_one_is_not_known(show, make):
    quotas = Quotas((Quota("a", "Claude", "5h", 92.0, None),), failed=(("OpenAI", "401"),))
    shown = show(replace(spent({day(): Totals(5_000)}), quotas=quotas))
    assert of(Rows, shown)[0].rows[0].figure == "92%"
    assert "OpenAI: no figures (401)" in of(Note, shown)[0].lines


def test_usage_that_is_not_known_says_why(show):
    shown = show(UsageTotals())
    assert isinstance(shown[0], Note)
    assert shown[0].title == "Usage is not known"
    assert shown[0].actions[0].command == ReadUsage()
