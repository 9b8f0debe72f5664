from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.playbook import NOON, START, Playbook
from tray.core.commands import SetNotices
from tray.core.effects import Notify, SaveNotices
from tray.core.events import Attended, Clicked, Withheld
from tray.core.model.clock import Now
from tray.core.model.notifications import (
    AlreadyRunning,
    BadSettings,
    CameBack,
    Digest,
    LogIsEmpty,
    NotFound,
    NotOpened,
    NotSaved,
)
from tray.core.notifications import deferral
from tray.settings.settings import Settings
from tray.values import replace

ONE, TWO, THREE = (CameBack(float(n)) for n in (1, 2, 3))


def test_a_notice_held_back_is_told_as_it_is_when_somebody_is_there(play):
    play >> Withheld(ONE)
    assert play.state.held == (ONE,)
    play >> Attended() << ONE
    assert play.state.held == ()
    play >> Attended()


def test_several_come_as_one_in_their_order(play):
    play >> Withheld(ONE)
    play >> Withheld(TWO)
    play >> Attended() << Digest((ONE, TWO))


def test_what_is_held_is_tried_again_and_comes_back_whole(play):
    play.up() >> Withheld(ONE)
    play.wait(10.0)
    play >> Withheld(TWO)
    play.wait(deferral.AGAIN - 1).silent()
    play.wait(1.0) << Digest((ONE, TWO))
    play >> Withheld(Digest((ONE, TWO)))
    play >> Withheld(THREE)
    assert play.state.held == (ONE, TWO, THREE)
    state, effects = deferral.tick(play.state, replace(play.now, mono=play.mono + deferral.AGAIN))
    assert (state.held, effects) == ((), (Notify(Digest((ONE, TWO, THREE))),))


def test_nothing_is_tried_while_nothing_is_held(play):
    assert deferral.deadline(play.state) is None
    play >> Withheld(ONE)
    assert deferral.deadline(play.state) == play.mono + deferral.AGAIN
    play >> Attended() << ONE
    assert deferral.deadline(play.state) is None
    assert deferral.tick(play.state, play.now) == (play.state, ())


def test_the_oldest_give_way(play):
    for number in range(deferral.KEPT + 3):
        play >> Withheld(CameBack(float(number)))
    assert [notice.after for notice in play.state.held] == [float(n) for n in range(3, deferral.KEPT + 3)]
    play >> Attended() << Digest


def test_what_was_switched_off_meanwhile_is_not_told(play):
    play >> Withheld(ONE)
    play >> Withheld(BadSettings("line 1"))
    play >> Clicked(SetNotices(on=False)) << SaveNotices(on=False)
    play >> Attended() << BadSettings("line 1")
    play >> Withheld(ONE)
    play >> Attended()
    assert play.state.held == ()


@pytest.mark.parametrize(
    ("notice", "where_off"),
    [
        (NotFound(), False),
        (ONE, False),
        (Digest((ONE, TWO)), False),
        (Digest((ONE, NotSaved("why"))), True),
        (AlreadyRunning(), True),
        (LogIsEmpty(), True),
        (NotOpened("place"), True),
        (NotSaved("why"), True),
        (BadSettings("why"), True),
    ],
)
def test_answers_and_mistakes_are_told_even_where_notices_are_off(notice, where_off):
    assert deferral.is_wanted(notice, Settings(notices=False)) is where_off
    assert deferral.is_wanted(notice, Settings())


@given(
    script=st.lists(
        st.tuples(st.sampled_from(("notice", "attended", "time")), st.booleans()), max_size=deferral.KEPT
    )
)
def test_a_notice_held_is_told_exactly_once_and_in_order(script):
    """Whatever happens in whatever order, and whether or not (`there`) it can be shown each time."""
    state, now = Playbook().state, Now(START, NOON)
    told, seen = 0, []
    for what, there in (*script, ("attended", True)):
        match what:
            case "notice":
                state, effects = deferral.withheld(state, CameBack(float(told)), now)
                told += 1
            case "attended":
                state, effects = deferral.attended(state)
            case _:
                now = replace(now, mono=now.mono + deferral.AGAIN)
                state, effects = deferral.tick(state, now)
        for notice in (effect.notice for effect in effects):
            if not there:
                state, _ = deferral.withheld(state, notice, now)
            else:
                seen += notice.notices if isinstance(notice, Digest) else (notice,)
    assert seen == [CameBack(float(number)) for number in range(told)]
