"""Windows with a text to read."""

from typing import ClassVar

from tray.core.state import State
from tray.i18n.words import Words
from tray.values import PrivateStruct


class TextPane(PrivateStruct, frozen=True, tag=True):
    """A text to read.

    Attributes:
        title: The window's title.
        intro: A sentence above the text; may be empty.
        text: Lines for a fixed-width font; empty to keep the previous text.
    """

    private_fields: ClassVar[frozenset[str]] = frozenset({"text"})

    title: str
    intro: str
    text: str


def diagnostics(state: State, words: Words) -> TextPane:
    """Return the diagnostics, exactly as they would be shared."""
    intro = words("For the person who helps you. Read it before you share it. Nothing is sent automatically.")
    return TextPane(words("Diagnostics"), intro, state.process.diagnostics)
