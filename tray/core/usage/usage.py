"""Reading what was spent: when, and what follows from it. It costs no tokens, and little of anything else.

What was spent changes by runs alone, so without one there is nothing to read again; a provider's quota
is shared with other programs, so where there is one it is looked at now and then.
"""

from __future__ import annotations

from datetime import date, timedelta

from tray.core.effects import Effect, Notify
from tray.core.model.clock import Now
from tray.core.model.connection import Mode
from tray.core.model.notifications import QuotaCrossed
from tray.core.model.usage import QuotaLatch, UsageTotals
from tray.core.outcome import Outcome
from tray.core.requests import is_pending, send
from tray.core.sessions.polling import LIMIT
from tray.core.state import State
from tray.protocol.frames import ErrorResponse, Request
from tray.protocol.usage import (
    DailyCost,
    Days,
    Quota,
    Quotas,
    SessionsUsage,
    UsageBreakdown,
    UsageCost,
    UsageStatus,
    unknown_method,
    unknown_parameter,
)
from tray.values import replace

AFTER_HELLO = 5.0
"""Seconds; the sessions come first."""
EVERY = 1800.0
"""Seconds between two looks at whether something may have changed, while nobody asks."""
FRESH = 30.0
"""Seconds for which the gateway itself would give the same answer again."""
PATIENCE = 30.0
"""Seconds; 2026.1 and 2026.2 read all transcripts of the month for it."""
RECOUNTS = 6
"""Times that figures which the gateway is still counting are asked for again, each after twice the time."""
RANGE = 30
"""Days that are asked for, today included."""

WARNING, CRITICAL = 75.0, 90.0
"""Percent of a quota that are told."""
RELEASE = 5.0
"""Percentage points below a threshold at which it may be told again."""
KEPT = 200
"""Latches remembered at the most; the oldest go first."""

KINDS: tuple[type[Request], ...] = (UsageCost, SessionsUsage, UsageStatus)


def start(state: State, now: Now) -> State:
    """There is a connection, which may do other things than the one before."""
    due = now.mono + AFTER_HELLO if state.interest is Mode.LIVE else None
    return replace(state, spending=replace(state.spending, refused={}, all_agents=True, next_at=due))


def stop(state: State) -> State:
    """The connection is gone."""
    return replace(state, spending=replace(state.spending, next_at=None, recount_at=None))


def menu_opened(state: State, now: Now) -> Outcome:
    """Somebody opens the menu: what it shows is read again, unless it was only just."""
    at = state.spending.read_at
    recent = at is not None and timedelta() <= now.wall - at < timedelta(seconds=FRESH)
    if not state.connected or (recent and state.spending.today == _today(now)) or is_under_way(state):
        return state, ()
    return read(state, now)


def read(state: State, now: Now) -> Outcome:
    """Ask for all of it."""
    due = now.mono + EVERY if state.interest is Mode.LIVE and state.connected else None
    spending = state.spending
    if spending.today != _today(now):  # the day is another one: what was counted is no longer up to it
        spending = replace(spending, bill=None, ledger=None, read_at=None, today=_today(now))
    lacking = {m: f for m, f in spending.refused.items() if f is not None and unknown_method(f)}
    spending = replace(spending, refused=lacking, next_at=due, recount_at=None, recounts=0)
    return _send(replace(state, spending=spending), KINDS, now)


def tick(state: State, now: Now) -> Outcome:
    """Read, where something may have changed; and ask again for what was still being counted."""
    spending = state.spending
    effects: tuple[Effect, ...] = ()
    if spending.recount_at is not None and now.mono >= spending.recount_at:
        kinds: tuple[type[Request], ...] = ()
        if spending.bill is not None and spending.bill.counting:
            kinds += (UsageCost,)
        if spending.ledger is not None and spending.ledger.counting:
            kinds += (SessionsUsage,)
        spending = replace(spending, recount_at=None, recounts=spending.recounts + 1)
        state, effects = _send(replace(state, spending=spending), kinds, now)
    if state.spending.next_at is None or now.mono < state.spending.next_at:
        return state, effects
    if not is_under_way(state) and _worth_reading(state):
        return read(state, now)
    return replace(state, spending=replace(state.spending, next_at=now.mono + EVERY)), effects


def deadline(state: State) -> float | None:
    """When `tick` will next have something to do (mono)."""
    due = (state.spending.next_at, state.spending.recount_at)
    return min((at for at in due if at is not None), default=None)


def is_under_way(state: State) -> bool:
    """An answer is waited for, or the gateway is still counting and will be asked again."""
    return state.spending.recount_at is not None or any(is_pending(state, kind) for kind in KINDS)


def cost_read(state: State, answer: DailyCost, now: Now) -> State:
    """What was spent by day."""
    bill = state.spending.bill
    if bill is not None and _is_less(answer, bill):
        answer = replace(bill, counting=True)
    return _arrived(state, replace(state.spending, bill=answer), now, counting=answer.counting)


def breakdown_read(state: State, answer: UsageBreakdown, now: Now) -> State:
    """What was spent by model and session."""
    ledger = state.spending.ledger
    if ledger is not None and _is_less(answer, ledger):
        answer = replace(ledger, counting=True)
    return _arrived(state, replace(state.spending, ledger=answer), now, counting=answer.counting)


def quotas_read(state: State, answer: Quotas, now: Now) -> Outcome:
    """How full the quotas are; each threshold is told once, and none of a window that is new to us."""
    known = state.spending.met
    met = known.union(map(_gateway, answer.windows))
    state = replace(state, spending=replace(state.spending, quotas=answer, met=met))
    if state.interest is not Mode.LIVE:  # the tray alone owns the latches: who glances in tells nobody
        return state, ()
    held = {(latch.profile, latch.provider, latch.label): latch for latch in state.quota_latches}
    notices: list[Effect] = []
    for quota in answer.windows:
        place = (state.settings.profile, *_gateway(quota))
        latch = held.pop(place, None)
        if latch is not None and _was_reset(latch, quota, now):
            latch = None
        old = 0 if latch is None else latch.level
        level = max(reached(quota.percent), min(old, reached(quota.percent + RELEASE)))
        if level > old and _gateway(quota) in known:
            notices.append(Notify(QuotaCrossed(quota, level)))
        if level:
            # The reset that was told first: a rolling one would put the release off with each reading.
            first = None if latch is None else latch.resets_ms
            held[place] = QuotaLatch(*place, level, first or quota.resets_ms)
    return replace(state, quota_latches=tuple(held.values())[-KEPT:]), tuple(notices)


def request_failed(state: State, request: Request, failure: ErrorResponse | None, now: Now) -> Outcome:
    """One of the three was refused, or (None) not answered."""
    all_agents = isinstance(request, SessionsUsage) and request.all_agents
    if all_agents and failure is not None and unknown_parameter(failure):
        state = replace(state, spending=replace(state.spending, all_agents=False))
        return _send(state, (SessionsUsage,), now)
    refused = {**state.spending.refused, request.method: failure}
    return replace(state, spending=replace(state.spending, refused=refused)), ()


def reached(percent: float) -> int:
    """The threshold that this percentage is at or above: 0 none, 1 warning, 2 critical."""
    return 2 if percent >= CRITICAL else 1 if percent >= WARNING else 0


def _send(state: State, kinds: tuple[type[Request], ...], now: Now) -> Outcome:
    """Ask for these, as far as the gateway has them."""
    spending = state.spending
    if spending.today is None:
        return state, ()
    # One more day at each recount: the gateway keeps an answer for half a minute, even an unfinished one.
    first = spending.today - timedelta(days=RANGE - 1 + spending.recounts)
    days = Days(first, spending.today, _offset(now))
    requests: tuple[Request, ...] = (
        UsageCost(days),
        SessionsUsage(days, LIMIT, spending.all_agents),
        UsageStatus(),
    )
    sent: tuple[Effect, ...] = ()
    for request in requests:
        if isinstance(request, kinds) and request.method not in spending.refused:
            state, more = send(state, request, now, PATIENCE)
            sent += more
    return state, sent


def _is_less(answer: DailyCost | UsageBreakdown, known: DailyCost | UsageBreakdown) -> bool:
    """An unfinished answer that holds less than is known already: it takes nothing back."""
    told, before = (sum(tally.tokens for tally in part.days.values()) for part in (answer, known))
    return answer.counting and told < before


def _arrived(state: State, spending: UsageTotals, now: Now, *, counting: bool) -> State:
    recount_at = spending.recount_at
    if counting and recount_at is None and spending.recounts < RECOUNTS:
        recount_at = now.mono + 2**spending.recounts
    return replace(state, spending=replace(spending, read_at=now.wall, recount_at=recount_at))


def _worth_reading(state: State) -> bool:
    """Something may have changed: nothing was read yet, a session did something, or there are quotas."""
    spending, at = state.spending, state.spending.read_at
    if at is None or (spending.quotas is not None and spending.quotas.windows):
        return True
    read_ms = int(at.timestamp() * 1000)
    return any((session.row.updated_ms or 0) > read_ms for session in state.book.sessions)


def _was_reset(latch: QuotaLatch, quota: Quota, now: Now) -> bool:
    """The window that the latch is about is over; a reset in the past is a figure from before it."""
    over = latch.resets_ms is not None and now.ms >= latch.resets_ms
    return over and (quota.resets_ms is None or quota.resets_ms > now.ms)


def _gateway(quota: Quota) -> tuple[str, str]:
    return quota.provider, quota.label


def _today(now: Now) -> date:
    """The user's day."""
    return now.wall.astimezone().date()


def _offset(now: Now) -> int:
    """Minutes by which the user's clock is ahead of UTC."""
    return int((now.wall.astimezone().utcoffset() or timedelta()).total_seconds() // 60)
