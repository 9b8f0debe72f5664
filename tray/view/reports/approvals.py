"""What `approvals` and `approve` print."""

from typing import Any

from tray.core import approvals as core
from tray.core.model import ActionError, Approval, ApprovalStatus, Now
from tray.core.state import State
from tray.i18n.words import Words
from tray.protocol.approvals import ApprovalSubject, ExecRequest, RequestKind
from tray.settings.settings import Level
from tray.view.reports import status
from tray.view.text import approvals, exact, formatting

_OUTCOMES = {
    ApprovalStatus.DECIDED: "done",
    ApprovalStatus.GONE: "gone",
    ApprovalStatus.EXPIRED: "gone",
    ApprovalStatus.UNKNOWN: "unknown",
}


def waiting(state: State) -> dict[str, Any]:
    """Return the value of `approvals --json`; instants are ISO 8601 in UTC."""
    return {"schema": status.SCHEMA, "approvals": [_one(approval) for approval in core.waiting(state)]}


def waiting_text(state: State, now: Now, words: Words) -> str:
    """Return the text of `approvals`: each in full, with the command that approves it."""
    blocks = [_block(approval, state, now, words) for approval in core.waiting(state)]
    return "\n\n".join(blocks) or words("No approvals waiting")


def decided(approval: Approval, state: State, words: Words) -> dict[str, Any]:
    """Return the value of `approve --json`."""
    done = approval.state is ApprovalStatus.DECIDED
    return {
        "schema": status.SCHEMA,
        "id": approval.id,
        "decision": None if approval.decision is None else approval.decision.value,
        "outcome": _OUTCOMES.get(approval.state, "failed"),
        "reason": None if done else approvals.outcome(approval, state.level, words),
    }


def decided_text(approval: Approval, state: State, words: Words) -> str:
    """Return the text of `approve`."""
    outcome = approvals.outcome(approval, state.level, words)
    if approval.error is ActionError.NO_SUCH_APPROVAL or approval.request == ExecRequest(approval.id):
        return outcome  # nothing is known of it but its id
    return f"{approvals.title(approval.request, words)}: {outcome}"


def _one(approval: Approval) -> dict[str, Any]:
    request = approval.request
    if isinstance(request, ExecRequest):
        return {
            "id": request.id,
            "kind": request.kind.value,
            "command": request.command,
            "cwd": request.cwd,
            "host": request.host,
            "agent": request.agent_id,
            "session": request.session_key,
            "warnings": list(request.warnings),
            "decisions": [decision.value for decision in request.decisions],
            "created_at": status.instant(request.created_ms),
            "expires_at": status.instant(request.expires_ms),
        }
    return {
        "id": request.id,
        "kind": "node" if request.node else "pairing",
        "name": request.name,
        "platform": request.platform,
        "role": request.role,
        "scopes": list(request.scopes),
        "address": request.address,
        "created_at": status.instant(request.created_ms),
    }


def _answer(request: ApprovalSubject, words: Words) -> str:
    if isinstance(request, ExecRequest) and request.kind is RequestKind.QUESTION:
        return formatting.action_error(ActionError.QUESTION, "", Level.CONTROL, words)
    return f"{words.program} approve {formatting.clean(request.id, 80)}"


def _block(approval: Approval, state: State, now: Now, words: Words) -> str:
    request = approval.request
    if isinstance(request, ExecRequest):
        shown = exact.escaped(request.command)
        name = formatting.name_of(request.session_key, state)
    else:
        shown, name = [approvals.title(request, words)], ""
    lines = [
        *shown,
        *approvals.details(approval, name, now, words),
        _answer(request, words),
    ]
    return "\n".join((lines[0], *(f"  {line}" for line in lines[1:])))
