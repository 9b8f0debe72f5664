"""Approvals: commands that an agent wants to run, and devices that ask for access.

Each is reported once. A decision is sent once, by a click, and never repeated: it was accepted, or came too
late, or its result is unknown.
"""

from collections.abc import Sequence

from tray.core.effects import Notify
from tray.core.feature import Feature, Handler
from tray.core.model import (
    ActionError,
    Approval,
    ApprovalFinished,
    ApprovalStatus,
    ApprovalUse,
    ApprovalWaiting,
    History,
    Mode,
    Now,
    Prompt,
)
from tray.core.requests import error_of, is_pending, refusal, send
from tray.core.state import Outcome, State, for_each
from tray.protocol.approvals import (
    ApprovalResolved,
    ApprovalSubject,
    Decision,
    ExecApprovalList,
    ExecApprovalResolve,
    ExecRequest,
    ExecRequests,
    NodePairingApprove,
    NodePairingList,
    NodePairingReject,
    PairingApprove,
    PairingList,
    PairingReject,
    PairingRequest,
    PairingRequests,
    PluginApprovalList,
    PluginApprovalResolve,
    QuestionList,
    RequestKind,
    SystemApprovalList,
    SystemApprovalResolve,
    is_blank,
    is_gone,
)
from tray.protocol.frames import ErrorResponse
from tray.protocol.requests import AnyRequest, Done
from tray.protocol.runs import RunWaits
from tray.protocol.usage import unknown_method
from tray.values import replace

MAX_ENDED = 20
"""Ended ones to keep; the oldest are dropped first."""
_HISTORY: History[Approval] = History(
    MAX_ENDED,
    lambda approval: (approval.profile, approval.id),
    lambda approval: not approval.state.waits,
)
MAX_WAITING = 100
"""Waiting ones to accept; no sane gateway needs more."""
MIN_SHOWN_SECONDS = 10.0
"""Seconds for which a listed request is shown, even if the clocks say that it expired."""

ListRequest = ExecApprovalList | PairingList  # also of plugins, questions and nodes
"""The requests that list what waits."""
DecisionRequest = ExecApprovalResolve | PairingApprove | PairingReject
"""The requests that send a decision."""
_REVIVED = (ApprovalStatus.UNKNOWN, ApprovalStatus.GONE, ApprovalStatus.EXPIRED)
"""A listed request waits again: our decision was lost, or the request was dropped too early."""
REQUESTS: tuple[type[AnyRequest], ...] = (ExecApprovalList, PairingList)
_REQUEST_LISTS = (ExecApprovalList, PluginApprovalList, SystemApprovalList, QuestionList)
_DEVICE_LISTS = (PairingList, NodePairingList)
_DECISIONS: tuple[type[DecisionRequest], ...] = (
    ExecApprovalResolve,
    PluginApprovalResolve,
    SystemApprovalResolve,
    PairingApprove,
    PairingReject,
    NodePairingApprove,
    NodePairingReject,
)


def start(state: State, now: Now) -> Outcome:
    """Read what waits after a login, except in a command that does not show it."""
    state = _with_lists(state, frozenset())
    wanted = state.mode is Mode.LIVE or state.process.approval_use is ApprovalUse.READ
    return read(state, now) if wanted else (state, ())


def read(state: State, now: Now) -> Outcome:
    """Request what waits, as far as this connection may know."""
    state = replace(state, gateway=replace(state.gateway, approvals_error=None))
    return for_each(state, _lists(state), lambda state, request: send(state, request, now))


def may_decide(state: State) -> ActionError | None:
    """Return why nothing can be decided or read here; None if it can."""
    return refusal(state, ExecApprovalResolve)


def lists_commands(state: State) -> bool:
    """Return whether this gateway can list waiting commands, and not only announce new ones."""
    return state.connection.hello is not None and ExecApprovalList.method in state.connection.hello.methods


def is_read(state: State) -> bool:
    """Return whether all lists were answered."""
    return not any(is_pending(state, kind) for kind in REQUESTS)


def are_known(state: State) -> bool:
    """Return whether it is known what waits: every list that this gateway has was answered."""
    methods = {request.method for request in _lists(state)}
    return may_decide(state) is None and methods <= state.gateway.approvals_read


def waiting(state: State) -> tuple[Approval, ...]:
    """Return what waits and can be decided now, oldest first."""
    if may_decide(state) is not None:
        return ()
    return tuple(approval for approval in _of_profile(state) if approval.state.waits)


def run_waits(state: State, push: RunWaits) -> State:
    """Note which approval a run waits for."""
    waits = {run: each for run, each in state.gateway.run_approvals.items() if run != push.run_id}
    if push.approval_id is not None:
        waits[push.run_id] = push.approval_id
    waits = dict(list(waits.items())[-MAX_WAITING:])
    return replace(state, gateway=replace(state.gateway, run_approvals=waits))


def awaited(state: State, prompt: Prompt) -> tuple[str, ...]:
    """Return the ids of approvals that a prompt waits for, also those that only its own run shows."""
    in_session = (a.id for a in waiting(state) if getattr(a.request, "session_key", None) == prompt.key)
    by_run = state.gateway.run_approvals.get(prompt.id)
    return tuple(dict.fromkeys((*in_session, *((by_run,) if by_run is not None else ()))))


def matching(state: State, identity: str) -> tuple[Approval, ...]:
    """Return what waits under this id, or else under ids that begin with it."""
    exact = tuple(approval for approval in waiting(state) if approval.id == identity)
    return exact or tuple(approval for approval in waiting(state) if approval.id.startswith(identity))


def request_received(state: State, request: ApprovalSubject, now: Now) -> Outcome:
    """Add a request that the gateway announced, unless it is known, or cannot be decided here anyway."""
    if may_decide(state) is not None or not _unknown(state, (request,)):
        return state, ()
    due_at = None
    if isinstance(request, ExecRequest) and request.created_ms is not None and request.expires_ms is not None:
        due_at = now.mono + max(MIN_SHOWN_SECONDS, (request.expires_ms - request.created_ms) / 1000)
    return _add(state, request, due_at)


def listed(state: State, request: ListRequest, answer: ExecRequests | PairingRequests, now: Now) -> Outcome:
    """Add the new requests of a list, and drop those that somebody else has decided."""
    state = _with_lists(state, state.gateway.approvals_read | {request.method})
    ids = {each.id for each in answer.requests}
    for approval in _of_profile(state):
        if _list_of(approval.request) is not type(request):
            continue
        if approval.state is ApprovalStatus.WAITING and approval.id not in ids:
            state = _put(state, replace(approval, state=ApprovalStatus.GONE))
        elif approval.state in _REVIVED and approval.id in ids:
            state = _put(state, replace(approval, state=ApprovalStatus.WAITING, due_at=None))
    new = _unknown(state, answer.requests)
    return for_each(state, new, lambda state, each: _add(state, each, _ends_at(each, now)))


def list_failed(
    state: State, request: ListRequest, error_response: ErrorResponse | None, _now: Now
) -> Outcome:
    """Note why it is not known what waits, unless this gateway has no such list; None is a time-out."""
    read = state.gateway.approvals_read
    if error_response is not None and unknown_method(error_response):
        return _with_lists(state, read | {request.method}), ()
    error = error_of(error_response), "" if error_response is None else error_response.message
    state = _with_lists(state, read - {request.method})
    return replace(state, gateway=replace(state.gateway, approvals_error=error)), ()


def resolution_received(state: State, event: ApprovalResolved) -> State:
    """Note a decision that the gateway announced, ours or not."""
    approval = _find(state, event.id)
    if approval is None or not approval.state.waits:
        return state
    asked = approval.state is ApprovalStatus.DECISION_SENT
    ours = asked and event.decision in (None, _announced_decision(approval))
    if asked and not ours:
        return state  # somebody else was faster; the response to our decision reports it
    return _put(state, replace(approval, state=ApprovalStatus.DECIDED if ours else ApprovalStatus.GONE))


def decide(state: State, identity: str, decision: Decision, now: Now) -> Outcome:
    """Send a decision, once. Further clicks are ignored while it is in progress."""
    known = _find(state, identity)
    approval = known or Approval(state.settings.profile, ExecRequest(identity))
    if approval.state is not ApprovalStatus.WAITING:
        return state, ()
    request = _decision_request(approval.request, decision)
    error = refusal(state, request) or (_barred(approval.request, decision) if known else None)
    approval = replace(approval, decision=decision, error=error, detail="")
    if error is not None:
        return _ended(state, approval)
    if known is None and lists_commands(state) and are_known(state):
        return _ended(state, _gone(approval))
    return send(_put(state, replace(approval, state=ApprovalStatus.DECISION_SENT)), request, now)


def answer_accepted(state: State, request: DecisionRequest, _answer: Done, _now: Now) -> Outcome:
    """Note that the gateway accepted the decision."""
    approval = _sent(state, request)
    if approval is None:
        return state, ()
    return _put(state, replace(approval, state=ApprovalStatus.DECIDED)), ()


def request_failed(
    state: State, request: DecisionRequest, error_response: ErrorResponse | None, now: Now
) -> Outcome:
    """Handle an error response, or (None) a time-out: then read again what still waits."""
    approval = _sent(state, request)
    if approval is None:
        return state, ()
    if error_response is None:
        unknown = replace(approval, state=ApprovalStatus.UNKNOWN, error=ActionError.NO_REPLY)
        state, effects = _ended(state, unknown)
        state, more = read(state, now)
        return state, effects + more
    if is_gone(error_response.message, error_response.detail):
        return _ended(state, _gone(approval))
    error = error_of(error_response)
    return _ended(
        state, replace(approval, state=ApprovalStatus.WAITING, error=error, detail=error_response.message)
    )


def request_not_sent(state: State, request: DecisionRequest, _now: Now) -> Outcome:
    """Handle a decision of which not one byte was sent."""
    approval = _sent(state, request)
    if approval is None:
        return state, ()
    return _ended(state, replace(approval, state=ApprovalStatus.WAITING, error=ActionError.OFFLINE))


def connection_lost(state: State, _now: Now) -> Outcome:
    """Handle the loss of the connection: the result of a decision in progress is unknown."""
    sent = (
        approval for approval in state.gateway.approvals if approval.state is ApprovalStatus.DECISION_SENT
    )
    unknown = (replace(each, state=ApprovalStatus.UNKNOWN, error=ActionError.OFFLINE) for each in sent)
    return for_each(state, unknown, _ended)


def tick(state: State, now: Now) -> Outcome:
    """Expire requests."""
    for approval in state.gateway.approvals:
        over = approval.due_at is not None and now.mono >= approval.due_at
        if over and approval.state is ApprovalStatus.WAITING:
            state = _put(state, replace(approval, state=ApprovalStatus.EXPIRED))
    return state, ()


def deadline(state: State) -> float | None:
    """Return when `tick` is due (mono)."""
    due = (
        a.due_at
        for a in state.gateway.approvals
        if a.state is ApprovalStatus.WAITING and a.due_at is not None
    )
    return min(due, default=None)


def _lists(state: State) -> tuple[ListRequest, ...]:
    """Return the lists that this gateway has: every release has that of devices."""
    methods = frozenset[str]() if state.connection.hello is None else state.connection.hello.methods
    kinds = (*_REQUEST_LISTS, *_DEVICE_LISTS)
    return tuple(each() for each in kinds if each.method in methods or each is PairingList)


def _list_of(request: ApprovalSubject) -> type[ListRequest]:
    """Return the list in which such a request waits."""
    if isinstance(request, PairingRequest):
        return NodePairingList if request.node else PairingList
    return {
        RequestKind.COMMAND: ExecApprovalList,
        RequestKind.PLUGIN: PluginApprovalList,
        RequestKind.SYSTEM_AGENT: SystemApprovalList,
        RequestKind.QUESTION: QuestionList,
    }[request.kind]


def _with_lists(state: State, read: frozenset[str]) -> State:
    return replace(state, gateway=replace(state.gateway, approvals_read=read))


def _decision_request(request: ApprovalSubject, decision: Decision) -> DecisionRequest:
    if isinstance(request, ExecRequest):
        resolve = {
            RequestKind.PLUGIN: PluginApprovalResolve,
            RequestKind.SYSTEM_AGENT: SystemApprovalResolve,
        }.get(request.kind, ExecApprovalResolve)
        return resolve(request.id, decision)
    if decision is Decision.DENY:
        return NodePairingReject(request.id) if request.node else PairingReject(request.id)
    return NodePairingApprove(request.id) if request.node else PairingApprove(request.id)


def _barred(request: ApprovalSubject, decision: Decision) -> ActionError | None:
    """Return why a request may not be decided so: it is blank, a question, or does not offer that."""
    if not isinstance(request, ExecRequest):
        return None
    if request.kind is RequestKind.QUESTION:
        return ActionError.QUESTION
    if is_blank(request.command) and decision is not Decision.DENY:
        return ActionError.BLANK_COMMAND
    return None if decision in request.decisions else ActionError.NOT_OFFERED


def _gone(approval: Approval) -> Approval:
    """End a decision that came too late; nobody knows what waited if only its id was given."""
    gone = replace(approval, state=ApprovalStatus.GONE)
    if approval.request != ExecRequest(approval.id):
        return gone
    return replace(gone, error=ActionError.NO_SUCH_APPROVAL, detail=approval.id)


def _announced_decision(approval: Approval) -> Decision | None:
    """Return our decision as the event repeats it: for a device only whether it was accepted."""
    if isinstance(approval.request, ExecRequest) or approval.decision is Decision.DENY:
        return approval.decision
    return Decision.ALLOW_ONCE


def _ends_at(request: ApprovalSubject, now: Now) -> float | None:
    if not isinstance(request, ExecRequest) or request.expires_ms is None or request.expires_ms <= now.ms:
        return None
    return now.mono + max(MIN_SHOWN_SECONDS, (request.expires_ms - now.ms) / 1000)


def _of_profile(state: State) -> tuple[Approval, ...]:
    return tuple(a for a in state.gateway.approvals if a.profile == state.settings.profile)


def _find(state: State, identity: str) -> Approval | None:
    return _HISTORY.find(state.gateway.approvals, (state.settings.profile, identity))


def _unknown(state: State, requests: Sequence[ApprovalSubject]) -> tuple[ApprovalSubject, ...]:
    room = max(0, MAX_WAITING - sum(approval.state.waits for approval in state.gateway.approvals))
    return tuple(request for request in requests if _find(state, request.id) is None)[:room]


def _sent(state: State, request: DecisionRequest) -> Approval | None:
    approval = _find(state, request.id)
    return approval if approval is not None and approval.state is ApprovalStatus.DECISION_SENT else None


def _add(state: State, request: ApprovalSubject, due_at: float | None) -> Outcome:
    approval = Approval(state.settings.profile, request, due_at=due_at)
    is_reported = state.mode is Mode.LIVE  # a command shows all of it
    return _put(state, approval), (Notify(ApprovalWaiting(approval)),) if is_reported else ()


def _put(state: State, approval: Approval) -> State:
    return replace(
        state,
        gateway=replace(
            state.gateway,
            approvals=_HISTORY.put(state.gateway.approvals, approval, in_place=approval.state.waits),
        ),
    )


def _ended(state: State, approval: Approval) -> Outcome:
    return _put(state, approval), (Notify(ApprovalFinished(approval)),)


FEATURE = Feature(
    tick=tick,
    deadline=deadline,
    connected=start,
    disconnected=connection_lost,
    handlers=(
        *(Handler(each, ExecRequests, listed, list_failed) for each in _REQUEST_LISTS),
        *(Handler(each, PairingRequests, listed, list_failed) for each in _DEVICE_LISTS),
        *(Handler(each, Done, answer_accepted, request_failed, request_not_sent) for each in _DECISIONS),
    ),
)
