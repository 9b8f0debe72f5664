"""The messages between the program and its windows: plain values, each a line of JSON with its type's name.

Reading is typed: a line is one of the values below, or ignored. None contains a secret but `TryGateway`, with
what the user has just typed, on its way from the window. `json` makes the text,
since msgspec's own encoder writes UTF-8, which pipes on Windows do not use, and no lone surrogates.
"""

import json
from typing import Any, TypeAlias, cast

import msgspec

from tray.core.commands import SetAutostart
from tray.view.panel.cards import PanelPane
from tray.view.panel.forms import TryGateway
from tray.view.panel.panes import SettingsPane
from tray.view.panel.sent import PanelCommand
from tray.view.panel.texts import TextPane


class Init(msgspec.Struct, frozen=True, tag=True):
    """The first line to a window: its language, and the tray icon's place on the screen, if known."""

    language: str
    anchor: tuple[int, int, int, int] | None = None


class BringToFront(msgspec.Struct, frozen=True, tag=True):
    """The user opened this window again: bring it to the front."""


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The first line from a window: it is visible."""


ToWindow: TypeAlias = Init | BringToFront | SettingsPane | TextPane | PanelPane
WindowCommand: TypeAlias = SetAutostart | PanelCommand
"""The commands that a window can send."""
Wish: TypeAlias = WindowCommand | TryGateway
"""All that a user can ask for in a window."""
FromWindow: TypeAlias = Ready | Wish

_LONGEST = 4_000_000
"""Characters of a line; ten times the longest prompt."""


def dump(value: ToWindow | FromWindow) -> str:
    """Return the value as one line of ASCII, without its line end."""
    return json.dumps(msgspec.to_builtins(value), separators=(",", ":"))


def load_for_window(line: str) -> ToWindow | None:
    """Parse a line to a window; None if invalid."""
    return cast("ToWindow | None", _load(line, ToWindow))


def load_from_window(line: str) -> FromWindow | None:
    """Parse a line from a window; None if invalid."""
    return cast("FromWindow | None", _load(line, FromWindow))


def _load(line: str, kinds: Any) -> Any:  # noqa: ANN401 - a union of types, and a value of one of them
    try:
        content = json.loads(line if len(line) <= _LONGEST else "")
        value = msgspec.convert(content, kinds)
    except (ValueError, RecursionError, msgspec.ValidationError):
        return None
    # msgspec ignores unknown fields and takes defaults for missing ones; `dump` writes just all fields.
    return value if json.loads(dump(value)) == content else None
