"""What the icon says, in words: for the tooltip, and for who asks where the icon is."""

from __future__ import annotations

from tray.core import approvals
from tray.core.state import State
from tray.core.trouble import Phase
from tray.i18n.translate import Words
from tray.view import words as say
from tray.view.approvals import count


def glance(state: State, words: Words) -> list[str]:
    """What the icon says, in a few lines: the connection if it is not well, the focus session, what waits."""
    lines, session = [], state.focused
    if session is None or state.phase is not Phase.CONNECTED:
        lines.append(f"ClawTray · {say.phase(state.phase, words)}")
    if session is not None:
        lines.append(f"{say.session_name(session)}  {say.usage_line(session.usage, words)}")
    if asked := count(len(approvals.waiting(state)), words):
        lines.append(asked)
    return lines
