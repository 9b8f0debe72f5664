from __future__ import annotations

from datetime import timedelta

import pytest

from tests.core.playbook import FAR, HERE, MAIN, NEW, OTHER, PLAIN, Playbook, row
from tray.core import persistence
from tray.core.commands import (
    Ask,
    AskAgain,
    AskInWindow,
    Compact,
    CopyText,
    Decide,
    EditSettings,
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
    ReadUsage,
    Reconnect,
    Refresh,
    RestartGateway,
    SaveSettings,
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
from tray.core.effects import (
    Exit,
    GatherDiagnostics,
    HangUp,
    OpenUrl,
    OpenWindow,
    ReadAutostart,
    ReadSettings,
    ResolveTarget,
    RunCli,
)
from tray.core.events import (
    AutostartRead,
    ClipboardRead,
    CommandReceived,
    DiagnosticsReady,
    DialFailed,
    EventReceived,
    GatewayCliFinished,
    GatewayTried,
    IconShown,
    NotificationDeferred,
    Resumed,
    SecondStart,
    SettingsRead,
    SettingsSaved,
    TargetResolved,
    Tick,
    UserReturned,
    WindowClosed,
)
from tray.core.model import (
    AlreadyRunning,
    ApprovalStatus,
    ApprovalWaiting,
    Confidence,
    ConnectionFailure,
    FailureKind,
    GatewayControlKind,
    Page,
    Phase,
    Prompt,
    PromptStatus,
    SwitchFailed,
    ThresholdCrossed,
    Trial,
    Welcome,
    WindowKind,
)
from tray.core.sessions import polling
from tray.i18n.words import message
from tray.protocol.approvals import (
    ApprovalRequested,
    ApprovalResolved,
    Decision,
    ExecApprovalResolve,
    ExecRequest,
    PairingList,
)
from tray.protocol.frames import ErrorResponse
from tray.protocol.models import Catalogue, ModelsList
from tray.protocol.restart import RestartRequest
from tray.protocol.runs import Accepted, Agent, ChatStopped, Compacting, RunEnded, RunStarted, RunText
from tray.protocol.session_actions import ChatAbort, SessionsCompact, SessionsReset, ThinkingPatch
from tray.protocol.sessions import SessionsList, SessionsPatch, SessionsSubscribe
from tray.protocol.usage import SessionsUsage, UsageCost, UsageStatus
from tray.settings.quiet_hours import QuietHours
from tray.settings.settings import Profile, Settings
from tray.values import replace


def test_what_was_read_does_not_count_until_everything_is_read_again(play):
    play.up(row())
    play >> CommandReceived(Refresh()) << SessionsSubscribe() << SessionsList << ModelsList
    assert (play.state.phase, polling.is_complete(play.state)) == (Phase.CONNECTING, False)
    play.answer(ModelsList, Catalogue(()))
    play.read(row(), row(OTHER))
    assert (play.state.phase, polling.is_complete(play.state)) == (Phase.CONNECTED, True)


@pytest.mark.parametrize(
    ("kind", "at_once"),
    [(FailureKind.NOT_RUNNING, True), (FailureKind.TOKEN_WRONG, True), (FailureKind.RATE_LIMITED, False)],
)
def test_without_a_connection_reading_again_connects_at_once(play, kind, at_once):
    play.dial()
    play >> CommandReceived(Refresh())  # an attempt is under way
    play.silent()
    play >> DialFailed(play.connection.attempt, ConnectionFailure(kind))
    play.skip()
    play >> CommandReceived(Refresh())
    assert play.skip() == ([ResolveTarget()] if at_once else [])


def test_quitting(play):
    play >> CommandReceived(Quit()) << HangUp() << Exit()


def test_balloons_on_and_off(play):
    play >> CommandReceived(SetNotifications(on=False)) << SaveSettings(((("notices",), False),))
    assert play.state.settings.notifications is False


def test_opening_the_settings(play):
    play >> CommandReceived(OpenSettings()) << OpenWindow
    assert [window.kind for window in play.state.process.windows] == [WindowKind.SETTINGS]
    play >> CommandReceived(EditSettings()) << EditSettings()
    changes = ((("notices",), False),)
    play >> CommandReceived(SaveSettings(changes)) << SaveSettings(changes)


def test_what_is_typed_into_the_panel_is_sent_at_most_once_or_kept(play):
    play.up(row(used=1))
    play >> CommandReceived(OpenPanel(Page.ASK)) << ReadSettings << OpenWindow
    play >> CommandReceived(KeepDraft("hel"))
    assert play.state.profile.draft == "hel"
    play >> CommandReceived(AskInWindow("hello")) << Agent
    assert play.prompt().in_window


@pytest.mark.parametrize("address", ["https://docs.example/", "http://docs.example/"])
def test_a_link_of_an_answer_is_opened(play, address):
    play >> CommandReceived(OpenLink(address)) << OpenUrl(address)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "javascript:alert(1)", "ms-settings:", ""])
def test_nothing_but_a_page_is_opened(play, address):
    play >> CommandReceived(OpenLink(address))


def test_opening_the_log(play):
    play >> CommandReceived(OpenLog()) << OpenLog()


def test_diagnostics_are_gathered_before_they_are_shown(play):
    play >> CommandReceived(ShowDiagnostics()) << GatherDiagnostics()
    play >> DiagnosticsReady("all is well") << OpenWindow


def test_showing_where_icons_are_made_visible(play):
    play >> CommandReceived(ShowIconSettings()) << ShowIconSettings()


def test_opening_the_menu_looks_at_the_settings(play):
    play.up()
    play >> CommandReceived(OpenMenu()) << ReadSettings() << ReadAutostart()


def test_nothing_to_show_in_a_browser_before_a_gateway_is_found(play):
    play >> CommandReceived(OpenDashboard())


def test_starting_at_sign_in_is_the_systems_to_set(play):
    play >> CommandReceived(SetAutostart(on=True)) << SetAutostart(on=True)


def test_commands_go_to_the_feature_they_belong_to(play):
    play.up(row(used=20_000), row(OTHER, used=10_000))
    play >> CommandReceived(Pin(OTHER))
    assert play.state.gateway.focus.pinned == OTHER
    play >> CommandReceived(UseModel("fake/beta")) << SessionsPatch(OTHER, "fake/beta")
    play >> CommandReceived(Ask("hello")) << Agent
    play >> CommandReceived(AskAgain("nobody's"))
    play >> CommandReceived(OpenDashboard()) << OpenUrl("http://127.0.0.1:18789/")
    play >> CommandReceived(Reconnect())
    assert play.skip()


def test_session_commands_start_session_actions(play):
    play.up(row(used=20_000, thinking_levels=("off", "low")))
    play >> CommandReceived(Compact(MAIN)) << SessionsCompact(MAIN)
    play >> CommandReceived(NewSession(MAIN)) << SessionsReset(MAIN)
    play >> CommandReceived(StopRun(MAIN)) << ChatAbort(MAIN)
    play >> CommandReceived(StopRuns((OTHER,)))
    play >> CommandReceived(SetThinking(MAIN, "low")) << ThinkingPatch(MAIN, "low")
    play >> CommandReceived(StopPrompt("nobody's"))


def test_a_key_is_copied_as_it_is(play):
    play >> CommandReceived(CopyText("agent:main:a & b")) << CopyText("agent:main:a & b")


@pytest.mark.parametrize(
    ("key", "page"),
    [
        (MAIN, "chat?session=agent%3Amain%3Amain"),
        ("agent:main:a/b&token=c #d", "chat?session=agent%3Amain%3Aa%2Fb%26token%3Dc%20%23d"),
        ("agent:main:안녕", "chat?session=agent%3Amain%3A%EC%95%88%EB%85%95"),
    ],
)
def test_a_session_page_is_opened_with_its_key_quoted(play, key, page):
    play.up()
    play >> CommandReceived(OpenDashboard(key)) << OpenUrl(f"http://127.0.0.1:18789/{page}")


def test_a_restart_and_a_start_are_left_to_the_gateway_s_own_command_line(play):
    play.up()
    play >> CommandReceived(RestartGateway()) << RunCli(GatewayControlKind.RESTART, HERE, "openclaw")
    down = Playbook()
    down.dial()
    down >> DialFailed(1, ConnectionFailure(FailureKind.NOT_RUNNING))
    down >> CommandReceived(StartGateway()) << RunCli(GatewayControlKind.START, HERE, "openclaw")


def test_usage_is_read_on_command_and_when_its_window_opens(play):
    play.spends = True
    play.up()
    play >> CommandReceived(ReadUsage()) << UsageCost << SessionsUsage << UsageStatus
    other = Playbook()
    other.up()
    other >> CommandReceived(OpenPanel(Page.USAGE)) << ReadSettings << OpenWindow
    assert other.state.process.windows[-1].page is Page.USAGE
    assert other.usage_asked > 0


def test_approvals_are_read_shown_and_decided(play):
    play.up()
    play >> EventReceived(ApprovalRequested(ExecRequest("c1", "ls"))) << ApprovalWaiting
    play >> CommandReceived(OpenPanel(Page.APPROVAL, "c1")) << ReadSettings << OpenWindow
    window = play.state.process.windows[-1]
    assert (window.page, window.subject) == (Page.APPROVAL, "c1")
    play >> CommandReceived(Decide("c1", Decision.DENY)) << ExecApprovalResolve("c1", Decision.DENY)
    play.decides = True
    play >> CommandReceived(ReadApprovals()) << PairingList()


def test_the_panel_turns_to_another_page(play):
    play >> CommandReceived(OpenPanel()) << ReadSettings << OpenWindow
    play >> CommandReceived(ShowPage(Page.NOTIFICATIONS))
    assert play.state.process.windows[-1].page is Page.NOTIFICATIONS


def test_notifications_are_snoozed(play):
    play >> CommandReceived(Snooze(SnoozeUntil.HOUR))
    assert play.state.process.snoozed_until == play.wall + timedelta(hours=1)


def test_a_failed_switch_is_forgotten_when_the_model_in_use_is_kept(play):
    play.up(row(used=1))
    play >> CommandReceived(UseModel("fake/beta")) << SessionsPatch
    play.decline(SessionsPatch, ErrorResponse("UNAVAILABLE", "no")) << SwitchFailed
    play >> CommandReceived(KeepModel(MAIN))
    assert play.state.profile.switches == ()


def test_a_draft_is_sent_once_it_is_confirmed(play):
    play.up()
    draft = Prompt("draft", MAIN, "a long text", state=PromptStatus.DRAFT)
    play.state = replace(play.state, profile=replace(play.state.profile, prompts=(draft,)))
    play >> CommandReceived(SendDraft("draft")) << Agent
    assert play.prompt().state is PromptStatus.SENT


# ---- what the system and the gateway tell ----


HERE_TOO = replace(HERE, url="ws://127.0.0.1:18790")


def test_the_user_is_welcomed_once(play):
    play >> IconShown()
    play.up()
    play.wait(0.0) << Welcome()
    assert play.state.process.setup.welcomed
    play >> IconShown()
    later = Playbook()
    later.state = persistence.load(later.state, play.saved[-1])
    later >> IconShown()
    assert not later.state.process.setup.awaits_welcome


def _opened(play):
    play >> CommandReceived(OpenSettings()) << OpenWindow
    return play.state.process.windows[-1]


def test_a_test_of_what_was_typed_is_shown_until_its_window_is_closed(play):
    window = _opened(play)
    trial = Trial("default", saves=False, running=True)
    play >> GatewayTried(trial)
    assert play.state.process.setup.trial == trial
    play >> WindowClosed(window.id, shown=True)
    assert play.state.process.setup.trial is None


def test_starting_at_sign_in_is_what_the_system_says_and_not_what_was_asked_for(play):
    assert play.state.process.autostart is None
    play >> AutostartRead(on=False)
    play >> CommandReceived(SetAutostart(on=True)) << SetAutostart(on=True)
    assert play.state.process.autostart is False
    play >> AutostartRead(on=True)
    assert play.state.process.autostart is True


def test_a_resume_reported_by_clocks_and_system_counts_once(play):
    play.up(row(used=20_000)).sleep(3600.0)
    play >> Tick() << SessionsList(200)
    play.read(row(used=20_000))
    play._pass(0.5)
    before = play.state
    play >> Resumed()
    assert (
        replace(play.state, process=replace(play.state.process, clock_drift=before.process.clock_drift))
        == before
    )
    play.wait(20.0).silent()
    play.sleep(3600.0) >> Resumed()
    play.wait(0.0) << SessionsList(200)
    play.read(row(used=20_000))
    (play >> Resumed()).wait(20.0).silent()


def test_a_clock_that_was_set_back_hides_no_wake_up(play):
    play.up(row(used=20_000)) >> Resumed()
    play.wait(0.0) << SessionsList(200)
    play.read(row(used=20_000)).sleep(-7200.0) >> Resumed()
    play.wait(0.0) << SessionsList(200)


def test_a_second_start_is_answered_each_time(play):
    play >> SecondStart() << AlreadyRunning()
    play >> SecondStart() << AlreadyRunning()


def test_a_window_that_was_closed_is_open_no_more(play):
    play >> CommandReceived(OpenSettings()) << OpenWindow
    play >> WindowClosed(play.state.process.windows[0].id, shown=True)
    assert play.state.process.windows == ()


def test_a_change_of_the_quiet_hours_delivers_what_was_deferred(play):
    play >> NotificationDeferred(Welcome())
    quiet = QuietHours((play.wall + timedelta(hours=5)).time(), (play.wall + timedelta(hours=6)).time())
    play >> SettingsRead(replace(play.state.settings, quiet_hours=quiet)) << Welcome()
    assert play.state.process.deferred == ()


@pytest.mark.parametrize(("target", "abandoned"), [(PLAIN, True), (HERE_TOO, False)])
def test_prompts_are_abandoned_unless_the_gateway_only_moved_to_another_local_port(play, target, abandoned):
    play.up(row(used=1))
    play >> CommandReceived(Ask("hello")) << Agent
    play >> TargetResolved(target, revision=2)
    play.skip()
    assert play.prompt().abandoned is abandoned
    assert play.state.gateway.snapshot.sessions == ()


def test_another_profile_is_another_gateway(play):
    profiles = (Profile(), Profile("far", url=FAR.url))
    play.state = replace(play.state, settings=Settings(profiles=profiles))
    play.up(row(used=1), hello=replace(NEW, methods=NEW.methods | {RestartRequest.method}))
    play >> CommandReceived(Ask("hello")) << Agent
    play >> CommandReceived(RestartGateway()) << RestartRequest()
    play >> SettingsRead(replace(play.state.settings, profile="far"))
    play.skip()
    assert play.state.profile.gateway_control is None
    assert play.prompt().abandoned
    assert play.state.gateway.snapshot.sessions == ()


def test_what_is_wrong_with_the_settings_is_known_until_it_is_corrected(play):
    play.up()
    play >> SettingsRead(play.state.settings, message("a mistake"))
    assert play.state.process.settings_problem == message("a mistake")
    play >> SettingsRead(play.state.settings)
    assert play.state.process.settings_problem is None


def test_how_a_save_ended_is_known(play):
    play >> SettingsSaved(message("no room"))
    assert (play.state.process.saves, play.state.process.save_problem) == (1, message("no room"))
    play >> SettingsSaved()
    assert (play.state.process.saves, play.state.process.save_problem) == (2, None)


def test_settings_count_at_once(play):
    play.up(row(used=100_000))
    play >> SettingsRead(Settings(warning=40.0))
    play.read(row(used=100_000)) << ThresholdCrossed


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ((RunText("{id}", MAIN, "An ans"),), PromptStatus.RUNNING),
        ((ChatStopped("{id}", MAIN, None), RunEnded("{id}", MAIN, None, aborted=True)), PromptStatus.RUNNING),
    ],
)
def test_the_events_of_a_run_reach_its_prompt(play, ours, theirs):
    play.up(row(used=20_000))
    play >> CommandReceived(Ask("hello")) << Agent
    play.answer(Agent, Accepted("run"))
    play >> EventReceived(RunStarted(play.prompt().id, MAIN))
    assert play.state.running
    for push in ours:
        play >> EventReceived(replace(push, run_id=play.prompt().id))
    assert play.prompt().state is theirs
    assert play.prompt().answer == getattr(ours[0], "text", "")
    assert play.prompt().stopped is isinstance(ours[0], ChatStopped)


def test_a_compaction_makes_the_figure_invalid(play):
    play.up(row(used=20_000))
    play >> EventReceived(Compacting(MAIN, done=True))
    assert play.session().usage.confidence is not Confidence.FRESH


def test_approvals_come_and_go_by_the_events_of_the_gateway(play):
    play.up(row(used=20_000))
    play >> EventReceived(ApprovalRequested(ExecRequest("a", "ls"))) << ApprovalWaiting
    play >> EventReceived(ApprovalResolved("a", None))
    assert play.state.gateway.approvals[0].state is ApprovalStatus.GONE


def test_what_was_read_or_run_for_a_feature_reaches_it(play):
    play.up(row(used=20_000))
    play >> NotificationDeferred(Welcome())
    play >> UserReturned() << Welcome()
    play >> ClipboardRead(Ask("{clipboard}", preset="Explain"), "a text") << Agent
    play >> DiagnosticsReady("all is well") << OpenWindow
    before = play.state
    play >> GatewayCliFinished(None)  # nothing was started
    assert play.state == before
