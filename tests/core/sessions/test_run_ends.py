from __future__ import annotations

from tests.core.playbook import MAIN, OTHER, Playbook, row
from tray.core.events import EventReceived
from tray.core.model import Now
from tray.core.sessions import run_ends
from tray.protocol.runs import ChatStopped, RunEnded, RunStarted
from tray.protocol.sessions import SessionsList

LIST = SessionsList(200)


def at(mono, play=None):
    return Now(mono, (play or Playbook()).wall)


def test_an_end_is_remembered_for_as_long_as_a_reading_may_list_the_run():
    ends = run_ends.noted({}, (MAIN, None), at(10.0))
    assert ends == {MAIN: 10.0}
    assert run_ends.noted(ends, (OTHER,), at(12.9)) == {MAIN: 10.0, OTHER: 12.9}
    assert run_ends.noted(ends, (), at(13.0)) == {}
    assert run_ends.without(ends, MAIN) == {}


def test_no_flood_of_ends_is_remembered():
    ends = run_ends.noted({}, (f"key-{number}" for number in range(5_000)), at(10.0))
    assert len(ends) == run_ends.MAX_ENDS
    assert "key-4999" in ends


def test_a_row_is_late_if_it_lists_a_run_of_which_the_end_was_just_announced():
    ends = {MAIN: 10.0}
    assert run_ends.are_late(ends, (row(active=True),), 10.8)
    assert not run_ends.are_late(ends, (row(active=True),), 13.0)
    assert not run_ends.are_late(ends, (row(), row(OTHER, active=True)), 10.8)


def ended(play, event):
    play.up(row(used=20_000))
    play >> EventReceived(RunStarted("run", MAIN))
    play >> EventReceived(event)
    if play.state.gateway.snapshot.next_read_at > play.mono + 1.0:  # nobody asks for a reading at once
        return play.read(row(used=20_000, active=True))
    play.wait(0.8) << LIST
    return play.read(row(used=20_000, active=True))


def test_a_late_row_is_read_again_after_three_seconds(play):
    ended(play, RunEnded("run", MAIN))
    assert play.state.running
    play.wait(2.9).silent()
    play.wait(0.2) << LIST
    play.read(row(used=20_000))
    assert not play.state.running


def test_so_is_the_row_of_a_run_that_was_stopped(play):
    ended(play, ChatStopped("run", MAIN))
    play.wait(3.1) << LIST


def test_a_run_that_started_since_is_not_late(play):
    play.up(row(used=20_000))
    play >> EventReceived(RunEnded("run", MAIN)) >> EventReceived(RunStarted("next", MAIN))
    play.wait(0.8) << LIST
    play.read(row(used=20_000, active=True))
    play.wait(10.0).silent()
