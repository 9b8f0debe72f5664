"""The messages between the program and its windows: plain values, each a line of JSON.

Reading is typed: a line is one of the values below, or ignored. No value contains a secret.
"""

import json
import types
from enum import Enum
from functools import cache
from typing import Any, TypeAlias, Union, get_args, get_origin

import msgspec

from tray.core.commands import (
    AskAgain,
    AskInWindow,
    Decide,
    EditSettings,
    OpenDashboard,
    OpenLink,
    ReadUsage,
    SaveSettings,
    SetAutostart,
    StopPrompt,
)
from tray.view.panel.panes import AnswerPane, AskPane, SettingsPane
from tray.view.panel.texts import TextPane


class Init(msgspec.Struct, frozen=True):
    """The first line to a window: its language."""

    language: str


class BringToFront(msgspec.Struct, frozen=True):
    """The user opened this window again: bring it to the front."""


class Ready(msgspec.Struct, frozen=True):
    """The first line from a window: it is visible."""


ToWindow: TypeAlias = Init | BringToFront | AskPane | AnswerPane | SettingsPane | TextPane
WindowCommand: TypeAlias = (
    AskInWindow
    | AskAgain
    | StopPrompt
    | OpenDashboard
    | OpenLink
    | SaveSettings
    | EditSettings
    | SetAutostart
    | ReadUsage
    | Decide
)
"""The commands that a window can send."""
FromWindow: TypeAlias = Ready | WindowCommand

_LONGEST = 4_000_000
"""Characters of a line; ten times the longest prompt."""


def dump(value: ToWindow | FromWindow) -> str:
    """Return the value as one line, without its line end."""
    return json.dumps([type(value).__name__, _plain(value)], ensure_ascii=True, separators=(",", ":"))


def load_for_window(line: str) -> ToWindow | None:
    """Parse a line to a window; None if invalid."""
    value: ToWindow | None = _load(line, get_args(ToWindow))
    return value


def load_from_window(line: str) -> FromWindow | None:
    """Parse a line from a window; None if invalid."""
    value: FromWindow | None = _load(line, get_args(FromWindow))
    return value


def _load(line: str, kinds: tuple[Any, ...]) -> Any:  # noqa: ANN401 - one of the kinds
    if len(line) > _LONGEST:
        return None
    try:
        name, content = json.loads(line)
        kind = {kind.__name__: kind for kind in kinds}[name]
        return _typed(kind, content)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _plain(value: object) -> object:
    if isinstance(value, msgspec.Struct):
        return {name: _plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, Enum):
        return value.value
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _typed(kind: Any, content: Any) -> Any:  # noqa: ANN401 - a type's value is of any type
    """Convert the content to this type.

    Raises:
        ValueError, TypeError, KeyError: The content does not fit.
    """
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _one_of(get_args(kind), content)
    if origin is tuple:
        return _tuple(get_args(kind), content)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        if not isinstance(content, dict):
            raise TypeError
        hints = _hints(kind)
        if hints.keys() != content.keys():
            raise KeyError
        return kind(**{name: _typed(hint, content[name]) for name, hint in hints.items()})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(content)
    if kind is float and type(content) is int:
        return float(content)
    if type(content) is not kind:
        raise TypeError
    return content


def _one_of(kinds: tuple[Any, ...], content: Any) -> Any:  # noqa: ANN401 - as above
    if content is None and type(None) in kinds:
        return None
    exact = [kind for kind in kinds if kind is type(content)]  # 1 must not become 1.0 where both are possible
    for kind in (*exact, *(kind for kind in kinds if kind is not type(None))):
        try:
            return _typed(kind, content)
        except (ValueError, TypeError, KeyError):
            continue
    raise TypeError


def _tuple(kinds: tuple[Any, ...], content: Any) -> tuple[Any, ...]:  # noqa: ANN401 - as above
    if not isinstance(content, list):
        raise TypeError
    if kinds[-1] is Ellipsis:
        kinds = (kinds[0],) * len(content)
    return tuple(_typed(kind, each) for kind, each in zip(kinds, content, strict=True))


@cache
def _hints(kind: type) -> dict[str, Any]:
    return {field.name: field.type for field in msgspec.structs.fields(kind)}
