"""What `update` wants done, as values. No secret is in any of them."""

from typing import TypeAlias

import msgspec

from tray.core.commands import (
    Ask,
    CopyText,
    EditSettings,
    OpenLog,
    SaveSettings,
    SetAutostart,
    ShowIconSettings,
)
from tray.core.model import Alert, GatewayControlKind, Window
from tray.protocol.requests import AnyRequest
from tray.settings.target import Target


class ResolveTarget(msgspec.Struct, frozen=True):
    """Read settings and secrets if the files changed; exactly one `TargetResolved` follows.

    With `force`, search every place again, also those where nothing was found before.
    """

    force: bool = False


class Dial(msgspec.Struct, frozen=True):
    """Connect; exactly one `SocketOpened` or `DialFailed` with this attempt follows."""

    attempt: int
    target: Target


class HangUp(msgspec.Struct, frozen=True):
    """Close the connection, or cancel the dial."""


class LogIn(msgspec.Struct, frozen=True):
    """Sign the challenge and send `connect` with the secret.

    `signed_at_ms` is the gateway's own clock if known, so that the clocks need not agree. The secret is
    the token that the gateway issued to this device if `uses_device_token`, else the shared one.
    """

    nonce: str
    signed_at_ms: int
    scopes: tuple[str, ...]
    caps: tuple[str, ...]
    uses_device_token: bool = False


class ForgetDeviceToken(msgspec.Struct, frozen=True):
    """Delete the token that the gateway issued to this device and no longer accepts."""


class Send(msgspec.Struct, frozen=True):
    """Write a request."""

    id: str
    request: AnyRequest


class Notify(msgspec.Struct, frozen=True):
    """Show a notification."""

    alert: Alert


class SaveState(msgspec.Struct, frozen=True):
    """Save what must survive a restart; `persistence.dump` makes the text."""

    text: str


class OpenWindow(msgspec.Struct, frozen=True):
    """Open this window, or bring it to the front; `WindowClosed` follows once it is closed."""

    window: Window


class RunCli(msgspec.Struct, frozen=True):
    """Run the gateway's own command to start or restart it; `GatewayCliFinished` follows.

    Attributes:
        target: The gateway that is meant; no other one is touched.
        command: Name of the command.
    """

    kind: GatewayControlKind
    target: Target
    command: str


class ReadAutostart(msgspec.Struct, frozen=True):
    """Read whether the program starts when the user signs in; `AutostartRead` follows."""


class OpenUrl(msgspec.Struct, frozen=True):
    """Open a page in the browser; http and https only."""

    url: str


class ReadClipboard(msgspec.Struct, frozen=True):
    """Read the text of the clipboard for this prompt; `ClipboardRead` follows."""

    command: Ask


class ReadSettings(msgspec.Struct, frozen=True):
    """Read the settings file if it changed; only then `SettingsRead` follows."""


class GatherDiagnostics(msgspec.Struct, frozen=True):
    """Gather diagnostics; `DiagnosticsReady` follows."""


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
    | SaveSettings
    | OpenWindow
    | RunCli
    | ReadAutostart
    | SetAutostart
    | OpenUrl
    | ReadClipboard
    | CopyText
    | EditSettings
    | OpenLog
    | GatherDiagnostics
    | ShowIconSettings
    | Exit
)
