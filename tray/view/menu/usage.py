"""The submenus with usage totals and the providers' quotas."""

from tray.core.commands import OpenPanel, ReadUsage
from tray.core.model import Now, Page, UsageTotals
from tray.core.requests import refusal
from tray.core.sessions.thresholds import reached
from tray.core.state import State
from tray.core.usage.totals import PERIODS, as_of, by_model, by_session, total
from tray.core.usage.usage import LIMITS
from tray.i18n.words import Words
from tray.protocol.usage import Quota, Quotas, Totals, UsageCost
from tray.view.icon.model import QuotaBar
from tray.view.menu.item import LINE, Item, note, notes
from tray.view.text import amounts, formatting

TOP = 5
"""Models and sessions in the list."""
QUOTAS = 12


def line(state: State, now: Now, words: Words) -> str:
    """Return the text of the menu's item, with today's cost if known."""
    found = total(_spending(state, now), 1)
    if found is None or not found[0].tokens:
        return words("Usage")
    spent = amounts.money(found[0], words) or amounts.tokens(found[0].tokens, words)
    return f"{words('Usage')}\t{words('{cost} today', cost=spent)}"


def usage(state: State, now: Now, words: Words) -> tuple[Item, ...]:
    """Return an item per period, one per quota, and notes about them."""
    usage_totals, error = _spending(state, now), refusal(state, UsageCost)
    totals = [(days, total(usage_totals, days)) for days in PERIODS]
    failure = amounts.no_totals_reason(usage_totals, error, state.level, words)
    missing = "?" if failure else amounts.pending(usage_totals, words)
    items = [_period_line(days, found and found[0], missing, words) for days, found in totals]
    if quotas := _quotas(state, now, words):
        items += [LINE, *quotas]
    origins = {found[1] for _, found in totals if found is not None}
    remarks = [
        failure,
        *amounts.notes(usage_totals, origins, words),
        amounts.no_lists_reason(usage_totals, words),
    ]
    if stamp := amounts.counted(usage_totals, origins, now, words):
        remarks.append(stamp)
    elif usage_totals.read_at is not None:
        remarks.append(words("updated {age}", age=formatting.age(now.wall - usage_totals.read_at, words)))
    lines = [line for remark in remarks for line in notes(remark, OpenPanel(Page.USAGE))]
    refresh = Item(words("Refresh"), ReadUsage(), enabled=error is None)
    return (*items, LINE, *lines, refresh, Item(words("Show all usage…"), OpenPanel(Page.USAGE)))


def period(state: State, days: str, now: Now, words: Words) -> tuple[Item, ...]:
    """Return the usage of so many days, by model and by session."""
    usage_totals = _spending(state, now)
    number = next((number for number in PERIODS if str(number) == days), None)
    found = None if number is None else total(usage_totals, number)
    if number is None or found is None:
        return (note(amounts.pending(usage_totals, words), OpenPanel(Page.USAGE)),)
    heads = [f"{amounts.period(number, words)}: {amounts.amount(found[0], words)}"]
    heads.append(amounts.breakdown(found[0], words))
    if not amounts.money(found[0], words):
        heads.append(words("The gateway has no price for this."))
    lists = (
        (
            words("By model"),
            [(formatting.clean(row.key) or "?", t) for row, t in by_model(usage_totals, number)],
        ),
        (
            words("By session"),
            [(amounts.session_name(row, state), t) for row, t in by_session(usage_totals, number)],
        ),
    )
    items = [note(head, OpenPanel(Page.USAGE)) for head in heads if head]
    for title, spenders in lists:
        if spenders:
            items += [LINE, note(title, OpenPanel(Page.USAGE))]
            items += [
                note(f"{name}\t{amounts.amount(tally, words)}", OpenPanel(Page.USAGE))
                for name, tally in spenders[:TOP]
            ]
            if len(spenders) > TOP:
                items.append(Item(words("{n} more…", n=len(spenders) - TOP), OpenPanel(Page.USAGE)))
    if reason := amounts.no_lists_reason(usage_totals, words):
        items += [LINE, *notes(reason, OpenPanel(Page.USAGE))]
    return tuple(items)


def _spending(state: State, now: Now) -> UsageTotals:
    return as_of(state, now.today)


def _period_line(days: int, tally: Totals | None, missing: str, words: Words) -> Item:
    text = f"{amounts.period(days, words)}\t{missing if tally is None else amounts.amount(tally, words)}"
    if tally is None or not tally.tokens:
        return note(text, OpenPanel(Page.USAGE))
    return Item(text, path=("usage", str(days)))


def _quota_line(quota: Quota, now: Now, words: Words) -> Item:
    name = " · ".join(part for part in (amounts.quota_name(quota), amounts.resets(quota, now, words)) if part)
    bar = QuotaBar(min(int(quota.percent), 100), reached(quota.percent, LIMITS))
    return Item(f"{name}\t{amounts.quota_percent(quota)}", OpenPanel(Page.USAGE), picture=bar)


def _quotas(state: State, now: Now, words: Words) -> list[Item]:
    quotas = state.gateway.usage_totals.quotas or Quotas()
    items = [_quota_line(quota, now, words) for quota in quotas.windows[:QUOTAS]]
    return items + [
        note(amounts.no_quota(name, why, words), OpenPanel(Page.USAGE)) for name, why in quotas.failed[:TOP]
    ]
