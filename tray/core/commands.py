"""What the user can want, as values in the imperative; they travel inside `Clicked`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from tray.wire.approvals import Decision


@dataclass(frozen=True, slots=True)
class Reconnect:
    """Try now, whatever stood in the way."""


@dataclass(frozen=True, slots=True)
class UseModel:
    """Switch a session's model. `key` None means the focus session, `model` None the gateway's default."""

    model: str | None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class KeepModel:
    """Be content with the model that a session uses, though another was asked for."""

    key: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Send a prompt. `key` None means ClawTray's own side session; `preset` names where it came from."""

    text: str = field(repr=False)
    key: str | None = None
    model: str | None = None
    preset: str | None = None


@dataclass(frozen=True, slots=True)
class OpenAsk:
    """Open the window in which a prompt is typed."""


@dataclass(frozen=True, slots=True)
class AskHere:
    """Send a prompt that was typed into that window, which then shows its answer. As in `Ask`."""

    text: str = field(repr=False)
    key: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class ShowAnswer:
    """Open a window with the whole answer of a prompt."""

    id: str


@dataclass(frozen=True, slots=True)
class OpenLink:
    """Open an address that stood in an answer; the user has seen it and said yes."""

    url: str


@dataclass(frozen=True, slots=True)
class AskAgain:
    """Send a prompt of unknown outcome once more: a new run, by the user's own click."""

    id: str


@dataclass(frozen=True, slots=True)
class SendDraft:
    """Send a prompt that was held until the user said so, since a long clipboard went into it."""

    id: str


@dataclass(frozen=True, slots=True)
class Compact:
    """Have a session's history summarised, which spends tokens. `key` None means the focus session."""

    key: str | None


@dataclass(frozen=True, slots=True)
class NewSession:
    """Begin a session anew, without its history. `key` None means the focus session."""

    key: str | None


@dataclass(frozen=True, slots=True)
class StopRun:
    """Stop the run in progress in a session. `key` None means the focus session."""

    key: str | None


@dataclass(frozen=True, slots=True)
class StopPrompt:
    """Stop a prompt of our own; one that was not sent yet never will be."""

    id: str


@dataclass(frozen=True, slots=True)
class SetThinking:
    """Choose how much a session's model thinks; a level of None: as it does by default. `key` as above."""

    key: str | None
    level: str | None


@dataclass(frozen=True, slots=True)
class Decide:
    """Give the word on a command or a device that waits for it."""

    id: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class ReadApprovals:
    """Read what waits for a word."""


@dataclass(frozen=True, slots=True)
class CopyKey:
    """Put a session's key on the clipboard."""

    key: str


@dataclass(frozen=True, slots=True)
class Pin:
    """Show this session on the icon; None lets ClawTray choose again."""

    key: str | None


@dataclass(frozen=True, slots=True)
class SetNotices:
    """Show balloons, or not."""

    on: bool


class Until(Enum):
    """How long notices are held back."""

    HOUR = "for an hour"
    TOMORROW = "until tomorrow"
    NOW = "no longer"


@dataclass(frozen=True, slots=True)
class Snooze:
    """Hold notices back, and tell them afterwards."""

    until: Until


@dataclass(frozen=True, slots=True)
class SetAutostart:
    """Start with the user's next sign-in, or not."""

    on: bool


@dataclass(frozen=True, slots=True)
class OpenDashboard:
    """Open the gateway's page in a browser, with a session's conversation if a key is given."""

    key: str | None = None


@dataclass(frozen=True, slots=True)
class RestartGateway:
    """Have the gateway restart; the user has seen what that means, and said yes."""


@dataclass(frozen=True, slots=True)
class StartGateway:
    """Have the gateway of this computer started by its own command line."""


@dataclass(frozen=True, slots=True)
class OpenSettings:
    """Open the settings."""


@dataclass(frozen=True, slots=True)
class EditSettings:
    """Open the settings file in an editor."""


@dataclass(frozen=True, slots=True)
class SaveSettings:
    """Write values into the settings file; comments and what is not named stay as they are.

    Attributes:
        changes: Each a key, such as `("thresholds", "warning")`, and its value; None removes the key.
    """

    changes: tuple[tuple[tuple[str, ...], str | float | bool | None], ...]


@dataclass(frozen=True, slots=True)
class OpenLog:
    """Open the log, in which ClawTray writes down faults of its own."""


@dataclass(frozen=True, slots=True)
class ShowUsage:
    """Show what was spent in a window, with its days as a chart."""


@dataclass(frozen=True, slots=True)
class ShowNotices:
    """Show the last notices whole, in a window."""


@dataclass(frozen=True, slots=True)
class ShowApproval:
    """Show all of what waits for the person's word, in a window."""

    id: str


@dataclass(frozen=True, slots=True)
class ShowDiagnostics:
    """Gather what helps to find a fault, and show it, so that the user may hand it on."""


@dataclass(frozen=True, slots=True)
class ShowIconSettings:
    """Show where the system lets the user choose which icons are visible."""


@dataclass(frozen=True, slots=True)
class OpenMenu:
    """The menu was opened: somebody is looking."""


@dataclass(frozen=True, slots=True)
class ReadUsage:
    """Read what was spent, and the providers' quotas."""


@dataclass(frozen=True, slots=True)
class Quit:
    """End the program."""


Command: TypeAlias = (
    Reconnect
    | UseModel
    | KeepModel
    | Ask
    | OpenAsk
    | AskHere
    | ShowAnswer
    | OpenLink
    | AskAgain
    | SendDraft
    | Compact
    | NewSession
    | StopRun
    | StopPrompt
    | SetThinking
    | Decide
    | ReadApprovals
    | CopyKey
    | Pin
    | SetNotices
    | Snooze
    | SetAutostart
    | OpenDashboard
    | RestartGateway
    | StartGateway
    | OpenSettings
    | EditSettings
    | SaveSettings
    | OpenLog
    | ShowUsage
    | ShowNotices
    | ShowApproval
    | ShowDiagnostics
    | ShowIconSettings
    | OpenMenu
    | ReadUsage
    | Quit
)
