"""Reading the usage: when, and what follows from it. It spends no tokens, and little else.

Usage changes only by runs, so without one there is nothing to read again. Quotas are shared with other
programs, so where there are any, they are read regularly.
"""

from datetime import timedelta
from typing import TypeVar

from tray.core.effects import Effect, Notify
from tray.core.feature import Feature, Handler
from tray.core.model import Mode, Now, QuotaCrossed, QuotaLatch, UsageTotals
from tray.core.requests import is_pending, send
from tray.core.sessions.polling import MAX_SESSIONS
from tray.core.sessions.thresholds import Limits, latched
from tray.core.state import Outcome, State, for_each
from tray.core.usage import quotas
from tray.core.usage.totals import last_run_ms
from tray.protocol.frames import ErrorResponse
from tray.protocol.requests import AnyRequest
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
)
from tray.values import replace

FIRST_READ_AFTER_SECONDS = 5.0
"""Seconds after the login; the sessions are read first."""
CHECK_INTERVAL_SECONDS = 1800.0
"""Seconds between two checks whether something may have changed."""
AFTER_RESET_SECONDS = 60.0
"""Seconds after the reset of an exhausted quota until it is read."""
FRESH_SECONDS = 30.0
"""Seconds for which the gateway itself would return the same response again."""
TIMEOUT_SECONDS = 30.0
"""2026.1 and 2026.2 read all transcripts of the month for it."""
MAX_RECOUNTS = 6
"""Times that figures which the gateway still counts are requested again, each after twice the time."""
RANGE_DAYS = 30
"""Days to request, today included."""

LIMITS = Limits(warning=75.0, critical=90.0)
"""Percent of a quota at which the user is notified."""
MAX_LATCHES = 200
"""Latches to keep, the oldest are dropped first; and quotas to remember as known."""

_Answer = TypeVar("_Answer", DailyCost, UsageBreakdown)

REQUESTS: tuple[type[AnyRequest], ...] = (UsageCost, SessionsUsage, UsageStatus)


def start(state: State, now: Now) -> Outcome:
    """Schedule the first reading after a login; this gateway may support other requests."""
    due = now.mono + FIRST_READ_AFTER_SECONDS if state.mode is Mode.LIVE else None
    return _with(state, replace(state.gateway.usage_totals, refused={}, all_agents=True, next_at=due)), ()


def stop(state: State, _now: Now) -> Outcome:
    """Stop reading: the connection is gone."""
    return _with(state, replace(state.gateway.usage_totals, next_at=None, recount_at=None)), ()


def menu_opened(state: State, now: Now) -> Outcome:
    """Read what the menu shows, unless it was just read."""
    at = state.gateway.usage_totals.read_at
    recent = at is not None and timedelta() <= now.wall - at < timedelta(seconds=FRESH_SECONDS)
    if (
        not state.connected
        or (recent and state.gateway.usage_totals.today == now.today)
        or is_under_way(state)
    ):
        return state, ()
    return read(state, now)


def read(state: State, now: Now) -> Outcome:
    """Request everything."""
    due = now.mono + CHECK_INTERVAL_SECONDS if state.mode is Mode.LIVE and state.connected else None
    usage_totals = state.gateway.usage_totals
    if usage_totals.today != now.today:  # a new day: what was counted is incomplete
        usage_totals = replace(usage_totals, daily_cost=None, breakdown=None, read_at=None, today=now.today)
    lacking = {m: f for m, f in usage_totals.refused.items() if f is not None and unknown_method(f)}
    usage_totals = replace(usage_totals, refused=lacking, next_at=due, recount_at=None, recounts=0)
    return _send(_with(state, usage_totals), REQUESTS, now)


def tick(state: State, now: Now) -> Outcome:
    """Read if something may have changed, and what was still being counted."""
    usage_totals = state.gateway.usage_totals
    effects: tuple[Effect, ...] = ()
    if usage_totals.recount_at is not None and now.mono >= usage_totals.recount_at:
        kinds: tuple[type[AnyRequest], ...] = ()
        if usage_totals.daily_cost is not None and usage_totals.daily_cost.counting:
            kinds += (UsageCost,)
        if usage_totals.breakdown is not None and usage_totals.breakdown.counting:
            kinds += (SessionsUsage,)
        usage_totals = replace(usage_totals, recount_at=None, recounts=usage_totals.recounts + 1)
        state, effects = _send(_with(state, usage_totals), kinds, now)
    if state.gateway.usage_totals.next_at is None or now.mono < state.gateway.usage_totals.next_at:
        return state, effects
    if not is_under_way(state) and _worth_reading(state):
        return read(state, now)
    return _with(
        state, replace(state.gateway.usage_totals, next_at=now.mono + CHECK_INTERVAL_SECONDS)
    ), effects


def deadline(state: State) -> float | None:
    """Return when `tick` is due (mono)."""
    due = (state.gateway.usage_totals.next_at, state.gateway.usage_totals.recount_at)
    return min((at for at in due if at is not None), default=None)


def is_under_way(state: State) -> bool:
    """Return whether a response is missing, or will be requested again because the gateway is counting."""
    return state.gateway.usage_totals.recount_at is not None or any(
        is_pending(state, kind) for kind in REQUESTS
    )


def cost_read(state: State, _request: UsageCost, answer: DailyCost, now: Now) -> Outcome:
    """Note the daily cost."""
    answer, bill = _in_our_time(answer, now), state.gateway.usage_totals.daily_cost
    if bill is not None and _is_less(answer, bill):
        answer = replace(bill, counting=True)
    return _arrived(
        state, replace(state.gateway.usage_totals, daily_cost=answer), now, counting=answer.counting
    )


def breakdown_read(state: State, _request: SessionsUsage, answer: UsageBreakdown, now: Now) -> Outcome:
    """Note the usage by model and session."""
    answer, ledger = _in_our_time(answer, now), state.gateway.usage_totals.breakdown
    if ledger is not None and _is_less(answer, ledger):
        answer = replace(ledger, counting=True)
    return _arrived(
        state, replace(state.gateway.usage_totals, breakdown=answer), now, counting=answer.counting
    )


def quotas_read(state: State, _request: UsageStatus, answer: Quotas, now: Now) -> Outcome:
    """Note the quotas, and report each threshold once, but none of a quota that is new."""
    known = state.gateway.usage_totals.known_quotas
    met = frozenset(map(_quota_id, answer.windows))
    if len(known | met) <= MAX_LATCHES:  # one that is absent for a while is not new
        met |= known
    state = _with(state, replace(state.gateway.usage_totals, quotas=answer, known_quotas=met))
    if state.mode is not Mode.LIVE:  # only the tray owns the latches; a command does not notify
        return state, ()
    latch_of = {(latch.profile, latch.provider, latch.label): latch for latch in state.profile.quota_latches}
    effects: list[Effect] = []
    for quota in answer.windows:
        place = (state.settings.profile, *_quota_id(quota))
        latch = latch_of.pop(place, None)
        if latch is not None and _was_reset(latch, quota, now):
            latch = None
        old = 0 if latch is None else latch.level
        level = latched(quota.percent, old, LIMITS)
        if level > old and _quota_id(quota) in known:
            effects.append(Notify(QuotaCrossed(quota, level)))
        if level:
            # Keep the first reset time: a rolling one would postpone the release with each reading.
            first = None if latch is None else latch.resets_ms
            latch_of[place] = QuotaLatch(*place, level, first or quota.resets_ms)
    marks, alerts = quotas.marked(state.profile.quota_marks, state.settings.profile, answer.windows, now)
    kept = tuple(latch_of.values())[-MAX_LATCHES:]
    profile = replace(state.profile, quota_latches=kept, quota_marks=marks)
    state = _read_at_reset(replace(state, profile=profile), answer, now)
    return state, (*effects, *map(Notify, alerts))


def _read_at_reset(state: State, answer: Quotas, now: Now) -> State:
    """Read again soon after an exhausted quota resets, if that comes before the next reading."""
    due, seconds = state.gateway.usage_totals.next_at, quotas.next_reset(answer.windows, now)
    if due is None or seconds is None:
        return state
    at = min(due, now.mono + seconds + AFTER_RESET_SECONDS)
    return _with(state, replace(state.gateway.usage_totals, next_at=at))


def request_failed(
    state: State, request: AnyRequest, error_response: ErrorResponse | None, now: Now
) -> Outcome:
    """Handle an error response, or (None) a time-out."""
    all_agents = isinstance(request, SessionsUsage) and request.all_agents
    if all_agents and error_response is not None and error_response.unknown_parameter:
        state = _with(state, replace(state.gateway.usage_totals, all_agents=False))
        return _send(state, (SessionsUsage,), now)
    refused = {**state.gateway.usage_totals.refused, request.method: error_response}
    return _with(state, replace(state.gateway.usage_totals, refused=refused)), ()


def _with(state: State, usage_totals: UsageTotals) -> State:
    return replace(state, gateway=replace(state.gateway, usage_totals=usage_totals))


def _send(state: State, kinds: tuple[type[AnyRequest], ...], now: Now) -> Outcome:
    usage_totals = state.gateway.usage_totals
    if usage_totals.today is None:
        return state, ()
    # One more day at each recount: the gateway caches a response for 30 s, even an incomplete one.
    first = usage_totals.today - timedelta(days=RANGE_DAYS - 1 + usage_totals.recounts)
    offset = now.wall.utcoffset() or timedelta()
    days = Days(first, usage_totals.today, offset // timedelta(minutes=1))
    requests: tuple[AnyRequest, ...] = (
        UsageCost(days),
        SessionsUsage(days, MAX_SESSIONS, usage_totals.all_agents),
        UsageStatus(),
    )
    wanted = (r for r in requests if isinstance(r, kinds) and r.method not in usage_totals.refused)
    return for_each(state, wanted, lambda state, request: send(state, request, now, TIMEOUT_SECONDS))


def _in_our_time(answer: _Answer, now: Now) -> _Answer:
    """Return the same with the time of our own clock, if the gateway's is wrong."""
    behind = now.clock_difference(answer.made_ms)
    if not behind or answer.counted_ms is None:
        return answer
    return replace(answer, counted_ms=answer.counted_ms + behind)


def _is_less(answer: DailyCost | UsageBreakdown, known: DailyCost | UsageBreakdown) -> bool:
    """Return whether an incomplete response holds less than is known already."""
    counted, before = (sum(totals.tokens for totals in part.days.values()) for part in (answer, known))
    return answer.counting and counted < before


def _arrived(state: State, usage_totals: UsageTotals, now: Now, *, counting: bool) -> Outcome:
    recount_at = usage_totals.recount_at
    if counting and recount_at is None and usage_totals.recounts < MAX_RECOUNTS:
        recount_at = now.mono + 2**usage_totals.recounts
    return _with(state, replace(usage_totals, read_at=now.wall, recount_at=recount_at)), ()


def _worth_reading(state: State) -> bool:
    usage_totals, at = state.gateway.usage_totals, state.gateway.usage_totals.read_at
    if at is None or (usage_totals.quotas is not None and usage_totals.quotas.windows):
        return True
    if replace(usage_totals, last_run_ms=last_run_ms(state)).behind:
        return True
    read_ms = int(at.timestamp() * 1000)
    return any((session.row.updated_ms or 0) > read_ms for session in state.gateway.snapshot.sessions)


def _was_reset(latch: QuotaLatch, quota: Quota, now: Now) -> bool:
    """Return whether the period of the latch is over; a reset in the past belongs to an old figure."""
    over = latch.resets_ms is not None and now.ms >= latch.resets_ms
    return over and (quota.resets_ms is None or quota.resets_ms > now.ms)


def _quota_id(quota: Quota) -> tuple[str, str]:
    return quota.provider, quota.label


FEATURE = Feature(
    tick=tick,
    deadline=deadline,
    connected=start,
    disconnected=stop,
    handlers=(
        Handler(UsageCost, DailyCost, cost_read, request_failed),
        Handler(SessionsUsage, UsageBreakdown, breakdown_read, request_failed),
        Handler(UsageStatus, Quotas, quotas_read, request_failed),
    ),
)
