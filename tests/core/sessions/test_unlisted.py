from __future__ import annotations

import pytest

from tests.core.playbook import MAIN, NEW, OLD, OTHER, Playbook, old_row, row
from tray.core.commands import Pin
from tray.core.events import CommandReceived, EventReceived
from tray.core.model import Focus, Mode, StaleReason, ThresholdCrossed
from tray.core.sessions import polling
from tray.protocol.frames import ErrorResponse
from tray.protocol.models import ConfigGet, ModelsList
from tray.protocol.runs import RunEnded, RunStarted
from tray.protocol.sessions import (
    SessionList,
    SessionRead,
    SessionsDescribe,
    SessionsList,
    SessionsSearch,
    SessionsSubscribe,
)
from tray.values import replace

JOB = row("agent:main:cron:1", used=190_000, background=True)
BUSY = ErrorResponse("UNAVAILABLE", "busy")


def cut(*rows):
    """A list that leaves sessions out."""
    return SessionList("fake/alpha", 200_000, (JOB, *rows), cut=True)


@pytest.fixture
def play():
    """A tray that has just read a list with nothing but a job in it, and asks for the main session."""
    play = Playbook().connect()
    play << SessionsSubscribe() << SessionsList(200, titles=True) << ModelsList(detailed=True)
    play.answer(SessionsList, cut()) << SessionsDescribe(MAIN)
    return play


def test_a_session_that_must_not_be_missing_is_read_by_itself(play):
    assert play.state.gateway.snapshot.unread == {MAIN}
    assert play.state.focused is None
    play.answer(SessionsDescribe, SessionRead(row(used=20_000)))
    assert play.state.gateway.snapshot.unread == frozenset()
    assert [session.key for session in play.state.gateway.snapshot.sessions] == [JOB.key, MAIN]
    assert play.session().row.main
    assert play.state.focused.key == MAIN


def test_older_releases_are_asked_to_search():
    play = Playbook().connect(OLD)
    play << SessionsList(200) << ModelsList() << ConfigGet()
    play.answer(SessionsList, cut()) << SessionsSearch(MAIN)
    play.answer(SessionsSearch, SessionRead(None, unsure=True))
    assert play.state.gateway.snapshot.unread == {MAIN}
    play.rest().ask_for_reading()
    play.answer(SessionsList, cut()) << SessionsSearch(MAIN)
    play.answer(SessionsSearch, SessionRead(old_row(used=20_000)))
    assert play.state.focused.key == MAIN


def test_a_list_that_was_not_cut_is_the_whole():
    play = Playbook().up(JOB)
    assert play.state.gateway.snapshot.unread == frozenset()
    play.silent()


def test_what_is_not_there_is_known_not_to_be(play):
    play.answer(SessionsDescribe, SessionRead(None))
    assert play.state.gateway.snapshot.unread == frozenset()
    assert play.session() is None


@pytest.mark.parametrize("failure", [BUSY, None])
def test_what_was_not_read_is_neither_there_nor_missing_nor_as_it_was(play, failure):
    play.answer(SessionsDescribe, SessionRead(row(used=20_000))).rest().ask_for_reading()
    play.answer(SessionsList, cut()) << SessionsDescribe(MAIN)
    assert play.session().usage.used == 20_000
    if failure is None:
        play.wait(30.0).silent()
    else:
        play.decline(SessionsDescribe, failure)
    assert play.session() is None
    assert play.state.gateway.snapshot.unread == {MAIN}


def test_what_was_asked_for_and_not_answered_is_not_asked_for_twice(play):
    play.rest().ask_for_reading()
    play.answer(SessionsList, cut()).silent()
    assert play.state.gateway.snapshot.unread == {MAIN}


def test_the_pinned_and_the_shown_session_are_read_too(play):
    play.answer(SessionsDescribe, SessionRead(row(used=20_000))).rest().ask_for_reading()
    play.answer(SessionsList, cut(row(OTHER, used=160_000, name="other"))) << SessionsDescribe(MAIN)
    play.answer(SessionsDescribe, SessionRead(row(used=20_000)))
    assert play.state.gateway.focus.key == OTHER
    play >> CommandReceived(Pin("agent:main:third"))
    play.rest().ask_for_reading()
    play.answer(SessionsList, cut(row(OTHER, used=160_000, name="other")))
    play << SessionsDescribe("agent:main:third") << SessionsDescribe(MAIN)
    assert play.state.gateway.focus == Focus("agent:main:third", "agent:main:third")
    assert play.state.focused is None


def test_the_shown_session_keeps_the_icon_when_it_falls_off_the_list(play):
    play.answer(SessionsDescribe, SessionRead(None)).rest().ask_for_reading()
    play.answer(SessionsList, cut(row(OTHER, used=100_000, name="other"))) << SessionsDescribe(MAIN)
    play.answer(SessionsDescribe, SessionRead(None)).rest().ask_for_reading()
    play.answer(SessionsList, cut(row("agent:main:new", used=10_000, name="new")))
    play << SessionsDescribe(MAIN) << SessionsDescribe(OTHER)
    assert play.state.focused.key == OTHER
    play.answer(SessionsDescribe, SessionRead(row(OTHER, used=101_000)))
    assert play.state.focused.usage.used == 101_000


def test_a_threshold_that_is_crossed_there_is_reported_once(play):
    play.answer(SessionsDescribe, SessionRead(row(used=20_000)))
    for expected in (1, 0):
        play.rest().ask_for_reading()
        play.answer(SessionsList, cut()) << SessionsDescribe(MAIN)
        play.answer(SessionsDescribe, SessionRead(row(used=160_000)))
        assert [type(effect) for effect in play.skip()] == [ThresholdCrossed] * expected


def test_what_events_said_of_it_outlives_the_list(play):
    play.answer(SessionsDescribe, SessionRead(row(used=20_000)))
    play >> EventReceived(RunStarted("run", MAIN))
    play >> EventReceived(RunEnded("run", MAIN))
    play.rest().ask_for_reading()
    play.answer(SessionsList, cut()) << SessionsDescribe(MAIN)
    play.answer(SessionsDescribe, SessionRead(row(used=20_000)))
    assert play.session().usage.stale_reason is StaleReason.UNCHANGED


def test_one_look_waits_for_it_and_then_shows_the_fullest():
    play = Playbook(mode=Mode.ONE_SHOT).connect(replace(NEW, main_key="global"))
    play << SessionsList(200, titles=True)
    play.answer(SessionsList, cut(row(OTHER, used=10_000))) << SessionsDescribe("global")
    assert not polling.is_complete(play.state)
    play.answer(SessionsDescribe, SessionRead(row("global", used=20_000, background=True)))
    assert polling.is_complete(play.state)
    assert play.state.focused.key == "global"


def test_its_age_is_by_our_clock_although_the_gateway_s_is_wrong(play):
    theirs = play.now.ms - 8 * 3600 * 1000
    play.answer(SessionsDescribe, SessionRead(row(used=20_000))).rest().ask_for_reading()
    play.answer(SessionsList, replace(cut(), at_ms=theirs)) << SessionsDescribe(MAIN)
    play.answer(SessionsDescribe, SessionRead(row(used=20_000, updated_ms=theirs - 5000)))
    assert abs(play.session().row.updated_ms - (play.now.ms - 5000)) < 2000
