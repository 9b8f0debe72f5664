"""`update` hands every event to its feature; `deadline` tells when the next `Tick` is due."""

from typing import assert_never

from tray.core import approvals, gateway_control, gui, on_command, on_reply, persistence
from tray.core.connection import connection, login
from tray.core.effects import (
    Effect,
    Notify,
    ReadAutostart,
    SaveState,
)
from tray.core.events import (
    AutostartRead,
    ClipboardRead,
    CommandReceived,
    ConnectionDropped,
    DiagnosticsReady,
    DialFailed,
    Event,
    EventReceived,
    GatewayCliFinished,
    IconShown,
    LoggedIn,
    LoginRefused,
    NotificationDeferred,
    ReplyReceived,
    RequestFailed,
    RequestNotSent,
    Resumed,
    SecondStart,
    SettingsRead,
    SocketOpened,
    TargetResolved,
    Tick,
    UserReturned,
    WindowClosed,
)
from tray.core.model import AlreadyRunning, Mode, Now, Welcome
from tray.core.models import fallback
from tray.core.notifications import delivery
from tray.core.prompts import prompts
from tray.core.registry import FEATURES
from tray.core.sessions import actions, activity, polling
from tray.core.state import Outcome, State, for_each
from tray.protocol.approvals import ApprovalRequested, ApprovalResolved
from tray.protocol.frames import (
    Challenge,
    Heartbeat,
    InvalidFrame,
    Push,
    SessionsChanged,
    ShuttingDown,
    Unknown,
)
from tray.protocol.runs import ChatStopped, Compacting, RunEnded, RunStarted, RunText
from tray.settings.settings import Settings
from tray.values import replace

SLEEP_THRESHOLD_SECONDS = 10.0
"""Seconds by which the wall clock must outrun the monotonic one to mean that the computer slept."""
RESUME_DEBOUNCE_SECONDS = 10.0
"""Seconds within which a second report of the same resume is ignored: system and clocks both report it."""


def update(state: State, event: Event, now: Now) -> Outcome:
    """Return the next state and what to do. Pure: the same arguments give the same result."""
    before, remembered = state, persistence.persistent_part(state)
    drift = now.wall.timestamp() - now.mono
    slept = state.clock_drift is not None and drift - state.clock_drift > SLEEP_THRESHOLD_SECONDS
    first = state.clock_drift is None and state.mode is Mode.LIVE
    effects: tuple[Effect, ...] = (ReadAutostart(),) if first else ()
    state = replace(state, clock_drift=drift)
    if slept and not isinstance(event, Resumed):
        state, more = _dispatch(state, Resumed(), now)
        effects += more
    was_connected = state.connected
    state, more = _dispatch(state, event, now)
    effects += more
    if was_connected and not state.connected:
        state = replace(state, pending=())
        state, more = for_each(state, FEATURES, lambda state, feature: feature.disconnected(state, now))
        effects += more
    elif state.connected and not was_connected:
        state, more = for_each(state, FEATURES, lambda state, feature: feature.connected(state, now))
        effects += more
    state, effects = delivery.filter_notifications(before, state, effects, now)
    if persistence.persistent_part(state) != remembered and persistence.may_save(state):
        effects += (SaveState(persistence.dump(state)),)
    return state, effects


def deadline(state: State) -> float | None:
    """Return when something is due (mono); None if only an event can change anything."""
    due = [feature.deadline(state) for feature in FEATURES]
    due += [pending.due_at for pending in state.pending]
    return min((at for at in due if at is not None), default=None)


def _dispatch(state: State, event: Event, now: Now) -> Outcome:
    match event:
        case Tick():
            return _tick(state, now)
        case EventReceived(push):
            return _pushed(connection.message_received(state, now), push, now)
        case ReplyReceived():
            return on_reply.on_reply(connection.message_received(state, now), event, now)
        case RequestFailed():
            return on_reply.on_failure(
                connection.message_received(state, now), event.id, event.error_response, now
            )
        case RequestNotSent():
            return on_reply.on_not_sent(state, event.id, now)
        case CommandReceived(command):
            return on_command.on_command(state, command, now)
        case TargetResolved():
            return _configured(state, event, now)
        case GatewayCliFinished():
            return gateway_control.cli_finished(state, event, now)
        case SettingsRead(settings):
            return _settings_read(state, settings, now)
        case SocketOpened(attempt):
            return connection.socket_opened(state, attempt, now)
        case DialFailed(attempt, failure):
            return connection.dial_failed(state, attempt, failure, now)
        case LoggedIn(hello):
            return login.logged_in(state, hello, now)
        case LoginRefused(error_response):
            return login.login_refused(state, error_response, now)
        case ConnectionDropped(code, reason):
            return connection.connection_dropped(state, code, reason, now)
        case Resumed():
            return _resumed(state, now)
        case IconShown():
            return replace(state, welcomed=True), () if state.welcomed else (Notify(Welcome()),)
        case SecondStart():
            return state, (Notify(AlreadyRunning()),)
        case NotificationDeferred(notice):
            return delivery.defer(state, notice, now)
        case UserReturned():
            return delivery.user_returned(state)
        case ClipboardRead(command, text):
            return prompts.clipboard_read(state, command, text, now)
        case AutostartRead(on):
            return replace(state, autostart=on), ()
        case DiagnosticsReady(text):
            return gui.diagnosed(state, text)
        case WindowClosed(identity, shown):
            return gui.closed(state, identity, shown=shown)
        case _ as never:
            assert_never(never)


def _resumed(state: State, now: Now) -> Outcome:
    if (
        state.resumed_at is not None
        and 0 <= (now.wall - state.resumed_at).total_seconds() < RESUME_DEBOUNCE_SECONDS
    ):
        return state, ()
    # A snooze may have ended meanwhile: its end was scheduled by the clock that stopped during the sleep.
    state, alerts = delivery.user_returned(replace(state, resumed_at=now.wall))
    state, effects = connection.system_resumed(polling.schedule(state, now, 0.0), now)
    return state, alerts + effects


def _configured(state: State, event: TargetResolved, now: Now) -> Outcome:
    alerts: tuple[Effect, ...] = ()
    if polling.is_other_gateway(state, event.target):
        known = (state.connection.target, event.target)
        state = polling.gateway_changed(state)
        if not all(target is not None and target.is_loopback for target in known):
            # A gateway of this computer is still the same one at another port.
            state, alerts = prompts.abandoned(state)
    state, effects = connection.target_resolved(state, event, now)
    return state, alerts + effects


def _settings_read(state: State, settings: Settings, now: Now) -> Outcome:
    before = state.settings
    state = replace(state, settings=settings)
    alerts: tuple[Effect, ...] = ()
    if settings.quiet_hours != before.quiet_hours:
        state, alerts = delivery.user_returned(state)
    state, effects = _adopted(state, before, now)
    return state, alerts + effects


def _adopted(state: State, before: Settings, now: Now) -> Outcome:
    settings = state.settings
    profile, profile_before = settings.active(), before.active()
    is_other = settings.profile != before.profile
    if not is_other and profile == profile_before:
        return polling.schedule(state, now), ()
    alerts: tuple[Effect, ...] = ()
    if is_other:
        state = gateway_control.abandoned(polling.forget(state))
    if is_other or profile.url != profile_before.url:
        state, alerts = prompts.abandoned(state)
    state, effects = connection.restart(state, now)
    return state, alerts + effects


def _tick(state: State, now: Now) -> Outcome:
    late = (pending.id for pending in state.pending if now.mono >= pending.due_at)
    state, effects = for_each(state, late, lambda state, it: on_reply.on_failure(state, it, None, now))
    state, more = for_each(state, FEATURES, lambda state, feature: feature.tick(state, now))
    return state, effects + more


def _pushed(state: State, push: Push, now: Now) -> Outcome:
    match push:
        case Challenge():
            return login.challenge_received(state, push, now)
        case SessionsChanged():
            return polling.schedule(state, now), ()
        case ShuttingDown():
            return connection.shutting_down(state, push, now)
        case RunStarted():
            return polling.run_started(state, push, now), ()
        case RunEnded():
            long_run = activity.run_ended(state, push, now)
            state, differs = fallback.run_finished(state, push)
            state, effects = actions.run_finished(state, push, now)
            state, more = prompts.event_received(polling.run_ended(state, push, now), push, now)
            return state, effects + more + long_run + differs
        case ChatStopped():
            state, effects = actions.run_finished(state, push, now)
            if push.error is None:  # 2026.1 and 2026.2 tell no other end of it
                state = polling.forget_runs(state, (push.run_id,))
            state, more = prompts.event_received(state, push, now)
            return state, effects + more
        case RunText():
            return prompts.event_received(state, push, now)
        case Compacting():
            return polling.compacting(activity.compacting(state, push, now), push, now), ()
        case ApprovalRequested(request):
            return approvals.request_received(state, request, now)
        case ApprovalResolved():
            return approvals.resolution_received(state, push), ()
        case Heartbeat() | Unknown() | InvalidFrame():
            return state, ()
        case _ as never:
            assert_never(never)
