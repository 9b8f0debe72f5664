from __future__ import annotations

import pytest

from tests.core.playbook import MAIN, NEW, OLD, Playbook, row
from tray.core.events import EventReceived
from tray.core.sessions import titles
from tray.protocol.frames import SessionsChanged
from tray.protocol.sessions import SessionList, SessionsList

WORK, LATER = "agent:main:work", "agent:main:later"
CHANGED = EventReceived(SessionsChanged(None))
FIRST, LIST = SessionsList(200, titles=True), SessionsList(200)


def listed(*rows, **titles):
    """A list, also with titles by the last part of the key."""
    return SessionList(
        "fake/alpha", 200_000, rows, titles={f"agent:main:{key}": title for key, title in titles.items()}
    )


def work(key=WORK, **more):
    return row(key, used=1000, **more)


def fresh(hello):
    """Connected; the first list is on its way."""
    play = Playbook().connect(hello)
    play.skip()
    return play


@pytest.fixture
def up():
    """A gateway that has listed a session without a name, and its title."""
    play = fresh(NEW)
    play.answer(SessionsList, listed(row(used=1000), work(), work="Plan the move"))
    return play.rest()


def name(play, key=WORK):
    return play.session(key).name


def test_a_session_without_a_name_is_called_by_its_title(up):
    assert (name(up), name(up, MAIN)) == ("Plan the move", "main")


def test_the_title_is_kept_by_lists_without_titles(up):
    up.ask_for_reading()
    up.answer(SessionsList, listed(work()))
    assert name(up) == "Plan the move"


def test_a_name_goes_before_a_title(up):
    up.read(work(name="The move"))
    assert name(up) == "The move"


def test_a_session_that_was_reset_has_another_title(up):
    up.read(work(session_id="second"))
    assert name(up) == "work"
    assert titles.are_wanted(up.state)


@pytest.mark.parametrize("more", [{"main": True}, {"key": "agent:main:tray"}])
def test_the_main_session_and_our_own_keep_their_names(up, more):
    given = work(**more)
    up.ask_for_reading()
    up.answer(SessionsList, SessionList(None, None, (given,), titles={given.key: "Plan the move"}))
    assert name(up, given.key) == given.key.removeprefix("agent:main:")


def test_titles_are_asked_for_with_the_first_list_of_a_release_that_answers_meanwhile():
    assert titles.are_wanted(fresh(NEW).state)
    assert not titles.are_wanted(fresh(OLD).state)


def test_titles_are_asked_for_again_once_where_a_new_session_has_no_name(up):
    assert not titles.are_wanted(up.state)
    up.read(work(), row(LATER))
    assert not titles.are_wanted(up.state)  # nothing was said there yet
    up.read(work(), work(LATER))
    up >> CHANGED
    up.wait(0.8) << FIRST
    up.answer(SessionsList, listed(work(), work(LATER))).rest()
    up >> CHANGED
    up.wait(0.8) << LIST


@pytest.mark.parametrize(
    "more",
    [{"name": "work"}, {"main": True}, {"background": True}, {"has_run": False}, {"key": "agent:main:tray"}],
)
def test_titles_are_not_asked_for_where_nobody_needs_one(up, more):
    up.read(work(), work(**{"key": LATER, **more}))
    assert not titles.are_wanted(up.state)


def test_a_list_that_was_too_slow_with_titles_is_asked_for_without():
    play = fresh(NEW)
    play.wait(30.0).skip()
    assert not titles.are_wanted(play.state)
    play.wait(5.0) << LIST
    play.answer(SessionsList, listed(work())).rest()
    assert titles.are_wanted(play.state)
    play >> CHANGED
    play.wait(0.8) << FIRST
    play.wait(30.0).skip()
    assert not titles.are_wanted(play.state)


def test_only_the_titles_of_listed_sessions_are_kept(up):
    up.read(row(used=2000))
    assert WORK not in up.state.gateway.snapshot.titles
