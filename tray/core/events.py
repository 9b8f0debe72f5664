"""All that can happen, as values in the past tense. What they ask for is in `effects`.

The user's wishes are in `commands`, what a person is told in `notices`. No secret is in any of them.
"""

from __future__ import annotations

from typing import ClassVar, TypeAlias

import msgspec

from tray.core.commands import Ask, Command
from tray.core.errors import ActionError, ConnectionFailure
from tray.core.model.notifications import Alert
from tray.i18n.message import Message
from tray.protocol.frames import ErrorResponse, Push
from tray.protocol.handshake import Hello
from tray.settings.settings import Settings
from tray.settings.target import SecretOrigin, Target
from tray.values import PrivateStruct


class TargetResolved(msgspec.Struct, frozen=True):
    """Settings and secrets were read.

    Attributes:
        target: The gateway to call; None if there is none, or it must not be called.
        revision: Counts their changes.
        searched: Where a gateway was looked for, in words.
        trouble: What is wrong.
        origin: Where the secret was found; None if there is none.
        device_token: The gateway gave this device a token before, which is kept.
    """

    target: Target | None
    revision: int
    searched: tuple[Message, ...] = ()
    failure: ConnectionFailure | None = None
    origin: SecretOrigin | None = None
    device_token: bool = False


class GatewayCliFinished(msgspec.Struct, frozen=True):
    """The gateway's own command line has ended: it did what it was told, or (a fault) says why not."""

    error: ActionError | None
    detail: Message | str = ""


class SettingsRead(msgspec.Struct, frozen=True):
    """The user's settings, read again."""

    settings: Settings


class SocketOpened(msgspec.Struct, frozen=True):
    """The socket stands and the WebSocket upgrade went through."""

    attempt: int


class DialFailed(msgspec.Struct, frozen=True):
    """It did not come to that."""

    attempt: int
    failure: ConnectionFailure


class ConnectionDropped(msgspec.Struct, frozen=True):
    """The connection ended. `code` is the close code, None where there was none (1006)."""

    code: int | None
    reason: str


class LoggedIn(msgspec.Struct, frozen=True):
    """`connect` was accepted."""

    hello: Hello


class LoginRefused(msgspec.Struct, frozen=True):
    """`connect` was declined."""

    error_response: ErrorResponse


class EventReceived(msgspec.Struct, frozen=True):
    """The gateway said something on its own."""

    push: Push


class ReplyReceived(msgspec.Struct, frozen=True):
    """A request succeeded; `answer` is the typed one that its request promises."""

    id: str
    answer: object


class RequestFailed(msgspec.Struct, frozen=True):
    """A request failed."""

    id: str
    error_response: ErrorResponse


class RequestNotSent(msgspec.Struct, frozen=True):
    """A request could not be written at all: not one byte of it left."""

    id: str


class CommandReceived(msgspec.Struct, frozen=True):
    """The user wants something."""

    command: Command


class Resumed(msgspec.Struct, frozen=True):
    """The computer woke up."""


class IconShown(msgspec.Struct, frozen=True):
    """The icon is there, on a system that hides new ones; told once per process."""


class SecondStart(msgspec.Struct, frozen=True):
    """The user started the program though it is running."""


class NotificationDeferred(msgspec.Struct, frozen=True):
    """A notice was not shown, since the person is away, presents or is in full screen."""

    alert: Alert


class UserReturned(msgspec.Struct, frozen=True):
    """Somebody is there again: the session was unlocked."""


class ClipboardRead(PrivateStruct, frozen=True):
    """The clipboard was read for a prompt; None where there is none, or no text on it."""

    private_fields: ClassVar[frozenset[str]] = frozenset({"text"})

    command: Ask
    text: str | None


class AutostartRead(msgspec.Struct, frozen=True):
    """Whether the program starts when the user signs in; None: that is not offered here."""

    on: bool | None


class DiagnosticsReady(PrivateStruct, frozen=True):
    """The diagnostics, without anything that is private."""

    private_fields: ClassVar[frozenset[str]] = frozenset({"text"})

    text: str


class WindowClosed(msgspec.Struct, frozen=True):
    """The window with this id is gone; `shown` tells whether it was ever seen."""

    id: str
    shown: bool


class Tick(msgspec.Struct, frozen=True):
    """Time passed."""


Event: TypeAlias = (
    TargetResolved
    | SettingsRead
    | GatewayCliFinished
    | SocketOpened
    | DialFailed
    | ConnectionDropped
    | LoggedIn
    | LoginRefused
    | EventReceived
    | ReplyReceived
    | RequestFailed
    | RequestNotSent
    | CommandReceived
    | Resumed
    | IconShown
    | SecondStart
    | NotificationDeferred
    | UserReturned
    | ClipboardRead
    | AutostartRead
    | DiagnosticsReady
    | WindowClosed
    | Tick
)
