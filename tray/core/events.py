"""All that can happen, as values in the past tense. What they ask for is in `effects`.

The user's wishes are in `commands`, what a person is told in `notices`. No secret is in any of them.
"""

from __future__ import annotations

from typing import ClassVar, TypeAlias

import msgspec

from tray.core.commands import Ask, Command
from tray.core.errors import Fault, Trouble
from tray.core.model.notifications import Notice
from tray.protocol.frames import Failure, Push
from tray.protocol.handshake import Hello
from tray.settings.settings import Settings
from tray.settings.target import Origin, Target
from tray.values import PrivateStruct


class Configured(msgspec.Struct, frozen=True):
    """Settings and secrets were read.

    Attributes:
        target: The gateway to call; None if there is none, or it must not be called.
        revision: Counts their changes.
        looked: Where a gateway was looked for, in words.
        trouble: What is wrong.
        origin: Where the secret was found; None if there is none.
        device_token: The gateway gave this device a token before, which is kept.
    """

    target: Target | None
    revision: int
    looked: tuple[str, ...] = ()
    trouble: Trouble | None = None
    origin: Origin | None = None
    device_token: bool = False


class CliEnded(msgspec.Struct, frozen=True):
    """The gateway's own command line has ended: it did what it was told, or (a fault) says why not."""

    fault: Fault | None
    detail: str = ""


class SettingsRead(msgspec.Struct, frozen=True):
    """The user's settings, read again."""

    settings: Settings


class Opened(msgspec.Struct, frozen=True):
    """The socket stands and the WebSocket upgrade went through."""

    attempt: int


class DialFailed(msgspec.Struct, frozen=True):
    """It did not come to that."""

    attempt: int
    trouble: Trouble


class Dropped(msgspec.Struct, frozen=True):
    """The connection ended. `code` is the close code, None where there was none (1006)."""

    code: int | None
    reason: str


class Welcomed(msgspec.Struct, frozen=True):
    """`connect` was accepted."""

    hello: Hello


class LoginDeclined(msgspec.Struct, frozen=True):
    """`connect` was declined."""

    failure: Failure


class Pushed(msgspec.Struct, frozen=True):
    """The gateway said something on its own."""

    push: Push


class Answered(msgspec.Struct, frozen=True):
    """A request succeeded; `answer` is the typed one that its request promises."""

    id: str
    answer: object


class Declined(msgspec.Struct, frozen=True):
    """A request failed."""

    id: str
    failure: Failure


class Unsent(msgspec.Struct, frozen=True):
    """A request could not be written at all: not one byte of it left."""

    id: str


class Clicked(msgspec.Struct, frozen=True):
    """The user wants something."""

    command: Command


class Resumed(msgspec.Struct, frozen=True):
    """The computer woke up."""


class IconShown(msgspec.Struct, frozen=True):
    """The icon is there, on a system that hides new ones; told once per process."""


class StartedAgain(msgspec.Struct, frozen=True):
    """The user started the program though it is running."""


class Withheld(msgspec.Struct, frozen=True):
    """A notice was not shown, since the person is away, presents or is in full screen."""

    notice: Notice


class Attended(msgspec.Struct, frozen=True):
    """Somebody is there again: the session was unlocked."""


class ClipboardRead(PrivateStruct, frozen=True):
    """The clipboard was read for a prompt; None where there is none, or no text on it."""

    private_fields: ClassVar[frozenset[str]] = frozenset({"text"})

    command: Ask
    text: str | None


class AutostartRead(msgspec.Struct, frozen=True):
    """Whether the program starts when the user signs in; None: that is not offered here."""

    on: bool | None


class DiagnosticsGathered(PrivateStruct, frozen=True):
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
    Configured
    | SettingsRead
    | CliEnded
    | Opened
    | DialFailed
    | Dropped
    | Welcomed
    | LoginDeclined
    | Pushed
    | Answered
    | Declined
    | Unsent
    | Clicked
    | Resumed
    | IconShown
    | StartedAgain
    | Withheld
    | Attended
    | ClipboardRead
    | AutostartRead
    | DiagnosticsGathered
    | WindowClosed
    | Tick
)
