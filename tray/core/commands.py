"""What the user can want, as values in the imperative; they travel inside `Clicked`."""

from __future__ import annotations

from enum import Enum
from typing import ClassVar, TypeAlias

import msgspec

from tray.protocol.approvals import Decision
from tray.values import PrivateStruct


class Reconnect(msgspec.Struct, frozen=True):
    """Try now, whatever stood in the way."""


class UseModel(msgspec.Struct, frozen=True):
    """Switch a session's model. `key` None means the focus session, `model` None the gateway's default."""

    model: str | None
    key: str | None = None


class KeepModel(msgspec.Struct, frozen=True):
    """Be content with the model that a session uses, though another was asked for."""

    key: str


class Ask(PrivateStruct, frozen=True):
    """Send a prompt. `key` None means ClawTray's own side session; `preset` names where it came from."""

    private_fields: ClassVar[frozenset[str]] = frozenset({"text"})

    text: str
    key: str | None = None
    model: str | None = None
    preset: str | None = None


class OpenAsk(msgspec.Struct, frozen=True):
    """Open the window in which a prompt is typed."""


class AskInWindow(PrivateStruct, frozen=True):
    """Send a prompt that was typed into that window, which then shows its answer. As in `Ask`."""

    private_fields: ClassVar[frozenset[str]] = frozenset({"text"})

    text: str
    key: str | None = None
    model: str | None = None


class ShowAnswer(msgspec.Struct, frozen=True):
    """Open a window with the whole answer of a prompt."""

    id: str


class OpenLink(msgspec.Struct, frozen=True):
    """Open an address that stood in an answer; the user has seen it and said yes."""

    url: str


class AskAgain(msgspec.Struct, frozen=True):
    """Send a prompt of unknown outcome once more: a new run, by the user's own click."""

    id: str


class SendDraft(msgspec.Struct, frozen=True):
    """Send a prompt that was held until the user said so, since a long clipboard went into it."""

    id: str


class Compact(msgspec.Struct, frozen=True):
    """Have a session's history summarised, which spends tokens. `key` None means the focus session."""

    key: str | None


class NewSession(msgspec.Struct, frozen=True):
    """Begin a session anew, without its history. `key` None means the focus session."""

    key: str | None


class StopRun(msgspec.Struct, frozen=True):
    """Stop the run in progress in a session. `key` None means the focus session."""

    key: str | None


class StopPrompt(msgspec.Struct, frozen=True):
    """Stop a prompt of our own; one that was not sent yet never will be."""

    id: str


class SetThinking(msgspec.Struct, frozen=True):
    """Choose how much a session's model thinks; a level of None: as it does by default. `key` as above."""

    key: str | None
    level: str | None


class Decide(msgspec.Struct, frozen=True):
    """Give the word on a command or a device that waits for it."""

    id: str
    decision: Decision


class ReadApprovals(msgspec.Struct, frozen=True):
    """Read what waits for a word."""


class CopyKey(msgspec.Struct, frozen=True):
    """Put a session's key on the clipboard."""

    key: str


class Pin(msgspec.Struct, frozen=True):
    """Show this session on the icon; None lets ClawTray choose again."""

    key: str | None


class SetNotifications(msgspec.Struct, frozen=True):
    """Show balloons, or not."""

    on: bool


class SnoozeUntil(Enum):
    """How long notices are held back."""

    HOUR = "for an hour"
    TOMORROW = "until tomorrow"
    NOW = "no longer"


class Snooze(msgspec.Struct, frozen=True):
    """Hold notices back, and tell them afterwards."""

    until: SnoozeUntil


class SetAutostart(msgspec.Struct, frozen=True):
    """Start with the user's next sign-in, or not."""

    on: bool


class OpenDashboard(msgspec.Struct, frozen=True):
    """Open the gateway's page in a browser, with a session's conversation if a key is given."""

    key: str | None = None


class RestartGateway(msgspec.Struct, frozen=True):
    """Have the gateway restart; the user has seen what that means, and said yes."""


class StartGateway(msgspec.Struct, frozen=True):
    """Have the gateway of this computer started by its own command line."""


class OpenSettings(msgspec.Struct, frozen=True):
    """Open the settings."""


class EditSettings(msgspec.Struct, frozen=True):
    """Open the settings file in an editor."""


class SaveSettings(msgspec.Struct, frozen=True):
    """Write values into the settings file; comments and what is not named stay as they are.

    Attributes:
        changes: Each a key, such as `("thresholds", "warning")`, and its value; None removes the key.
    """

    changes: tuple[tuple[tuple[str, ...], str | float | bool | None], ...]


class OpenLog(msgspec.Struct, frozen=True):
    """Open the log, in which ClawTray writes down faults of its own."""


class ShowUsage(msgspec.Struct, frozen=True):
    """Show what was spent in a window, with its days as a chart."""


class ShowNotifications(msgspec.Struct, frozen=True):
    """Show the last notices whole, in a window."""


class ShowApproval(msgspec.Struct, frozen=True):
    """Show all of what waits for the person's word, in a window."""

    id: str


class ShowDiagnostics(msgspec.Struct, frozen=True):
    """Gather what helps to find a fault, and show it, so that the user may hand it on."""


class ShowIconSettings(msgspec.Struct, frozen=True):
    """Show where the system lets the user choose which icons are visible."""


class OpenMenu(msgspec.Struct, frozen=True):
    """The menu was opened: somebody is looking."""


class ReadUsage(msgspec.Struct, frozen=True):
    """Read what was spent, and the providers' quotas."""


class Quit(msgspec.Struct, frozen=True):
    """End the program."""


Command: TypeAlias = (
    Reconnect
    | UseModel
    | KeepModel
    | Ask
    | OpenAsk
    | AskInWindow
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
    | SetNotifications
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
    | ShowNotifications
    | ShowApproval
    | ShowDiagnostics
    | ShowIconSettings
    | OpenMenu
    | ReadUsage
    | Quit
)
