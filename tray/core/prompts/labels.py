"""What a prompt is called: by its preset, or by the first words of the question."""

import unicodedata

from tray.core.model import Prompt
from tray.core.state import State
from tray.protocol.session_keys import OWN_SESSION

MAX_LENGTH = 30
"""Characters. Gateways refuse labels of more than 64 UTF-16 units."""
ELLIPSIS = "…"


def label_of(prompt: Prompt) -> str:
    """Return the preset's name or the first words of the text, in one line; empty if nothing is visible."""
    return _first_words(prompt.preset or "") or _first_words(prompt.text)


def of_session(state: State, prompt: Prompt) -> str | None:
    """Return what the session is called from now on; None if it keeps its name.

    Only the session that takes all questions has no name of its own. Others keep their first one.
    """
    if prompt.key != state.canonical(OWN_SESSION):
        return None
    return label_of(prompt) or None


def _first_words(text: str) -> str:
    visible = (c for c in text.lstrip()[: MAX_LENGTH * 4] if unicodedata.category(c) != "Cf")
    line = " ".join("".join(c if c.isprintable() else " " for c in visible).split())
    if len(line) <= MAX_LENGTH:
        return line
    kept = line[: MAX_LENGTH - 1]
    if line[len(kept)] != " ":  # in the middle of a word, unless it is a single one
        kept = kept.rpartition(" ")[0] or kept
    return kept.rstrip(" ,;:") + ELLIPSIS
