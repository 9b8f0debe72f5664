"""What an answer to a request means: each goes to the room that asked."""

from __future__ import annotations

from tray.core import approvals, gateway_control
from tray.core.connection import connection
from tray.core.events import (
    Answered,
)
from tray.core.model.clock import Now
from tray.core.model.connection import Interest, Pending
from tray.core.models import switching
from tray.core.outcome import Outcome
from tray.core.prompts import prompts
from tray.core.requests import take
from tray.core.sessions import actions, activity, polling
from tray.core.state import State
from tray.core.usage import usage
from tray.protocol.approvals import ExecRequests, PairingRequests, Taken
from tray.protocol.frames import Failure
from tray.protocol.models import AllowList, Catalogue
from tray.protocol.restart import Restarting, RestartRequest
from tray.protocol.runs import Accepted, Agent, AgentWait, ChatHistory, Finished, Transcript, Waited
from tray.protocol.session_actions import (
    ChatAbort,
    Compacted,
    Emptied,
    SessionsAbort,
    SessionsCompact,
    SessionsReset,
    StopCommand,
    Stopped,
    StopSent,
    ThinkingPatch,
    ThinkingSet,
)
from tray.protocol.sessions import Patched, SessionList, SessionsList, SessionsPatch
from tray.protocol.usage import Bill, Ledger, Quotas, SessionsUsage, UsageCost, UsageStatus
from tray.values import replace


def answered(state: State, event: Answered, now: Now) -> Outcome:
    """A request succeeded."""
    if isinstance(event.answer, Accepted):  # the final answer comes under the same id
        pending = next((p for p in state.pending if p.id == event.id), None)
        state = replace(state, pending=tuple(_patient(p, event.id, now) for p in state.pending))
    else:
        state, pending = take(state, event.id)
    if pending is None:
        return state, ()
    request = pending.request
    match event.answer:
        case SessionList() as answer:
            state, effects = polling.listed(state, answer, pending.sent_at, now)
            state, more = activity.listed(state, state.book.sessions)
            return state, effects + more
        case Catalogue() as answer:
            return polling.catalogued(state, answer), ()
        case AllowList() as answer:
            return polling.allowed(state, answer), ()
        case Patched() as answer if isinstance(request, SessionsPatch):
            state, effects = switching.patched(state, request, answer, now)
            state = _read_back(polling.rebuild(state), now)
            state, more = prompts.model_set(state, request, None, answer, now)
            return state, effects + more
        case Accepted() | Finished() as answer if isinstance(request, Agent):
            return prompts.answered(state, request.idempotency_key, answer, now)
        case Waited() as answer if isinstance(request, AgentWait):
            return prompts.waited(state, request.run_id, answer, now)
        case Transcript() as answer if isinstance(request, ChatHistory):
            return prompts.looked_up(state, request.key, answer)
        case Compacted() as answer if isinstance(request, SessionsCompact):
            return actions.compacted(state, request, answer, now)
        case Emptied() if isinstance(request, SessionsReset):
            return actions.emptied(state, request, now)
        case Stopped() as answer if isinstance(request, SessionsAbort | ChatAbort):
            return actions.stopped(state, request, answer, now)
        case StopSent() if isinstance(request, StopCommand):
            return actions.stop_sent(state, request, now), ()
        case ThinkingSet() as answer if isinstance(request, ThinkingPatch):
            return actions.thought(state, request, answer, now)
        case ExecRequests() | PairingRequests() as answer:
            return approvals.listed(state, answer, now)
        case Taken() if isinstance(request, approvals.Word):
            return approvals.taken(state, request), ()
        case Restarting() as answer:
            return gateway_control.answered(state, answer)
        case Bill() as answer:
            return usage.billed(state, answer, now), ()
        case Ledger() as answer:
            return usage.accounted(state, answer, now), ()
        case Quotas() as answer:
            return usage.metered(state, answer, now)
        case _:
            return state, ()


def declined(state: State, identity: str, failure: Failure | None, now: Now) -> Outcome:
    """A request was declined, or (None) its time ran out."""
    state, pending = take(state, identity)
    match pending:
        case None:
            return state, ()
        case Pending(request=SessionsList()) if failure is not None and failure.missing_scope:
            return connection.scope_missing(state, now)
        case Pending(request=SessionsList()):
            return polling.failed(state, now), ()
        case Pending(request=SessionsPatch() as patch):
            state, effects = switching.declined(state, patch, failure)
            if failure is None:  # it may have been switched all the same
                state = _read_back(state, now)
            state, more = prompts.model_set(state, patch, failure, None, now)
            return state, effects + more
        case Pending(request=Agent() as request):
            return prompts.declined(state, request.idempotency_key, failure, now)
        case Pending(request=AgentWait() as request):
            return prompts.waited(state, request.run_id, None, now)
        case Pending(request=ChatHistory() as request):
            return prompts.looked_up(state, request.key, None)
        case Pending(request=request) if isinstance(request, actions.Wish):
            return actions.declined(state, request, failure, now)
        case Pending(request=request) if isinstance(request, approvals.Word):
            return approvals.declined(state, request, failure, now)
        case Pending(request=RestartRequest()):
            return gateway_control.declined(state, failure)
        case Pending(request=UsageCost() | SessionsUsage() | UsageStatus() as request):
            return usage.declined(state, request, failure, now)
        case _:
            return state, ()


def unsent(state: State, identity: str, now: Now) -> Outcome:
    """Not one byte of a request left."""
    state, pending = take(state, identity)
    match pending:
        case Pending(request=Agent() as request):
            return prompts.unsent(state, request.idempotency_key)
        case Pending(request=SessionsPatch() as request):
            return switching.unsent(state, request)
        case Pending(request=request) if isinstance(request, actions.Wish):
            return actions.unsent(state, request, now)
        case Pending(request=request) if isinstance(request, approvals.Word):
            return approvals.unsent(state, request)
        case Pending(request=RestartRequest()):
            return gateway_control.unsent(state)
        case _:
            return state, ()


def _read_back(state: State, now: Now) -> State:
    """See what became of a switch; somebody who waits for it at a prompt sees it at once."""
    return polling.soon(state, now, polling.AFTER_SWITCH if state.interest is Interest.LIVE else 0.0)


def _patient(pending: Pending, identity: str, now: Now) -> Pending:
    """An accepted prompt is under way: from now on its own deadline counts."""
    if pending.id != identity:
        return pending
    return replace(pending, due_at=now.mono + 2 * (prompts.RUN_PATIENCE + prompts.GRACE))
