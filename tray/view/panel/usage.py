"""Page Usage: tokens and cost by period, day, model and session, and the providers' quotas."""

from collections.abc import Iterable, Sequence

from tray.core.commands import ReadUsage
from tray.core.model import Now
from tray.core.requests import refusal
from tray.core.sessions import thresholds
from tray.core.state import State
from tray.core.usage.totals import PERIODS, as_of, by_model, by_session, daily, total
from tray.i18n.words import Words
from tray.protocol.usage import Quota, Quotas, Totals, UsageCost
from tray.view.panel.cards import Action, Card, Chart, Figure, Figures, Gauge, Note, Row, Rows, Tone
from tray.view.reports import usage as report
from tray.view.text import amounts, formatting

SHOWN, MOST = 5, 40
"""Rows of a list before *All…* is chosen, and after it."""
_BANDS = (Tone.CALM, Tone.WARNING, Tone.CRITICAL)


def cards(state: State, now: Now, words: Words) -> tuple[Card, ...]:
    """Return the page; what is not known is said, and never shown as nothing."""
    usage_totals = as_of(state, now.today)
    known = usage_totals.quotas or Quotas()
    quota_rows = quotas(known.windows, state, now, words)
    failed = [amounts.no_quota(name, why, words) for name, why in known.failed]
    refresh = Action(words("Refresh"), ReadUsage(), enabled=refusal(state, UsageCost) is None)
    if not report.has_totals(state, now):
        reason = report.no_totals_reason(state, now, words)
        return Note(words("Usage is not known"), (reason,), (refresh,)), *quota_rows
    longest = PERIODS[-1]
    models = ((formatting.clean(row.key) or "?", tally) for row, tally in by_model(usage_totals, longest))
    sessions = ((amounts.session_name(row, state), tally) for row, tally in by_session(usage_totals, longest))
    origins = {found[1] for days in PERIODS if (found := total(usage_totals, days)) is not None}
    stamp = amounts.counted(usage_totals, origins, now, words)
    notes = [
        *amounts.notes(usage_totals, origins, words),
        amounts.no_lists_reason(usage_totals, words),
        *failed,
        stamp,
    ]
    figures = (
        figure(days, total(usage_totals, days), amounts.pending(usage_totals, words), words)
        for days in PERIODS
    )
    return (
        Figures(tuple(figures)),
        *_chart(state, now, words),
        *quota_rows,
        *_ranked(words("By model, {n} days", n=longest), models, words),
        *_ranked(words("By session, {n} days", n=longest), sessions, words),
        Note("", tuple(line for line in notes if line), (refresh,)),
    )


def quotas(windows: Sequence[Quota], state: State, now: Now, words: Words) -> tuple[Rows, ...]:
    """Return the card of these quotas; none without any."""
    rows = tuple(_quota(quota, state, now, words) for quota in windows)
    return (Rows(words("Quotas"), rows, len(rows)),) if rows else ()


def _quota(quota: Quota, state: State, now: Now, words: Words) -> Row:
    tone = _BANDS[thresholds.reached(quota.percent, state.settings)]
    bar = Gauge(max(0, min(int(quota.percent), 100)), tone)
    return Row(
        amounts.quota_name(quota), bar, f"{int(quota.percent)}%", end=amounts.resets(quota, now, words)
    )


def figure(days: int, found: tuple[Totals, object] | None, pending: str, words: Words) -> Figure:
    """Return what was spent in a period: its cost, or its tokens where no price is known."""
    label = amounts.period(days, words)
    if found is None:
        return Figure(label, "?", pending)
    tally = found[0]
    if not tally.tokens:
        return Figure(label, "0", words("no tokens"))
    tokens, money = amounts.tokens(tally.tokens, words), amounts.short_money(tally, words)
    return Figure(label, money, tokens) if money else Figure(label, formatting.tokens(tally.tokens), tokens)


def _chart(state: State, now: Now, words: Words) -> tuple[Chart, ...]:
    days = daily(as_of(state, now.today), report.CHART_DAYS)
    values = tuple(tally.tokens for _, tally in days)
    if not any(values):
        return ()
    labels = tuple(f"{day:%Y-%m-%d}: {amounts.amount(tally, words)}" for day, tally in days)
    most = formatting.tokens(max(values))
    first = words.plural("{n} day ago", "{n} days ago", len(values) - 1)
    return (Chart(words("Tokens per day"), values, labels, most, first, words("today")),)


def _ranked(title: str, spent: Iterable[tuple[str, Totals]], words: Words) -> tuple[Rows, ...]:
    listed = list(spent)
    if not listed:
        return ()
    top = max(tally.tokens for _, tally in listed)
    rows = tuple(
        Row(
            name,
            Gauge(tally.tokens * 100 // top),
            formatting.tokens(tally.tokens),
            end=amounts.money(tally, words) or words("no price"),
        )
        for name, tally in listed[:MOST]
    )
    more = len(listed) - len(rows)
    note = words("{n} more: run clawtray usage", n=more) if more else ""
    return (Rows(title, rows, SHOWN, words("All {n}…", n=len(listed)), note),)
