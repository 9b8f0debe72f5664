"""Handle what the user does, and all else that a process does not meet which only connects and reads."""

from typing import assert_never

from tray.core import approvals, channels, cron, gateway_control, gui
from tray.core.commands import (
    Ask,
    AskAgain,
    AskInWindow,
    Command,
    Compact,
    CopyText,
    Decide,
    EditSettings,
    KeepDraft,
    KeepModel,
    NewSession,
    OpenDashboard,
    OpenLink,
    OpenLog,
    OpenMenu,
    OpenPanel,
    OpenSettings,
    Pin,
    Quit,
    ReadApprovals,
    ReadChannels,
    ReadUsage,
    Reconnect,
    Refresh,
    RestartGateway,
    SaveSettings,
    SendDraft,
    SetAutostart,
    SetNotifications,
    SetThinking,
    ShowDiagnostics,
    ShowIconSettings,
    ShowPage,
    Snooze,
    StartGateway,
    StopPrompt,
    StopRun,
    StopRuns,
    UseModel,
)
from tray.core.connection import connection
from tray.core.effects import (
    Effect,
    Exit,
    GatherDiagnostics,
    HangUp,
    Notify,
    OpenUrl,
    ReadAutostart,
    ReadSettings,
)
from tray.core.events import (
    AutostartRead,
    ClipboardRead,
    CommandReceived,
    DiagnosticsReady,
    GatewayCliFinished,
    GatewayTried,
    IconShown,
    NotificationDeferred,
    OtherEvent,
    Resumed,
    SecondStart,
    SettingsRead,
    SettingsSaved,
    TargetResolved,
    UserReturned,
    WindowClosed,
)
from tray.core.model import AlreadyRunning, FailureKind, Now, Waiting
from tray.core.models import fallback, switching
from tray.core.notifications import delivery
from tray.core.prompts import prompts
from tray.core.sessions import actions, activity, focus, polling
from tray.core.state import Outcome, State
from tray.core.usage import usage
from tray.protocol.approvals import ApprovalRequested, ApprovalResolved
from tray.protocol.cron import CronChanged, CronFinished
from tray.protocol.runs import ChatStopped, Compacting, FellBack, RunEnded, RunStarted, RunText, RunWaits
from tray.settings.settings import Settings
from tray.values import replace

RESUME_DEBOUNCE_SECONDS = 10.0
"""Seconds within which a second report of the same resume is ignored: system and clocks both report it."""


def on_event(state: State, event: OtherEvent, now: Now) -> Outcome:
    """Return the next state and the effects of an event."""
    match event:
        case CommandReceived(command):
            return _on_command(state, command, now)
        case TargetResolved():
            return _gateway_changed(state, event, now)
        case SettingsRead(settings, problem):
            state = replace(state, process=replace(state.process, settings_problem=problem))
            return _settings_read(state, settings, now)
        case SettingsSaved(problem):
            saves = state.process.saves + 1
            return replace(state, process=replace(state.process, saves=saves, save_problem=problem)), ()
        case GatewayCliFinished():
            return gateway_control.cli_finished(state, event, now)
        case Resumed():
            return _resumed(state, now)
        case IconShown():
            return state.with_setup(replace(state.process.setup, icon_shown=True)), ()
        case SecondStart():
            return state, (Notify(AlreadyRunning()),)
        case NotificationDeferred(notice):
            return delivery.defer(state, notice, now)
        case UserReturned():
            return delivery.user_returned(state)
        case ClipboardRead(command, text):
            return prompts.clipboard_read(state, command, text, now)
        case AutostartRead(on):
            return replace(state, process=replace(state.process, autostart=on)), ()
        case DiagnosticsReady(text):
            return gui.diagnosed(state, text)
        case GatewayTried(trial):
            return state.with_setup(replace(state.process.setup, trial=trial)), ()
        case WindowClosed(identity, shown):
            return gui.closed(state, identity, shown=shown)
        case RunStarted():
            return prompts.event_received(polling.run_started(state, event, now), event, now)
        case RunEnded():
            long_run = activity.run_ended(state, event, now)
            state, differs = fallback.run_finished(state, event)
            state, effects = actions.run_finished(state, event, now)
            state, more = prompts.event_received(polling.run_ended(state, event, now), event, now)
            return state, effects + more + long_run + differs
        case ChatStopped():
            state, effects = actions.run_finished(state, event, now)
            if event.error is None:  # 2026.1 and 2026.2 tell no other end of it
                state = polling.forget_runs(state, (event.run_id,), now)
            state, more = prompts.event_received(state, event, now)
            return state, effects + more
        case RunText():
            return prompts.event_received(state, event, now)
        case FellBack():
            return fallback.fell_back(state, event)
        case RunWaits():
            return approvals.run_waits(state, event), ()
        case Compacting():
            return polling.compacting(activity.compacting(state, event, now), event, now), ()
        case ApprovalRequested(request):
            return approvals.request_received(state, request, now)
        case ApprovalResolved():
            return approvals.resolution_received(state, event), ()
        case CronFinished():
            return cron.finished(state, event, now)
        case CronChanged():
            return cron.changed(state, now), ()
        case _ as never:
            assert_never(never)


def _on_command(state: State, command: Command, now: Now) -> Outcome:
    match command:
        case Reconnect():
            return connection.reconnect(state, now, force=True)
        case Refresh(key):
            return _refreshed(state, key, now)
        case OpenMenu():
            return _looked_at(state, now)
        case ReadUsage():
            return usage.read(state, now)
        case RestartGateway():
            return gateway_control.restart(state, now)
        case StartGateway():
            return gateway_control.start(state)
        case OpenSettings(page):
            return gui.settings(state, page)
        case OpenPanel():
            state, effects = _looked_at(state, now)
            state, more = gui.panel(state, command)
            return state, effects + more
        case ShowPage():
            return gui.turned(state, command), ()
        case EditSettings() | SaveSettings() | OpenLog() | ShowIconSettings() | SetAutostart() | CopyText():
            return state, (command,)
        case ShowDiagnostics():
            return state, (GatherDiagnostics(),)
        case UseModel(model, key):
            return switching.switch(state, key, model, now)
        case KeepModel(key):
            return switching.keep_current_model(state, key), ()
        case Ask():
            return prompts.send_prompt(state, command, now)
        case AskInWindow():
            return gui.ask(state, command, now)
        case KeepDraft(text):
            return gui.with_draft(state, text), ()
        case OpenLink(address):
            return state, (OpenUrl(address),) if address.startswith(("http://", "https://")) else ()
        case AskAgain(identity):
            return gui.again(state, identity, now)
        case SendDraft(identity):
            return prompts.send_draft(state, identity, now)
        case Compact(key):
            return actions.compact(state, key, now)
        case NewSession(key):
            return actions.start_new(state, key, now)
        case StopRun(key):
            return actions.stop(state, key, now)
        case StopRuns(keys):
            return actions.stop_all(state, keys, now)
        case StopPrompt(identity):
            return actions.stop_prompt(state, identity, now)
        case SetThinking(key, level):
            return actions.think(state, key, level, now)
        case Decide(identity, decision):
            return approvals.decide(state, identity, decision, now)
        case ReadApprovals():
            return approvals.read(state, now)
        case ReadChannels():
            return channels.read(state, now)
        case Pin(key):
            return focus.pin(state, key), ()
        case SetNotifications(on):
            state = replace(state, settings=replace(state.settings, notifications=on))
            return state, (SaveSettings(((("notices",), on),)),)
        case Snooze():
            return delivery.snooze(state, command, now)
        case OpenDashboard(key):
            url = (
                None
                if state.connection.target is None
                else connection.dashboard(state.connection.target, key)
            )
            return state, () if url is None else (OpenUrl(url),)
        case Quit():
            return state, (HangUp(), Exit())
        case _ as never:
            assert_never(never)


def _refreshed(state: State, key: str | None, now: Now) -> Outcome:
    snapshot = replace(state.gateway.snapshot, read_at=None, read_error=None)
    state = replace(state, gateway=replace(state.gateway, snapshot=snapshot, named=key))
    failure = state.connection.failure
    if state.connected:
        return polling.start(state, now)
    if not isinstance(state.connection.step, Waiting) or (
        failure is not None and failure.kind is FailureKind.RATE_LIMITED
    ):
        return state, ()
    return connection.reconnect(state, now)


def _looked_at(state: State, now: Now) -> Outcome:
    """Make current what the menu and the panel show."""
    state, effects = connection.retry_now(state, now)
    state, more = usage.menu_opened(state, now)
    return state, (ReadSettings(), ReadAutostart(), *effects, *more)


def _gateway_changed(state: State, event: TargetResolved, now: Now) -> Outcome:
    known = (state.connection.target, event.target)
    state = polling.gateway_changed(state)
    alerts: tuple[Effect, ...] = ()
    if not all(target is not None and target.is_loopback for target in known):
        # A gateway of this computer is still the same one at another port.
        state, alerts = prompts.abandoned(state)
    state, effects = connection.target_resolved(state, event, now)
    return state, alerts + effects


def _settings_read(state: State, settings: Settings, now: Now) -> Outcome:
    before, state = state.settings, replace(state, settings=settings)
    alerts: tuple[Effect, ...] = ()
    if settings.quiet_hours != before.quiet_hours:
        state, alerts = delivery.user_returned(state)
    profile, profile_before = settings.active(), before.active()
    is_other = settings.profile != before.profile
    if not is_other and profile == profile_before:
        return polling.schedule(state, now), alerts
    if is_other:
        state = gateway_control.abandoned(polling.forget(state))
    if is_other or profile.url != profile_before.url:
        state, more = prompts.abandoned(state)
        alerts += more
    state, effects = connection.restart(state, now)
    return state, alerts + effects


def _resumed(state: State, now: Now) -> Outcome:
    if (
        state.process.resumed_at is not None
        and 0 <= (now.wall - state.process.resumed_at).total_seconds() < RESUME_DEBOUNCE_SECONDS
    ):
        return state, ()
    # A snooze may have ended meanwhile: its end was scheduled by the clock that stopped during the sleep.
    state, alerts = delivery.user_returned(
        replace(state, process=replace(state.process, resumed_at=now.wall))
    )
    state, effects = connection.system_resumed(polling.schedule(state, now, 0.0), now)
    return state, alerts + effects
