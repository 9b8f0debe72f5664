from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.playbook import ALPHA, BETA, MAIN, NEW, OLD, OTHER, SIDE, WATCH, Playbook, old_row, row
from tray.config.settings import Settings
from tray.core import readings
from tray.core.events import (
    Answered,
    Ask,
    Clicked,
    Dropped,
    Pushed,
    ReadConfig,
    SettingsRead,
    UseModel,
    WentDown,
)
from tray.core.state import Interest
from tray.core.trouble import Doubt
from tray.wire.frames import Failure, Garbage, Pulse, SessionsChanged, Unknown
from tray.wire.models import AllowList, Catalogue, ConfigGet, ModelsList
from tray.wire.runs import Agent, ChatStopped, Compacting, RunEnded, RunStarted, RunText
from tray.wire.sessions import Patched, SessionList, SessionsList, SessionsPatch, SessionsSubscribe

LIST = SessionsList(200)
CHANGED = Pushed(SessionsChanged(MAIN))


def reads(play, seconds):
    """After how many seconds each reading was asked for; each is answered within a quarter second."""
    begun, times = play.mono, []
    while play.mono < begun + seconds:
        play.wait(0.25)
        for effect in play.skip():
            assert effect == LIST
            times.append(round(play.pending(SessionsList).sent_at - begun, 2))
            play >> Answered(play.pending(SessionsList).id, SessionList("fake/alpha", 200_000, ()))
        play >> Pushed(Pulse("tick"))
    return times


# ---- what is asked for ----


def test_a_new_release_is_asked_for_changes(play):
    play.connect(NEW) << SessionsSubscribe() << LIST << ModelsList()


def test_an_old_release_is_asked_for_its_allow_list(play):
    play.connect(OLD) << LIST << ModelsList() << ConfigGet()


def test_nothing_is_asked_for_that_the_level_does_not_allow():
    Playbook(**WATCH).connect(OLD) << LIST << ModelsList()


def test_a_choice_needs_the_models_and_no_changes():
    Playbook(interest=Interest.CHOICE).connect(NEW) << LIST << ModelsList()


def test_a_glance_needs_one_reading():
    play = Playbook(interest=Interest.GLANCE)
    play.connect(NEW) << LIST
    assert not readings.is_complete(play.state)
    play.read(row(used=1000))
    assert readings.is_complete(play.state)
    assert reads(play, 120.0) == []


def test_a_glance_asks_for_the_models_where_a_window_is_not_told():
    play = Playbook(interest=Interest.GLANCE)
    play.connect(NEW) << LIST
    play.read(row(used=32_000, model="fake/beta", window=None)) << ModelsList()
    assert not readings.is_complete(play.state)
    play.answer(ModelsList, Catalogue((ALPHA, BETA)))
    assert readings.is_complete(play.state)
    assert play.session().usage.percent == pytest.approx(50.0)


def test_a_glance_that_switches_a_model_reads_it_back_at_once():
    play = Playbook(interest=Interest.CHOICE).up(row(used=1000))
    play >> Clicked(UseModel("fake/beta")) << SessionsPatch(MAIN, "fake/beta")
    play.answer(SessionsPatch, Patched(MAIN, "fake/beta", None))
    assert not readings.is_complete(play.state)
    play.wait(0.0) << LIST
    play.read(row(used=1000, model="fake/beta"))
    assert readings.is_complete(play.state)


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
        Pushed(RunEnded("run", MAIN)),
        Pushed(RunEnded("run", None)),
        Pushed(Compacting(MAIN, done=True)),
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
        Pushed(Pulse("health")),
        Pushed(Unknown("cron")),
        Pushed(Garbage("not JSON")),
        Pushed(RunStarted("run", MAIN)),
        Pushed(RunText("run", MAIN, "so far")),
        Pushed(ChatStopped("run", MAIN)),
        Pushed(Compacting(MAIN, done=False)),
        Pushed(Compacting(None, done=True)),
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
    play >> Pushed(RunStarted("run", MAIN))
    play >> Pushed(RunEnded("run", MAIN))
    play.wait(0.1) << LIST
    play.read(row(used=1000))
    play.wait(0.8) << LIST
    play.read(row(used=2000))
    assert play.session().usage.doubt is None
    play.wait(50.0).silent()


def test_a_reading_that_is_never_answered_is_asked_for_again(play):
    play.up()
    play >> CHANGED
    play.wait(0.8) << LIST
    play.wait(15.0).silent()
    assert play.pending(SessionsList) is None
    play >> CHANGED
    play.wait(0.8) << LIST


def test_a_reading_that_is_declined_is_no_reason_to_leave(play):
    play.up(row(used=1000)).ask_for_reading()
    play.decline(SessionsList, Failure("UNAVAILABLE", "busy"))
    assert play.state.connected
    assert play.session() is not None


def test_two_seconds_after_our_own_switch(play):
    play.up(row(used=1000))
    play >> Clicked(UseModel("fake/beta")) << SessionsPatch(MAIN, "fake/beta")
    play.answer(SessionsPatch, Patched(MAIN, "fake/beta", None))
    play.wait(2.0) << LIST
    play.read(row(used=1000, model="fake/beta"))


def test_offline_nothing_is_read(play):
    play.up(row(used=1000))
    play >> Dropped(None, "reset")
    play.wait(0.0) << ReadConfig()
    play >> CHANGED
    play.wait(600.0) << WentDown
    assert play.session().row.used == 1000


# ---- what a reading means ----


def test_defaults_that_are_not_told_stay(play):
    play.up(row(used=1000))
    play.ask_for_reading().answer(SessionsList, SessionList(None, None, ()))
    assert (play.state.book.default_model, play.state.book.default_window) == ("fake/alpha", 200_000)


def test_a_session_is_called_by_its_label_or_its_short_key(play):
    play.up(row(), row(OTHER, name="Holiday"), row("agent:work:main"), row("global"), row("agent:odd"))
    names = [session.name for session in play.state.book.sessions]
    assert names == ["main", "Holiday", "work/main", "global", "agent:odd"]


def test_runs_that_events_told_of(play):
    play.up(row(used=1000))
    play >> Pushed(RunStarted("one", MAIN))
    play >> Pushed(RunStarted("two", None))
    assert play.state.book.runs == {"one": MAIN, "two": None}
    play >> Pushed(RunEnded("one", None))
    play >> Pushed(RunEnded("two", None))
    assert play.state.book.runs == {}
    play.wait(0.8) << LIST
    play.read(row(used=1000))
    assert play.session().usage.doubt is Doubt.UNCHANGED


def test_runs_are_forgotten_with_the_connection(play):
    play.up(row(used=1000))
    play >> Pushed(RunStarted("one", MAIN))
    play >> Dropped(None, "reset")
    assert play.state.book.runs == {}


def test_a_session_that_is_gone_takes_what_was_seen_with_it(play):
    play.up(row(used=1000))
    play >> Pushed(RunStarted("one", MAIN))
    play.read()
    assert play.state.book.seen == {}


def test_without_a_hello_a_switch_is_not_counted(play):
    play.up(old_row(used=1000), hello=OLD)
    play >> Clicked(UseModel("fake/beta")) << SessionsPatch(MAIN, "fake/beta")
    play.answer(SessionsPatch, Patched(MAIN, "fake/beta", None))
    assert play.session().model == "fake/beta"
    nameless = replace(play.state, link=replace(play.link, hello=None))
    assert readings.rebuild(nameless).book.find(MAIN).model == "fake/alpha"


def test_forgetting_keeps_the_pin(play):
    play.up(row(used=1000))
    play.state = replace(play.state, focus=replace(play.state.focus, pinned=MAIN))
    forgotten = readings.forget(play.state)
    assert (forgotten.book.sessions, forgotten.focus.pinned, forgotten.models) == ((), MAIN, None)


def test_an_allow_list_is_kept(play):
    play.connect(OLD).skip()
    play.answer(ConfigGet, AllowList(("fake/beta",)))
    assert play.state.allowed == {"fake/beta"}


def test_a_prompt_on_the_side_session_is_read_after_its_run(play):
    play.up()
    play >> Clicked(Ask("hello")) << Agent
    play >> Pushed(RunEnded(play.prompt().id, SIDE))
    play.wait(0.8) << LIST
