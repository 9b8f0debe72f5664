from __future__ import annotations

import pytest

from tests.core.playbook import ASK, MAIN, NEW, NOON_MS, OLD, OTHER, WATCH, Playbook, row
from tests.parts import having
from tray.core import approvals, requests
from tray.core.commands import Decide, ReadApprovals
from tray.core.effects import LogIn
from tray.core.events import (
    CommandReceived,
    ConnectionDropped,
    EventReceived,
    LoggedIn,
    ReplyReceived,
    RequestFailed,
    RequestNotSent,
    SettingsRead,
    SocketOpened,
)
from tray.core.model import (
    ActionError,
    Approval,
    ApprovalFinished,
    ApprovalStatus,
    ApprovalUse,
    ApprovalWaiting,
    Mode,
    Prompt,
)
from tray.protocol.approvals import (
    ApprovalRequested,
    ApprovalResolved,
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
)
from tray.protocol.frames import Challenge, ErrorResponse
from tray.protocol.handshake import CONTROL_SCOPES
from tray.protocol.requests import Done
from tray.protocol.runs import RunWaits
from tray.values import replace

CAN = replace(NEW, methods=NEW.methods | {"exec.approval.list"})
COMMAND = ExecRequest(
    "c1", "rm -rf build", session_key=MAIN, created_ms=NOON_MS, expires_ms=NOON_MS + 120_000
)
DEVICE = PairingRequest("d1", "laptop")
ONCE, DENY = Decision.ALLOW_ONCE, Decision.DENY
WORDS = {
    (COMMAND, ONCE): ExecApprovalResolve("c1", ONCE),
    (COMMAND, DENY): ExecApprovalResolve("c1", DENY),
    (DEVICE, ONCE): PairingApprove("d1"),
    (DEVICE, DENY): PairingReject("d1"),
}
each_word = pytest.mark.parametrize(("request_", "decision"), WORDS)


def known(play) -> Approval:
    return play.state.gateway.approvals[-1]


@pytest.fixture
def able(play):
    """Connected, and nothing waits."""
    play.decides = True
    play.up(row(used=20_000), hello=CAN)
    play.answer(ExecApprovalList, ExecRequests(()))
    play.answer(PairingList, PairingRequests(()))
    return play


@pytest.fixture
def asked(able):
    """A command waits."""
    able >> EventReceived(ApprovalRequested(COMMAND)) << ApprovalWaiting(known(able))
    return able


def again(play, *, commands=(), devices=()):
    """The connection breaks, stands again, and the gateway says what waits."""
    play >> ConnectionDropped(None, "")
    play.skip()
    play.up(row(used=20_000), hello=CAN)
    play.answer(ExecApprovalList, ExecRequests(tuple(commands)))
    return play


def test_what_waits_is_asked_for_with_each_connection(play):
    play.decides = True
    sent = play.connect(CAN).skip()
    assert sent[-2:] == [ExecApprovalList(), PairingList()]


def test_a_release_without_a_list_is_asked_for_devices_alone(play):
    play.decides = True
    assert play.connect(OLD).skip()[-1] == PairingList()
    assert not approvals.lists_commands(play.state)


@pytest.mark.parametrize("level", [WATCH, ASK])
def test_below_control_nothing_is_asked_and_nothing_is_seen(level):
    play = Playbook(**level)
    play.decides = True
    sent = play.connect(CAN).skip()
    assert not any(isinstance(request, approvals.REQUESTS) for request in sent)
    assert approvals.may_decide(play.state) is ActionError.LEVEL
    assert approvals.waiting(play.state) == ()


def test_a_one_shot_reads_approvals_on_command_without_notifications():
    play = Playbook(mode=Mode.ONE_SHOT)
    play.decides = True
    play.up(row(used=20_000), hello=CAN)
    play >> CommandReceived(ReadApprovals()) << ExecApprovalList() << PairingList()
    assert not approvals.is_read(play.state)
    play.answer(ExecApprovalList, ExecRequests((COMMAND,)))
    play.answer(PairingList, PairingRequests(()))
    assert approvals.is_read(play.state)
    assert [approval.request for approval in approvals.waiting(play.state)] == [COMMAND]


def test_each_request_is_reported_once(asked):
    asked >> EventReceived(ApprovalRequested(COMMAND))
    again(asked, commands=[COMMAND])
    assert [approval.request for approval in approvals.waiting(asked.state)] == [COMMAND]


def test_what_came_while_disconnected_is_reported_after_the_login(able):
    again(able, commands=[COMMAND]) << ApprovalWaiting(known(able))
    able.answer(PairingList, PairingRequests((DEVICE,))) << ApprovalWaiting(known(able))
    assert [approval.request for approval in approvals.waiting(able.state)] == [COMMAND, DEVICE]


def test_what_was_decided_while_disconnected_is_gone(asked):
    again(asked)
    assert approvals.waiting(asked.state) == ()
    assert known(asked).state is ApprovalStatus.GONE


def test_a_list_of_the_one_kind_says_nothing_of_the_other(asked):
    asked >> EventReceived(ApprovalRequested(DEVICE)) << ApprovalWaiting(known(asked))
    again(asked, commands=[COMMAND])
    assert [approval.request for approval in approvals.waiting(asked.state)] == [COMMAND, DEVICE]
    asked.answer(PairingList, PairingRequests(()))
    assert [approval.request for approval in approvals.waiting(asked.state)] == [COMMAND]


def test_a_request_decided_elsewhere_waits_no_longer(asked):
    asked >> EventReceived(ApprovalResolved("c1", DENY))
    assert known(asked).state is ApprovalStatus.GONE
    asked >> EventReceived(ApprovalResolved("c1", DENY))
    asked >> EventReceived(ApprovalResolved("other", DENY))
    assert approvals.waiting(asked.state) == ()


def test_it_expires_when_the_gateway_said(asked):
    assert known(asked).due_at == asked.mono + 120.0
    while approvals.waiting(asked.state) and asked.mono < 1119.0:
        asked.wait(min(30.0, 1119.0 - asked.mono)).skip()
        asked.read(row(used=20_000))
    assert approvals.waiting(asked.state) != ()
    asked.wait(1.0).skip()
    assert known(asked).state is ApprovalStatus.EXPIRED


def test_what_is_listed_is_shown_even_if_the_clocks_say_that_it_is_over(able):
    late = replace(COMMAND, expires_ms=NOON_MS - 60_000)
    again(able, commands=[late]) << ApprovalWaiting(known(able))
    assert known(able).due_at is None
    able.wait(approvals.MIN_SHOWN_SECONDS + 5).skip()
    assert known(able).state is ApprovalStatus.WAITING


@pytest.mark.parametrize("state", [ApprovalStatus.GONE, ApprovalStatus.EXPIRED, ApprovalStatus.UNKNOWN])
def test_what_is_still_listed_waits_again_and_is_not_reported_again(able, state):
    able.state = replace(
        able.state,
        gateway=replace(
            able.state.gateway, approvals=(Approval("default", COMMAND, state=state, due_at=1.0),)
        ),
    )
    able.state, effects = approvals.listed(able.state, ExecApprovalList(), ExecRequests((COMMAND,)), able.now)
    assert (known(able).state, known(able).due_at, effects) == (ApprovalStatus.WAITING, None, ())
    endless = replace(COMMAND, id="c2", expires_ms=None)
    able >> EventReceived(ApprovalRequested(endless)) << ApprovalWaiting(known(able))
    assert known(able).due_at is None


@each_word
def test_a_decision_is_sent_once_and_accepted(able, request_, decision):
    able >> EventReceived(ApprovalRequested(request_)) << ApprovalWaiting(known(able))
    word = WORDS[request_, decision]
    able >> CommandReceived(Decide(request_.id, decision)) << word
    able >> CommandReceived(Decide(request_.id, ONCE))
    assert known(able).state is ApprovalStatus.DECISION_SENT
    able.answer(type(word), Done())
    assert (known(able).state, known(able).decision) == (ApprovalStatus.DECIDED, decision)
    assert approvals.waiting(able.state) == ()
    able >> CommandReceived(Decide(request_.id, decision))


@each_word
def test_the_event_may_come_before_the_answer(able, request_, decision):
    able >> EventReceived(ApprovalRequested(request_)) << ApprovalWaiting(known(able))
    able >> CommandReceived(Decide(request_.id, decision)) << WORDS[request_, decision]
    able >> EventReceived(ApprovalResolved(request_.id, decision))
    assert known(able).state is ApprovalStatus.DECIDED
    able.answer(type(WORDS[request_, decision]), Done())
    assert known(able).state is ApprovalStatus.DECIDED


def test_a_decision_made_elsewhere_first_is_reported(asked):
    asked >> CommandReceived(Decide("c1", ONCE)) << WORDS[COMMAND, ONCE]
    asked >> EventReceived(ApprovalResolved("c1", DENY))
    asked.decline(ExecApprovalResolve, ErrorResponse("INVALID_REQUEST", "approval already resolved"))
    assert known(asked).state is ApprovalStatus.GONE
    asked << ApprovalFinished(known(asked))


def test_a_late_decision_is_reported(asked):
    asked >> CommandReceived(Decide("c1", ONCE)) << WORDS[COMMAND, ONCE]
    asked.decline(ExecApprovalResolve, ErrorResponse("INVALID_REQUEST", "unknown approval id"))
    asked << ApprovalFinished(known(asked))
    assert known(asked).state is ApprovalStatus.GONE


def test_a_code_says_that_it_is_gone_in_other_words(asked):
    asked >> CommandReceived(Decide("c1", ONCE)) << WORDS[COMMAND, ONCE]
    gone = ErrorResponse("INVALID_REQUEST", "no such request", "APPROVAL_NOT_FOUND")
    asked.decline(ExecApprovalResolve, gone) << ApprovalFinished(known(asked))
    assert known(asked).state is ApprovalStatus.GONE


def test_what_nobody_could_read_is_not_allowed_but_may_be_denied(able):
    able >> EventReceived(ApprovalRequested(ExecRequest("c2", " "))) << ApprovalWaiting(known(able))
    able >> CommandReceived(Decide("c2", ONCE)) << ApprovalFinished(known(able))
    assert (known(able).state, known(able).error) == (ApprovalStatus.WAITING, ActionError.BLANK_COMMAND)
    able >> CommandReceived(Decide("c2", DENY)) << ExecApprovalResolve("c2", DENY)


def test_a_refused_decision_may_be_repeated(asked):
    (
        asked
        >> CommandReceived(Decide("c1", Decision.ALLOW_ALWAYS))
        << ExecApprovalResolve("c1", Decision.ALLOW_ALWAYS)
    )
    asked.decline(ExecApprovalResolve, ErrorResponse("INVALID_REQUEST", "invalid decision"))
    asked << ApprovalFinished(known(asked))
    refused = known(asked)
    assert (refused.state, refused.error, refused.detail) == (
        ApprovalStatus.WAITING,
        ActionError.GATEWAY,
        "invalid decision",
    )
    asked >> CommandReceived(Decide("c1", ONCE)) << WORDS[COMMAND, ONCE]
    assert known(asked).error is None


def test_a_decision_that_was_not_sent_may_be_repeated(asked):
    asked >> CommandReceived(Decide("c1", ONCE)) << WORDS[COMMAND, ONCE]
    asked >> RequestNotSent(asked.pending(ExecApprovalResolve).id) << ApprovalFinished(known(asked))
    assert (known(asked).state, known(asked).error) == (ApprovalStatus.WAITING, ActionError.OFFLINE)


def test_the_list_shows_the_result_of_an_unanswered_decision(asked):
    asked >> CommandReceived(Decide("c1", ONCE)) << WORDS[COMMAND, ONCE]
    (
        asked.wait(requests.TIMEOUT_SECONDS)
        << ApprovalFinished(known(asked))
        << ExecApprovalList()
        << PairingList()
    )
    assert (known(asked).state, known(asked).error) == (ApprovalStatus.UNKNOWN, ActionError.NO_REPLY)
    asked.answer(ExecApprovalList, ExecRequests((COMMAND,)))
    assert known(asked).state is ApprovalStatus.WAITING


@pytest.mark.parametrize("still", [True, False])
def test_a_connection_that_breaks_leaves_it_unknown_until_the_next_one(asked, still):
    asked >> CommandReceived(Decide("c1", ONCE)) << WORDS[COMMAND, ONCE]
    asked >> ConnectionDropped(None, "")
    effects = asked.skip()
    assert ApprovalFinished(known(asked)) in effects
    assert (known(asked).state, known(asked).error) == (ApprovalStatus.UNKNOWN, ActionError.OFFLINE)
    asked.up(row(used=20_000), hello=CAN)
    asked.answer(ExecApprovalList, ExecRequests((COMMAND,) if still else ()))
    assert known(asked).state is (ApprovalStatus.WAITING if still else ApprovalStatus.UNKNOWN)


def test_answers_to_what_is_no_longer_under_way_mean_nothing(asked):
    asked >> CommandReceived(Decide("c1", ONCE)) << WORDS[COMMAND, ONCE]
    asked >> EventReceived(ApprovalResolved("c1", ONCE))
    before = asked.state.gateway.approvals
    asked >> RequestNotSent(asked.pending(ExecApprovalResolve).id)
    assert asked.state.gateway.approvals == before


def test_a_decision_on_what_no_longer_waits(able):
    able >> CommandReceived(Decide("c9", ONCE)) << ApprovalFinished(known(able))
    assert known(able).state is ApprovalStatus.GONE
    assert (known(able).error, known(able).detail) == (ActionError.NO_SUCH_APPROVAL, "c9")


def test_an_id_is_found_by_its_beginning_but_a_whole_one_comes_first(asked):
    for identity in ("c10", "c102", "d1"):
        asked >> EventReceived(ApprovalRequested(ExecRequest(identity, "ls")))
        asked.skip()
    found = [
        [approval.id for approval in approvals.matching(asked.state, given)]
        for given in ("c1", "c", "c10", "d", "x")
    ]
    assert found == [["c1"], ["c1", "c10", "c102"], ["c10"], ["d1"], []]


def test_where_there_is_no_list_the_gateway_says_whether_it_waits(play):
    play.up(row(used=20_000), hello=OLD)
    play >> CommandReceived(Decide("c9", ONCE)) << ExecApprovalResolve("c9", ONCE)
    play.decline(ExecApprovalResolve, ErrorResponse("INVALID_REQUEST", "unknown approval id"))
    play << ApprovalFinished(known(play))
    assert known(play).state is ApprovalStatus.GONE


def test_below_control_nothing_is_decided():
    play = Playbook(**WATCH)
    play.up(row(used=20_000), hello=CAN)
    play >> CommandReceived(Decide("c1", ONCE)) << ApprovalFinished(known(play))
    assert known(play).error is ActionError.LEVEL


def test_another_profile_has_its_own(asked):
    settings = replace(asked.state.settings, profile="other")
    asked >> SettingsRead(settings)
    asked.skip()
    assert asked.state.gateway.approvals == ()


def test_what_cannot_be_decided_here_is_neither_kept_nor_reported():
    play = Playbook(**WATCH)
    play.up(row(used=20_000), hello=CAN)
    play >> EventReceived(ApprovalRequested(COMMAND))
    play >> EventReceived(ApprovalRequested(DEVICE))
    assert play.silent().state.gateway.approvals == ()


def test_a_decision_that_is_not_offered_is_not_sent(able):
    only_deny = replace(COMMAND, decisions=(DENY,))
    able >> EventReceived(ApprovalRequested(only_deny)) << ApprovalWaiting(known(able))
    able >> CommandReceived(Decide("c1", ONCE)) << ApprovalFinished(known(able))
    assert (known(able).state, known(able).error) == (ApprovalStatus.WAITING, ActionError.NOT_OFFERED)
    able >> CommandReceived(Decide("c1", DENY)) << ExecApprovalResolve("c1", DENY)


def test_the_number_of_waiting_requests_is_limited(able):
    many = [ExecRequest(f"c{number}", "ls") for number in range(approvals.MAX_WAITING + 5)]
    for request in many:
        able >> EventReceived(ApprovalRequested(request))
        able.skip()
    assert len(approvals.waiting(able.state)) == approvals.MAX_WAITING
    again(able, commands=many)
    assert len(approvals.waiting(able.state)) == approvals.MAX_WAITING
    for request in many:
        able >> EventReceived(ApprovalResolved(request.id, DENY))
    assert len(able.state.gateway.approvals) == approvals.MAX_ENDED


def test_a_list_that_was_not_read_is_no_empty_one(able):
    able >> CommandReceived(ReadApprovals()) << ExecApprovalList() << PairingList()
    able.decline(ExecApprovalList, ErrorResponse("UNAVAILABLE", "locked"))
    assert able.state.gateway.approvals_error == (ActionError.GATEWAY, "locked")
    able.answer(PairingList, PairingRequests(()))
    able >> CommandReceived(Decide("c1", ONCE)) << ExecApprovalResolve("c1", ONCE)
    able >> CommandReceived(ReadApprovals()) << ExecApprovalList() << PairingList()
    assert able.state.gateway.approvals_error is None
    able >> RequestFailed(able.pending(PairingList).id, None)
    assert able.state.gateway.approvals_error == (ActionError.NO_REPLY, "")


def test_what_waits_is_known_only_once_every_list_was_answered(play):
    play.decides = True
    play.up(row(used=20_000), hello=CAN)
    assert not approvals.are_known(play.state)
    play.answer(ExecApprovalList, ExecRequests(()))
    assert not approvals.are_known(play.state)
    play.answer(PairingList, PairingRequests(()))
    assert approvals.are_known(play.state)
    play >> ConnectionDropped(None, "")
    play.skip()
    play.up(row(used=20_000), hello=CAN)
    assert not approvals.are_known(play.state)


@pytest.mark.parametrize(
    ("refusal", "known"),
    [
        (ErrorResponse("INVALID_REQUEST", "unknown method: device.pair.list"), True),
        (ErrorResponse("UNAVAILABLE", "locked"), False),
    ],
)
def test_a_list_that_is_refused_is_not_an_empty_one_unless_the_gateway_has_none(play, refusal, known):
    play.decides = True
    play.up(row(used=20_000), hello=CAN)
    play.answer(ExecApprovalList, ExecRequests(()))
    play.decline(PairingList, refusal)
    assert approvals.are_known(play.state) is known


@pytest.mark.parametrize(
    ("use", "lists", "caps"),
    [(ApprovalUse.NONE, 0, ()), (ApprovalUse.READ, 2, ()), (ApprovalUse.AWAIT, 0, ("exec-approvals",))],
)
def test_a_command_reads_approvals_or_waits_for_them_if_it_is_made_for_that(use, lists, caps):
    play = Playbook(mode=Mode.ONE_SHOT)
    play.decides = True
    play.state = having(play.state, approval_use=use)
    play.dial() >> SocketOpened(play.connection.attempt)
    play >> EventReceived(Challenge("nonce", 1)) << LogIn("nonce", 1, CONTROL_SCOPES, caps)
    play >> LoggedIn(CAN)
    assert len([request for request in play.skip() if isinstance(request, approvals.REQUESTS)]) == lists


def test_a_prompt_waits_for_what_its_run_or_its_session_waits_for(asked):
    prompt = Prompt("run", MAIN, "list the files")
    assert approvals.awaited(asked.state, prompt) == ("c1",)
    for identity in ("c1", "c7"):
        asked >> EventReceived(RunWaits("run", MAIN, identity))
    assert approvals.awaited(asked.state, prompt) == ("c1", "c7")
    asked >> EventReceived(RunWaits("run", MAIN, None))
    assert approvals.awaited(asked.state, Prompt("run", OTHER, "list the files")) == ()


def test_no_flood_of_runs_that_wait_is_remembered(able):
    for number in range(approvals.MAX_WAITING + 5):
        able >> EventReceived(RunWaits(f"run-{number}", MAIN, "c1"))
    assert len(able.state.gateway.run_approvals) == approvals.MAX_WAITING


ALL = replace(
    CAN,
    methods=CAN.methods
    | {"plugin.approval.list", "openclaw.approval.list", "question.list", "node.pair.list"},
)
PLUGIN = ExecRequest("p1", "Send mail", kind=RequestKind.PLUGIN)
SYSTEM = ExecRequest("s1", "Fix", kind=RequestKind.SYSTEM_AGENT)
ASKS = ExecRequest("q1", "Which?", session_key=MAIN, decisions=(), kind=RequestKind.QUESTION)
NODE = PairingRequest("n1", "phone", node=True)


@pytest.fixture
def full():
    """A command that has read all that waits on a release with every list."""
    play = Playbook(mode=Mode.ONE_SHOT)
    play.decides = True
    play.up(row(used=20_000), hello=ALL)
    play >> CommandReceived(ReadApprovals())
    play.skip()
    for kind, answer in (
        (PluginApprovalList, ExecRequests((PLUGIN,))),
        (SystemApprovalList, ExecRequests((SYSTEM,))),
        (QuestionList, ExecRequests((ASKS,))),
        (NodePairingList, PairingRequests((NODE,))),
    ):
        play.answer(kind, answer)
    assert not approvals.are_known(play.state)
    for pending in play.state.pending:
        empty = PairingRequests(()) if isinstance(pending.request, PairingList) else ExecRequests(())
        play >> ReplyReceived(pending.id, empty)
    return play


def test_every_list_of_the_gateway_is_read_and_says_nothing_of_the_others(full):
    assert approvals.are_known(full.state)
    assert {approval.id for approval in approvals.waiting(full.state)} == {"p1", "s1", "q1", "n1"}


@pytest.mark.parametrize(
    ("identity", "decision", "request_"),
    [
        ("p1", ONCE, PluginApprovalResolve("p1", ONCE)),
        ("s1", DENY, SystemApprovalResolve("s1", DENY)),
        ("n1", ONCE, NodePairingApprove("n1")),
        ("n1", DENY, NodePairingReject("n1")),
    ],
)
def test_each_kind_is_decided_on_by_its_own_request(full, identity, decision, request_):
    full >> CommandReceived(Decide(identity, decision)) << request_
    full.answer(type(request_), Done())
    assert identity not in {approval.id for approval in approvals.waiting(full.state)}


@pytest.mark.parametrize("decision", [ONCE, DENY])
def test_a_question_has_no_yes_or_no(full, decision):
    full >> CommandReceived(Decide("q1", decision)) << ApprovalFinished
    (question,) = approvals.matching(full.state, "q1")
    assert (question.state, question.error) == (ApprovalStatus.WAITING, ActionError.QUESTION)
