"""`update`: every event to the room it belongs to. `deadline`: when the next `Tick` has something to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from tray.config.settings import Settings
from tray.core import (
    approvals,
    clicks,
    deeds,
    fallbacks,
    happenings,
    held,
    hush,
    lifecycle,
    link,
    memory,
    models,
    prompts,
    readings,
    replies,
    usage,
    windows,
)
from tray.core.effects import (
    Effect,
    Notify,
    ReadAutostart,
    SaveMemory,
)
from tray.core.events import (
    Answered,
    Attended,
    AutostartRead,
    Clicked,
    CliEnded,
    ClipboardRead,
    Configured,
    Declined,
    DiagnosticsGathered,
    DialFailed,
    Dropped,
    Event,
    IconShown,
    LoginDeclined,
    Opened,
    Pushed,
    Resumed,
    SettingsRead,
    StartedAgain,
    Tick,
    Unsent,
    Welcomed,
    WindowClosed,
    Withheld,
)
from tray.core.model.clock import Now
from tray.core.model.connection import Interest
from tray.core.notices import AlreadyRunning, Welcome
from tray.core.outcome import Outcome
from tray.core.state import State
from tray.values import replace
from tray.wire.approvals import ApprovalRequested, ApprovalResolved
from tray.wire.frames import Challenge, Garbage, Pulse, Push, SessionsChanged, ShuttingDown, Unknown
from tray.wire.runs import (
    ChatStopped,
    Compacting,
    RunEnded,
    RunStarted,
    RunText,
)

SLEPT = 10.0
"""Seconds by which the wall clock must outrun the other to mean that the computer slept."""
ONE_WAKE = 10.0
"""Seconds within which a wake-up may be told again: twice by the system, and by the clocks."""


def update(state: State, event: Event, now: Now) -> Outcome:
    """The next state, and what to do. Pure: the same arguments give the same result."""
    before, remembered = state, memory.of(state)
    drift = now.wall.timestamp() - now.mono
    slept = state.drift is not None and drift - state.drift > SLEPT
    first = state.drift is None and state.interest is Interest.LIVE
    effects: tuple[Effect, ...] = (ReadAutostart(),) if first else ()
    state = replace(state, drift=drift)
    if slept and not isinstance(event, Resumed):
        state, more = _dispatch(state, Resumed(), now)
        effects += more
    was_connected = state.connected
    state, more = _dispatch(state, event, now)
    effects += more
    if was_connected and not state.connected:
        state, more = _disconnected(state, now)
        effects += more
    elif state.connected and not was_connected:
        state, more = readings.start(state, now)
        state, even_more = prompts.reconnected(usage.start(state, now), now)
        state, yet_more = approvals.start(state, now)
        state, back = lifecycle.welcomed(state)
        effects += more + even_more + yet_more + back
    state, effects = hush.sift(before, state, effects, now)
    if memory.of(state) != remembered and memory.is_kept(state):
        effects += (SaveMemory(memory.dump(state)),)
    return state, effects


def deadline(state: State) -> float | None:
    """When something is due (mono); None: only an event can change anything."""
    due = [
        link.deadline(state.link),
        readings.deadline(state),
        prompts.deadline(state),
        deeds.deadline(state),
        approvals.deadline(state),
        lifecycle.deadline(state),
        held.deadline(state),
        usage.deadline(state),
        *(pending.due_at for pending in state.pending),
    ]
    return min((at for at in due if at is not None), default=None)


def _dispatch(state: State, event: Event, now: Now) -> Outcome:
    match event:
        case Tick():
            return _tick(state, now)
        case Pushed(push):
            return _pushed(link.heard(state, now), push, now)
        case Answered():
            return replies.answered(link.heard(state, now), event, now)
        case Declined():
            return replies.declined(link.heard(state, now), event.id, event.failure, now)
        case Unsent():
            return replies.unsent(state, event.id, now)
        case Clicked(command):
            return clicks.clicked(state, command, now)
        case Configured():
            return _configured(state, event, now)
        case CliEnded():
            return lifecycle.cli_ended(state, event, now)
        case SettingsRead(settings):
            return _settings_read(state, settings, now)
        case Opened(attempt):
            return link.opened(state, attempt, now)
        case DialFailed(attempt, trouble):
            return link.dial_failed(state, attempt, trouble, now)
        case Welcomed(hello):
            return link.welcomed(state, hello, now)
        case LoginDeclined(failure):
            return link.login_declined(state, failure, now)
        case Dropped(code, reason):
            return link.dropped(state, code, reason, now)
        case Resumed():
            return _resumed(state, now)
        case IconShown():
            return replace(state, greeted=True), () if state.greeted else (Notify(Welcome()),)
        case StartedAgain():
            return state, (Notify(AlreadyRunning()),)
        case Withheld(notice):
            return held.withheld(state, notice, now)
        case Attended():
            return held.attended(state)
        case ClipboardRead(command, text):
            return prompts.pasted(state, command, text, now)
        case AutostartRead(on):
            return replace(state, autostart=on), ()
        case DiagnosticsGathered(text):
            return windows.diagnosed(state, text)
        case WindowClosed(identity, shown):
            return windows.closed(state, identity, shown=shown)
        case _ as never:
            assert_never(never)


def _resumed(state: State, now: Now) -> Outcome:
    if state.woke_at is not None and 0 <= (now.wall - state.woke_at).total_seconds() < ONE_WAKE:
        return state, ()
    # Meanwhile a snooze may have ended, whose end was reckoned by the clock that stood still.
    state, told = held.attended(replace(state, woke_at=now.wall))
    state, effects = link.resumed(readings.soon(state, now, 0.0), now)
    return state, told + effects


def _configured(state: State, event: Configured, now: Now) -> Outcome:
    told: tuple[Effect, ...] = ()
    if readings.is_elsewhere(state, event.target):
        known = (state.link.target, event.target)
        state = readings.moved(state)
        if not all(target is not None and target.is_loopback for target in known):
            state, told = prompts.left(state)  # while this computer's own is still that at another port
    state, effects = link.configured(state, event, now)
    return state, told + effects


def _settings_read(state: State, settings: Settings, now: Now) -> Outcome:
    before = state.settings
    state = replace(state, settings=settings)
    told: tuple[Effect, ...] = ()
    if settings.quiet != before.quiet:
        state, told = held.attended(state)
    state, effects = _adopted(state, before, now)
    return state, told + effects


def _adopted(state: State, before: Settings, now: Now) -> Outcome:
    """Do what the new settings ask for, compared with the ones before."""
    settings = state.settings
    profile, profile_before = settings.active(), before.active()
    is_other = settings.profile != before.profile
    if not is_other and profile == profile_before:
        return readings.soon(state, now), ()
    told: tuple[Effect, ...] = ()
    if is_other:
        state = lifecycle.left(readings.forget(state))
    if is_other or profile.url != profile_before.url:
        state, told = prompts.left(state)
    state, effects = link.start_over(state, now)
    return state, told + effects


def _tick(state: State, now: Now) -> Outcome:
    effects: tuple[Effect, ...] = ()
    for pending in state.pending:
        if now.mono >= pending.due_at:
            state, more = replies.declined(state, pending.id, None, now)
            effects += more
    rooms: tuple[Callable[[State, Now], Outcome], ...] = (
        link.tick,
        readings.tick,
        prompts.tick,
        deeds.tick,
        approvals.tick,
        lifecycle.tick,
        held.tick,
        usage.tick,
    )
    for room in rooms:
        state, more = room(state, now)
        effects += more
    return state, effects


def _pushed(state: State, push: Push, now: Now) -> Outcome:
    match push:
        case Challenge():
            return link.challenged(state, push, now)
        case SessionsChanged():
            return readings.soon(state, now), ()
        case ShuttingDown():
            return link.shutting_down(state, push, now)
        case RunStarted():
            return readings.run_started(state, push, now), ()
        case RunEnded():
            told = happenings.run_ended(state, push, now)
            state, differs = fallbacks.run_ended(state, push)
            state, effects = deeds.run_over(state, push, now)
            state, more = prompts.followed(readings.run_ended(state, push, now), push, now)
            return state, effects + more + told + differs
        case ChatStopped():
            state, effects = deeds.run_over(state, push, now)
            if push.error is None:  # 2026.1 and 2026.2 tell no other end of it
                state = readings.forget_runs(state, (push.run_id,))
            state, more = prompts.followed(state, push, now)
            return state, effects + more
        case RunText():
            return prompts.followed(state, push, now)
        case Compacting():
            return readings.compacting(happenings.compacting(state, push, now), push, now), ()
        case ApprovalRequested(request):
            return approvals.requested(state, request, now)
        case ApprovalResolved():
            return approvals.resolved(state, push), ()
        case Pulse() | Unknown() | Garbage():
            return state, ()
        case _ as never:
            assert_never(never)


def _disconnected(state: State, now: Now) -> Outcome:
    state = lifecycle.lost(replace(state, pending=()), now)
    state, effects = models.lost(usage.stop(readings.stop(state)))
    state, more = deeds.lost(state, now)
    state, even_more = approvals.lost(state)
    return prompts.lost(state, now), effects + more + even_more
