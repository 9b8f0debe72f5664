"""Usage totals and quota levels in words. An unknown price is never shown as zero."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from tray.core.model import ActionError, Now, TotalsSource, UsageTotals
from tray.core.sessions.polling import MAX_SESSIONS
from tray.core.state import State
from tray.core.usage.totals import PERIODS, counted_ms, total
from tray.i18n.words import Words
from tray.protocol.usage import Quota, SessionsUsage, SpendingRow, Totals, UsageCost, unknown_method
from tray.settings.settings import Level
from tray.values import replace
from tray.view.text import formatting

_CENT = 0.01
_LONG = timedelta(hours=48)


def period(days: int, words: Words) -> str:
    """Return the name of a period of so many days up to now."""
    return words("Today") if days == 1 else words("Last {n} days", n=days)


def amount(tally: Totals, words: Words) -> str:
    """Return `1.2M tokens · $0.42`, without the price if none is known."""
    if not tally.tokens:
        return words("nothing")
    parts = (tokens(tally.tokens, words), money(tally, words))
    return " · ".join(part for part in parts if part)


def tokens(count: int, words: Words) -> str:
    """`1.2M tokens`."""
    return words.plural("{n} token", "{n} tokens", count, n=formatting.tokens(count))


def money(tally: Totals, words: Words) -> str:
    """Return `$0.42`, or `at least $0.42` if some of it has no price; empty if no price is known."""
    if tally.cost <= 0:
        return ""
    cost = words("under $0.01") if tally.cost < _CENT else f"${tally.cost:,.2f}"
    return words("at least {cost}", cost=cost) if tally.unpriced else cost


def short_money(tally: Totals, words: Words) -> str:
    """Return `$0.42`, or `≥ $0.42` if some of it has no price; empty if no price is known."""
    cost = money(replace(tally, unpriced=0), words)
    return f"≥ {cost}" if cost and tally.unpriced else cost


def breakdown(tally: Totals, words: Words) -> str:
    """Return `30k input · 500 output · 2M cached`; empty if the gateway does not report them."""
    if tally.input is None or tally.output is None or not tally.tokens:
        return ""
    parts = [
        words("{n} input", n=formatting.tokens(tally.input)),
        words("{n} output", n=formatting.tokens(tally.output)),
    ]
    if tally.cached:
        parts.append(words("{n} cached", n=formatting.tokens(tally.cached)))
    return " · ".join(parts)


def session_name(row: SpendingRow, state: State) -> str:
    """Return the session's name, or of one that is not listed, the name that came with its usage."""
    if state.gateway.snapshot.find(row.key) is None and (name := formatting.clean(row.name or "", 40)):
        return name
    return formatting.name_of(row.key, state, 40)


def quota_name(quota: Quota) -> str:
    """Return the provider and the window of a quota: `Claude 5h`."""
    return (
        " ".join(filter(None, (formatting.clean(quota.name, 30), formatting.clean(quota.label, 30)))) or "?"
    )


def quota_percent(quota: Quota) -> str:
    """Return `92%`, rounded down."""
    return f"{int(quota.percent)}%"


def plan(quota: Quota, words: Words) -> str:
    """Return the plan that a quota belongs to; empty if unknown."""
    name = formatting.clean(quota.plan or "", 30)
    return words("plan: {name}", name=name) if name else ""


def no_quota(name: str, why: str, words: Words) -> str:
    """Return that a provider reported no quota, with its reason."""
    return words(
        "{name}: no figures ({reason})", name=formatting.clean(name, 30) or "?", reason=formatting.clean(why)
    )


def local_time(at_ms: int, now: Now) -> str:
    """Return `2026-11-26 15:00` in the user's time zone; empty if outside the calendar."""
    try:
        return now.local(datetime.fromtimestamp(at_ms / 1000, UTC)).strftime("%Y-%m-%d %H:%M")
    except (OverflowError, ValueError, OSError):  # Windows knows no local time after the year 3000
        return ""


def resets(quota: Quota, now: Now, words: Words) -> str:
    """Return when the quota resets; empty if unknown or past."""
    if quota.resets_ms is None or quota.resets_ms <= now.ms:
        return ""
    seconds = (quota.resets_ms - now.ms) / 1000
    if seconds >= _LONG.total_seconds():
        return words("resets in {span}", span=words.plural("{n} day", "{n} days", int(seconds // 86_400)))
    return words("resets in {span}", span=formatting.duration(seconds, words))


def no_totals_reason(usage_totals: UsageTotals, error: ActionError | None, level: Level, words: Words) -> str:
    """Return why there are no totals; empty if there are some, or they are still being read.

    Args:
        usage_totals: The totals read so far.
        error: Why usage cannot be requested; None if it can.
        level: The trust level.
        words: The language.
    """
    methods = (UsageCost.method, SessionsUsage.method)
    failures = [usage_totals.refused[method] for method in methods if method in usage_totals.refused]
    if total(usage_totals, PERIODS[-1]) is not None or usage_totals.counting:
        return ""
    if error is not None:
        return formatting.action_error(error, "", level, words)
    if len(failures) < len(methods):
        return ""
    failure = next((f for f in failures if f is not None and not unknown_method(f)), None)
    if failure is not None:
        return words("Gateway error: {reason}", reason=formatting.clean(failure.message, 120))
    if None in failures:
        return words("The gateway did not reply.")
    return words("This gateway does not report usage.")


def pending(usage_totals: UsageTotals, words: Words) -> str:
    """Return what to show in place of a total that is not there, or not yet."""
    if usage_totals.counting:
        return words("the gateway is still counting")
    if usage_totals.behind:
        return words("not counted yet")
    if usage_totals.daily_cost is None and usage_totals.breakdown is None:
        return words("not read yet")
    return words("not known")


def counted(usage_totals: UsageTotals, origins: Collection[TotalsSource], now: Now, words: Words) -> str:
    """Return when the gateway counted the totals, by its own stamp, as `as of 01:04`; empty if unknown."""
    at_ms = counted_ms(usage_totals, origins)
    time = "" if at_ms is None else local_time(at_ms, now)
    if not time:
        return ""
    time = time.removeprefix(now.today.isoformat()).lstrip()
    if usage_totals.behind:
        return words("as of {time}; later runs are not counted yet", time=time)
    return words("as of {time}", time=time)


def notes(usage_totals: UsageTotals, origins: Collection[TotalsSource], words: Words) -> list[str]:
    """Return what the reader must know about the totals shown, which come from these origins."""
    lines = []
    if usage_totals.counting and origins:
        lines.append(words("The gateway is still counting. The totals will grow."))
    if TotalsSource.SESSIONS_USAGE in origins:
        lines.append(words("The totals are the sum of the sessions."))
    if usage_totals.mixed and TotalsSource.USAGE_COST in origins:
        lines.append(words("The totals cover the default agent only."))
    if usage_totals.breakdown is not None and usage_totals.breakdown.truncated:
        lines.append(words("By model and session, only the {n} newest sessions are counted.", n=MAX_SESSIONS))
    return lines


def no_lists_reason(usage_totals: UsageTotals, words: Words) -> str:
    """Return why usage is not listed by model and session; empty if it is or will be."""
    if usage_totals.breakdown is not None or SessionsUsage.method not in usage_totals.refused:
        return ""
    failure = usage_totals.refused[SessionsUsage.method]
    if failure is None:
        return words("The gateway did not reply.")
    if unknown_method(failure):
        return words("This gateway does not report usage by model and session.")
    return words("Gateway error: {reason}", reason=formatting.clean(failure.message, 120))
