"""What `update` hands to whom, and what holds after any sequence of events, plausible or not."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.playbook import (
    ALPHA,
    ASK,
    BETA,
    FAR,
    HERE,
    MAIN,
    NEW,
    NOON_MS,
    OLD,
    OTHER,
    PLAIN,
    SIDE,
    WATCH,
    Playbook,
    at_level,
    old_row,
    row,
)
from tray.core import approvals, persistence
from tray.core.commands import (
    Ask,
    AskAgain,
    AskInWindow,
    Compact,
    CopyText,
    Decide,
    KeepDraft,
    KeepModel,
    NewSession,
    OpenDashboard,
    OpenLink,
    OpenLog,
    OpenMenu,
    OpenPanel,
    OpenSettings,
    Pin,
    Quit,
    ReadApprovals,
    ReadChannels,
    ReadUsage,
    Reconnect,
    Refresh,
    RestartGateway,
    SendDraft,
    SetAutostart,
    SetNotifications,
    SetThinking,
    ShowDiagnostics,
    ShowIconSettings,
    ShowPage,
    Snooze,
    SnoozeUntil,
    StartGateway,
    StopPrompt,
    StopRun,
    StopRuns,
    UseModel,
)
from tray.core.effects import Notify, RunCli, SaveState, Send
from tray.core.events import (
    AutostartRead,
    ClipboardRead,
    CommandReceived,
    ConnectionDropped,
    DiagnosticsReady,
    DialFailed,
    EventReceived,
    GatewayCliFinished,
    IconShown,
    LoggedIn,
    LoginRefused,
    NotificationDeferred,
    ReplyReceived,
    RequestFailed,
    RequestNotSent,
    Resumed,
    SecondStart,
    SettingsRead,
    SettingsSaved,
    SocketOpened,
    TargetResolved,
    Tick,
    UserReturned,
)
from tray.core.model import (
    ActionError,
    ActionStatus,
    ApprovalStatus,
    AwaitingChallenge,
    Confidence,
    ConnectionFailure,
    Dialing,
    Digest,
    Discovering,
    FailureKind,
    GatewayNotFound,
    GatewayUp,
    LoggingIn,
    Mode,
    Page,
    PromptStatus,
    SaveFailed,
    StaleReason,
    SwitchStatus,
    ThresholdCrossed,
)
from tray.core.notifications import delivery
from tray.core.update import deadline, update
from tray.i18n.words import message
from tray.protocol.approvals import (
    ApprovalRequested,
    ApprovalResolved,
    Decision,
    ExecApprovalList,
    ExecApprovalResolve,
    ExecRequest,
    ExecRequests,
    PairingApprove,
    PairingList,
    PairingReject,
    PairingRequest,
    PairingRequests,
)
from tray.protocol.channels import Channels, ChannelsStatus, ChannelTrouble
from tray.protocol.cron import CronChanged, CronFinished, CronJob, CronList, CronPage
from tray.protocol.frames import (
    Challenge,
    ErrorResponse,
    Heartbeat,
    InvalidFrame,
    SessionsChanged,
    ShuttingDown,
    Unknown,
)
from tray.protocol.models import AllowList, Catalogue, ConfigGet, ModelsList
from tray.protocol.requests import READ, Done
from tray.protocol.restart import Restarting, RestartRequest
from tray.protocol.runs import (
    Accepted,
    Agent,
    AgentWait,
    ChatHistory,
    ChatStopped,
    Compacting,
    FellBack,
    Finished,
    Message,
    Receipt,
    RunEnded,
    RunStarted,
    RunText,
    RunWaits,
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
from tray.protocol.sessions import (
    Patched,
    SessionList,
    SessionRead,
    SessionsDescribe,
    SessionsList,
    SessionsPatch,
    SessionsSearch,
    SessionsSubscribe,
)
from tray.protocol.usage import (
    DailyCost,
    Quota,
    Quotas,
    SessionsUsage,
    Totals,
    UsageBreakdown,
    UsageCost,
    UsageStatus,
)
from tray.settings.settings import Level, Settings
from tray.values import replace

# ---- what the system tells ----


@pytest.mark.parametrize(("mode", "times"), [(Mode.LIVE, 1), (Mode.ONE_SHOT, 0)])
def test_whether_it_starts_at_sign_in_is_read_at_the_start_of_a_tray(mode, times):
    play = Playbook(mode=mode)
    play.up(row(used=20_000))
    play.wait(300.0).skip()
    assert play.autostart_read == times


# ---- memory ----


def test_what_must_survive_is_saved_when_it_changes_and_only_then(play):
    play.up(row(used=20_000))
    assert play.saved == []
    play >> CommandReceived(Pin(MAIN))
    assert len(play.saved) == 1
    play.read(row(used=20_000))
    assert len(play.saved) == 1
    play.read(row(used=160_000)) << ThresholdCrossed
    assert len(play.saved) == 2


def test_a_command_saves_its_own_switch_and_no_verdict_on_an_older_one():
    tray = Playbook().up(old_row(used=20_000), hello=OLD)
    tray >> CommandReceived(UseModel("fake/beta")) << SessionsPatch(MAIN, "fake/beta")
    tray.answer(SessionsPatch, Patched(MAIN, "fake/beta", None))
    command = Playbook(mode=Mode.WITH_MODELS)
    command.state = persistence.load(command.state, tray.saved[-1])
    command.up(old_row(used=21_000, model="fake/beta"), hello=OLD)
    assert [switch.state for switch in command.state.profile.switches] == [SwitchStatus.VERIFIED]
    assert command.saved == []
    command >> CommandReceived(UseModel("fake/alpha")) << SessionsPatch(MAIN, "fake/alpha")
    command.answer(SessionsPatch, Patched(MAIN, None, "fake/alpha"))
    assert len(command.saved) == 1


# ---- answers and events out of turn ----


@pytest.mark.parametrize(
    "event",
    [
        ReplyReceived("unheard of", Finished("")),
        ReplyReceived("unheard of", Accepted("run")),
        RequestFailed("unheard of", ErrorResponse("UNAVAILABLE", "no")),
        RequestNotSent("unheard of"),
        EventReceived(Unknown("cron")),
        EventReceived(InvalidFrame("not JSON")),
        EventReceived(Heartbeat("tick")),
    ],
)
def test_unexpected_replies_change_nothing(play, event):
    play.up(row(used=20_000))
    before = play.state
    play >> event
    assert play.state == before


# ---- any sequence of events ----

ABLE = replace(NEW, methods=NEW.methods | {"sessions.abort", "exec.approval.list", RestartRequest.method})
RUN_IDS = ("run", *(f"clawtray-5eed-{serial}" for serial in range(1, 12)))
KEYS = (MAIN, OTHER, SIDE, "agent:main:cron:1")
FAILURES = (
    ErrorResponse("INVALID_REQUEST", "unknown method: usage.cost"),
    ErrorResponse(
        "INVALID_REQUEST", "invalid sessions.usage params: at root: unexpected property 'agentScope'"
    ),
    ErrorResponse("UNAVAILABLE", "no"),
    ErrorResponse("INVALID_REQUEST", "missing scope: operator.read"),
    ErrorResponse("INVALID_REQUEST", "unauthorized: gateway token mismatch"),
    ErrorResponse("NOT_PAIRED", "pairing required", "PAIRING_REQUIRED", request_id="r"),
    ErrorResponse("UNAVAILABLE", "too often", "AUTH_RATE_LIMITED", retry_after=0.0),
    ErrorResponse("INVALID_REQUEST", "protocol mismatch", expected_protocol=5),
)

run_ids, keys = st.sampled_from(RUN_IDS), st.sampled_from(KEYS)
maybe_keys = st.none() | keys
models = st.sampled_from((None, "fake/alpha", "fake/beta", "bee"))
failures = st.sampled_from(FAILURES)
texts = st.sampled_from(("", "hello", "other", "{date}"))
targets = st.sampled_from((HERE, FAR, PLAIN))
chosen = st.builds(
    Settings,
    profile=st.sampled_from(("default", "other")),
    profiles=st.sampled_from((Settings().profiles, WATCH["profiles"], ASK["profiles"])),
    warning=st.sampled_from((20.0, 75.0)),
)
rows = st.builds(
    row,
    keys,
    st.sampled_from((None, 0, 30_000, 60_000, 150_000, 190_000, 300_000)),
    session_id=st.sampled_from((None, "first", "second")),
    model=models,
    fresh=st.sampled_from((None, True, False)),
    context_limit=st.sampled_from((None, 64_000, 200_000)),
    last_run_tokens=st.integers(0, 2),
    has_run=st.booleans(),
    active=st.booleans(),
    background=st.booleans(),
    thinking_levels=st.sampled_from(((), ("off", "low"))),
    updated_ms=st.sampled_from((None, 0, NOON_MS)),
)
hellos = st.sampled_from(
    (NEW, ABLE, OLD, replace(NEW, scopes=frozenset()), replace(NEW, scopes=frozenset({READ})))
)
listings = st.lists(rows, max_size=4, unique_by=lambda listed: listed.key).map(tuple)
lists = st.builds(SessionList, models, st.sampled_from((None, 200_000)), listings, st.booleans())
found = st.builds(SessionRead, st.none() | rows, st.booleans())
moments = st.sampled_from((None, NOON_MS, NOON_MS * 2))
messages = st.builds(Message, from_user=st.booleans(), text=texts, at_ms=moments)

spent = st.dictionaries(st.sampled_from(("2026-03-01", "2026-03-02")), st.builds(Totals, st.integers(0, 3)))
quotas = st.builds(
    Quota,
    st.sampled_from(("anthropic", "zai")),
    st.just("Claude"),
    st.sampled_from(("5h", "Week")),
    st.sampled_from((10.0, 76.0, 95.0)),
    moments,
)

wanted = st.builds(
    ExecRequest,
    st.sampled_from(("a", "b", "c")),
    st.just("rm -rf build"),
    created_ms=st.none() | st.just(NOON_MS),
    expires_ms=st.none() | st.integers(NOON_MS - 1_000, NOON_MS + 100_000),
)
knocks = st.builds(PairingRequest, st.sampled_from(("d", "e")))
jobs = st.builds(CronJob, st.sampled_from("ab"), texts, st.sampled_from((0, 1, 3)), st.booleans())
ANSWERS = {
    SessionsList: lists,
    SessionsDescribe: found,
    SessionsSearch: found,
    ModelsList: st.just(Catalogue((ALPHA, BETA))),
    ConfigGet: st.just(AllowList(("fake/alpha",))),
    SessionsSubscribe: st.just(Done()),
    SessionsPatch: st.builds(Patched, keys, models, models),
    Agent: st.builds(Accepted, run_ids)
    | st.builds(
        Finished,
        text=texts,
        error=st.sampled_from((None, "401")),
        aborted=st.booleans(),
        zero_tokens=st.booleans(),
        model=models,
    ),
    SessionsCompact: st.builds(Compacted, st.booleans()),
    SessionsReset: st.just(Done()),
    SessionsAbort: st.builds(Stopped, st.booleans(), st.tuples(run_ids)),
    ChatAbort: st.builds(Stopped, st.booleans(), st.tuples(run_ids)),
    StopCommand: st.just(Done()),
    ThinkingPatch: st.builds(ThinkingSet, st.sampled_from((None, "low"))),
    AgentWait: st.builds(Waited, st.sampled_from((None, "ok", "error"))),
    ChatHistory: st.lists(messages, max_size=4).map(lambda turns: Transcript(tuple(turns))),
    ExecApprovalList: st.lists(wanted, max_size=3).map(lambda requests: ExecRequests(tuple(requests))),
    PairingList: st.lists(knocks, max_size=2).map(lambda requests: PairingRequests(tuple(requests))),
    **dict.fromkeys((ExecApprovalResolve, PairingApprove, PairingReject), st.just(Done())),
    RestartRequest: st.builds(Restarting, st.sampled_from(("", "2 runs"))),
    UsageCost: st.builds(DailyCost, spent, counting=st.booleans()),
    SessionsUsage: st.builds(UsageBreakdown, spent, counting=st.booleans()),
    CronList: st.builds(CronPage, st.lists(jobs, max_size=2).map(tuple), st.sampled_from((None, 50))),
    ChannelsStatus: st.sampled_from((Channels(), Channels((ChannelTrouble("telegram"),)))),
    UsageStatus: st.lists(quotas, max_size=2).map(lambda windows: Quotas(tuple(windows))),
}

pushes = st.one_of(
    st.sampled_from((Heartbeat("tick"), Unknown("cron"), InvalidFrame("?"), Challenge("nonce", None))),
    st.builds(SessionsChanged, maybe_keys),
    st.just(CronChanged()) | st.builds(CronFinished, jobs, st.booleans()),
    st.builds(ShuttingDown, st.sampled_from((None, 1.5, 100.0))),
    st.builds(RunStarted, run_ids, maybe_keys),
    st.builds(RunWaits, run_ids, maybe_keys, st.none() | run_ids),
    st.builds(
        FellBack,
        run_ids,
        maybe_keys,
        st.sampled_from((Receipt("fake/alpha", "fake/beta"), Receipt("fake/beta", "fake/beta"))),
        st.booleans(),
    ),
    st.builds(RunText, run_ids, maybe_keys, texts),
    st.builds(RunEnded, run_ids, maybe_keys, st.sampled_from((None, "401")), aborted=st.booleans()),
    st.builds(ChatStopped, run_ids, maybe_keys, st.sampled_from((None, "401"))),
    st.builds(Compacting, maybe_keys, st.booleans(), st.booleans()),
    st.builds(ApprovalRequested, wanted | knocks),
    st.builds(ApprovalResolved, st.sampled_from("abcde"), st.none() | st.sampled_from(Decision)),
)
commands = st.one_of(
    st.sampled_from(
        (
            Reconnect(),
            OpenMenu(),
            ReadUsage(),
            OpenDashboard(),
            OpenLink("https://docs.example/"),
            OpenSettings(),
            OpenLog(),
            ShowDiagnostics(),
            Refresh(),
            OpenPanel(),
            OpenPanel(Page.ASK),
            OpenPanel(Page.NOTIFICATIONS),
            ShowPage(Page.USAGE),
            RestartGateway(),
            StartGateway(),
            ShowIconSettings(),
            SetNotifications(on=True),
            SetNotifications(on=False),
            *map(Snooze, SnoozeUntil),
            Ask("{clipboard}", preset="Explain"),
            SetAutostart(on=True),
            Quit(),
        )
    ),
    st.builds(UseModel, models, maybe_keys),
    st.builds(KeepModel, keys),
    st.builds(Ask, texts, maybe_keys, models, st.sampled_from((None, "Greet"))),
    st.just(Ask("hello")),
    st.builds(AskInWindow, texts, maybe_keys, models, st.sampled_from((None, "", "Greet"))),
    st.builds(KeepDraft, texts),
    st.builds(ShowPage, st.just(Page.ASK), run_ids),
    st.builds(OpenPanel, st.just(Page.APPROVAL), st.sampled_from("abcde")),
    st.builds(AskAgain, run_ids),
    st.builds(SendDraft, run_ids),
    st.builds(Pin, maybe_keys),
    *(st.builds(kind, maybe_keys) for kind in (Compact, NewSession, StopRun)),
    st.builds(StopRuns, st.lists(keys, max_size=3).map(tuple)),
    st.builds(StopPrompt, run_ids),
    st.builds(SetThinking, keys, st.sampled_from((None, "low"))),
    st.builds(Decide, st.sampled_from("abcde"), st.sampled_from(Decision)),
    st.just(ReadApprovals()),
    st.just(ReadChannels()),
    st.builds(CopyText, keys),
    st.builds(OpenDashboard, maybe_keys),
)
asks = st.one_of(
    st.builds(Ask, texts, st.sampled_from((None, SIDE, MAIN)), st.sampled_from((None, None, "fake/beta"))),
    st.builds(AskAgain, run_ids),
    st.builds(UseModel, models, st.sampled_from((SIDE, MAIN))),
)
troubles = st.sampled_from((FailureKind.NOT_RUNNING, FailureKind.NOT_A_GATEWAY, FailureKind.TLS)).map(
    ConnectionFailure
)
attempts = st.integers(0, 4)
out_of_the_blue = st.one_of(
    st.sampled_from((Tick(), Resumed(), IconShown(), SecondStart(), AutostartRead(on=True), UserReturned())),
    st.builds(
        NotificationDeferred,
        st.sampled_from((GatewayUp(7.0), SaveFailed("why"), Digest((GatewayNotFound(), GatewayUp(9.0))))),
    ),
    st.builds(GatewayCliFinished, st.sampled_from((None, ActionError.CLI_FAILED, ActionError.OTHER_GATEWAY))),
    st.just(DiagnosticsReady("all is well")),
    pushes.map(EventReceived),
    commands.map(CommandReceived),
    st.builds(
        ClipboardRead,
        st.just(Ask("{clipboard}", preset="Explain")),
        st.sampled_from((None, "short", "long" * 2_000)),
    ),
    st.builds(SocketOpened, attempts),
    st.builds(DialFailed, attempts, troubles),
    st.builds(ConnectionDropped, st.sampled_from((None, 1000, 1008, 1012, 1013)), texts),
    st.builds(LoggedIn, hellos),
    st.builds(LoginRefused, failures),
    st.builds(
        TargetResolved,
        st.none() | targets,
        st.integers(0, 2),
        failure=st.none() | troubles,
        device_token=st.booleans(),
    ),
    st.builds(SettingsRead, chosen),
    st.builds(SettingsSaved, st.none() | st.just(message("no room"))),
    st.builds(ReplyReceived, st.sampled_from(("?", "r-5eed-1", "r-5eed-2")), st.one_of(*ANSWERS.values())),
    st.builds(RequestFailed, st.sampled_from(("?", "r-5eed-1", "r-5eed-2")), failures),
)


def onward(state, data):
    """The event that the connection waits for."""
    match state.connection.step:
        case Discovering():
            return TargetResolved(
                state.connection.target or data.draw(targets), state.connection.revision + 1
            )
        case Dialing():
            return SocketOpened(state.connection.attempt)
        case AwaitingChallenge():
            return EventReceived(Challenge("nonce", None))
        case LoggingIn():
            return LoggedIn(data.draw(st.sampled_from((NEW, ABLE, OLD))))
        case _:
            return Tick()


def click(state, data):
    """What somebody at the computer does."""
    return CommandReceived(data.draw(commands))


def blue(state, data):
    """Anything at all."""
    return data.draw(out_of_the_blue)


def reply(state, data):
    """What became of a request under way."""
    if not state.pending:
        return onward(state, data)
    pending = data.draw(st.sampled_from(state.pending))
    fate = data.draw(st.sampled_from(("answered", "answered", "answered", "declined", "unsent")))
    if fate == "declined":
        return RequestFailed(pending.id, data.draw(failures))
    if fate == "unsent":
        return RequestNotSent(pending.id)
    return ReplyReceived(pending.id, data.draw(ANSWERS[type(pending.request)]))


class Law:
    """What must hold after every event, whatever came before."""

    def __init__(self):
        self.ids = set()
        self.runs = Counter()

    def check(self, before, event, now, after, effects):
        sends = [effect for effect in effects if isinstance(effect, Send)]
        self._ids_are_never_reused(sends)
        self._every_send_is_pending_or_was_answered(before, event, now, after, sends)
        self._nothing_is_sent_beyond_the_level(before, after, sends)
        self._no_prompt_runs_twice(before, event, sends)
        self._nothing_is_done_to_a_session_without_a_click(event, sends)
        self._a_command_is_run_by_a_click_on_this_computer_alone(before, event, effects)
        self._a_session_has_one_action_of_each_kind(after)
        self._a_word_is_given_by_a_click_and_once(before, event, after, sends)
        self._no_notice_from_a_doubtful_figure(effects)
        self._offline_nothing_is_under_way(after)
        self._a_session_has_one_switch_in_force_and_one_wish(after)
        self._a_figure_long_unread_is_not_fresh(after)
        self._an_end_is_an_end(before, after)
        self._another_gateway_gets_no_prompt(before, after)
        self._deferred_alerts_are_shown_once(before, event, now, after, effects)
        self._a_tick_before_the_deadline_changes_nothing(after, now)
        self._no_deadline_is_left_behind(after, now)

    def _ids_are_never_reused(self, sends):
        for send in sends:
            assert send.id not in self.ids
            self.ids.add(send.id)

    def _every_send_is_pending_or_was_answered(self, before, event, now, after, sends):
        if not after.connected:
            return
        still = {pending.id for pending in after.pending}
        assert {send.id for send in sends} <= still
        if not before.connected:
            return
        for pending in before.pending:
            due = isinstance(event, Tick) and now.mono >= pending.due_at
            assert pending.id in still or pending.late or due or getattr(event, "id", None) == pending.id

    def _nothing_is_sent_beyond_the_level(self, before, after, sends):
        connection = (after if after.connected else before).connection
        for send in sends:
            assert send.request.scope in connection.step.requested_scopes
            if after.level is Level.WATCH:
                assert not send.request.spends
                assert send.request.scope == READ

    def _no_prompt_runs_twice(self, before, event, sends):
        if isinstance(event, RequestNotSent):
            pending = next((p for p in before.pending if p.id == event.id), None)
            if pending is not None and isinstance(pending.request, Agent):
                self.runs[pending.request.idempotency_key] -= 1
        self.runs.update(send.request.idempotency_key for send in sends if isinstance(send.request, Agent))
        assert all(count <= 1 for count in self.runs.values())

    def _nothing_is_done_to_a_session_without_a_click(self, event, sends):
        wishes = {
            SessionsCompact: (Compact,),
            SessionsReset: (NewSession,),
            ThinkingPatch: (SetThinking,),
            SessionsAbort: (StopRun, StopRuns, StopPrompt),
            ChatAbort: (StopRun, StopRuns, StopPrompt),
            RestartRequest: (RestartGateway,),
        }
        for send in sends:
            for request, clicked in wishes.items():
                if isinstance(send.request, request):
                    assert isinstance(event, CommandReceived)
                    assert isinstance(event.command, clicked)
            if isinstance(send.request, StopCommand):
                assert event == ReplyReceived(
                    event.id, Stopped(any_stopped=False, run_ids=event.answer.run_ids)
                )

    def _a_command_is_run_by_a_click_on_this_computer_alone(self, before, event, effects):
        for effect in effects:
            if isinstance(effect, RunCli):
                assert isinstance(event, CommandReceived)
                assert isinstance(event.command, RestartGateway | StartGateway)
                assert before.level is Level.CONTROL
                assert effect.target.is_loopback

    def _a_word_is_given_by_a_click_and_once(self, before, event, after, sends):
        words = [send.request for send in sends if isinstance(send.request, approvals.DecisionRequest)]
        assert all(isinstance(event, CommandReceived) and isinstance(event.command, Decide) for _ in words)
        assert len({(a.profile, a.id) for a in after.gateway.approvals}) == len(after.gateway.approvals)
        asked = [a for a in after.gateway.approvals if a.state is ApprovalStatus.DECISION_SENT]
        assert after.connected or not asked
        for word in words:
            known = [
                a
                for a in before.gateway.approvals
                if a.id == word.id and a.profile == before.settings.profile
            ]
            assert all(a.state is ApprovalStatus.WAITING for a in known)

    def _a_session_has_one_action_of_each_kind(self, after):
        kinds = Counter((action.profile, action.key, action.kind) for action in after.profile.actions)
        assert all(count == 1 for count in kinds.values())
        asked = [action for action in after.profile.actions if action.state is ActionStatus.REQUESTED]
        assert after.connected or not asked
        assert all((action.ended_at is None) is (action in asked) for action in after.profile.actions)

    def _no_notice_from_a_doubtful_figure(self, effects):
        for effect in effects:
            if isinstance(effect, Notify) and isinstance(effect.alert, ThresholdCrossed):
                assert effect.alert.session.usage.confidence is Confidence.FRESH

    def _offline_nothing_is_under_way(self, after):
        if after.connected:
            return
        assert after.pending == ()
        assert not after.connection.scopes
        assert all(switch.state is not SwitchStatus.REQUESTED for switch in after.profile.switches)
        under_way = (PromptStatus.SENT, PromptStatus.RUNNING, PromptStatus.SWITCHING)
        assert all(prompt.state not in under_way for prompt in after.profile.prompts)

    def _a_session_has_one_switch_in_force_and_one_wish(self, after):
        kinds = Counter((switch.profile, switch.key, switch.in_force) for switch in after.profile.switches)
        assert all(count == 1 for count in kinds.values())

    def _a_figure_long_unread_is_not_fresh(self, after):
        if after.gateway.snapshot.outdated:
            assert all(s.usage.confidence is not Confidence.FRESH for s in after.gateway.snapshot.sessions)

    def _an_end_is_an_end(self, before, after):
        now_at = {prompt.id: prompt for prompt in after.profile.prompts}
        for prompt in before.profile.prompts:
            if prompt.state.ended:
                assert replace(now_at.get(prompt.id, prompt), abandoned=prompt.abandoned) == prompt

    def _another_gateway_gets_no_prompt(self, before, after):
        if after.settings.profile != before.settings.profile:
            assert all(prompt.state.ended and prompt.abandoned for prompt in after.profile.prompts)

    def _deferred_alerts_are_shown_once(self, before, event, now, after, effects):
        assert (after.process.deferred_until is None) is (after.process.deferred == ())
        if after.mode is not Mode.LIVE:
            return  # a command has no icon to show anything, and defers nothing
        if delivery.quiet_until(after, now) is not None:
            notified = [effect.alert for effect in effects if isinstance(effect, Notify)]
            assert all(isinstance(notice, delivery.REQUESTED_BY_USER) for notice in notified)
            wanted = tuple(
                notice for notice in before.process.deferred if delivery.is_wanted(notice, after.settings)
            )
            assert (
                set(wanted[-delivery.MAX_DEFERRED :]) <= set(after.process.deferred)
                or len(after.process.deferred) == delivery.MAX_DEFERRED
            )
            return
        new = ()
        if isinstance(event, NotificationDeferred):
            new = event.alert.alerts if isinstance(event.alert, Digest) else (event.alert,)
        waited = {*before.process.deferred, *new}
        shown = [effect.alert for effect in effects if isinstance(effect, Notify)]
        seen = {part for alert in shown for part in (alert.alerts if isinstance(alert, Digest) else (alert,))}
        wanted = {alert for alert in waited if delivery.is_wanted(alert, after.settings)}
        kept = after.process.deferred
        assert wanted <= {*seen, *kept} or len(kept) == delivery.MAX_DEFERRED
        assert not seen.intersection(before.process.deferred).intersection(kept)
        asked_for = sum(isinstance(alert, delivery.REQUESTED_BY_USER) for alert in shown)
        assert len(shown) - asked_for <= delivery.MAX_SHOWN

    def _a_tick_before_the_deadline_changes_nothing(self, after, now):
        due = deadline(after)
        if due is None or due > now.mono:
            state, effects = update(after, Tick(), now)
            assert (
                replace(state, process=replace(state.process, clock_drift=after.process.clock_drift)) == after
            )
            assert effects == ()

    def _no_deadline_is_left_behind(self, after, now):
        """Ticks that are due come to rest, or the loop would never."""
        for _ in range(10):
            due = deadline(after)
            if due is None or due > now.mono:
                return
            after, _ = update(after, Tick(), now)
        raise AssertionError("always something due")


_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
thorough = settings(max_examples=50, suppress_health_check=_SLOW)
delays = st.sampled_from((0.0, 0.0, 0.25, 1.0, 20.0, 100.0))


def walk(play, data, ways):
    """Take steps, each by one of these ways, and check the law after each: all effects."""
    law, all_effects = Law(), []
    for _ in range(data.draw(st.integers(10, 60))):
        play._pass(data.draw(delays))
        if data.draw(st.integers(0, 30)) == 30:
            play.sleep(3600.0)
        event = data.draw(st.sampled_from(ways))(play.state, data)
        before, now = play.state, play.now
        play.state, effects = update(before, event, now)
        law.check(before, event, now, play.state, effects)
        all_effects += effects
    return all_effects


@thorough
@given(
    data=st.data(),
    target=st.sampled_from((HERE, HERE, FAR, PLAIN)),
    level=st.sampled_from(({}, at_level(Level.CONTROL), WATCH, ASK)),
    mode=st.sampled_from(Mode),
    connected=st.none() | st.sampled_from((NEW, OLD, ABLE)),
)
def test_the_invariants_hold_after_any_sequence_of_events(data, target, level, mode, connected):
    play = Playbook(target, mode=mode, **level)
    if connected is not None and target is not PLAIN:
        play.up(row(used=20_000), row(SIDE), hello=connected)
    walk(play, data, (onward,) * 4 + (reply,) * 5 + (click,) * 3 + (blue,))


@thorough
@given(data=st.data(), target=st.sampled_from((HERE, FAR)), hello=st.sampled_from((NEW, OLD, ABLE)))
def test_level_watch_spends_nothing_and_changes_nothing(data, target, hello):
    def unasked(state, data):
        """Anything but new settings: who writes another level there has chosen it."""
        event = blue(state, data)
        return Tick() if isinstance(event, SettingsRead) else event

    play = Playbook(target, **WATCH).up(row(used=20_000), row(SIDE), hello=hello)
    effects = walk(play, data, (onward,) * 2 + (reply,) * 2 + (click,) * 5 + (ask,) * 2 + (unasked,) * 2)
    requests = [effect.request for effect in effects if isinstance(effect, Send)]
    assert all(request.scope == READ and not request.spends for request in requests)
    assert not any(isinstance(effect, RunCli) for effect in effects)


def ask(state, data):
    """A prompt or a switch, as a rule on our own session."""
    return CommandReceived(data.draw(asks))


def follow(state, data):
    """The gateway tells of the runs of our own prompts."""
    identities = st.sampled_from([prompt.id for prompt in state.profile.prompts] or ["run"])
    return EventReceived(
        data.draw(
            st.builds(RunStarted, identities, st.just(SIDE))
            | st.builds(RunText, identities, st.just(SIDE), texts)
            | st.builds(RunEnded, identities, st.just(SIDE), st.sampled_from((None, "401")))
            | st.builds(ChatStopped, identities, st.just(SIDE), st.sampled_from((None, "401")))
        )
    )


def lose(state, data):
    """The connection breaks."""
    return ConnectionDropped(None, "reset")


@thorough
@given(data=st.data(), hello=st.sampled_from((NEW, OLD)), level=st.sampled_from(({}, ASK)))
def test_the_invariants_hold_for_prompts_and_switches_with_any_failures(data, hello, level):
    play = Playbook(**level).up(row(used=20_000), row(SIDE, used=10_000), hello=hello)
    walk(play, data, (onward,) * 5 + (reply,) * 8 + (ask,) * 3 + (follow,) * 2 + (lose,))


def test_the_same_arguments_give_the_same_result(play):
    play.up(row(used=20_000))
    event = EventReceived(RunEnded("run", MAIN))
    assert update(play.state, event, play.now) == update(play.state, event, play.now)


def test_events_that_name_a_session_as_users_do_belong_to_it():
    play = Playbook().up(old_row(used=20_000), hello=OLD)
    play >> EventReceived(RunStarted("run", "main"))
    assert play.state.gateway.snapshot.busy == {MAIN}
    play >> EventReceived(RunEnded("run", "main"))
    play.wait(0.8) << SessionsList(200)
    play.read(old_row(used=20_000))
    assert play.session().usage.stale_reason is StaleReason.UNCHANGED


def test_a_saved_memory_is_an_effect_like_any_other(play):
    play >> AutostartRead(None)
    _, effects = update(play.state, CommandReceived(Pin(MAIN)), play.now)
    assert [type(effect) for effect in effects] == [SaveState]
