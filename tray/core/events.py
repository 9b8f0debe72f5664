"""All that can happen, as values in the past tense. What they ask for is in `effects`.

The user's wishes are in `commands`, what a person is told in `notices`. No secret is in any of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from tray.config.settings import Settings
from tray.config.target import Origin, Target
from tray.core.commands import Ask, Command
from tray.core.notices import Notice
from tray.core.trouble import Fault, Trouble
from tray.wire.frames import Failure, Push
from tray.wire.handshake import Hello


@dataclass(frozen=True, slots=True)
class Configured:
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


@dataclass(frozen=True, slots=True)
class CliEnded:
    """The gateway's own command line has ended: it did what it was told, or (a fault) says why not."""

    fault: Fault | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SettingsRead:
    """The user's settings, read again."""

    settings: Settings


@dataclass(frozen=True, slots=True)
class Opened:
    """The socket stands and the WebSocket upgrade went through."""

    attempt: int


@dataclass(frozen=True, slots=True)
class DialFailed:
    """It did not come to that."""

    attempt: int
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Dropped:
    """The connection ended. `code` is the close code, None where there was none (1006)."""

    code: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Welcomed:
    """`connect` was accepted."""

    hello: Hello


@dataclass(frozen=True, slots=True)
class LoginDeclined:
    """`connect` was declined."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class Pushed:
    """The gateway said something on its own."""

    push: Push


@dataclass(frozen=True, slots=True)
class Answered:
    """A request succeeded; `answer` is the typed one that its request promises."""

    id: str
    answer: object


@dataclass(frozen=True, slots=True)
class Declined:
    """A request failed."""

    id: str
    failure: Failure


@dataclass(frozen=True, slots=True)
class Unsent:
    """A request could not be written at all: not one byte of it left."""

    id: str


@dataclass(frozen=True, slots=True)
class Clicked:
    """The user wants something."""

    command: Command


@dataclass(frozen=True, slots=True)
class Resumed:
    """The computer woke up."""


@dataclass(frozen=True, slots=True)
class IconShown:
    """The icon is there, on a system that hides new ones; told once per process."""


@dataclass(frozen=True, slots=True)
class StartedAgain:
    """The user started the program though it is running."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """A notice was not shown, since the person is away, presents or is in full screen."""

    notice: Notice


@dataclass(frozen=True, slots=True)
class Attended:
    """Somebody is there again: the session was unlocked."""


@dataclass(frozen=True, slots=True)
class ClipboardRead:
    """The clipboard was read for a prompt; None where there is none, or no text on it."""

    command: Ask
    text: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class AutostartRead:
    """Whether the program starts when the user signs in; None: that is not offered here."""

    on: bool | None


@dataclass(frozen=True, slots=True)
class DiagnosticsGathered:
    """The diagnostics, without anything that is private."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class WindowClosed:
    """The window with this id is gone; `shown` tells whether it was ever seen."""

    id: str
    shown: bool


@dataclass(frozen=True, slots=True)
class Tick:
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
