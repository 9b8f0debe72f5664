"""Windows with a text to read, and buttons."""

from typing import ClassVar

import msgspec

from tray.core import approvals as waiting
from tray.core.commands import Decide
from tray.core.model import Approval, ApprovalStatus, Now
from tray.core.state import State
from tray.i18n.words import Words
from tray.protocol.approvals import ExecRequest
from tray.values import PrivateStruct
from tray.view.text import approvals, exact, formatting


class Button(msgspec.Struct, frozen=True):
    """A button, its command, and whether it can be used now."""

    label: str
    command: Decide
    enabled: bool = True


class TextPane(PrivateStruct, frozen=True, tag=True):
    """A text to read.

    Attributes:
        title: The window's title.
        intro: A sentence above the text; may be empty.
        text: Lines for a fixed-width font; empty to keep the previous text.
        buttons: What can be done besides copying.
    """

    private_fields: ClassVar[frozenset[str]] = frozenset({"text"})

    title: str
    intro: str
    text: str
    buttons: tuple[Button, ...] = ()


def approval(state: State, identity: str | None, now: Now, words: Words) -> TextPane:
    """Return a whole approval, exactly; it can be allowed here, since the window can show all of it."""
    error = waiting.may_decide(state)
    ours = (a for a in state.gateway.approvals if a.profile == state.settings.profile)
    found = next((a for a in ours if a.id == identity), None)
    name = words("Approval")
    if error is not None:
        return TextPane(name, formatting.action_error(error, "", state.level, words), "")
    if found is None:
        gone = approvals.unread(state, words) or words("This approval is no longer waiting.")
        return TextPane(name, gone, "")
    request = found.request
    text = approvals.title(request, words)
    if isinstance(request, ExecRequest):
        text = "\n".join(exact.escaped(request.command))
    if not found.state.waits:
        return TextPane(name, approvals.outcome(found, state.level, words), text)
    intro = "\n".join(approvals.details(found, _session(state, found), now, words))
    buttons = (
        Button(label, Decide(found.id, decision), enabled=found.state is ApprovalStatus.WAITING)
        for decision, label in approvals.answers(request, words).items()
    )
    return TextPane(name, intro, text, buttons=tuple(buttons))


def diagnostics(state: State, words: Words) -> TextPane:
    """Return the diagnostics, exactly as they would be shared."""
    intro = words("For the person who helps you. Read it before you share it. Nothing is sent automatically.")
    return TextPane(words("Diagnostics"), intro, state.process.diagnostics)


def _session(state: State, found: Approval) -> str:
    key = found.request.session_key if isinstance(found.request, ExecRequest) else None
    return formatting.name_of(key, state)
