from __future__ import annotations

import pytest

from tests.core.playbook import (
    ALPHA,
    BETA,
    FAR,
    MAIN,
    NEW,
    OLD,
    OTHER,
    SIDE,
    WATCH,
    Playbook,
    old_row,
    row,
)
from tray.core.commands import Ask, Pin, UseModel
from tray.core.effects import Dial, HangUp, ResolveTarget
from tray.core.events import CommandReceived, ConnectionDropped, EventReceived, ReplyReceived, SettingsRead
from tray.core.model import (
    ActionError,
    Confidence,
    Focus,
    GatewayDown,
    Mode,
    Phase,
    RunningRun,
    SessionsSnapshot,
    StaleReason,
    SwitchFailed,
)
from tray.core.requests import TIMEOUT_SECONDS
from tray.core.sessions import polling
from tray.protocol.frames import ErrorResponse, Heartbeat, InvalidFrame, SessionsChanged, Unknown
from tray.protocol.models import AllowList, Catalogue, ConfigGet, ModelsList
from tray.protocol.runs import Agent, ChatStopped, Compacting, RunEnded, RunStarted, RunText
from tray.protocol.sessions import Patched, SessionList, SessionsList, SessionsPatch, SessionsSubscribe
from tray.settings.settings import Profile, Settings
from tray.values import replace

LIST = SessionsList(200)
FIRST = SessionsList(200, titles=True)
CHANGED = EventReceived(SessionsChanged(MAIN))
BUSY = ErrorResponse("UNAVAILABLE", "busy")
STALE = Confidence.STALE


def reads(play, seconds):
    """After how many seconds each reading was asked for; each is answered within a quarter second."""
    start, times = play.mono, []
    while play.mono < start + seconds:
        play.wait(0.25)
        for effect in play.skip():
            assert effect == LIST
            times.append(round(play.pending(SessionsList).sent_at - start, 2))
            play >> ReplyReceived(play.pending(SessionsList).id, SessionList("fake/alpha", 200_000, ()))
        play >> EventReceived(Heartbeat("tick"))
    return times


# ---- what is asked for ----


def test_a_new_release_is_asked_for_changes(play):
    play.connect(NEW) << SessionsSubscribe() << FIRST << ModelsList(detailed=True)


def test_an_old_release_is_asked_for_its_allow_list(play):
    play.connect(OLD) << LIST << ModelsList() << ConfigGet()


def test_nothing_is_asked_for_that_the_level_does_not_allow():
    Playbook(**WATCH).connect(OLD) << LIST << ModelsList()


def test_a_choice_needs_the_models_and_no_changes():
    Playbook(mode=Mode.WITH_MODELS).connect(NEW) << FIRST << ModelsList(detailed=True)


def test_a_glance_needs_one_reading():
    play = Playbook(mode=Mode.ONE_SHOT)
    play.connect(NEW) << FIRST
    assert not polling.is_complete(play.state)
    play.read(row(used=1000))
    assert polling.is_complete(play.state)
    assert reads(play, 120.0) == []


def test_a_one_shot_reads_the_models_if_a_context_limit_is_missing():
    play = Playbook(mode=Mode.ONE_SHOT)
    play.connect(NEW) << FIRST
    play.read(row(used=32_000, model="fake/beta", context_limit=None)) << ModelsList(detailed=True)
    assert not polling.is_complete(play.state)
    play.answer(ModelsList, Catalogue((ALPHA, BETA)))
    assert polling.is_complete(play.state)
    assert play.session().usage.percent == pytest.approx(50.0)


def test_a_glance_that_switches_a_model_reads_it_back_at_once():
    play = Playbook(mode=Mode.WITH_MODELS).up(row(used=1000))
    play >> CommandReceived(UseModel("fake/beta")) << SessionsPatch(MAIN, "fake/beta")
    play.answer(SessionsPatch, Patched(MAIN, "fake/beta", None))
    assert not polling.is_complete(play.state)
    play.wait(0.0) << LIST
    play.read(row(used=1000, model="fake/beta"))
    assert polling.is_complete(play.state)


# ---- the one rule for reading ----


def test_new_releases_are_read_once_a_minute(play):
    assert reads(play.up(), 185.0) == [60.0, 120.0, 180.0]


def test_old_releases_are_read_every_half_minute(play):
    assert reads(play.up(hello=OLD), 95.0) == [30.0, 60.0, 90.0]


@pytest.mark.parametrize(("hello", "first"), [(NEW, 300.0), (OLD, 30.0)])
def test_the_user_may_want_it_less_often(hello, first):
    play = Playbook(poll_seconds=300.0).up(hello=hello)
    assert reads(play, 301.0)[0] == first


@pytest.mark.parametrize(
    "event",
    [
        CHANGED,
        EventReceived(RunEnded("run", MAIN)),
        EventReceived(RunEnded("run", None)),
        EventReceived(Compacting(MAIN, done=True)),
        SettingsRead(Settings(warning=50.0)),
    ],
)
def test_what_changes_something_is_read_within_a_second(play, event):
    play.up(row(used=1000))
    play >> event
    (first, *later) = reads(play, 30.0)
    assert first <= 1.0
    assert later == []


@pytest.mark.parametrize(
    "event",
    [
        EventReceived(Heartbeat("health")),
        EventReceived(Unknown("cron")),
        EventReceived(InvalidFrame("not JSON")),
        EventReceived(RunStarted("run", MAIN)),
        EventReceived(RunText("run", MAIN, "so far")),
        EventReceived(ChatStopped("run", MAIN)),
        EventReceived(Compacting(MAIN, done=False)),
        EventReceived(Compacting(None, done=True)),
    ],
)
def test_nothing_else_is_a_reason_to_read(play, event):
    play.up(row(used=1000))
    play >> event
    assert reads(play, 59.0) == []


def test_many_changes_make_one_reading(play):
    play.up()
    for _ in range(7):
        play >> CHANGED
        play.wait(0.1).silent()
    assert reads(play, 30.0) == [0.1]


def test_a_change_while_a_reading_is_under_way_is_read_too(play):
    play.up().ask_for_reading()
    play >> CHANGED
    play.wait(0.3)
    play.read()
    assert reads(play, 30.0) == [0.5]


def test_a_change_is_read_once_a_slow_reading_is_done(play):
    play.up().ask_for_reading()
    play >> CHANGED
    play.wait(3.0).silent()
    play.read()
    (first,) = reads(play, 30.0)
    assert first <= 1.0


def test_a_reading_too_soon_after_a_run_is_made_again(play):
    play.up(row(used=1000))
    play >> CHANGED
    play.wait(0.7)
    play >> EventReceived(RunStarted("run", MAIN))
    play >> EventReceived(RunEnded("run", MAIN))
    play.wait(0.1) << LIST
    play.read(row(used=1000))
    play.wait(1.0) << LIST
    play.read(row(used=2000))
    assert play.session().usage.stale_reason is None
    play.wait(50.0).silent()


@pytest.mark.parametrize(("lasts", "pause"), [(0.01, 1.0), (2.0, 6.0), (4.0, 12.0), (14.0, 15.0)])
def test_events_wait_for_a_pause_that_grows_with_the_last_reading(play, lasts, pause):
    play.up().ask_for_reading()
    play.wait(lasts).silent()
    play.answer(SessionsList, SessionList("fake/alpha", 200_000, ()))
    for _ in range(3):
        play >> CHANGED
        play.wait(pause / 4).silent()
    play >> CHANGED
    play.wait(pause / 4 - 0.001).silent()
    play.wait(0.001) << LIST


def test_after_a_reading_that_was_never_answered_events_wait_longest(play):
    play.up().ask_for_reading()
    play.wait(TIMEOUT_SECONDS).silent()
    play >> CHANGED
    play.wait(4.9).silent()
    play.wait(0.1) << LIST  # it is tried again anyway
    play.decline(SessionsList, BUSY)
    play >> CHANGED
    play.wait(4.9).silent()


def test_the_pause_does_not_hold_up_what_the_user_did(play):
    play.up(row(used=1000)).ask_for_reading()
    play.wait(4.0).silent()
    play.answer(SessionsList, SessionList("fake/alpha", 200_000, (row(used=1000),)))
    play >> CommandReceived(UseModel("fake/beta")) << SessionsPatch(MAIN, "fake/beta")
    play.answer(SessionsPatch, Patched(MAIN, "fake/beta", None))
    play.wait(2.0) << LIST


def test_a_reading_that_is_never_answered_is_asked_for_again(play):
    play.up().ask_for_reading()
    for _ in range(3):
        play.wait(30.0).silent()
        assert play.pending(SessionsList) is None
        play.wait(4.9).silent()
        play.wait(0.1) << LIST
        play >> EventReceived(Heartbeat("tick"))


def listed(used):
    return SessionList("fake/alpha", 200_000, (row(used=used),))


def test_a_late_answer_is_accepted_and_the_next_one_is_waited_for_longer(play):
    play.connect().skip()
    first = play.pending(SessionsList)
    play.wait(30.0).silent()
    assert play.state.phase is Phase.CONNECTING
    play.wait(4.0)
    play >> ReplyReceived(first.id, listed(20_000))
    assert play.session().usage.used == 20_000
    play.wait(1.0) << LIST
    second = play.pending(SessionsList)
    assert second.due_at - second.sent_at == 2 * 34.0


def test_a_late_answer_is_void_once_a_later_reading_was_answered(play):
    play.up().ask_for_reading()
    first = play.pending(SessionsList)
    play.wait(35.0) << LIST
    play.answer(SessionsList, listed(20_000))
    play >> ReplyReceived(first.id, listed(10_000))
    assert play.session().usage.used == 20_000


def test_a_reading_is_waited_for_two_minutes_at_most(play):
    play.up().ask_for_reading()
    first = play.pending(SessionsList)
    for _ in range(2):
        play.wait(35.0) << LIST
        play >> EventReceived(Heartbeat("tick"))
    play.wait(29.0).silent()
    play >> ReplyReceived(first.id, listed(20_000))  # after 99 s
    play.wait(6.0) << LIST
    latest = play.pending(SessionsList)
    assert latest.due_at - latest.sent_at == 120.0


def test_models_that_are_listed_late_are_taken(play):
    play.connect().skip()
    late = play.pending(ModelsList)
    play.answer(SessionsList, listed(20_000))
    play.wait(31.0)
    play >> ReplyReceived(late.id, Catalogue((ALPHA, BETA)))
    assert play.state.gateway.models == (ALPHA, BETA)


def test_a_reading_that_is_declined_is_no_reason_to_leave_but_to_try_again(play):
    play.up(row(used=1000)).ask_for_reading()
    for _ in range(3):
        play.decline(SessionsList, BUSY)
        assert play.state.connected
        assert play.session() is not None
        play.wait(4.9).silent()
        play.wait(0.1) << LIST


def test_a_change_that_is_announced_is_read_at_once(play):
    play.up().ask_for_reading()
    play.decline(SessionsList, BUSY)
    play >> CHANGED
    play.wait(0.8) << LIST


@pytest.mark.parametrize("mode", Mode)
def test_until_the_first_reading_it_is_still_connecting(mode):
    play = Playbook(mode=mode).connect()
    play.skip()
    play.decline(SessionsList, BUSY)
    assert play.state.phase is Phase.CONNECTING
    play.wait(5.0) << FIRST
    play.read(row(used=1000))
    assert play.state.phase is Phase.CONNECTED


def test_a_one_shot_does_not_wait_for_a_second_reading():
    play = Playbook(mode=Mode.WITH_MODELS).up(row(used=1000))
    play >> CommandReceived(UseModel("fake/beta")) << SessionsPatch(MAIN, "fake/beta")
    play.answer(SessionsPatch, Patched(MAIN, "fake/beta", None))
    play.wait(0.0) << LIST
    play.decline(SessionsList, BUSY)
    assert polling.is_complete(play.state)


@pytest.mark.parametrize(("hello", "seconds"), [(NEW, 180.0), (OLD, 90.0)])
def test_figures_are_doubted_once_three_readings_have_failed(hello, seconds):
    play = Playbook().up(row(used=1000), hello=hello)
    until = play.mono + seconds
    while play.mono < until - 1.0:
        play.wait(0.5).skip()
        play >> EventReceived(Heartbeat("tick"))
        if play.pending(SessionsList) is not None:
            play.decline(SessionsList, BUSY)
    assert play.session().usage.stale_reason is None
    play.wait(1.0).skip()
    assert (play.session().usage.confidence, play.session().usage.stale_reason) == (
        STALE,
        StaleReason.OUTDATED,
    )
    play.read(row(used=1000))
    assert play.session().usage.stale_reason is None


def test_the_settings_file_is_looked_at_with_every_reading(play):
    play.up()
    assert reads(play, 185.0) == [60.0, 120.0, 180.0]
    assert play.settings_read == 3


def test_a_command_reads_the_settings_but_once():
    play = Playbook(mode=Mode.WITH_MODELS).up(row(used=1000))
    play >> CHANGED
    play.wait(0.8) << LIST
    assert play.settings_read == 0


def test_two_seconds_after_our_own_switch(play):
    play.up(row(used=1000))
    play >> CommandReceived(UseModel("fake/beta")) << SessionsPatch(MAIN, "fake/beta")
    play.answer(SessionsPatch, Patched(MAIN, "fake/beta", None))
    play.wait(2.0) << LIST
    play.read(row(used=1000, model="fake/beta"))


def test_offline_nothing_is_read(play):
    play.up(row(used=1000))
    play >> ConnectionDropped(None, "reset")
    play.wait(0.0) << ResolveTarget()
    play >> CHANGED
    play.wait(300.0)
    assert {type(effect) for effect in play.skip()} == {ResolveTarget, GatewayDown}
    assert play.session().row.used == 1000


# ---- what a reading means ----


def test_missing_defaults_stay(play):
    play.up(row(used=1000))
    play.ask_for_reading().answer(SessionsList, SessionList(None, None, ()))
    assert (play.state.gateway.snapshot.default_model, play.state.gateway.snapshot.default_context_limit) == (
        "fake/alpha",
        200_000,
    )


def test_a_session_is_called_by_its_label_or_its_short_key(play):
    play.up(row(), row(OTHER, name="Holiday"), row("agent:work:main"), row("global"), row("agent:odd"))
    names = [session.name for session in play.state.gateway.snapshot.sessions]
    assert names == ["main", "Holiday", "work/main", "global", "agent:odd"]


def test_our_own_sessions_are_called_by_their_labels_else_by_their_keys(play):
    play.up(row(SIDE, name="What is on?"), row(f"{SIDE}-summaries"))
    names = [session.name for session in play.state.gateway.snapshot.sessions]
    assert names == ["What is on?", "tray-summaries"]


def test_the_default_agent_goes_without_saying(play):
    play.up(row(), row("agent:work:main"), hello=replace(NEW, agent_id="work"))
    assert [session.name for session in play.state.gateway.snapshot.sessions] == ["main/main", "main"]


def test_runs_announced_by_events(play):
    play.up(row(used=1000))
    play >> EventReceived(RunStarted("one", MAIN))
    play >> EventReceived(RunStarted("two", None))
    assert play.state.gateway.snapshot.runs == {
        "one": RunningRun(MAIN, play.mono),
        "two": RunningRun(None, play.mono),
    }
    assert play.state.running
    play >> EventReceived(RunEnded("one", None))
    play >> EventReceived(RunEnded("two", None))
    assert play.state.gateway.snapshot.runs == {}
    assert not play.state.running
    play.wait(0.8) << LIST
    play.read(row(used=1000))
    assert play.session().usage.stale_reason is StaleReason.UNCHANGED


def test_a_run_without_an_end_event_ends_by_a_reading_that_lists_none(play):
    play.up(row(used=1000))
    play >> EventReceived(RunStarted("one", MAIN))
    play >> EventReceived(RunStarted("two", OTHER))
    play.wait(1.0).read(row(used=1000))
    assert set(play.state.gateway.snapshot.runs) == {
        "one",
        "two",
    }  # too soon for the gateway to have noted it
    play.wait(1.0).read(row(used=1000, active=True))
    assert play.state.running
    assert set(play.state.gateway.snapshot.runs) == {"one", "two"}
    play.read(row(used=1000))
    assert set(play.state.gateway.snapshot.runs) == {"two"}  # its session is not listed


@pytest.mark.parametrize("hello", [NEW, OLD])
def test_a_run_that_no_reading_lists_ends_eventually(hello):
    play = Playbook().up(row(used=1000), hello=hello)
    play >> EventReceived(RunStarted("one", MAIN if hello is OLD else None))
    reads(play, 629.0)
    assert play.state.running
    play.read(row(used=1000))
    play.wait(2.0).skip()
    assert not play.state.running
    assert play.state.gateway.snapshot.runs == {}


def test_runs_are_forgotten_with_the_connection(play):
    play.up(row(used=1000))
    play >> EventReceived(RunStarted("one", MAIN))
    play >> ConnectionDropped(None, "reset")
    assert play.state.gateway.snapshot.runs == {}


def test_a_session_that_is_gone_takes_what_was_seen_with_it(play):
    play.up(row(used=1000))
    play >> EventReceived(RunStarted("one", MAIN))
    play.read()
    assert play.state.gateway.snapshot.observations == {}


def test_a_pin_is_kept_for_each_profile(play):
    play.up(row(used=1000), row(OTHER, used=2000))
    play >> CommandReceived(Pin(MAIN))
    far = Settings(profile="far", profiles=(Profile(), Profile("far", url=FAR.url)))
    play >> SettingsRead(far)
    play.skip()
    assert (play.state.gateway.snapshot.sessions, play.state.gateway.models) == ((), None)
    assert play.state.gateway.focus == Focus()
    play.target = FAR
    play.up(row(used=1000), row(OTHER, used=2000))
    play >> CommandReceived(Pin(OTHER))
    assert play.state.profile.pins == {"default": MAIN, "far": OTHER}
    play >> SettingsRead(replace(far, profile="default"))
    play.skip()
    assert play.state.gateway.focus == Focus(pinned=MAIN)
    play >> CommandReceived(Pin(None))
    assert play.state.profile.pins == {"far": OTHER}


@pytest.mark.parametrize("between", [True, False])
def test_another_address_is_another_gateway(play, between):
    play.up(old_row(used=1000), hello=OLD)
    play >> CommandReceived(UseModel("fake/beta")) << SessionsPatch(MAIN, "fake/beta")
    play.answer(SessionsPatch, Patched(MAIN, "fake/beta", None))
    play >> ConnectionDropped(None, "reset")
    play.wait(0.0) << ResolveTarget()
    if between:
        play.configured(2, target=None).silent()
        play.wait(5.0) << ResolveTarget()
    assert play.session() is not None
    play.configured(3, target=FAR) << Dial
    assert (play.state.gateway.snapshot, play.state.gateway.models, play.state.gateway.focus) == (
        SessionsSnapshot(),
        None,
        Focus(),
    )
    assert play.state.profile.switches == ()


def test_a_gateway_that_moves_while_connected_is_left_for_the_other(play):
    play.up(row(used=1000))
    play >> CommandReceived(UseModel("fake/beta")) << SessionsPatch(MAIN, "fake/beta")
    play.configured(2, target=FAR)
    assert play.skip() == [
        HangUp(),
        ResolveTarget(),
        SwitchFailed(MAIN, "fake/beta", ActionError.UNCONFIRMED, ""),
    ]
    assert play.session() is None


def test_the_same_address_is_the_same_gateway(play):
    play.up(row(used=1000))
    play >> ConnectionDropped(None, "reset")
    play.wait(0.0) << ResolveTarget()
    play.configured(2) << Dial
    assert play.session() is not None


def test_the_main_session_is_the_one_that_the_hello_names(play):
    shared = row("global", used=150_000, background=True)
    play.up(shared, row(used=1_000), hello=replace(NEW, main_key="global"))
    assert (play.session("global").row.main, play.session("global").row.background) == (True, False)
    assert play.state.focused.key == "global"


def test_a_shared_session_of_which_no_gateway_speaks_stays_in_the_background(play):
    play.up(row("global", used=150_000, background=True), row(used=1_000))
    assert (play.session("global").row.main, play.session("global").row.background) == (False, True)
    assert play.state.focused.key == MAIN


def test_an_allow_list_is_kept_as_long_as_its_gateway_is_that_old(play):
    play.connect(OLD).skip()
    play.answer(ConfigGet, AllowList(("fake/beta",)))
    assert play.state.gateway.allowed == {"fake/beta"}
    play >> ConnectionDropped(None, "reset")
    play.wait(0.0) << ResolveTarget()
    play.up(hello=NEW)
    assert play.state.gateway.allowed is None


def test_a_prompt_on_the_side_session_is_read_after_its_run(play):
    play.up()
    play >> CommandReceived(Ask("hello")) << Agent
    play >> EventReceived(RunEnded(play.prompt().id, SIDE))
    play.wait(0.8) << LIST


def test_runs_that_never_end_do_not_pile_up(play):
    play.up()
    for number in range(polling.MAX_RUNS + 50):
        play >> EventReceived(RunStarted(f"run-{number}", "agent:main:nowhere"))
    assert len(play.state.gateway.snapshot.runs) == polling.MAX_RUNS
    assert play.state.gateway.snapshot.observations == {}


def test_what_the_gateway_said_instead_of_a_list_is_kept_until_it_lists(play):
    play.connect().skip()
    play.decline(SessionsList, ErrorResponse("UNAVAILABLE", "session store is locked"))
    assert play.state.gateway.snapshot.read_error == "session store is locked"
    play.wait(5.0) << FIRST
    play.decline(SessionsList, ErrorResponse("UNAVAILABLE", ""))
    assert play.state.gateway.snapshot.read_error == "UNAVAILABLE"
    play.wait(5.0) << FIRST
    play.answer(SessionsList, listed(20_000))
    assert play.state.gateway.snapshot.read_error is None
