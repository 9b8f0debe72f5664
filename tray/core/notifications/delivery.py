"""Which alerts are shown now, which are deferred, and the list of the last ones.

An alert is deferred during a snooze and during quiet hours, and while the user is away, presents or uses a
full-screen program. The shell reports the latter (`NotificationDeferred`) and their end (`UserReturned`).
No system reports the end of a presentation, so deferred alerts are also retried now and then. What comes
after many others within a minute is deferred as well, and all of it is then shown as one.
"""

from datetime import datetime, time, timedelta

from tray.core.commands import Snooze, SnoozeUntil
from tray.core.effects import Effect, Notify
from tray.core.feature import Feature
from tray.core.model import (
    ActionFinished,
    Alert,
    AlreadyRunning,
    ApprovalFinished,
    ApprovalWaiting,
    CopyFailed,
    Digest,
    GatewayControlFinished,
    GatewayDown,
    LogEmpty,
    Mode,
    Now,
    OpenFailed,
    PastNotification,
    PromptFinished,
    PromptNeedsConfirmation,
    SaveFailed,
    SettingsRejected,
    SwitchFailed,
    WindowFailed,
)
from tray.core.state import Outcome, State
from tray.settings.settings import Settings
from tray.values import replace

RETRY_SECONDS = 30.0
"""Seconds after which deferred alerts are tried again."""
MAX_DEFERRED = 20
"""Deferred alerts to keep. The oldest are dropped first, and are counted; urgent ones are dropped last."""
MAX_SHOWN, SHOWN_WITHIN = 3, 60.0
"""Alerts that are shown within so many seconds. Replies to the user are not counted."""
MAX_RECENT = 30
"""Alerts to keep for the list."""
MORNING = time(8)
"""When a snooze until tomorrow ends, by the user's clock."""

REPLIES = (AlreadyRunning, GatewayControlFinished, OpenFailed, WindowFailed, CopyFailed, LogEmpty)
"""Replies to what the user did a moment ago: never deferred, and not turned off by the settings."""
REQUESTED_BY_USER = (
    *REPLIES,
    PromptFinished,
    PromptNeedsConfirmation,
    ActionFinished,
    SwitchFailed,
    ApprovalFinished,
)
"""Results of what the user requested: not deferred by a snooze or quiet hours."""
_URGENT = (ApprovalWaiting, GatewayDown)
"""Alerts that wait for the user."""
_MISTAKES = (SettingsRejected, SaveFailed)
"""What the user must correct; not turned off by the settings."""


def defer(state: State, alert: Alert, now: Now) -> Outcome:
    """Keep an alert that could not be shown, and so does not count as shown."""
    state = replace(state, process=replace(state.process, shown_at=state.process.shown_at[:-1]))
    return _keep(state, alert, now.mono + RETRY_SECONDS), ()


def user_returned(state: State) -> Outcome:
    """Show what was deferred, several alerts as one. What still cannot be shown is deferred again."""
    wanted = tuple(alert for alert in state.process.deferred if is_wanted(alert, state.settings))
    dropped = state.process.dropped
    state = replace(state, process=replace(state.process, deferred=(), dropped=0, deferred_until=None))
    if len(wanted) > 1:
        return state, (Notify(Digest(wanted, dropped)),)
    return state, tuple(map(Notify, wanted))


def tick(state: State, now: Now) -> Outcome:
    """Retry what was deferred."""
    due = state.process.deferred_until is not None and now.mono >= state.process.deferred_until
    return user_returned(state) if due else (state, ())


def deadline(state: State) -> float | None:
    """Return when `tick` is due (mono)."""
    return state.process.deferred_until


def is_wanted(alert: Alert, settings: Settings) -> bool:
    """Return whether the settings allow this alert to be shown."""
    return settings.notifications or any(isinstance(part, (*REPLIES, *_MISTAKES)) for part in _parts(alert))


def snooze(state: State, command: Snooze, now: Now) -> Outcome:
    """Start a snooze; or end it, and show what was deferred."""
    match command.until:
        case SnoozeUntil.HOUR:
            return replace(
                state, process=replace(state.process, snoozed_until=now.wall + timedelta(hours=1))
            ), ()
        case SnoozeUntil.TOMORROW:
            morning = now.local(datetime.combine(now.today + timedelta(days=1), MORNING))
            return replace(state, process=replace(state.process, snoozed_until=morning)), ()
        case SnoozeUntil.NOW:
            return user_returned(replace(state, process=replace(state.process, snoozed_until=None)))


def quiet_until(state: State, now: Now) -> datetime | None:
    """Return when snooze and quiet hours end; None if there are none now."""
    quiet_hours, snoozed = state.settings.quiet_hours, state.process.snoozed_until
    ends = [] if quiet_hours is None else [quiet_hours.until(now.wall)]
    if snoozed is not None and snoozed > now.wall:
        ends.append(snoozed)
    return max((end for end in ends if end is not None), default=None)


def filter_notifications(before: State, state: State, effects: tuple[Effect, ...], now: Now) -> Outcome:
    """Add new alerts to the list of the last ones, and defer those that must wait."""
    if state.mode is not Mode.LIVE:
        return state, effects
    passed = []
    for effect in effects:
        if not isinstance(effect, Notify) or isinstance(effect.alert, REPLIES):
            passed.append(effect)
            continue
        alert = effect.alert
        until = None if isinstance(alert, REQUESTED_BY_USER) else _waits_until(state, now)
        # What was deferred is in the list already.
        if not isinstance(alert, Digest) and alert not in before.process.deferred:
            past = PastNotification(alert, now.wall, deferred=until is not None)
            state = replace(
                state, process=replace(state.process, recent=(*state.process.recent, past)[-MAX_RECENT:])
            )
        if until is not None:
            state = _keep(state, alert, until)
            continue
        passed.append(effect)
        if is_wanted(alert, state.settings):
            shown_at = (*state.process.shown_at, now.mono)[-MAX_SHOWN:]
            state = replace(state, process=replace(state.process, shown_at=shown_at))
    return state, tuple(passed)


def _waits_until(state: State, now: Now) -> float | None:
    """Return until when an alert has to wait (mono); None if it can be shown now."""
    until = quiet_until(state, now)
    if until is not None:
        return now.mono + (until - now.wall).total_seconds()
    shown_at = state.process.shown_at
    free_at = shown_at[0] + SHOWN_WITHIN if len(shown_at) == MAX_SHOWN else now.mono
    return free_at if free_at > now.mono else None


def _keep(state: State, alert: Alert, until: float) -> State:
    deferred = [*state.process.deferred, *_parts(alert)]
    dropped = state.process.dropped + (alert.dropped if isinstance(alert, Digest) else 0)
    while len(deferred) > MAX_DEFERRED:
        oldest = next((each for each in deferred if not isinstance(each, _URGENT)), deferred[0])
        deferred.remove(oldest)
        dropped += 1
    process = replace(state.process, deferred=tuple(deferred), dropped=dropped, deferred_until=until)
    return replace(state, process=process)


def _parts(alert: Alert) -> tuple[Alert, ...]:
    return alert.alerts if isinstance(alert, Digest) else (alert,)


FEATURE = Feature(tick=tick, deadline=deadline)
