"""Commands exactly as they are: two that differ never look the same, and none hides a part of itself."""

import re
import unicodedata

from tray.view.text.formatting import ELLIPSIS

WIDTH = 80
"""Characters of a command in one line; a longer one continues in the next."""
CONTINUED, BLANK, EMPTY, FOREIGN = "↳", "␣", "↵", "⚠"
"""Before the rest of a long line, for a blank at either end, for an empty line, and before a line with
characters beyond ASCII, which may look like others. A command cannot imitate them: there they are escaped."""
_SHAPELESS = re.compile(
    "[\u115f\u1160\u3164\uffa0\u2800\ufffc\U0001d159]"  # fillers, the blank of Braille, an empty note head
    "|[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]"  # parts of Hangul, which join to what has its own character
)
_RIGHT_TO_LEFT = ("R", "AL", "AN")
"""Classes of letters that change the order in which their neighbours are shown."""


def escaped(command: str, width: int = WIDTH) -> list[str]:
    """Return a command as lines of at most so many characters and a mark: complete, and escaped.

    What is escaped is all that its looks do not tell.
    """
    lines: list[str] = []
    for line in command.split("\n"):
        shown = "".join(map(_visible, line))
        first, *more = (shown[at : at + width] for at in range(0, max(len(shown), 1), width))
        lines += (_marked(first) or EMPTY, *(f"{CONTINUED} {_marked(piece)}" for piece in more))
    return lines


def in_one_line(command: str, longest: int) -> str:
    """Return the beginning of a command, of at most so many characters and an ellipsis if it goes on."""
    shown = "".join(map(_visible, command[: longest + 1]))
    return _marked(shown) if len(shown) <= longest else _marked(shown[: longest - 1]) + ELLIPSIS


def hidden(command: str) -> str:
    """Return the first character that is shown as a code, as this code; empty if there is none."""
    return next((_visible(each) for each in command if each not in "\\\n" and not _is_plain(each)), "")


def has_foreign(command: str) -> bool:
    """Return whether characters beyond ASCII are shown as they are."""
    return not all(_visible(character).isascii() for character in command)


def _visible(character: str) -> str:
    if character == "\\":
        return "\\\\"  # or else what is typed would look like what is escaped
    return character if _is_plain(character) else character.encode("unicode_escape").decode()


def _is_plain(character: str) -> bool:
    if character.isascii():
        return character.isprintable()
    return (
        character.isprintable()
        and character not in (CONTINUED, BLANK, EMPTY, FOREIGN, ELLIPSIS)
        and not _SHAPELESS.match(character)
        and not unicodedata.category(character).startswith("M")  # it changes the character before it
        and unicodedata.bidirectional(character) not in _RIGHT_TO_LEFT
        and unicodedata.is_normalized("NFC", character)  # else it looks like the one that it stands for
    )


def _marked(piece: str) -> str:
    """Mark what is not ASCII, and blanks at either end, which would be invisible."""
    inner = piece.strip(" ")
    before = len(piece) - len(piece.lstrip(" ")) if inner else len(piece)
    whole = BLANK * before + inner + BLANK * (len(piece) - before - len(inner))
    return whole if piece.isascii() else f"{FOREIGN} {whole}"
