from __future__ import annotations

import pytest

from tests.core.playbook import ALPHA, BETA, MAIN, NEW, OLD, SIDE, Playbook, old_row, row
from tray.core import requests
from tray.core.commands import (
    Ask,
    Compact,
    Decide,
    NewSession,
    ReadUsage,
    RestartGateway,
    SetThinking,
    StopRun,
    UseModel,
)
from tray.core.events import CommandReceived, EventReceived, ReplyReceived, RequestFailed, RequestNotSent
from tray.core.model import (
    ActionError,
    ActionFinished,
    ActionStatus,
    ApprovalFinished,
    ApprovalStatus,
    ApprovalWaiting,
    FailureKind,
    GatewayControlFinished,
    GatewayControlStatus,
    Mode,
    PromptStatus,
    SwitchFailed,
    SwitchStatus,
)
from tray.protocol.approvals import (
    ApprovalRequested,
    Decision,
    ExecApprovalResolve,
    ExecRequest,
    PairingList,
    PairingRequest,
    PairingRequests,
)
from tray.protocol.frames import ErrorResponse
from tray.protocol.models import AllowList, Catalogue, ConfigGet, ModelsList
from tray.protocol.requests import Done
from tray.protocol.restart import Restarting, RestartRequest
from tray.protocol.runs import (
    Accepted,
    Agent,
    AgentWait,
    ChatHistory,
    Finished,
    RunStarted,
    Transcript,
    Waited,
)
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
from tray.protocol.usage import (
    DailyCost,
    Quotas,
    SessionsUsage,
    UsageBreakdown,
    UsageCost,
    UsageStatus,
)
from tray.values import replace


def test_an_answer_of_the_wrong_kind_is_taken_off_the_list(play):
    play.up().ask_for_reading()
    play.answer(SessionsList, Finished("?"))
    play.ask_for_reading()
    play.answer(SessionsList, Patched(MAIN, None, None))
    assert play.state.pending == ()


def test_an_accepted_prompt_may_take_its_time(play):
    play.up()
    play >> CommandReceived(Ask("hello")) << Agent
    other = play.ask_for_reading().pending(SessionsList)
    play.answer(Agent, Accepted(play.prompt().id))
    assert play.pending(Agent).due_at > play.mono + 1000.0
    assert play.pending(SessionsList) == other


def test_another_request_that_is_accepted_waits_too(play):
    play.up().ask_for_reading()
    play.answer(SessionsList, Accepted("run"))
    assert play.pending(SessionsList) is not None


def test_requests_that_time_out_or_are_declined(play):
    play.connect(OLD) << SessionsList(200) << ModelsList() << ConfigGet()
    play.decline(ModelsList, ErrorResponse("UNAVAILABLE", "no"))
    assert play.pending(ModelsList) is None
    play.wait(requests.TIMEOUT_SECONDS) << SessionsList(200)
    assert [type(p.request) for p in play.state.pending if not p.late] == [SessionsList]


NO = ErrorResponse("UNAVAILABLE", "no")


def test_responses_go_to_the_feature_that_sent_the_request(play):
    play.connect(OLD).skip()
    play.answer(ConfigGet, AllowList(("fake/beta",)))
    play.answer(ModelsList, Catalogue((ALPHA, BETA)))
    play.answer(SessionsList, SessionList("fake/alpha", 200_000, (old_row(used=20_000),)))
    assert play.state.gateway.allowed == {"fake/beta"}
    assert play.state.gateway.models == (ALPHA, BETA)
    assert play.session().usage.used == 20_000


def test_a_switch_that_was_confirmed_or_timed_out_is_read_back(play):
    play.up(row(used=20_000))
    play >> CommandReceived(UseModel("fake/beta")) << SessionsPatch(MAIN, "fake/beta")
    play.answer(SessionsPatch, Patched(MAIN, "fake/beta", "fake/beta"))
    assert play.state.profile.switches[-1].state is SwitchStatus.CONFIRMED
    play.wait(2.0) << SessionsList(200)
    play.answer(SessionsList, SessionList("fake/alpha", 200_000, (row(used=20_000, model="fake/beta"),)))
    play >> CommandReceived(UseModel(None)) << SessionsPatch(MAIN, None)
    play.decline(SessionsPatch, NO) << SwitchFailed(MAIN, None, ActionError.GATEWAY, "no")
    play >> CommandReceived(UseModel(None)) << SessionsPatch(MAIN, None)
    play.wait(requests.TIMEOUT_SECONDS) << SwitchFailed(MAIN, None, ActionError.UNCONFIRMED, "")
    play.wait(2.0) << SessionsList(200)


@pytest.mark.parametrize("mode", [Mode.LIVE, Mode.WITH_MODELS])
def test_a_command_that_waits_reads_a_switch_back_at_once(mode):
    play = Playbook(mode=mode).up(row(used=20_000))
    play >> CommandReceived(UseModel("fake/beta")) << SessionsPatch
    play.answer(SessionsPatch, Patched(MAIN, "fake/beta", "fake/beta"))
    if mode is Mode.WITH_MODELS:
        play.wait(0.0) << SessionsList(200)
    play.silent()


def test_a_prompt_is_followed_to_its_end_whatever_is_answered(play):
    play.up()
    play >> CommandReceived(Ask("hello")) << Agent
    play.decline(Agent, NO)
    assert play.prompt().state is PromptStatus.FAILED
    play >> CommandReceived(Ask("hello")) << Agent
    play.wait(30.0).skip()
    play.answer(AgentWait, Waited(None)) << ChatHistory(SIDE)
    play.answer(ChatHistory, Transcript(()))
    assert play.prompt().state is PromptStatus.UNKNOWN
    play >> CommandReceived(Ask("hello")) << Agent
    play.wait(30.0).skip()
    play.decline(AgentWait, NO) << ChatHistory(SIDE)
    play.decline(ChatHistory, NO)
    assert play.prompt().state is PromptStatus.UNKNOWN


def test_a_request_that_was_not_sent_did_nothing(play):
    play.up(row(used=20_000))
    play >> CommandReceived(Ask("hello")) << Agent
    play >> RequestNotSent(play.pending(Agent).id)
    assert play.prompt().state is PromptStatus.WAITING
    play >> CommandReceived(UseModel("fake/beta")) << SessionsPatch
    play >> RequestNotSent(play.pending(SessionsPatch).id) << SwitchFailed
    play.ask_for_reading()
    play >> RequestNotSent(play.pending(SessionsList).id)
    play >> RequestNotSent("unheard of")
    assert play.state.pending == ()


def test_a_reading_that_is_declined_is_a_matter_of_rights_or_of_time(play):
    play.up().ask_for_reading()
    play.decline(SessionsList, NO)
    play.wait(5.0) << SessionsList(200)
    play.decline(SessionsList, ErrorResponse("INVALID_REQUEST", "missing scope: operator.read"))
    assert play.connection.failure.kind is FailureKind.SCOPE
    play.skip()


@pytest.mark.parametrize(
    "event", [ReplyReceived("?", Finished("")), RequestFailed("?", NO), RequestNotSent("?")]
)
def test_a_reply_to_nothing_changes_nothing(play, event):
    play.up()
    before = play.state
    play >> event
    assert play.state == before


# ---- actions on sessions ----

CAN = replace(NEW, methods=NEW.methods | {"sessions.abort", RestartRequest.method})
ACTIONS = [
    (Compact(MAIN), SessionsCompact(MAIN), Compacted(done=True)),
    (NewSession(MAIN), SessionsReset(MAIN), Done()),
    (StopRun(MAIN), SessionsAbort(MAIN), Stopped(any_stopped=True)),
    (SetThinking(MAIN, "low"), ThinkingPatch(MAIN, "low"), ThinkingSet("low")),
]
each_action = pytest.mark.parametrize(("command", "request_", "answer"), ACTIONS)


def act(play, command, request):
    play.up(row(used=20_000, thinking_levels=("off", "low")), hello=CAN)
    return play >> CommandReceived(command) << request


@each_action
def test_an_action_is_done_once_it_is_answered(play, command, request_, answer):
    act(play, command, request_).answer(type(request_), answer)
    assert play.state.profile.actions[-1].state is ActionStatus.DONE
    play.skip()


@each_action
def test_an_action_that_is_declined_has_failed(play, command, request_, answer):
    act(play, command, request_).decline(type(request_), NO) << ActionFinished
    assert play.state.profile.actions[-1].state is ActionStatus.FAILED


@each_action
def test_an_action_that_was_not_sent_has_failed(play, command, request_, answer):
    act(play, command, request_) >> RequestNotSent(play.pending(type(request_)).id) << ActionFinished
    assert play.state.profile.actions[-1].error is ActionError.OFFLINE


def test_a_stop_command_is_followed_by_the_end_of_the_run(play):
    play.up(row(used=20_000, active=True), hello=OLD)
    play >> EventReceived(RunStarted("run", MAIN))
    play >> CommandReceived(StopRun(MAIN)) << ChatAbort(MAIN)
    play.answer(ChatAbort, Stopped(any_stopped=False)) << StopCommand
    play.answer(StopCommand, Done())
    assert play.state.profile.actions[-1].due_at is not None


# ---- prompts ----


def test_a_prompt_that_answers_at_once_is_over(play):
    play.up()
    play >> CommandReceived(Ask("hello")) << Agent
    play.answer(Agent, Finished("hi"))
    assert (play.prompt().state, play.prompt().answer) == (PromptStatus.ANSWERED, "hi")


# ---- approvals ----

COMMAND = ExecRequest("c1", "ls")


def decided(play):
    """One command waits, and was denied here."""
    play.decides = True
    play.up()
    play.answer(PairingList, PairingRequests(()))
    play >> EventReceived(ApprovalRequested(COMMAND)) << ApprovalWaiting
    return play >> CommandReceived(Decide("c1", Decision.DENY)) << ExecApprovalResolve("c1", Decision.DENY)


def test_waiting_approvals_are_read_from_the_list(play):
    play.decides = True
    play.up()
    play.answer(PairingList, PairingRequests((PairingRequest("d1", "laptop"),))) << ApprovalWaiting
    assert [approval.id for approval in play.state.gateway.approvals] == ["d1"]


def test_a_decision_that_is_accepted_is_final(play):
    decided(play).answer(ExecApprovalResolve, Done())
    assert play.state.gateway.approvals[-1].state is ApprovalStatus.DECIDED


def test_a_decision_that_is_declined_or_not_sent_leaves_the_request_waiting(play):
    decided(play).decline(ExecApprovalResolve, NO) << ApprovalFinished
    assert play.state.gateway.approvals[-1].error is ActionError.GATEWAY
    play >> CommandReceived(Decide("c1", Decision.DENY)) << ExecApprovalResolve
    play >> RequestNotSent(play.pending(ExecApprovalResolve).id) << ApprovalFinished
    assert play.state.gateway.approvals[-1].error is ActionError.OFFLINE
    assert play.state.gateway.approvals[-1].state is ApprovalStatus.WAITING


# ---- restarting the gateway ----


def restarting(play):
    play.up(hello=CAN)
    return play >> CommandReceived(RestartGateway()) << RestartRequest()


def test_a_restart_that_is_accepted_is_on_its_way(play):
    restarting(play).answer(RestartRequest, Restarting("2 runs"))
    assert play.state.profile.gateway_control.state is GatewayControlStatus.ACCEPTED


def test_a_restart_that_is_declined_or_not_sent_has_failed(play):
    restarting(play).decline(RestartRequest, NO) << GatewayControlFinished
    assert play.state.profile.gateway_control.error is ActionError.GATEWAY
    play >> CommandReceived(RestartGateway()) << RestartRequest()
    play >> RequestNotSent(play.pending(RestartRequest).id) << GatewayControlFinished
    assert play.state.profile.gateway_control.error is ActionError.OFFLINE


# ---- usage ----


def test_usage_is_kept_as_far_as_it_was_answered(play):
    play.spends = True
    play.up()
    play >> CommandReceived(ReadUsage()) << UsageCost << SessionsUsage << UsageStatus
    play.answer(UsageCost, DailyCost({}))
    play.answer(SessionsUsage, UsageBreakdown({}))
    play.answer(UsageStatus, Quotas())
    totals = play.state.gateway.usage_totals
    assert (totals.daily_cost, totals.breakdown, totals.quotas) == (
        DailyCost({}),
        UsageBreakdown({}),
        Quotas(),
    )
    play >> CommandReceived(ReadUsage()) << UsageCost << SessionsUsage << UsageStatus
    play.decline(UsageCost, NO)
    assert play.state.gateway.usage_totals.refused == {UsageCost.method: NO}
