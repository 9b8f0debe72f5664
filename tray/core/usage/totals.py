"""The periods (today, 7 and 30 days), and the totals and rankings of each."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from tray.core.model import TotalsSource, UsageTotals
from tray.core.state import State
from tray.protocol.usage import Daily, DailyCost, SpendingRow, Totals, UsageBreakdown
from tray.values import replace

PERIODS = (1, 7, 30)
"""Days, today included."""


def as_of(state: State, today: date) -> UsageTotals:
    """Return the totals without figures of another day, which are incomplete, and when the last run ended."""
    usage_totals = state.gateway.usage_totals
    if usage_totals.today != today:
        usage_totals = replace(usage_totals, daily_cost=None, breakdown=None, today=today, read_at=None)
    return replace(usage_totals, last_run_ms=last_run_ms(state))


def last_run_ms(state: State) -> int | None:
    """Return when the last run ended, milliseconds since 1970; older releases tell only the last change."""
    rows = (session.row for session in state.gateway.snapshot.sessions)
    ended = (row.ended_ms or row.updated_ms for row in rows if row.has_run and not row.active)
    return max((at for at in ended if at is not None), default=None)


def total(usage_totals: UsageTotals, days: int) -> tuple[Totals, TotalsSource] | None:
    """Return what was spent in the last `days` up to `usage_totals.today`, and its source; None if unknown.

    A zero is no figure where the gateway is still counting, or counted before the last run ended.
    """
    nothing = None
    for source, origin in _sources(usage_totals):
        totals = _in_period(source, usage_totals.today, days)
        if totals is not None and totals.tokens:
            return totals, origin
        if totals is not None and nothing is None and not (source.counting or usage_totals.is_behind(source)):
            nothing = (totals, origin)
    return nothing


def counted_ms(usage_totals: UsageTotals, origins: Collection[TotalsSource]) -> int | None:
    """Return when the gateway counted the oldest of the totals from these origins; None if unknown.

    Without any, it is that of all that was read.
    """
    parts = (source for source, origin in _sources(usage_totals) if not origins or origin in origins)
    stamps = (source.counted_ms for source in parts)
    return min((stamp for stamp in stamps if stamp is not None), default=None)


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
    if not source.dated:
        return ()
    return tuple((day, source.days.get(day.isoformat(), Totals())) for day in _dates(today, days))


def _sources(usage_totals: UsageTotals) -> list[tuple[DailyCost | UsageBreakdown, TotalsSource]]:
    parts = (
        (usage_totals.daily_cost, TotalsSource.USAGE_COST),
        (usage_totals.breakdown, TotalsSource.SESSIONS_USAGE),
    )
    return [(part, origin) for part, origin in parts if part is not None]


def _in_period(source: DailyCost | UsageBreakdown, today: date | None, days: int) -> Totals | None:
    if today is None:
        return None
    if source.dated:
        return _within(source.days, today, days)
    return source.undated if days == PERIODS[-1] else None  # it is the sum of what was requested


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
