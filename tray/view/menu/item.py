"""A line of the menu as a value, and what its levels have in common."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from tray.core.commands import Command
from tray.core.errors import ActionError
from tray.i18n.translate import Words
from tray.view.text import formatting
from tray.view.tray_view import MenuSource

Path: TypeAlias = tuple[str, ...]


class Item(msgspec.Struct, frozen=True):
    """One line of the menu.

    Attributes:
        text: Plain text: a shell that takes `&` for a shortcut doubles it. A tab parts off what stands at
            the right; there is at most one.
        command: What a click asks for; None on headings, notes and submenus.
        path: Where the submenu is; None if there is none.
        checked: A check mark, or with `radio` a dot; None for neither.
        radio: One of several, of which one is chosen.
        enabled: It can be clicked.
        default: What a click on the icon itself asks for, where the system tells one from the menu.
        separator: A line, and nothing else.
    """

    text: str = ""
    command: Command | None = None
    path: Path | None = None
    checked: bool | None = None
    radio: bool = False
    enabled: bool = True
    default: bool = False
    separator: bool = False


LINE = Item(separator=True)


def note(text: str) -> Item:
    """A line that only tells something."""
    return Item(text, enabled=False)


def wrapped(sentence: str, width: int = 70) -> list[str]:
    """A sentence as lines that a menu can hold."""
    lines: list[str] = []
    for word in sentence.split():
        if lines and len(lines[-1]) + len(word) < width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def reason_for(error: ActionError, source: MenuSource, words: Words) -> str:
    """Why something is greyed."""
    return formatting.action_error(error, "", source.level, words)


def confirmed(
    meaning: list[str], doing: Item, error: ActionError | None, source: MenuSource, words: Words
) -> tuple[Item, ...]:
    """What it means, a line, and what does it; greyed with the reason where it may not be done."""
    if error is None:
        return (*map(note, meaning), LINE, doing)
    reason = wrapped(reason_for(error, source, words))
    return (*map(note, meaning), LINE, Item(doing.text, enabled=False), *map(note, reason))
