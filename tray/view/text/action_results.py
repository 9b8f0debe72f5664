"""Results of session actions and of gateway restarts in words, for the menu, notifications and console."""

from tray.core.model import (
    ActionError,
    ActionKind,
    ActionStatus,
    GatewayControl,
    GatewayControlKind,
    GatewayControlStatus,
    SessionAction,
)
from tray.i18n.words import Words
from tray.settings.settings import Level
from tray.view.text import formatting


def what(action: SessionAction, words: Words) -> str:
    """Return the state of a session action in a few words."""
    match action.state:
        case ActionStatus.REQUESTED:
            return _asked(action.kind, words)
        case ActionStatus.DONE:
            return _done(action.kind, words)
        case ActionStatus.FAILED:
            return _failed(action.kind, words)
        case ActionStatus.UNKNOWN:
            return _unknown(action.kind, words)


def why(action: SessionAction, level: Level, words: Words) -> str:
    """Return the reason or the figures; empty if there is nothing to add."""
    match action.state:
        case ActionStatus.REQUESTED:
            return ""
        case ActionStatus.DONE:
            return _figures(action, words)
        case ActionStatus.FAILED:
            return formatting.action_error(action.error or ActionError.GATEWAY, action.detail, level, words)
        case ActionStatus.UNKNOWN if action.error is ActionError.OFFLINE:
            return words(
                "The connection broke before the gateway answered. Check the session before you try again."
            )
        case ActionStatus.UNKNOWN:
            return formatting.action_error(action.error or ActionError.NO_REPLY, action.detail, level, words)


def line(action: SessionAction, level: Level, words: Words) -> str:
    """Return state and reason in one line."""
    reason = why(action, level, words)
    return words("{what}: {why}", what=what(action, words), why=reason) if reason else what(action, words)


def _figures(action: SessionAction, words: Words) -> str:
    if action.kind is not ActionKind.COMPACT or action.before is None:
        return ""
    before = formatting.tokens(action.before)
    if action.after is None:
        return words("{before} tokens before; the next run shows the new size", before=before)
    return words("{before} → {after} tokens", before=before, after=formatting.tokens(action.after))


def _asked(kind: ActionKind, words: Words) -> str:
    match kind:
        case ActionKind.COMPACT:
            return words("Compacting…")
        case ActionKind.NEW:
            return words("Starting a new session…")
        case ActionKind.STOP:
            return words("Stopping the run…")
        case ActionKind.THINK:
            return words("Changing the thinking level…")


def _done(kind: ActionKind, words: Words) -> str:
    match kind:
        case ActionKind.COMPACT:
            return words("Compacted")
        case ActionKind.NEW:
            return words("New session started")
        case ActionKind.STOP:
            return words("Run stopped")
        case ActionKind.THINK:
            return words("Thinking level changed")


def _failed(kind: ActionKind, words: Words) -> str:
    match kind:
        case ActionKind.COMPACT:
            return words("Could not compact")
        case ActionKind.NEW:
            return words("Could not start a new session")
        case ActionKind.STOP:
            return words("Could not stop the run")
        case ActionKind.THINK:
            return words("Could not change the thinking level")


def _unknown(kind: ActionKind, words: Words) -> str:
    match kind:
        case ActionKind.COMPACT:
            return words("May have been compacted")
        case ActionKind.NEW:
            return words("A new session may have started")
        case ActionKind.STOP:
            return words("The run may have stopped")
        case ActionKind.THINK:
            return words("The thinking level may have changed")


def gateway_control(done: GatewayControl, words: Words) -> str:
    """Return the state of a gateway start or restart in a few words."""
    starts = done.kind is GatewayControlKind.START
    match done.state:
        case GatewayControlStatus.REQUESTED:
            return words("Starting the gateway…") if starts else words("Asking the gateway to restart…")
        case GatewayControlStatus.ACCEPTED:
            return words("The gateway is starting…") if starts else words("The gateway is restarting…")
        case GatewayControlStatus.DONE:
            return words("Gateway started") if starts else words("Gateway restarted")
        case GatewayControlStatus.FAILED:
            return words("Could not start the gateway") if starts else words("Could not restart the gateway")


def gateway_control_reason(done: GatewayControl, level: Level, words: Words) -> str:
    """Return why it failed or what it waits for; empty if there is nothing to add."""
    if done.state is GatewayControlStatus.FAILED:
        return formatting.action_error(done.error or ActionError.GATEWAY, done.detail, level, words)
    if done.state is GatewayControlStatus.ACCEPTED and done.detail and not done.uses_cli:
        return words("Waiting: {reason}", reason=formatting.clean(words.render(done.detail), 120))
    return ""
