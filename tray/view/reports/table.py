"""Tables and lines that fit the width of a terminal, in colours where it shows them."""

import re
import unicodedata
from collections.abc import Sequence
from enum import Enum

import msgspec

from tray.view.text.formatting import ELLIPSIS

_COLOUR = re.compile("\x1b\\[\\d*m")
_BROKEN_COLOUR = re.compile("\x1b[^m]*$")
_RESET = "\x1b[0m"
_GAP = "  "


class Colour(Enum):
    """The colours of the icon, as the user chose them for the terminal, and two kinds of emphasis."""

    CALM = "\x1b[32m"
    WARNING = "\x1b[33m"
    CRITICAL = "\x1b[31m"
    FAINT = "\x1b[2m"
    STRONG = "\x1b[1m"


class Cell(msgspec.Struct, frozen=True):
    """A text of a table, and its colour."""

    text: str
    colour: Colour | None = None


class Look(msgspec.Struct, frozen=True):
    """What an output can show.

    Attributes:
        width: The columns of the terminal; None if lines may be of any length.
        coloured: Whether it shows colours.
    """

    width: int | None = None
    coloured: bool = False

    def paint(self, text: str, colour: Colour | None) -> str:
        """Return the text in this colour, where colours are shown."""
        return f"{colour.value}{text}{_RESET}" if self.coloured and colour is not None and text else text


PLAIN = Look()


class Column(msgspec.Struct, frozen=True):
    """A column of a table.

    Attributes:
        title: Its header.
        right: Whether it holds figures, which end below one another.
        least: It may be cut to so many columns of the terminal; None: it is never cut.
        drop: Where there is no room, the column with the highest number is left out first; 0: never.
    """

    title: str = ""
    right: bool = False
    least: int | None = None
    drop: int = 0


def table(heads: Sequence[Column], rows: Sequence[Sequence[str | Cell]], look: Look = PLAIN) -> str:
    """Return rows below a header, as wide as there is room; a column without any text is left out."""
    cells = [[Cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    shown = [at for at, _ in enumerate(heads) if any(row[at].text for row in cells)]
    natural = {at: max(columns(text) for text in _texts(at, heads, cells)) for at in shown}
    widths = natural if look.width is None else _fitting(heads, natural, look.width)
    lines = [[Cell(head.title, Colour.STRONG) for head in heads], *cells]
    return "\n".join(
        _GAP.join(
            _drawn(line[at], width, look, right=heads[at].right) for at, width in widths.items()
        ).rstrip()
        for line in lines
    )


def _texts(at: int, heads: Sequence[Column], cells: Sequence[Sequence[Cell]]) -> list[str]:
    return [heads[at].title, *(row[at].text for row in cells)]


def _fitting(heads: Sequence[Column], natural: dict[int, int], width: int) -> dict[int, int]:
    """Return the columns for which there is room, with their widths: some are left out, others cut."""
    widths = dict(natural)
    least = {at: min(wide, heads[at].least or wide) for at, wide in natural.items()}

    def excess(taken: dict[int, int]) -> int:
        return sum(taken[at] for at in widths) + len(_GAP) * (len(widths) - 1) - width

    while excess(least) > 0 and (droppable := [at for at in widths if heads[at].drop]):
        del widths[max(droppable, key=lambda at: heads[at].drop)]
    while excess(widths) > 0 and (wider := [at for at in widths if widths[at] > least[at]]):
        widths[max(wider, key=widths.__getitem__)] -= 1
    return widths


def _drawn(cell: Cell, width: int, look: Look, *, right: bool) -> str:
    text = cut(cell.text, width)
    blanks = " " * (width - columns(text))
    painted = look.paint(text, cell.colour)
    return blanks + painted if right else painted + blanks


def padded(text: str, width: int) -> str:
    """Return the text with blanks after it, as many as fill this width."""
    return text + " " * (width - columns(text))


def cut(line: str, width: int) -> str:
    """Return a line that takes at most so many columns; one that is longer ends with an ellipsis."""
    if columns(line) <= width:
        return line
    kept = next(part for n in range(len(line), -1, -1) if columns(part := line[:n]) < width)
    kept = _BROKEN_COLOUR.sub("", kept) + ELLIPSIS
    return kept + _RESET if _COLOUR.search(kept) else kept


def fold(line: str, width: int) -> list[str]:
    """Return a sentence in rows of at most so many columns; a longer word, or a line of a table, is cut."""
    return [cut(row, width) for row in ([line] if _GAP in line else wrap(line, width))]


def wrap(line: str, width: int) -> list[str]:
    """Return a sentence in rows of at most so many columns; only a longer word stands out."""
    rows: list[str] = []
    for word in line.split(" "):
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and columns(longer) <= width:
            rows[-1] = longer
        else:
            rows.append(word)
    return rows


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes: two for each Hangul letter, none for an accent."""
    letters = unicodedata.normalize("NFC", _COLOUR.sub("", text))
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in letters)
    return len(letters) + wide - sum(unicodedata.combining(letter) > 0 for letter in letters)
