"""What an answer to a request means: each goes to the room that asked."""

from __future__ import annotations

from tray.core import approvals, deeds, happenings, lifecycle, link, models, prompts, readings, usage
from tray.core.events import (
    Answered,
)
from tray.core.model.clock import Now
from tray.core.model.connection import Interest, Pending
from tray.core.outcome import Outcome
from tray.core.requests import take
from tray.core.state import State
from tray.values import replace
from tray.wire.approvals import ExecRequests, PairingRequests, Taken
from tray.wire.deeds import (
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
from tray.wire.frames import Failure
from tray.wire.lifecycle import Restarting, RestartRequest
from tray.wire.models import AllowList, Catalogue
from tray.wire.runs import (
    Accepted,
    Agent,
    AgentWait,
    ChatHistory,
    Finished,
    Transcript,
    Waited,
)
from tray.wire.sessions import Patched, SessionList, SessionsList, SessionsPatch
from tray.wire.usage import Bill, Ledger, Quotas, SessionsUsage, UsageCost, UsageStatus


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
            state, effects = readings.listed(state, answer, pending.sent_at, now)
            state, more = happenings.listed(state, state.book.sessions)
            return state, effects + more
        case Catalogue() as answer:
            return readings.catalogued(state, answer), ()
        case AllowList() as answer:
            return readings.allowed(state, answer), ()
        case Patched() as answer if isinstance(request, SessionsPatch):
            state, effects = models.patched(state, request, answer, now)
            state = _read_back(readings.rebuild(state), now)
            state, more = prompts.model_set(state, request, None, answer, now)
            return state, effects + more
        case Accepted() | Finished() as answer if isinstance(request, Agent):
            return prompts.answered(state, request.idempotency_key, answer, now)
        case Waited() as answer if isinstance(request, AgentWait):
            return prompts.waited(state, request.run_id, answer, now)
        case Transcript() as answer if isinstance(request, ChatHistory):
            return prompts.looked_up(state, request.key, answer)
        case Compacted() as answer if isinstance(request, SessionsCompact):
            return deeds.compacted(state, request, answer, now)
        case Emptied() if isinstance(request, SessionsReset):
            return deeds.emptied(state, request, now)
        case Stopped() as answer if isinstance(request, SessionsAbort | ChatAbort):
            return deeds.stopped(state, request, answer, now)
        case StopSent() if isinstance(request, StopCommand):
            return deeds.stop_sent(state, request, now), ()
        case ThinkingSet() as answer if isinstance(request, ThinkingPatch):
            return deeds.thought(state, request, answer, now)
        case ExecRequests() | PairingRequests() as answer:
            return approvals.listed(state, answer, now)
        case Taken() if isinstance(request, approvals.Word):
            return approvals.taken(state, request), ()
        case Restarting() as answer:
            return lifecycle.answered(state, answer)
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
            return link.scope_missing(state, now)
        case Pending(request=SessionsList()):
            return readings.failed(state, now), ()
        case Pending(request=SessionsPatch() as patch):
            state, effects = models.declined(state, patch, failure)
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
        case Pending(request=request) if isinstance(request, deeds.Wish):
            return deeds.declined(state, request, failure, now)
        case Pending(request=request) if isinstance(request, approvals.Word):
            return approvals.declined(state, request, failure, now)
        case Pending(request=RestartRequest()):
            return lifecycle.declined(state, failure)
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
            return models.unsent(state, request)
        case Pending(request=request) if isinstance(request, deeds.Wish):
            return deeds.unsent(state, request, now)
        case Pending(request=request) if isinstance(request, approvals.Word):
            return approvals.unsent(state, request)
        case Pending(request=RestartRequest()):
            return lifecycle.unsent(state)
        case _:
            return state, ()


def _read_back(state: State, now: Now) -> State:
    """See what became of a switch; somebody who waits for it at a prompt sees it at once."""
    return readings.soon(state, now, readings.AFTER_SWITCH if state.interest is Interest.LIVE else 0.0)


def _patient(pending: Pending, identity: str, now: Now) -> Pending:
    """An accepted prompt is under way: from now on its own deadline counts."""
    if pending.id != identity:
        return pending
    return replace(pending, due_at=now.mono + 2 * (prompts.RUN_PATIENCE + prompts.GRACE))
