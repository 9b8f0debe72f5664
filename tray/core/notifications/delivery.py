"""Snooze and quiet hours, which hold notices back; and the list of the last ones, told or held."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from tray.core.commands import Snooze, SnoozeUntil
from tray.core.effects import Effect, Notify
from tray.core.model.clock import Now
from tray.core.model.connection import Mode
from tray.core.model.notifications import (
    ActionFinished,
    ApprovalFinished,
    Digest,
    PastNotification,
    PromptFinished,
    PromptNeedsConfirmation,
    SwitchFailed,
)
from tray.core.notifications import deferral
from tray.core.outcome import Outcome
from tray.core.state import State
from tray.values import replace

MAX_RECENT = 30
"""Notices remembered for the list."""
MORNING = time(8)
"""When a snooze until tomorrow ends, by the user's clock."""

REQUESTED_BY_USER = (
    *deferral.REPLIES,
    PromptFinished,
    PromptNeedsConfirmation,
    ActionFinished,
    SwitchFailed,
    ApprovalFinished,
)
"""What became of something that the person asked for: no snooze holds that back."""


def snooze(state: State, command: Snooze, now: Now) -> Outcome:
    """Hold notices back for a while; or no longer, and then tell what was held."""
    match command.until:
        case SnoozeUntil.HOUR:
            return replace(state, snoozed_until=now.wall + timedelta(hours=1)), ()
        case SnoozeUntil.TOMORROW:
            local = now.wall.astimezone()
            day = local.date() + timedelta(days=1)
            return replace(state, snoozed_until=datetime.combine(day, MORNING).astimezone()), ()
        case SnoozeUntil.NOW:
            return deferral.user_returned(replace(state, snoozed_until=None))


def quiet_until(state: State, now: Now) -> datetime | None:
    """When notices may be shown again; None: they may."""
    quiet, snoozed = state.settings.quiet_hours, state.snoozed_until
    ends = [] if quiet is None else [quiet.until(now.wall.astimezone())]
    if snoozed is not None and snoozed > now.wall:
        ends.append(snoozed)
    return max((end for end in ends if end is not None), default=None)


def filter_notifications(before: State, state: State, effects: tuple[Effect, ...], now: Now) -> Outcome:
    """Note each notice that comes up, and hold back what is not to be heard now."""
    if state.mode is not Mode.LIVE:
        return state, effects
    until, left = quiet_until(state, now), []
    for effect in effects:
        if not isinstance(effect, Notify) or isinstance(effect.alert, deferral.REPLIES):
            left.append(effect)
            continue
        notice = effect.alert
        holds = until is not None and not isinstance(notice, REQUESTED_BY_USER)
        if not isinstance(notice, Digest) and notice not in before.deferred:  # which were noted already
            notified = PastNotification(notice, now.wall, deferred=holds)
            state = replace(state, recent=(*state.recent, notified)[-MAX_RECENT:])
        if until is not None and holds:
            state = deferral.keep(state, notice, now.mono + (until - now.wall).total_seconds())
        else:
            left.append(effect)
    return state, tuple(left)
