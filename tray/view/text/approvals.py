"""Approvals in words."""

from datetime import timedelta

from tray.core import approvals as core
from tray.core.model import Approval, ApprovalStatus, Now
from tray.core.state import State
from tray.i18n.words import Words
from tray.protocol.approvals import ApprovalSubject, Decision, ExecRequest, RequestKind
from tray.settings.settings import Level
from tray.view.text import exact, formatting

LINES = 24
"""The largest number of lines in which a command is shown in the menu."""


def fits(request: ApprovalSubject) -> bool:
    """Return whether the whole command fits in the menu; only then may it be allowed there."""
    return not isinstance(request, ExecRequest) or len(exact.escaped(request.command)) <= LINES


def title(request: ApprovalSubject, words: Words) -> str:
    """Return what is requested, in one line."""
    if isinstance(request, ExecRequest):
        said = exact.in_one_line(request.command, 60) or "?"
        match request.kind:
            case RequestKind.COMMAND:
                return words("Run: {command}", command=said)
            case RequestKind.PLUGIN:
                return words("Plugin: {request}", request=said)
            case RequestKind.SYSTEM_AGENT:
                return words("Gateway: {request}", request=said)
            case RequestKind.QUESTION:
                return words("Question: {question}", question=said)
    return words(
        "Device access: {name}",
        name=formatting.clean(request.name, 40) or formatting.clean(request.id, 12) or "?",
    )


def details(approval: Approval, name: str, now: Now, words: Words) -> list[str]:
    """Return who requests it, where, and until when, as lines; `name` is the session's."""
    request, lines = approval.request, []
    if isinstance(request, ExecRequest):
        if exact.has_foreign(request.command):
            lines.append(words("{mark} marks characters that may look like others.", mark=exact.FOREIGN))
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
    """Return the decisions that the gateway accepts for a request, with their labels, the safe one first."""
    if not isinstance(request, ExecRequest):
        return {Decision.DENY: words("Reject"), Decision.ALLOW_ONCE: words("Approve")}
    texts = {
        Decision.DENY: words("Deny"),
        Decision.ALLOW_ONCE: words("Allow once"),
        Decision.ALLOW_ALWAYS: words("Always allow"),
    }
    return {decision: text for decision, text in texts.items() if decision in request.decisions}


def count(number: int, words: Words) -> str:
    """Return how many approvals wait, as a sentence; empty if none."""
    if number < 1:
        return ""
    return words.plural("An approval is waiting", "{n} approvals are waiting", number)


def unread(state: State, words: Words) -> str:
    """Return why it is not known what waits; empty if it is."""
    if not state.connected:
        return words("Not known: not connected to the gateway.")
    if state.gateway.approvals_error is not None:
        reason = formatting.action_error(*state.gateway.approvals_error, state.level, words)
        return words("The approvals could not be read. {reason}", reason=reason)
    return "" if core.is_read(state) else words("Not known: the gateway has not answered yet.")


def outcome(approval: Approval, level: Level, words: Words) -> str:
    """Return the state of an approval, or the error of the last decision."""
    match approval.state:
        case ApprovalStatus.DECIDED if approval.decision is Decision.DENY:
            return words("denied")
        case ApprovalStatus.DECIDED:
            return words("allowed")
        case ApprovalStatus.GONE if approval.error is not None:
            return formatting.action_error(approval.error, approval.detail, level, words)
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
