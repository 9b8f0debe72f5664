"""All that can be asked of the world, as values: what `update` wants done. No secret is in any of them."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from tray.core.commands import Ask
from tray.core.model.gateway_control import GatewayControlKind
from tray.core.model.notifications import Alert
from tray.core.model.windows import Window
from tray.protocol.frames import Request
from tray.settings.target import Target


class ResolveTarget(msgspec.Struct, frozen=True):
    """Read settings and secrets (if the files changed); exactly one `Configured` comes back.

    `anew` looks again in every place, also where nothing was and no change would be seen.
    """

    force: bool = False


class Dial(msgspec.Struct, frozen=True):
    """Connect; exactly one `Opened` or `DialFailed` with this attempt comes back."""

    attempt: int
    target: Target


class HangUp(msgspec.Struct, frozen=True):
    """Close the connection, or give the dial up."""


class LogIn(msgspec.Struct, frozen=True):
    """Sign the challenge and send `connect` with the secret.

    `signed_at_ms` is the gateway's own clock where it told it, so that clocks need not agree. The secret is
    the token that the gateway gave this device if `by_device`, else the shared one.
    """

    nonce: str
    signed_at_ms: int
    scopes: tuple[str, ...]
    caps: tuple[str, ...]
    uses_device_token: bool = False


class ForgetDeviceToken(msgspec.Struct, frozen=True):
    """The gateway no longer takes the token that it gave this device."""


class Send(msgspec.Struct, frozen=True):
    """Write a request."""

    id: str
    request: Request


class Notify(msgspec.Struct, frozen=True):
    """Show a balloon."""

    alert: Alert


class SaveState(msgspec.Struct, frozen=True):
    """Write down what must survive a restart; the text is made by `memory.dump`."""

    text: str


class SaveNotifications(msgspec.Struct, frozen=True):
    """Write the user's choice about balloons into the settings file."""

    on: bool


class WriteSettings(msgspec.Struct, frozen=True):
    """Write values into the settings file, each under its key; `SettingsRead` comes back if it went well."""

    changes: tuple[tuple[tuple[str, ...], str | float | bool | None], ...]


class OpenWindow(msgspec.Struct, frozen=True):
    """Open this window, or bring it to the front; `WindowClosed` comes back once it is gone."""

    window: Window


class RunCli(msgspec.Struct, frozen=True):
    """Have the gateway's own command line start or restart it; `CliEnded` comes back.

    Attributes:
        kind: Which of both.
        target: The gateway that is meant; nothing is done to another one.
        command: What the command line is called.
    """

    kind: GatewayControlKind
    target: Target
    command: str


class ReadAutostart(msgspec.Struct, frozen=True):
    """See whether the program starts when the user signs in; `AutostartRead` comes back."""


class SaveAutostart(msgspec.Struct, frozen=True):
    """Let it start when the user signs in, or not; `AutostartRead` comes back, with what is so then."""

    on: bool


class OpenUrl(msgspec.Struct, frozen=True):
    """Show a page in the browser; http and https only."""

    url: str


class ReadClipboard(msgspec.Struct, frozen=True):
    """Read the text of the clipboard for this prompt; `ClipboardRead` comes back."""

    command: Ask


class CopyText(msgspec.Struct, frozen=True):
    """Put a text on the clipboard, or show it where there is none."""

    text: str


class ReadSettings(msgspec.Struct, frozen=True):
    """Read the settings file if it changed; `SettingsRead` comes back only then."""


class EditSettingsFile(msgspec.Struct, frozen=True):
    """Open the settings file in the user's editor, making it first if there is none."""


class OpenLogFile(msgspec.Struct, frozen=True):
    """Open the log file, or say that there is nothing in it."""


class GatherDiagnostics(msgspec.Struct, frozen=True):
    """Put together what helps to find a fault; `DiagnosticsGathered` comes back."""


class ShowSystemIconSettings(msgspec.Struct, frozen=True):
    """Show where the system lets the user choose which icons are visible."""


class Exit(msgspec.Struct, frozen=True):
    """End the program."""


Effect: TypeAlias = (
    ResolveTarget
    | ReadSettings
    | Dial
    | HangUp
    | LogIn
    | ForgetDeviceToken
    | Send
    | Notify
    | SaveState
    | SaveNotifications
    | WriteSettings
    | OpenWindow
    | RunCli
    | ReadAutostart
    | SaveAutostart
    | OpenUrl
    | ReadClipboard
    | CopyText
    | EditSettingsFile
    | OpenLogFile
    | GatherDiagnostics
    | ShowSystemIconSettings
    | Exit
)
