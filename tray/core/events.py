"""All that can happen, as values: events come in. What they ask for is in `effects`, and goes out.

Events are in the past tense, commands are the user's imperative (only ever inside `Clicked`), notices are
what a person is told. No secret is in any of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from tray.config.settings import Settings
from tray.config.target import Target
from tray.core.own import Prompt
from tray.core.state import Session
from tray.core.trouble import Fault, Trouble
from tray.wire.frames import Failure, Push
from tray.wire.handshake import Hello

# ---- commands ----


@dataclass(frozen=True, slots=True)
class Reconnect:
    """Try now, whatever stood in the way."""


@dataclass(frozen=True, slots=True)
class UseModel:
    """Switch a session's model. `key` None means the focus session, `model` None the gateway's default."""

    model: str | None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """Send a prompt. `key` None means ClawTray's own side session; `preset` names where it came from."""

    text: str = field(repr=False)
    key: str | None = None
    model: str | None = None
    preset: str | None = None


@dataclass(frozen=True, slots=True)
class AskAgain:
    """Send a prompt of unknown outcome once more: a new run, by the user's own click."""

    id: str


@dataclass(frozen=True, slots=True)
class Pin:
    """Show this session on the icon; None lets ClawTray choose again."""

    key: str | None


@dataclass(frozen=True, slots=True)
class SetNotices:
    """Show balloons, or not."""

    on: bool


@dataclass(frozen=True, slots=True)
class SetAutostart:
    """Start with the user's next sign-in, or not."""

    on: bool


@dataclass(frozen=True, slots=True)
class OpenDashboard:
    """Open the gateway's page in a browser."""


@dataclass(frozen=True, slots=True)
class OpenSettings:
    """Open the settings file."""


@dataclass(frozen=True, slots=True)
class OpenLog:
    """Open the log, in which ClawTray writes down faults of its own."""


@dataclass(frozen=True, slots=True)
class ShowIconSettings:
    """Show where the system lets the user choose which icons are visible."""


@dataclass(frozen=True, slots=True)
class OpenMenu:
    """The menu was opened: somebody is looking."""


@dataclass(frozen=True, slots=True)
class Quit:
    """End the program."""


Command: TypeAlias = (
    Reconnect
    | UseModel
    | Ask
    | AskAgain
    | Pin
    | SetNotices
    | SetAutostart
    | OpenDashboard
    | OpenSettings
    | OpenLog
    | ShowIconSettings
    | OpenMenu
    | Quit
)

# ---- events ----


@dataclass(frozen=True, slots=True)
class Configured:
    """Settings and secrets were read. `revision` counts their changes; `trouble` is what is wrong."""

    target: Target | None
    revision: int
    looked: tuple[str, ...] = ()
    trouble: Trouble | None = None


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
class AutostartRead:
    """Whether the program starts when the user signs in; None: that is not offered here."""

    on: bool | None


@dataclass(frozen=True, slots=True)
class Tick:
    """Time passed."""


Event: TypeAlias = (
    Configured
    | SettingsRead
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
    | AutostartRead
    | Tick
)

# ---- notices ----


@dataclass(frozen=True, slots=True)
class ThresholdCrossed:
    """A session's context passed a threshold: level 1 warning, 2 critical."""

    session: Session
    level: int


@dataclass(frozen=True, slots=True)
class WentDown:
    """The gateway was up and has been gone for long enough to tell."""

    trouble: Trouble


@dataclass(frozen=True, slots=True)
class CameBack:
    """It is back, `after` so many seconds."""

    after: float


@dataclass(frozen=True, slots=True)
class NotFound:
    """No gateway was found at all; told once."""


@dataclass(frozen=True, slots=True)
class ModelDiffers:
    """A session (`key`) was answered by another model than the one asked for."""

    key: str
    asked: str
    answered: str


@dataclass(frozen=True, slots=True)
class SwitchFailed:
    """A session (`key`) was not switched to the model asked for; `detail` is the gateway's own word on it."""

    key: str
    asked: str | None
    fault: Fault
    detail: str


@dataclass(frozen=True, slots=True)
class PromptEnded:
    """A preset's prompt ended, in one of its four ways."""

    prompt: Prompt


@dataclass(frozen=True, slots=True)
class BadSettings:
    """The settings file could not be used, or not all of it; a sentence with file, line and problem."""

    sentence: str


@dataclass(frozen=True, slots=True)
class NotSaved:
    """A file of ours could not be written; a sentence that says which and why."""

    sentence: str


@dataclass(frozen=True, slots=True)
class NotOpened:
    """No program showed a file or a page; `place` is its path, its address or the way to it."""

    place: str


@dataclass(frozen=True, slots=True)
class Welcome:
    """The first start of all: where the icon hides."""


@dataclass(frozen=True, slots=True)
class AlreadyRunning:
    """The answer to a second start: where the icon is, and what it says."""


@dataclass(frozen=True, slots=True)
class LogIsEmpty:
    """The log was asked for, and nothing has been written into it."""


@dataclass(frozen=True, slots=True)
class Digest:
    """Several that were held back, oldest first; none of them is a digest itself."""

    notices: tuple[Notice, ...]


Notice: TypeAlias = (
    ThresholdCrossed
    | WentDown
    | CameBack
    | NotFound
    | ModelDiffers
    | SwitchFailed
    | PromptEnded
    | BadSettings
    | NotSaved
    | NotOpened
    | Welcome
    | AlreadyRunning
    | LogIsEmpty
    | Digest
)
