"""Handle the user's commands: each goes to the module of its feature."""

from typing import assert_never

from tray.core import approvals, gateway_control, gui
from tray.core.commands import (
    Ask,
    AskAgain,
    AskInWindow,
    Command,
    Compact,
    CopyKey,
    Decide,
    EditSettings,
    KeepModel,
    NewSession,
    OpenAsk,
    OpenDashboard,
    OpenLink,
    OpenLog,
    OpenMenu,
    OpenSettings,
    Pin,
    Quit,
    ReadApprovals,
    ReadUsage,
    Reconnect,
    RestartGateway,
    SaveSettings,
    SendDraft,
    SetAutostart,
    SetNotifications,
    SetThinking,
    ShowAnswer,
    ShowApproval,
    ShowDiagnostics,
    ShowIconSettings,
    ShowNotifications,
    ShowUsage,
    Snooze,
    StartGateway,
    StopPrompt,
    StopRun,
    UseModel,
)
from tray.core.connection import connection
from tray.core.effects import CopyText, Exit, GatherDiagnostics, HangUp, OpenUrl, ReadAutostart, ReadSettings
from tray.core.model import Now, WindowKind
from tray.core.models import switching
from tray.core.notifications import delivery
from tray.core.prompts import prompts
from tray.core.sessions import actions, polling
from tray.core.state import Outcome, State
from tray.core.usage import usage
from tray.values import replace


def on_command(state: State, command: Command, now: Now) -> Outcome:
    """Return the next state and the effects of a command."""
    match command:
        case Reconnect():
            return connection.reconnect(state, now, force=True)
        case OpenMenu():
            state, effects = connection.retry_now(state, now)
            state, more = usage.menu_opened(state, now)
            return state, (ReadSettings(), ReadAutostart(), *effects, *more)
        case ReadUsage():
            return usage.read(state, now)
        case RestartGateway():
            return gateway_control.restart(state, now)
        case StartGateway():
            return gateway_control.start(state)
        case OpenSettings():
            return gui.opened(state, WindowKind.SETTINGS)
        case ShowUsage():
            state, effects = usage.menu_opened(state, now)
            state, more = gui.opened(state, WindowKind.USAGE)
            return state, effects + more
        case ShowNotifications():
            return gui.opened(state, WindowKind.NOTIFICATIONS)
        case ShowApproval(identity):
            return gui.opened(state, WindowKind.APPROVAL, identity)
        case EditSettings() | SaveSettings() | OpenLog() | ShowIconSettings() | SetAutostart():
            return state, (command,)
        case ShowDiagnostics():
            return state, (GatherDiagnostics(),)
        case UseModel(model, key):
            return switching.switch(state, key, model, now)
        case KeepModel(key):
            return switching.keep_current_model(state, key), ()
        case Ask():
            return prompts.send_prompt(state, command, now)
        case OpenAsk():
            return gui.opened(state, WindowKind.ASK)
        case AskInWindow():
            return gui.ask(state, command, now)
        case ShowAnswer(identity):
            return gui.answer(state, identity)
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
        case StopPrompt(identity):
            return actions.stop_prompt(state, identity, now)
        case SetThinking(key, level):
            return actions.think(state, key, level, now)
        case Decide(identity, decision):
            return approvals.decide(state, identity, decision, now)
        case ReadApprovals():
            return approvals.read(state, now)
        case CopyKey(key):
            return state, (CopyText(key),)
        case Pin(key):
            return polling.pin(state, key), ()
        case SetNotifications(on):
            settings = replace(state.settings, notifications=on)
            return replace(state, settings=settings), (SaveSettings(((("notices",), on),)),)
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
