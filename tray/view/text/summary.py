"""What the icon shows, in words: for the tooltip and for a second start of the program."""

from tray.core import approvals
from tray.core.model import Phase
from tray.core.state import State
from tray.i18n.words import Words
from tray.view.text import formatting
from tray.view.text.approvals import count


def glance(state: State, words: Words) -> list[str]:
    """Return the connection unless it is up, the focus session, and waiting approvals, as lines."""
    lines, session = [], state.focused
    if session is None or state.phase is not Phase.CONNECTED:
        lines.append(f"ClawTray · {formatting.phase(state.phase, words)}")
    if session is None and state.phase is Phase.CONNECTED:
        lines.append(formatting.not_shown(state, words))
    if session is not None:
        lines.append(f"{formatting.session_name(session)}  {formatting.usage_line(session.usage, words)}")
    if count_line := count(len(approvals.waiting(state)), words):
        lines.append(count_line)
    return lines
