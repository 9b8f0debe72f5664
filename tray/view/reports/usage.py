"""What `usage` prints: totals and quotas, as JSON values and as plain text."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, TypeAlias

from tray.core.model import Now, TotalsSource, UsageTotals
from tray.core.requests import refusal
from tray.core.state import State
from tray.core.usage.totals import PERIODS, as_of, by_model, by_session, counted_ms, daily, total
from tray.i18n.words import Words
from tray.protocol.usage import Quotas, SpendingRow, Totals, UsageCost
from tray.view import chart
from tray.view.reports import status
from tray.view.reports.table import PLAIN, Cell, Column, Look, table
from tray.view.text import amounts, formatting

CHART_DAYS = 30

Money: TypeAlias = Callable[[Totals, Words], str]


def has_totals(state: State, now: Now) -> bool:
    """Return whether the gateway said what was spent, if only that it has not counted it yet."""
    usage_totals = _spending(state, now)
    counted = usage_totals.daily_cost is not None or usage_totals.breakdown is not None
    return any(total(usage_totals, days) is not None for days in PERIODS) or (
        counted and not usage_totals.counting
    )


def no_totals_reason(state: State, now: Now, words: Words) -> str:
    """Return why there are no totals, in a sentence."""
    usage_totals, error = _spending(state, now), refusal(state, UsageCost)
    if usage_totals.counting:
        return words("The gateway is still counting. Try again in a minute.")
    reason = amounts.no_totals_reason(usage_totals, error, state.level, words)
    return reason or words("The gateway did not reply.")


def usage(state: State, days: int, now: Now, words: Words) -> dict[str, Any]:
    """Return the value of `usage --json`. Costs are US dollars, null where the gateway has no price.

    Where `complete` is false, the cost covers only the part that has a price.
    """
    usage_totals = _spending(state, now)
    totals = [(number, total(usage_totals, number)) for number in PERIODS]
    quotas = usage_totals.quotas or Quotas()
    return {
        "schema": status.SCHEMA,
        "at": status.iso(now.wall),
        "today": now.today.isoformat(),
        "counting": usage_totals.counting,
        "as_of": status.instant(counted_ms(usage_totals, {found[1] for _, found in totals if found})),
        "periods": [
            {"days": number, "source": found[1].value, **_tally(found[0])}
            for number, found in totals
            if found is not None
        ],
        "daily": [
            {"date": day.isoformat(), **_tally(tally)} for day, tally in daily(usage_totals, CHART_DAYS)
        ],
        "days": days,
        "models": [{"model": row.key, **_tally(tally)} for row, tally in by_model(usage_totals, days)],
        "sessions": [
            {"key": row.key, "name": _name(state, row), **_tally(tally)}
            for row, tally in by_session(usage_totals, days)
        ],
        "quotas": [
            {
                "provider": quota.provider,
                "name": quota.name,
                "window": quota.label,
                "percent": quota.percent,
                "resets_at": status.instant(quota.resets_ms),
                "plan": quota.plan,
            }
            for quota in quotas.windows
        ],
        "notes": _notes(usage_totals, words),
    }


def usage_text(
    state: State, days: int, now: Now, words: Words, look: Look = PLAIN, *, drawn: bool = True
) -> str:
    """Return the text of `usage`: periods, days as bars if `drawn`, models, sessions, quotas and notes."""
    usage_totals = _spending(state, now)
    totals = [(number, total(usage_totals, number)) for number in PERIODS]
    origins = {found[1] for _, found in totals if found is not None}
    stamp = amounts.counted(usage_totals, origins, now, words)
    heads = (
        Column(words("Period")),
        Column(words("Since"), drop=2),
        Column(words("Tokens"), right=True, least=14),
        Column(words("Cost"), right=True, drop=1),
        Column(drop=3),
    )
    money = amounts.short_money if drawn else amounts.money  # what cannot draw bars has no sign for it either
    rows = [_row(number, found, usage_totals, money, now, words) for number, found in totals]
    blocks = ["\n".join(filter(None, (table(heads, rows, look), stamp)))]
    by_day = daily(usage_totals, CHART_DAYS)
    bars = chart.text([tally.tokens for _, tally in by_day])
    if drawn and bars.strip():
        first, last = by_day[0][0].isoformat(), by_day[-1][0].isoformat()
        axis = f"{first}{last:>{max(len(last) + 1, len(bars) - len(first))}}"
        blocks.append("\n".join((words("Tokens per day:"), bars.rstrip(), axis)))
    named = amounts.period(days, words)
    models = ((formatting.clean(row.key, 60), tally) for row, tally in by_model(usage_totals, days))
    sessions = ((amounts.session_name(row, state), tally) for row, tally in by_session(usage_totals, days))
    blocks += _block(words("{period}, by model:", period=named), words("Model"), models, money, words, look)
    blocks += _block(
        words("{period}, by session:", period=named), words("Session"), sessions, money, words, look
    )
    blocks += _quotas(state, usage_totals.quotas or Quotas(), now, words, look)
    if notes := _notes(usage_totals, words):
        blocks.append("\n".join(notes))
    return "\n\n".join(blocks)


def _quotas(state: State, quotas: Quotas, now: Now, words: Words, look: Look) -> list[str]:
    heads = (
        Column(words("Quota"), least=12),
        Column(words("Used"), right=True),
        Column(drop=1),
        Column(drop=2),
    )
    rows = [
        (
            amounts.quota_name(quota),
            Cell(amounts.quota_percent(quota), status.colour_of(quota.percent, state)),
            amounts.resets(quota, now, words),
            amounts.plan(quota, words),
        )
        for quota in quotas.windows
    ]
    return [table(heads, rows, look)] if rows else []


def _name(state: State, account: SpendingRow) -> str:
    session = state.gateway.snapshot.find(account.key)
    return (account.name or account.key) if session is None else session.name


def _spending(state: State, now: Now) -> UsageTotals:
    return as_of(state, now.today)


def _block(
    title: str, kind: str, spent: Iterable[tuple[str, Totals]], money: Money, words: Words, look: Look
) -> list[str]:
    heads = (Column(kind, least=12), Column(words("Tokens"), right=True), Column(words("Cost"), right=True))
    rows = [(name, f"{tally.tokens:,}", money(tally, words)) for name, tally in spent]
    return [f"{title}\n{table(heads, rows, look)}"] if rows else []


def _row(
    days: int,
    found: tuple[Totals, TotalsSource] | None,
    usage_totals: UsageTotals,
    money: Money,
    now: Now,
    words: Words,
) -> tuple[str, ...]:
    period = amounts.period(days, words), (now.today - timedelta(days=days - 1)).isoformat()
    if found is None:
        return (*period, amounts.pending(usage_totals, words), "", "")
    tally = found[0]
    tokens = f"{tally.tokens:,}" if tally.tokens else words("nothing")
    price = money(tally, words) or (words("no price known") if tally.tokens else "")
    return (*period, tokens, price, amounts.breakdown(tally, words))


def _tally(tally: Totals) -> dict[str, Any]:
    priced = tally.cost > 0 or not tally.tokens
    return {
        "tokens": tally.tokens,
        "input": tally.input,
        "output": tally.output,
        "cached": tally.cached,
        "cost": tally.cost if priced else None,
        "complete": priced and not tally.unpriced,
    }


def _notes(usage_totals: UsageTotals, words: Words) -> list[str]:
    origins = {found[1] for days in PERIODS if (found := total(usage_totals, days)) is not None}
    failed = usage_totals.quotas.failed if usage_totals.quotas is not None else ()
    return [
        *amounts.notes(usage_totals, origins, words),
        *filter(None, [amounts.no_lists_reason(usage_totals, words)]),
        *(amounts.no_quota(name, why, words) for name, why in failed),
    ]
