"""What prompts are called, the same everywhere."""

from tray.core.model import Prompt
from tray.core.prompts.labels import label_of
from tray.core.state import State
from tray.protocol.session_keys import OWN_SESSION
from tray.view.text import formatting


def name(prompt: Prompt, state: State, longest: int = 30) -> str:
    """Return the preset's name; else the session's, which a question of ours begins with its first words."""
    shown = formatting.clean(prompt.preset or "", longest)
    if not shown and prompt.key == state.canonical(OWN_SESSION):
        shown = label_of(prompt)
    return shown or formatting.name_of(prompt.key, state, longest)
