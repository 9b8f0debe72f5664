"""What waits for the person's word, in words: shown whole or not to be allowed, and never able to deceive."""

from __future__ import annotations

from datetime import timedelta

from tray.core.model.approvals import Approval, ApprovalStatus
from tray.core.model.clock import Now
from tray.i18n.translate import Words
from tray.protocol.approvals import ApprovalSubject, Decision, ExecRequest
from tray.settings.settings import Level
from tray.view.text import formatting

GOES_ON, BLANK = "↳", "␣"
LINES, WIDTH = 24, 80
"""A command is shown in so many lines of so many characters at the most."""


def exactly(command: str) -> list[str]:
    """A command in lines, nothing left out: what has no shape, or could change another's, is escaped.

    A line that is too long goes on behind an arrow, which a command cannot imitate.
    """
    lines: list[str] = []
    for line in command.split("\n"):
        shown = "".join(map(_visible, line))
        pieces = [shown[at : at + WIDTH] for at in range(0, len(shown), WIDTH)] or [" "]
        first, *more = map(_edged, pieces)
        lines += (first, *(f"{GOES_ON} {piece}" for piece in more))
    return lines


def _visible(character: str) -> str:
    plain = character.isprintable() and character not in (GOES_ON, BLANK)
    return character if plain else character.encode("unicode_escape").decode()


def _edged(piece: str) -> str:
    """Blanks at either end, where nobody would see them, as a sign of their own."""
    inner = piece.strip(" ")
    before = len(piece) - len(piece.lstrip(" ")) if inner else len(piece)
    return BLANK * before + inner + BLANK * (len(piece) - before - len(inner))


def fits(request: ApprovalSubject) -> bool:
    """Whether all of it can be shown; what is not shown whole is not to be allowed."""
    return not isinstance(request, ExecRequest) or len(exactly(request.command)) <= LINES


def title(request: ApprovalSubject, words: Words) -> str:
    """What is wanted, in one line."""
    if isinstance(request, ExecRequest):
        return words("Run: {command}", command=formatting.clean(request.command, 60) or "?")
    return words(
        "Device access: {name}",
        name=formatting.clean(request.name, 40) or formatting.clean(request.id, 12) or "?",
    )


def details(approval: Approval, name: str, now: Now, words: Words) -> list[str]:
    """Who wants it, where, and for how long; `name` is the session's."""
    request, lines = approval.request, []
    if isinstance(request, ExecRequest):
        if name:
            lines.append(words("Session: {name}", name=name))
        if request.host:
            lines.append(words("Runs on: {host}", host=formatting.clean(request.host, 40)))
        if request.cwd:
            lines.append(words("Folder: {folder}", folder=formatting.clean(request.cwd, 70)))
        lines += (words("Warning: {text}", text=formatting.clean(text, 90)) for text in request.warnings)
    else:
        wanted = (request.platform, request.role, request.address)
        about = " · ".join(formatting.clean(part, 40) for part in wanted if part)
        lines += filter(None, (about, ", ".join(formatting.clean(scope, 40) for scope in request.scopes)))
    if approval.due_at is not None:
        span = formatting.duration(approval.due_at - now.mono, words)
        lines.append(words("Expires in {span}", span=span))
    if approval.error is not None:
        lines.append(outcome(approval, Level.CONTROL, words))
    return lines


def age(request: ApprovalSubject, now: Now, words: Words) -> str:
    """How long it has been waiting; empty if the gateway does not say."""
    at_ms = request.created_ms
    return "" if at_ms is None else formatting.age(timedelta(milliseconds=now.ms - at_ms), words)


def answers(request: ApprovalSubject, words: Words) -> dict[Decision, str]:
    """The words that the gateway takes for it, and what is read on their lines or buttons."""
    if not isinstance(request, ExecRequest):
        return {Decision.ALLOW_ONCE: words("Approve"), Decision.DENY: words("Reject")}
    texts = {
        Decision.ALLOW_ONCE: words("Allow once"),
        Decision.ALLOW_ALWAYS: words("Always allow"),
        Decision.DENY: words("Deny"),
    }
    return {decision: text for decision, text in texts.items() if decision in request.decisions}


def count(number: int, words: Words) -> str:
    """How many wait, in a sentence; empty if none does."""
    if number < 1:
        return ""
    return words.plural("An approval is waiting", "{n} approvals are waiting", number)


def outcome(approval: Approval, level: Level, words: Words) -> str:
    """What became of it, or of the last word that was given."""
    match approval.state:
        case ApprovalStatus.DECIDED if approval.decision is Decision.DENY:
            return words("denied")
        case ApprovalStatus.DECIDED:
            return words("allowed")
        case ApprovalStatus.GONE:
            return words("No longer waiting: decided elsewhere or withdrawn.")
        case ApprovalStatus.EXPIRED:
            return words("expired")
        case ApprovalStatus.UNKNOWN:
            return words("The gateway did not confirm your decision.")
        case ApprovalStatus.WAITING | ApprovalStatus.DECISION_SENT if approval.error is not None:
            return formatting.action_error(approval.error, approval.detail, level, words)
        case _:
            return words("waiting")
