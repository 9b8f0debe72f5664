"""Handle responses: each goes to the module that sent the request."""

from tray.core import approvals, gateway_control
from tray.core.connection import login
from tray.core.events import ReplyReceived
from tray.core.model import Mode, Now, Pending
from tray.core.models import switching
from tray.core.outcome import Outcome
from tray.core.prompts import prompts
from tray.core.requests import take
from tray.core.sessions import actions, activity, polling
from tray.core.state import State
from tray.core.usage import usage
from tray.protocol.approvals import ExecRequests, PairingRequests
from tray.protocol.frames import ErrorResponse
from tray.protocol.models import AllowList, Catalogue
from tray.protocol.requests import Done
from tray.protocol.restart import Restarting, RestartRequest
from tray.protocol.runs import Accepted, Agent, AgentWait, ChatHistory, Finished, Transcript, Waited
from tray.protocol.session_actions import (
    ChatAbort,
    Compacted,
    SessionsAbort,
    SessionsCompact,
    SessionsReset,
    StopCommand,
    Stopped,
    ThinkingPatch,
    ThinkingSet,
)
from tray.protocol.sessions import Patched, SessionList, SessionsList, SessionsPatch
from tray.protocol.usage import DailyCost, Quotas, SessionsUsage, UsageBreakdown, UsageCost, UsageStatus
from tray.values import replace


def on_reply(state: State, event: ReplyReceived, now: Now) -> Outcome:
    """Handle a response of the expected type."""
    if isinstance(event.answer, Accepted):  # the final answer comes under the same id
        pending = next((p for p in state.pending if p.id == event.id), None)
        state = replace(state, pending=tuple(_wait_longer(p, event.id, now) for p in state.pending))
    else:
        state, pending = take(state, event.id)
    if pending is None:
        return state, ()
    request = pending.request
    match event.answer:
        case SessionList() as answer:
            state, effects = polling.sessions_listed(state, answer, pending.sent_at, now)
            state, more = activity.sessions_listed(state, state.snapshot.sessions)
            return state, effects + more
        case Catalogue() as answer:
            return polling.models_listed(state, answer), ()
        case AllowList() as answer:
            return polling.allow_list_read(state, answer), ()
        case Patched() as answer if isinstance(request, SessionsPatch):
            state, effects = switching.switch_confirmed(state, request, answer, now)
            state = _read_back(polling.rebuild(state), now)
            state, more = prompts.model_set(state, request, None, answer, now)
            return state, effects + more
        case Accepted() | Finished() as answer if isinstance(request, Agent):
            return prompts.reply_received(state, request.idempotency_key, answer, now)
        case Waited() as answer if isinstance(request, AgentWait):
            return prompts.wait_answered(state, request.run_id, answer, now)
        case Transcript() as answer if isinstance(request, ChatHistory):
            return prompts.history_read(state, request.key, answer)
        case Compacted() as answer if isinstance(request, SessionsCompact):
            return actions.compacted(state, request, answer, now)
        case Done() if isinstance(request, SessionsReset):
            return actions.reset_done(state, request, now)
        case Stopped() as answer if isinstance(request, SessionsAbort | ChatAbort):
            return actions.stopped(state, request, answer, now)
        case Done() if isinstance(request, StopCommand):
            return actions.stop_sent(state, request, now), ()
        case ThinkingSet() as answer if isinstance(request, ThinkingPatch):
            return actions.thinking_set(state, request, answer, now)
        case ExecRequests() | PairingRequests() as answer:
            return approvals.listed(state, answer, now)
        case Done() if isinstance(request, approvals.DecisionRequest):
            return approvals.answer_accepted(state, request), ()
        case Restarting() as answer:
            return gateway_control.answered(state, answer)
        case DailyCost() as answer:
            return usage.cost_read(state, answer, now), ()
        case UsageBreakdown() as answer:
            return usage.breakdown_read(state, answer, now), ()
        case Quotas() as answer:
            return usage.quotas_read(state, answer, now)
        case _:
            return state, ()


def on_failure(state: State, identity: str, error_response: ErrorResponse | None, now: Now) -> Outcome:
    """Handle an error response, or (None) a time-out."""
    state, pending = take(state, identity)
    match pending:
        case None:
            return state, ()
        case Pending(request=SessionsList()) if error_response is not None and error_response.missing_scope:
            return login.scope_missing(state, now)
        case Pending(request=SessionsList()):
            return polling.reading_failed(state, now), ()
        case Pending(request=SessionsPatch() as patch):
            state, effects = switching.request_failed(state, patch, error_response)
            if error_response is None:  # it may have been switched all the same
                state = _read_back(state, now)
            state, more = prompts.model_set(state, patch, error_response, None, now)
            return state, effects + more
        case Pending(request=Agent() as request):
            return prompts.request_failed(state, request.idempotency_key, error_response, now)
        case Pending(request=AgentWait() as request):
            return prompts.wait_answered(state, request.run_id, None, now)
        case Pending(request=ChatHistory() as request):
            return prompts.history_read(state, request.key, None)
        case Pending(request=request) if isinstance(request, actions.ActionRequest):
            return actions.request_failed(state, request, error_response, now)
        case Pending(request=request) if isinstance(request, approvals.DecisionRequest):
            return approvals.request_failed(state, request, error_response, now)
        case Pending(request=RestartRequest()):
            return gateway_control.request_failed(state, error_response)
        case Pending(request=UsageCost() | SessionsUsage() | UsageStatus() as request):
            return usage.request_failed(state, request, error_response, now)
        case _:
            return state, ()


def on_not_sent(state: State, identity: str, now: Now) -> Outcome:
    """Handle a request of which not one byte was sent."""
    state, pending = take(state, identity)
    match pending:
        case Pending(request=Agent() as request):
            return prompts.request_not_sent(state, request.idempotency_key)
        case Pending(request=SessionsPatch() as request):
            return switching.request_not_sent(state, request)
        case Pending(request=request) if isinstance(request, actions.ActionRequest):
            return actions.request_not_sent(state, request, now)
        case Pending(request=request) if isinstance(request, approvals.DecisionRequest):
            return approvals.request_not_sent(state, request)
        case Pending(request=RestartRequest()):
            return gateway_control.request_not_sent(state)
        case _:
            return state, ()


def _read_back(state: State, now: Now) -> State:
    return polling.schedule(state, now, polling.AFTER_SWITCH_SECONDS if state.mode is Mode.LIVE else 0.0)


def _wait_longer(pending: Pending, identity: str, now: Now) -> Pending:
    if pending.id != identity:
        return pending
    return replace(pending, due_at=now.mono + 2 * (prompts.RUN_TIMEOUT_SECONDS + prompts.GRACE_SECONDS))
