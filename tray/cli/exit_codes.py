"""The exit codes of all commands, as the README documents them."""

from enum import IntEnum

from tray.core.model import Confidence, Phase
from tray.core.sessions import thresholds
from tray.core.state import State
from tray.i18n.words import Words
from tray.runtime.client import GatewayError, LoginRefusedError, MisuseError, NotConnectedError


class ExitCode(IntEnum):
    """What a command exits with; only `status` and `doctor` give WARNING, CRITICAL and DOUBTFUL."""

    OK = 0
    FAILED = 1
    USAGE = 2
    WARNING = 10
    CRITICAL = 20
    DOUBTFUL = 30
    DOWN = 40
    REFUSED = 41
    INTERRUPTED = 130


OFFLINE = (ExitCode.OK, ExitCode.FAILED, ExitCode.USAGE, ExitCode.INTERRUPTED)
"""Of a command that asks no gateway."""
CONNECTED = (*OFFLINE[:-1], ExitCode.DOWN, ExitCode.REFUSED, ExitCode.INTERRUPTED)
"""Of a command that needs a connection."""

STATUS = tuple(ExitCode)
"""Of a command that also tells the level of the session on the icon."""


def meaning(code: ExitCode, words: Words) -> str:
    """Return what an exit code means, for the help."""
    match code:
        case ExitCode.OK:
            return words("done")
        case ExitCode.FAILED:
            return words("refused, failed, or the outcome is not known")
        case ExitCode.USAGE:
            return words("the command line is wrong")
        case ExitCode.WARNING:
            return words("context usage is at or above the first threshold")
        case ExitCode.CRITICAL:
            return words("context usage is at or above the second threshold")
        case ExitCode.DOUBTFUL:
            return words("context usage is doubtful, or the session was not read")
        case ExitCode.DOWN:
            return words("the gateway is down, not found, or did not answer in time")
        case ExitCode.REFUSED:
            return words("cannot log in")
        case ExitCode.INTERRUPTED:
            return words("interrupted")


def status_exit_code(state: State) -> ExitCode:
    """Return the exit code of `status` and `doctor`: the connection first, then the session on the icon."""
    connection, session = connection_exit_code(state), state.focused
    if connection is not ExitCode.OK:
        return connection
    if session is None:  # a session that was not read, or is pinned and not there, is no reason to be calm
        unknown = state.gateway.snapshot.unread or state.gateway.focus.pinned
        return ExitCode.DOUBTFUL if unknown else ExitCode.OK
    usage = session.usage
    if usage.confidence is Confidence.FRESH and usage.percent is not None:
        levels = (ExitCode.OK, ExitCode.WARNING, ExitCode.CRITICAL)
        return levels[thresholds.reached(usage.percent, state.settings)]
    return ExitCode.DOUBTFUL if session.row.has_run else ExitCode.OK


def error_exit_code(error: GatewayError) -> ExitCode:
    """Return the exit code of a command that ends in this error."""
    match error:
        case LoginRefusedError():
            return ExitCode.REFUSED
        case NotConnectedError():
            return ExitCode.DOWN
        case MisuseError():
            return ExitCode.USAGE
        case _:
            return ExitCode.FAILED


def connection_exit_code(state: State) -> ExitCode:
    """Return OK if connected and the sessions were read, else why not."""
    if state.connected and state.phase is Phase.CONNECTING and state.gateway.snapshot.read_error is not None:
        return ExitCode.FAILED
    return {Phase.CONNECTED: ExitCode.OK, Phase.REFUSED: ExitCode.REFUSED}.get(state.phase, ExitCode.DOWN)
