"""What was spent and how full a quota is, in words. A price that nobody knows is never zero."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta

from tray.core.errors import ActionError
from tray.core.model.clock import Now
from tray.core.model.usage import TotalsSource, UsageTotals
from tray.core.sessions.polling import MAX_SESSIONS
from tray.core.usage.totals import PERIODS, total
from tray.i18n.translate import Words
from tray.protocol.usage import Quota, SessionsUsage, Totals, UsageCost, unknown_method
from tray.settings.settings import Level
from tray.view.text import formatting

_CENT = 0.01
_LONG = timedelta(hours=48)


def today(now: Now) -> date:
    """The user's day."""
    return now.wall.astimezone().date()


def period(days: int, words: Words) -> str:
    """So many days up to now."""
    return words("Today") if days == 1 else words("Last {n} days", n=days)


def amount(tally: Totals, words: Words) -> str:
    """`1.2M tokens · $0.42`; without the price where none is known."""
    if not tally.tokens:
        return words("nothing")
    parts = (tokens(tally.tokens, words), money(tally, words))
    return " · ".join(part for part in parts if part)


def tokens(count: int, words: Words) -> str:
    """`1.2M tokens`."""
    return words.plural("{n} token", "{n} tokens", count, n=formatting.tokens(count))


def money(tally: Totals, words: Words) -> str:
    """`$0.42`, with a word before it where not all of it has a price; empty if none is known."""
    if tally.cost <= 0:
        return ""
    cost = words("under $0.01") if tally.cost < _CENT else f"${tally.cost:,.2f}"
    return words("at least {cost}", cost=cost) if tally.unpriced else cost


def parts(tally: Totals, words: Words) -> str:
    """`30k sent · 500 answered · 2M from the cache`; empty where they are not told."""
    if tally.input is None or tally.output is None or not tally.tokens:
        return ""
    notified = [
        words("{n} input", n=formatting.tokens(tally.input)),
        words("{n} output", n=formatting.tokens(tally.output)),
    ]
    if tally.cached:
        notified.append(words("{n} cached", n=formatting.tokens(tally.cached)))
    return " · ".join(notified)


def quota_name(quota: Quota) -> str:
    """`Claude 5h`."""
    return (
        " ".join(filter(None, (formatting.clean(quota.name, 30), formatting.clean(quota.label, 30)))) or "?"
    )


def quota_level(quota: Quota, now: Now, words: Words) -> str:
    """`92% · resets in 3 h`, rounded down."""
    notified = (f"{int(quota.percent)}%", resets(quota, now, words))
    return " · ".join(part for part in notified if part)


def no_quota(name: str, why: str, words: Words) -> str:
    """That a provider gave no figures."""
    return words(
        "{name}: no figures ({reason})", name=formatting.clean(name, 30) or "?", reason=formatting.clean(why)
    )


def moment(at_ms: int) -> str:
    """`2026-11-26 15:00` on the user's clock; empty for what is beyond every calendar."""
    try:
        return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M")
    except (OverflowError, ValueError):
        return ""


def resets(quota: Quota, now: Now, words: Words) -> str:
    """When the window begins anew; empty if that is not told, or over."""
    if quota.resets_ms is None or quota.resets_ms <= now.ms:
        return ""
    seconds = (quota.resets_ms - now.ms) / 1000
    if seconds >= _LONG.total_seconds():
        return words("resets in {span}", span=words.plural("{n} day", "{n} days", int(seconds // 86_400)))
    return words("resets in {span}", span=formatting.duration(seconds, words))


def failing(usage_totals: UsageTotals, error: ActionError | None, level: Level, words: Words) -> str:
    """Why there is no total, nor will be; empty if there is one, or one is waited for.

    Args:
        usage_totals: What is known.
        error: Why nothing can be asked; None if it can.
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
    notified = next((f for f in failures if f is not None and not unknown_method(f)), None)
    if notified is not None:
        return words("Gateway error: {reason}", reason=formatting.clean(notified.message, 120))
    if None in failures:
        return words("The gateway did not reply.")
    return words("This gateway does not report usage.")


def waiting(usage_totals: UsageTotals, words: Words) -> str:
    """What stands in the place of a total that is not there yet."""
    return words("the gateway is still counting") if usage_totals.counting else words("not read yet")


def remarks(usage_totals: UsageTotals, origins: Collection[TotalsSource], words: Words) -> list[str]:
    """What must be known about the totals, of these origins, that are shown."""
    notified = []
    if usage_totals.counting and origins:
        notified.append(words("The gateway is still counting. The totals will grow."))
    if TotalsSource.SESSIONS_USAGE in origins:
        notified.append(words("The totals are the sum of the sessions."))
    if usage_totals.mixed and TotalsSource.USAGE_COST in origins:
        notified.append(words("The totals cover the default agent only."))
    if usage_totals.breakdown is not None and usage_totals.breakdown.truncated:
        notified.append(
            words("By model and session, only the {n} newest sessions are counted.", n=MAX_SESSIONS)
        )
    return notified


def unlisted(usage_totals: UsageTotals, words: Words) -> str:
    """Why models and sessions are not listed; empty if they are, or will be."""
    if usage_totals.breakdown is not None or SessionsUsage.method not in usage_totals.refused:
        return ""
    error_response = usage_totals.refused[SessionsUsage.method]
    if error_response is None:
        return words("The gateway did not reply.")
    if unknown_method(error_response):
        return words("This gateway does not report usage by model and session.")
    return words("Gateway error: {reason}", reason=formatting.clean(error_response.message, 120))
