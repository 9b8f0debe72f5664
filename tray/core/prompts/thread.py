"""Which of the prompts the panel shows."""

from tray.core.model import Page, Prompt, Window
from tray.core.state import State


def shown(state: State, window: Window) -> Prompt | None:
    """Return the prompt on page Ask of the panel: the one that was chosen, else the last one."""
    known = state.profile.prompts
    chosen = next((prompt for prompt in known if prompt.id == window.subjects.get(Page.ASK)), None)
    return chosen or (known[-1] if known else None)


def is_shown(state: State, identity: str) -> bool:
    """Return whether the panel is open and shows this prompt."""
    open_pages = (window for window in state.process.windows if window.page is Page.ASK)
    return any((prompt := shown(state, window)) and prompt.id == identity for window in open_pages)
