"""The periods (today, 7 and 30 days), and the totals and rankings of each."""

from collections.abc import Iterable
from datetime import date, timedelta

from tray.core.model import TotalsSource, UsageTotals
from tray.protocol.usage import Daily, SpendingRow, Totals
from tray.values import replace

PERIODS = (1, 7, 30)
"""Days, today included."""


def as_of(usage_totals: UsageTotals, today: date) -> UsageTotals:
    """Return the same without figures of another day, which are incomplete."""
    if usage_totals.today == today:
        return usage_totals
    return replace(usage_totals, daily_cost=None, breakdown=None, today=today, read_at=None)


def total(usage_totals: UsageTotals, days: int) -> tuple[Totals, TotalsSource] | None:
    """Return what was spent in the last `days` up to `usage_totals.today`, and its source; None if unknown.

    A zero of a gateway that is still counting is no figure.
    """
    sources = (
        (usage_totals.daily_cost, TotalsSource.USAGE_COST),
        (usage_totals.breakdown, TotalsSource.SESSIONS_USAGE),
    )
    for source, origin in sources:
        if source is not None and usage_totals.today is not None:
            totals = _within(source.days, usage_totals.today, days)
            if totals.tokens or not source.counting:
                return totals, origin
    return None


def by_model(usage_totals: UsageTotals, days: int) -> tuple[tuple[SpendingRow, Totals], ...]:
    """Return the models that spent something in the last `days`, the largest first."""
    return _ranked(
        () if usage_totals.breakdown is None else usage_totals.breakdown.models, usage_totals, days
    )


def by_session(usage_totals: UsageTotals, days: int) -> tuple[tuple[SpendingRow, Totals], ...]:
    """Return the sessions that spent something in the last `days`, the largest first."""
    return _ranked(
        () if usage_totals.breakdown is None else usage_totals.breakdown.sessions, usage_totals, days
    )


def daily(usage_totals: UsageTotals, days: int) -> tuple[tuple[date, Totals], ...]:
    """Return the totals of each of the last `days`, oldest first; empty if unknown."""
    found, today = total(usage_totals, days), usage_totals.today
    source = (
        usage_totals.daily_cost
        if found is not None and found[1] is TotalsSource.USAGE_COST
        else usage_totals.breakdown
    )
    if found is None or source is None or today is None:
        return ()
    return tuple((day, source.days.get(day.isoformat(), Totals())) for day in _dates(today, days))


def _ranked(
    rows: Iterable[SpendingRow], usage_totals: UsageTotals, days: int
) -> tuple[tuple[SpendingRow, Totals], ...]:
    if usage_totals.today is None:
        return ()
    spent = ((row, _within(row.days, usage_totals.today, days)) for row in rows)
    return tuple(sorted((pair for pair in spent if pair[1].tokens), key=lambda pair: -pair[1].tokens))


def _within(days: Daily, today: date, number: int) -> Totals:
    return sum((days[day] for d in _dates(today, number) if (day := d.isoformat()) in days), Totals())


def _dates(today: date, number: int) -> list[date]:
    return [today - timedelta(days=back) for back in reversed(range(number))]
