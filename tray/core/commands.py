"""What the user can do, as values in the imperative. They arrive inside `CommandReceived`."""

from enum import Enum, auto
from typing import ClassVar, TypeAlias

import msgspec

from tray.core.model.windows import Page, SettingsPage
from tray.protocol.approvals import Decision
from tray.values import PrivateStruct


class Reconnect(msgspec.Struct, frozen=True, tag=True):
    """Connect now, whatever the last failure was."""


class Refresh(msgspec.Struct, frozen=True):
    """Read everything again, as after a login; what was read before counts no more. Connect if need be.

    `key` names a session that is read even if the list leaves it out.
    """

    key: str | None = None


class UseModel(msgspec.Struct, frozen=True, tag=True):
    """Switch a session's model. `key` None means the focus session, `model` None the gateway's default."""

    model: str | None
    key: str | None = None


class KeepModel(msgspec.Struct, frozen=True, tag=True):
    """Accept the model that a session uses, though another was requested."""

    key: str


class Ask(PrivateStruct, frozen=True):
    """Send a prompt. `key` None means ClawTray's own session.

    `preset` names the preset it came from; placeholders are filled in unless it is None. It is empty for a
    text without a name in which they were chosen. `id` is that of the prompt, unique, where the one who asks
    must find it again among others.
    """

    private_fields: ClassVar[frozenset[str]] = frozenset({"text"})

    text: str
    key: str | None = None
    model: str | None = None
    preset: str | None = None
    id: str | None = None


class AskInWindow(PrivateStruct, frozen=True, tag=True):
    """Send a prompt from the panel, which then shows its answer. Fields as in `Ask`."""

    private_fields: ClassVar[frozenset[str]] = frozenset({"text"})

    text: str
    key: str | None = None
    model: str | None = None
    preset: str | None = None


class KeepDraft(PrivateStruct, frozen=True, tag=True):
    """Keep a text that was typed in the panel and not sent, until the panel is opened again."""

    private_fields: ClassVar[frozenset[str]] = frozenset({"text"})

    text: str


class OpenLink(msgspec.Struct, frozen=True, tag=True):
    """Open a link of an answer. The user has seen the address and confirmed it."""

    url: str


class AskAgain(msgspec.Struct, frozen=True, tag=True):
    """Send a prompt with an unknown result again, as a new run."""

    id: str


class SendDraft(msgspec.Struct, frozen=True, tag=True):
    """Send a prompt that waited for confirmation because of a long clipboard text."""

    id: str


class Compact(msgspec.Struct, frozen=True, tag=True):
    """Have a model summarise a session's history, which spends tokens. `key` None means the focus session."""

    key: str | None


class NewSession(msgspec.Struct, frozen=True, tag=True):
    """Start a session over, without its history. `key` None means the focus session."""

    key: str | None


class StopRun(msgspec.Struct, frozen=True, tag=True):
    """Stop the run in progress in a session. `key` None means the focus session."""

    key: str | None


class StopRuns(msgspec.Struct, frozen=True):
    """Stop the runs in progress in these sessions, which the user has seen and confirmed."""

    keys: tuple[str, ...]


class StopPrompt(msgspec.Struct, frozen=True, tag=True):
    """Stop a prompt of this program; one that was not sent yet is never sent."""

    id: str


class SetThinking(msgspec.Struct, frozen=True):
    """Set a session's thinking level; None for the model's default. `key` None means the focus session."""

    key: str | None
    level: str | None


class Decide(msgspec.Struct, frozen=True, tag=True):
    """Decide on a command or a device that waits for approval."""

    id: str
    decision: Decision


class ReadApprovals(msgspec.Struct, frozen=True):
    """Read what waits for approval."""


class ReadChannels(msgspec.Struct, frozen=True):
    """Read which channels are not healthy."""


class CopyText(PrivateStruct, frozen=True):
    """Copy a text to the clipboard, or show it if there is none."""

    private_fields: ClassVar[frozenset[str]] = frozenset({"text"})

    text: str


class Pin(msgspec.Struct, frozen=True):
    """Show this session on the icon; None lets ClawTray choose."""

    key: str | None


class SetNotifications(msgspec.Struct, frozen=True, tag=True):
    """Turn notifications on or off."""

    on: bool


class SnoozeUntil(Enum):
    """When a snooze ends."""

    HOUR = auto()
    TOMORROW = auto()
    NOW = auto()  # end the snooze


class Snooze(msgspec.Struct, frozen=True, tag=True):
    """Defer notifications for a while."""

    until: SnoozeUntil


class SetAutostart(msgspec.Struct, frozen=True, tag=True):
    """Start the program when the user signs in, or not; `AutostartRead` follows with the result."""

    on: bool


class OpenDashboard(msgspec.Struct, frozen=True, tag=True):
    """Open the gateway's web page in a browser, at a session's conversation if a key is given."""

    key: str | None = None


class RestartGateway(msgspec.Struct, frozen=True):
    """Restart the gateway. The user has seen the consequences and confirmed."""


class StartGateway(msgspec.Struct, frozen=True, tag=True):
    """Start this computer's gateway with its own command line."""


class OpenSettings(msgspec.Struct, frozen=True, tag=True):
    """Open the settings window, at a page if one is given."""

    page: SettingsPage | None = None


class EditSettings(msgspec.Struct, frozen=True, tag=True):
    """Open the settings file in the user's editor; create it if there is none."""


class SaveSettings(msgspec.Struct, frozen=True, tag=True):
    """Write values into the settings file. Comments and other keys stay. `SettingsRead` follows on success.

    Attributes:
        changes: Keys, such as `("thresholds", "warning")`, and values; None removes the key.
    """

    changes: tuple[tuple[tuple[str, ...], str | float | bool | None], ...]


class OpenLog(msgspec.Struct, frozen=True):
    """Open the program's log, or tell that it is empty."""


class OpenPanel(msgspec.Struct, frozen=True, tag=True):
    """Open the panel at a page.

    `subject` is what the page shows: a session, by default the focus session, or a prompt, by default the
    last one, or an approval.
    """

    page: Page = Page.NOW
    subject: str | None = None


class ShowPage(msgspec.Struct, frozen=True, tag=True):
    """Show another page of the open panel, or something else on it. `subject` None keeps what it shows."""

    page: Page
    subject: str | None = None


class ShowDiagnostics(msgspec.Struct, frozen=True, tag=True):
    """Gather diagnostics and show them."""


class ShowIconSettings(msgspec.Struct, frozen=True, tag=True):
    """Open the system's settings for visible tray icons."""


class OpenMenu(msgspec.Struct, frozen=True):
    """Tell that the menu was opened, so what it shows should be current."""


class ReadUsage(msgspec.Struct, frozen=True, tag=True):
    """Read tokens, cost and the providers' quotas."""


class Quit(msgspec.Struct, frozen=True):
    """Quit the program."""


Command: TypeAlias = (
    Reconnect
    | Refresh
    | UseModel
    | KeepModel
    | Ask
    | AskInWindow
    | KeepDraft
    | OpenLink
    | AskAgain
    | SendDraft
    | Compact
    | NewSession
    | StopRun
    | StopRuns
    | StopPrompt
    | SetThinking
    | Decide
    | ReadApprovals
    | ReadChannels
    | CopyText
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
    | OpenPanel
    | ShowPage
    | ShowDiagnostics
    | ShowIconSettings
    | OpenMenu
    | ReadUsage
    | Quit
)
