"""All that can be asked of the world, as values: what `update` wants done. No secret is in any of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from tray.config.target import Target
from tray.core.commands import Ask
from tray.core.notices import Notice
from tray.core.opened import Window
from tray.core.own import LifecycleKind
from tray.wire.frames import Request


@dataclass(frozen=True, slots=True)
class ReadConfig:
    """Read settings and secrets (if the files changed); exactly one `Configured` comes back.

    `anew` looks again in every place, also where nothing was and no change would be seen.
    """

    anew: bool = False


@dataclass(frozen=True, slots=True)
class Dial:
    """Connect; exactly one `Opened` or `DialFailed` with this attempt comes back."""

    attempt: int
    target: Target


@dataclass(frozen=True, slots=True)
class HangUp:
    """Close the connection, or give the dial up."""


@dataclass(frozen=True, slots=True)
class LogIn:
    """Sign the challenge and send `connect` with the secret.

    `signed_at_ms` is the gateway's own clock where it told it, so that clocks need not agree. The secret is
    the token that the gateway gave this device if `by_device`, else the shared one.
    """

    nonce: str
    signed_at_ms: int
    scopes: tuple[str, ...]
    caps: tuple[str, ...]
    by_device: bool = False


@dataclass(frozen=True, slots=True)
class ForgetDeviceToken:
    """The gateway no longer takes the token that it gave this device."""


@dataclass(frozen=True, slots=True)
class Send:
    """Write a request."""

    id: str
    request: Request


@dataclass(frozen=True, slots=True)
class Notify:
    """Show a balloon."""

    notice: Notice


@dataclass(frozen=True, slots=True)
class SaveMemory:
    """Write down what must survive a restart; the text is made by `memory.dump`."""

    text: str


@dataclass(frozen=True, slots=True)
class SaveNotices:
    """Write the user's choice about balloons into the settings file."""

    on: bool


@dataclass(frozen=True, slots=True)
class WriteSettings:
    """Write values into the settings file, each under its key; `SettingsRead` comes back if it went well."""

    changes: tuple[tuple[tuple[str, ...], str | float | bool | None], ...]


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """Open this window, or bring it to the front; `WindowClosed` comes back once it is gone."""

    window: Window


@dataclass(frozen=True, slots=True)
class RunCli:
    """Have the gateway's own command line start or restart it; `CliEnded` comes back.

    Attributes:
        kind: Which of both.
        target: The gateway that is meant; nothing is done to another one.
        command: What the command line is called.
    """

    kind: LifecycleKind
    target: Target
    command: str


@dataclass(frozen=True, slots=True)
class ReadAutostart:
    """See whether the program starts when the user signs in; `AutostartRead` comes back."""


@dataclass(frozen=True, slots=True)
class SaveAutostart:
    """Let it start when the user signs in, or not; `AutostartRead` comes back, with what is so then."""

    on: bool


@dataclass(frozen=True, slots=True)
class OpenUrl:
    """Show a page in the browser; http and https only."""

    url: str


@dataclass(frozen=True, slots=True)
class ReadClipboard:
    """Read the text of the clipboard for this prompt; `ClipboardRead` comes back."""

    command: Ask


@dataclass(frozen=True, slots=True)
class CopyText:
    """Put a text on the clipboard, or show it where there is none."""

    text: str


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """Read the settings file if it changed; `SettingsRead` comes back only then."""


@dataclass(frozen=True, slots=True)
class ShowSettings:
    """Open the settings file in the user's editor, making it first if there is none."""


@dataclass(frozen=True, slots=True)
class ShowLog:
    """Open the log file, or say that there is nothing in it."""


@dataclass(frozen=True, slots=True)
class GatherDiagnostics:
    """Put together what helps to find a fault; `DiagnosticsGathered` comes back."""


@dataclass(frozen=True, slots=True)
class OpenIconSettings:
    """Show where the system lets the user choose which icons are visible."""


@dataclass(frozen=True, slots=True)
class Exit:
    """End the program."""


Effect: TypeAlias = (
    ReadConfig
    | ReadSettings
    | Dial
    | HangUp
    | LogIn
    | ForgetDeviceToken
    | Send
    | Notify
    | SaveMemory
    | SaveNotices
    | WriteSettings
    | OpenWindow
    | RunCli
    | ReadAutostart
    | SaveAutostart
    | OpenUrl
    | ReadClipboard
    | CopyText
    | ShowSettings
    | ShowLog
    | GatherDiagnostics
    | OpenIconSettings
    | Exit
)
