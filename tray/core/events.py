"""What can happen, as values in the past tense.

The user's commands are in `commands`, what they cause in `effects`. No secret is in any of them.
"""

from typing import ClassVar, TypeAlias

import msgspec

from tray.core.commands import Ask, Command
from tray.core.model import ActionError, Alert, ConnectionFailure, Trial
from tray.i18n.words import Message
from tray.protocol.approvals import ApprovalEvent
from tray.protocol.cron import CronEvent
from tray.protocol.frames import ErrorResponse, Push
from tray.protocol.handshake import Hello
from tray.protocol.requests import Reply
from tray.protocol.runs import ChatStopped, RunEvent
from tray.settings.settings import Settings
from tray.settings.target import SecretOrigin, Target
from tray.values import PrivateStruct


class TargetResolved(msgspec.Struct, frozen=True):
    """Settings and secrets were read.

    Attributes:
        target: The gateway to connect to; None if there is none, or it must not be called.
        revision: Counts their changes.
        searched: Where a gateway was searched, as sentences.
        failure: What is wrong.
        origin: Where the secret was found; None if there is none.
        device_token: A token that the gateway issued to this device is stored.
    """

    target: Target | None
    revision: int
    searched: tuple[Message, ...] = ()
    failure: ConnectionFailure | None = None
    origin: SecretOrigin | None = None
    device_token: bool = False


class GatewayCliFinished(msgspec.Struct, frozen=True):
    """The gateway's own command ended; `error` is why it failed, if it did."""

    error: ActionError | None
    detail: Message | str = ""


class SettingsRead(msgspec.Struct, frozen=True):
    """The settings file was read again: the settings in force, and what is wrong with the file."""

    settings: Settings
    problem: Message | None = None


class SettingsSaved(msgspec.Struct, frozen=True):
    """A change of the settings file has ended; `problem` says why nothing was written."""

    problem: Message | None = None


class SocketOpened(msgspec.Struct, frozen=True):
    """The socket is open and upgraded to a WebSocket."""

    attempt: int


class DialFailed(msgspec.Struct, frozen=True):
    """The dial failed."""

    attempt: int
    failure: ConnectionFailure


class ConnectionDropped(msgspec.Struct, frozen=True):
    """The connection ended. `code` is the close code; None if there was none (1006)."""

    code: int | None
    reason: str


class LoggedIn(msgspec.Struct, frozen=True):
    """`connect` succeeded."""

    hello: Hello


class LoginRefused(msgspec.Struct, frozen=True):
    """`connect` was refused."""

    error_response: ErrorResponse


class EventReceived(msgspec.Struct, frozen=True):
    """The gateway sent an event."""

    push: Push


class ReplyReceived(msgspec.Struct, frozen=True):
    """A request succeeded; `answer` is what the `read` method of its request returns."""

    id: str
    answer: Reply


class RequestFailed(msgspec.Struct, frozen=True):
    """The gateway sent an error response."""

    id: str
    error_response: ErrorResponse


class RequestNotSent(msgspec.Struct, frozen=True):
    """A request was not written at all: not one byte of it was sent."""

    id: str


class CommandReceived(msgspec.Struct, frozen=True):
    """The user did something."""

    command: Command


class Resumed(msgspec.Struct, frozen=True):
    """The computer resumed from sleep."""


class IconShown(msgspec.Struct, frozen=True):
    """The icon is in place, on a system that hides new ones; sent once per process."""


class SecondStart(msgspec.Struct, frozen=True):
    """The program was started while it is running."""


class NotificationDeferred(msgspec.Struct, frozen=True):
    """An alert was not shown: the user is away, presents or uses a full-screen program."""

    alert: Alert


class UserReturned(msgspec.Struct, frozen=True):
    """The user unlocked the screen."""


class ClipboardRead(PrivateStruct, frozen=True):
    """The clipboard was read for a prompt; None if there is no clipboard, or no text in it."""

    private_fields: ClassVar[frozenset[str]] = frozenset({"text"})

    command: Ask
    text: str | None


class AutostartRead(msgspec.Struct, frozen=True):
    """Whether the program starts when the user signs in; None if that is not supported here."""

    on: bool | None


class DiagnosticsReady(PrivateStruct, frozen=True):
    """The diagnostics, without private data."""

    private_fields: ClassVar[frozenset[str]] = frozenset({"text"})

    text: str


class WindowClosed(msgspec.Struct, frozen=True):
    """The window with this id was closed; `shown` tells whether it was ever visible."""

    id: str
    shown: bool


class GatewayTried(msgspec.Struct, frozen=True):
    """A test of what the user typed has started, or ended."""

    trial: Trial


class Tick(msgspec.Struct, frozen=True):
    """Time passed."""


_Other: TypeAlias = (
    TargetResolved
    | SettingsRead
    | SettingsSaved
    | GatewayCliFinished
    | CommandReceived
    | Resumed
    | IconShown
    | SecondStart
    | NotificationDeferred
    | UserReturned
    | ClipboardRead
    | AutostartRead
    | DiagnosticsReady
    | GatewayTried
    | WindowClosed
)
Event: TypeAlias = (
    SocketOpened
    | DialFailed
    | ConnectionDropped
    | LoggedIn
    | LoginRefused
    | EventReceived
    | ReplyReceived
    | RequestFailed
    | RequestNotSent
    | Tick
    | _Other
)
OtherEvent: TypeAlias = _Other | RunEvent | ChatStopped | ApprovalEvent | CronEvent
"""What a process does not meet that only connects and reads, and never changes its gateway."""
