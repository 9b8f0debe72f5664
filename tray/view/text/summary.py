"""What the icon says, in words: for the tooltip, and for who asks where the icon is."""

from __future__ import annotations

from tray.core import approvals
from tray.core.errors import Phase
from tray.core.state import State
from tray.i18n.translate import Words
from tray.view.text import formatting
from tray.view.text.approvals import count


def glance(state: State, words: Words) -> list[str]:
    """What the icon says, in a few lines: the connection if it is not well, the focus session, what waits."""
    lines, session = [], state.focused
    if session is None or state.phase is not Phase.CONNECTED:
        lines.append(f"ClawTray · {formatting.phase(state.phase, words)}")
    if session is not None:
        lines.append(f"{formatting.session_name(session)}  {formatting.usage_line(session.usage, words)}")
    if asked := count(len(approvals.waiting(state)), words):
        lines.append(asked)
    return lines
