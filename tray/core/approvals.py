"""What waits for the person's word: commands that an agent wants to run, and devices that want in.

Each is told once. A word is given by a click, sent once, and never sent again by itself: it was taken, or
came too late, or it is not known what became of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from tray.core.effects import Effect, Notify
from tray.core.errors import ActionError
from tray.core.model.approvals import Approval, ApprovalStatus
from tray.core.model.clock import Now
from tray.core.model.connection import Mode
from tray.core.model.history import History
from tray.core.model.notifications import ApprovalFinished, ApprovalWaiting
from tray.core.outcome import Outcome
from tray.core.requests import error_of, is_pending, refusal, send
from tray.core.state import State
from tray.protocol.approvals import (
    ApprovalResolved,
    ApprovalSubject,
    Decision,
    ExecApprovalList,
    ExecApprovalResolve,
    ExecRequest,
    ExecRequests,
    PairingApprove,
    PairingList,
    PairingReject,
    PairingRequests,
    is_gone,
)
from tray.protocol.frames import ErrorResponse, Request
from tray.values import replace

MAX_ENDED = 20
"""Ended ones remembered; the oldest go first."""
_HISTORY: History[Approval] = History(
    MAX_ENDED,
    lambda approval: (approval.profile, approval.id),
    lambda approval: not approval.state.waits,
)
MAX_WAITING = 100
"""Waiting ones taken in; a gateway that wants more words than that is not in its right mind."""
MIN_SHOWN_SECONDS = 10.0
"""Seconds for which one that the gateway lists is shown, whatever the clocks say of its end."""

DecisionRequest = ExecApprovalResolve | PairingApprove | PairingReject
"""The requests that give a word."""
_REVIVED = (ApprovalStatus.UNKNOWN, ApprovalStatus.GONE, ApprovalStatus.EXPIRED)
"""What waits all the same where the gateway lists it: our word was not heard, or we let it go too early."""
REQUESTS: tuple[type[Request], ...] = (ExecApprovalList, PairingList)


def start(state: State, now: Now) -> Outcome:
    """There is a connection; somebody who only glances in asks for what waits by himself."""
    return read(state, now) if state.mode is Mode.LIVE else (state, ())


def read(state: State, now: Now) -> Outcome:
    """Ask what waits, as far as this connection may know."""
    effects: tuple[Effect, ...] = ()
    if lists_commands(state):
        state, effects = send(state, ExecApprovalList(), now)
    state, more = send(state, PairingList(), now)
    return state, effects + more


def may_decide(state: State) -> ActionError | None:
    """Why no word can be given, nor seen what waits for one; None if both is so."""
    return refusal(state, ExecApprovalResolve)


def lists_commands(state: State) -> bool:
    """Whether this gateway can say which commands wait, and not only tell of each when it comes."""
    return state.connection.hello is not None and ExecApprovalList.method in state.connection.hello.methods


def is_read(state: State) -> bool:
    """Nothing that was asked about it is still to be answered."""
    return not any(is_pending(state, kind) for kind in REQUESTS)


def waiting(state: State) -> tuple[Approval, ...]:
    """What waits for a word that can be given now, the oldest first."""
    if may_decide(state) is not None:
        return ()
    return tuple(approval for approval in _of_profile(state) if approval.state.waits)


def request_received(state: State, request: ApprovalSubject, now: Now) -> Outcome:
    """The gateway tells of one. One that is known is known."""
    if _find(state, request.id) is not None or len(waiting(state)) >= MAX_WAITING:
        return state, ()
    due_at = None
    if isinstance(request, ExecRequest) and request.created_ms is not None and request.expires_ms is not None:
        due_at = now.mono + max(MIN_SHOWN_SECONDS, (request.expires_ms - request.created_ms) / 1000)
    return _add(state, request, due_at)


def listed(state: State, answer: ExecRequests | PairingRequests, now: Now) -> Outcome:
    """The gateway says which wait: take in what is new, and let go what somebody else has decided."""
    ids = {request.id for request in answer.requests}
    for approval in _of_profile(state):
        if isinstance(approval.request, ExecRequest) is not isinstance(answer, ExecRequests):
            continue
        if approval.state is ApprovalStatus.WAITING and approval.id not in ids:
            state = _put(state, replace(approval, state=ApprovalStatus.GONE))
        elif approval.state in _REVIVED and approval.id in ids:
            state = _put(state, replace(approval, state=ApprovalStatus.WAITING, due_at=None))
    effects: tuple[Effect, ...] = ()
    for request in _unknown(state, answer.requests):
        state, more = _add(state, request, _ends_at(request, now))
        effects += more
    return state, effects


def resolution_received(state: State, event: ApprovalResolved) -> State:
    """Somebody gave the word: we, or another."""
    approval = _find(state, event.id)
    if approval is None or not approval.state.waits:
        return state
    asked = approval.state is ApprovalStatus.DECISION_SENT
    ours = asked and event.decision in (None, _announced_decision(approval))
    if asked and not ours:
        return state  # another was quicker: the answer to our word says so, and that is told
    return _put(state, replace(approval, state=ApprovalStatus.DECIDED if ours else ApprovalStatus.GONE))


def decide(state: State, identity: str, decision: Decision, now: Now) -> Outcome:
    """Give the word, once. One click more, while it is under way, says nothing."""
    known = _find(state, identity)
    approval = known or Approval(state.settings.profile, ExecRequest(identity))
    if approval.state is not ApprovalStatus.WAITING:
        return state, ()
    request = _decision_request(approval.request, decision)
    error = refusal(state, request)
    approval = replace(approval, decision=decision, error=error, detail="")
    if error is not None:
        return _ended(state, approval)
    if known is None and lists_commands(state):
        return _ended(state, replace(approval, state=ApprovalStatus.GONE))
    return send(_put(state, replace(approval, state=ApprovalStatus.DECISION_SENT)), request, now)


def answer_accepted(state: State, request: DecisionRequest) -> State:
    """The gateway took the word."""
    approval = _sent(state, request)
    return state if approval is None else _put(state, replace(approval, state=ApprovalStatus.DECIDED))


def request_failed(
    state: State, request: DecisionRequest, error_response: ErrorResponse | None, now: Now
) -> Outcome:
    """It did not, or (None) never said: then it may have, and is asked what still waits."""
    approval = _sent(state, request)
    if approval is None:
        return state, ()
    if error_response is None:
        unknown = replace(approval, state=ApprovalStatus.UNKNOWN, error=ActionError.NO_REPLY)
        state, effects = _ended(state, unknown)
        state, more = read(state, now)
        return state, effects + more
    if is_gone(error_response.message):
        return _ended(state, replace(approval, state=ApprovalStatus.GONE))
    error = error_of(error_response)
    return _ended(
        state, replace(approval, state=ApprovalStatus.WAITING, error=error, detail=error_response.message)
    )


def request_not_sent(state: State, request: DecisionRequest) -> Outcome:
    """Not one byte of it left."""
    approval = _sent(state, request)
    if approval is None:
        return state, ()
    return _ended(state, replace(approval, state=ApprovalStatus.WAITING, error=ActionError.OFFLINE))


def connection_lost(state: State) -> Outcome:
    """The connection broke: whether a word under way was heard is not known before the next one."""
    effects: tuple[Effect, ...] = ()
    for approval in state.approvals:
        if approval.state is ApprovalStatus.DECISION_SENT:
            unknown = replace(approval, state=ApprovalStatus.UNKNOWN, error=ActionError.OFFLINE)
            state, more = _ended(state, unknown)
            effects += more
    return state, effects


def tick(state: State, now: Now) -> Outcome:
    """Nobody waits for it any more."""
    for approval in state.approvals:
        over = approval.due_at is not None and now.mono >= approval.due_at
        if over and approval.state is ApprovalStatus.WAITING:
            state = _put(state, replace(approval, state=ApprovalStatus.EXPIRED))
    return state, ()


def deadline(state: State) -> float | None:
    """When `tick` will next have something to do (mono)."""
    due = (a.due_at for a in state.approvals if a.state is ApprovalStatus.WAITING and a.due_at is not None)
    return min(due, default=None)


def _decision_request(request: ApprovalSubject, decision: Decision) -> DecisionRequest:
    if isinstance(request, ExecRequest):
        return ExecApprovalResolve(request.id, decision)
    return PairingReject(request.id) if decision is Decision.DENY else PairingApprove(request.id)


def _announced_decision(approval: Approval) -> Decision | None:
    """Our word as an event repeats it: of a device it only says whether it was let in."""
    if isinstance(approval.request, ExecRequest) or approval.decision is Decision.DENY:
        return approval.decision
    return Decision.ALLOW_ONCE


def _ends_at(request: ApprovalSubject, now: Now) -> float | None:
    """When a listed one expires (mono); None where our clock calls over what the gateway says still waits."""
    if not isinstance(request, ExecRequest) or request.expires_ms is None or request.expires_ms <= now.ms:
        return None
    return now.mono + max(MIN_SHOWN_SECONDS, (request.expires_ms - now.ms) / 1000)


def _of_profile(state: State) -> tuple[Approval, ...]:
    return tuple(a for a in state.approvals if a.profile == state.settings.profile)


def _find(state: State, identity: str) -> Approval | None:
    return _HISTORY.find(state.approvals, (state.settings.profile, identity))


def _unknown(state: State, requests: Sequence[ApprovalSubject]) -> tuple[ApprovalSubject, ...]:
    room = max(0, MAX_WAITING - len(waiting(state)))
    return tuple(request for request in requests if _find(state, request.id) is None)[:room]


def _sent(state: State, request: DecisionRequest) -> Approval | None:
    approval = _find(state, request.id)
    return approval if approval is not None and approval.state is ApprovalStatus.DECISION_SENT else None


def _add(state: State, request: ApprovalSubject, due_at: float | None) -> Outcome:
    approval = Approval(state.settings.profile, request, due_at=due_at)
    notified = state.mode is Mode.LIVE  # who glances in has asked, and is shown all of it
    return _put(state, approval), (Notify(ApprovalWaiting(approval)),) if notified else ()


def _put(state: State, approval: Approval) -> State:
    return replace(state, approvals=_HISTORY.put(state.approvals, approval, in_place=approval.state.waits))


def _ended(state: State, approval: Approval) -> Outcome:
    """What became of a word that was not simply taken is told: somebody believes that it was."""
    return _put(state, approval), (Notify(ApprovalFinished(approval)),)
