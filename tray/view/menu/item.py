"""A menu item as a value, and helpers shared by the submenus."""

from typing import TypeAlias

import msgspec

from tray.core.commands import Command, CopyText, OpenSettings
from tray.core.model import ActionError
from tray.core.state import State
from tray.i18n.words import Words
from tray.values import replace
from tray.view.icon.model import Icon, QuotaBar
from tray.view.text import connection_errors, formatting

Path: TypeAlias = tuple[str, ...]


class Item(msgspec.Struct, frozen=True):
    """One item of the menu.

    Attributes:
        text: Plain text; a shell that treats `&` as a shortcut doubles it. What follows a tab is aligned to
            the right; there is at most one tab.
        command: What a click does; None for submenus.
        path: The submenu; None if there is none.
        checked: Whether it has a check mark, or with `radio` a dot; None for neither.
        radio: It is one of several, of which one is chosen.
        enabled: It can be clicked. Only an action that is not possible now cannot, since Windows shows it in
            grey, which is hard to read.
        default: A click on the icon itself does this, where the system supports it.
        separator: It is a separator line.
        picture: A small picture before the text, where the system can show one.
    """

    text: str = ""
    command: Command | None = None
    path: Path | None = None
    checked: bool | None = None
    radio: bool = False
    enabled: bool = True
    default: bool = False
    separator: bool = False
    picture: Icon | QuotaBar | None = None


LINE = Item(separator=True)


def note(text: str, command: Command | None = None) -> Item:
    """Return an item that informs; without a command, a click copies its text."""
    return Item(text, command or CopyText(text.replace("\t", "  ")))


def notes(sentence: str, command: Command | None = None) -> list[Item]:
    """Return a sentence as items, one for each line; without a command, a click copies the sentence."""
    return [note(line, command or CopyText(sentence)) for line in wrapped(sentence)]


def wrapped(sentence: str, width: int = 70) -> list[str]:
    """Split a sentence into lines that fit in a menu."""
    lines: list[str] = []
    for word in sentence.split():
        if lines and len(lines[-1]) + len(word) < width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def no_session(state: State, words: Words) -> tuple[Item, ...]:
    """Return the note in place of a session that is not among those that were read."""
    return (note(connection_errors.not_known(state, words) or words("Session not found.")),)


def reason_for(error: ActionError, state: State, words: Words) -> str:
    """Return why an item is disabled."""
    return formatting.action_error(error, "", state.level, words)


def reason(error: ActionError, state: State, words: Words) -> list[Item]:
    """Return why something is disabled, as items; a click opens the settings if they decide on it."""
    return notes(reason_for(error, state, words), OpenSettings() if error is ActionError.LEVEL else None)


def confirmed(
    meaning: list[str], action: Item, error: ActionError | None, state: State, words: Words
) -> tuple[Item, ...]:
    """Return an explanation and the item that acts, disabled with the reason if `error` is given."""
    if error is None:
        return (*map(note, meaning), LINE, action)
    disabled = replace(action, enabled=False)
    return (*map(note, meaning), LINE, disabled, *reason(error, state, words))
