"""What prompts are called, the same everywhere."""

from tray.core.model import Prompt
from tray.core.prompts.labels import label_of
from tray.core.state import State
from tray.i18n.words import Words
from tray.protocol.session_keys import OWN_SESSION
from tray.view.text import formatting

PER_TOKEN = 4
"""Characters per token, roughly; non-Latin scripts have fewer."""


def name(prompt: Prompt, state: State, longest: int = 30) -> str:
    """Return the preset's name; else the session's, which a question of ours begins with its first words."""
    shown = formatting.clean(prompt.preset or "", longest)
    if not shown and prompt.key == state.canonical(OWN_SESSION):
        shown = label_of(prompt)
    return shown or formatting.name_of(prompt.key, state, longest)


def size(prompt: Prompt, words: Words) -> str:
    """Return how long a prompt has become by the clipboard's text."""
    return words(
        "With the clipboard text: {n} characters, about {tokens} tokens.",
        n=f"{len(prompt.text):,}",
        tokens=formatting.tokens(len(prompt.text) // PER_TOKEN),
    )
