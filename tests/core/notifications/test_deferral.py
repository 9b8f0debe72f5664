from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.playbook import NOON, START, Playbook
from tray.core.commands import SetNotifications
from tray.core.effects import Notify, SaveNotifications
from tray.core.events import CommandReceived, NotificationDeferred, UserReturned
from tray.core.model.clock import Now
from tray.core.model.notifications import (
    AlreadyRunning,
    Digest,
    GatewayNotFound,
    GatewayUp,
    LogEmpty,
    OpenFailed,
    SaveFailed,
    SettingsRejected,
)
from tray.core.notifications import deferral
from tray.settings.settings import Settings
from tray.values import replace

ONE, TWO, THREE = (GatewayUp(float(n)) for n in (1, 2, 3))


def test_a_notice_held_back_is_told_as_it_is_when_somebody_is_there(play):
    play >> NotificationDeferred(ONE)
    assert play.state.deferred == (ONE,)
    play >> UserReturned() << ONE
    assert play.state.deferred == ()
    play >> UserReturned()


def test_several_come_as_one_in_their_order(play):
    play >> NotificationDeferred(ONE)
    play >> NotificationDeferred(TWO)
    play >> UserReturned() << Digest((ONE, TWO))


def test_what_is_held_is_tried_again_and_comes_back_whole(play):
    play.up() >> NotificationDeferred(ONE)
    play.wait(10.0)
    play >> NotificationDeferred(TWO)
    play.wait(deferral.RETRY_SECONDS - 1).silent()
    play.wait(1.0) << Digest((ONE, TWO))
    play >> NotificationDeferred(Digest((ONE, TWO)))
    play >> NotificationDeferred(THREE)
    assert play.state.deferred == (ONE, TWO, THREE)
    state, effects = deferral.tick(play.state, replace(play.now, mono=play.mono + deferral.RETRY_SECONDS))
    assert (state.deferred, effects) == ((), (Notify(Digest((ONE, TWO, THREE))),))


def test_nothing_is_tried_while_nothing_is_held(play):
    assert deferral.deadline(play.state) is None
    play >> NotificationDeferred(ONE)
    assert deferral.deadline(play.state) == play.mono + deferral.RETRY_SECONDS
    play >> UserReturned() << ONE
    assert deferral.deadline(play.state) is None
    assert deferral.tick(play.state, play.now) == (play.state, ())


def test_the_oldest_give_way(play):
    for number in range(deferral.MAX_DEFERRED + 3):
        play >> NotificationDeferred(GatewayUp(float(number)))
    assert [notice.seconds_down for notice in play.state.deferred] == [
        float(n) for n in range(3, deferral.MAX_DEFERRED + 3)
    ]
    play >> UserReturned() << Digest


def test_what_was_switched_off_meanwhile_is_not_told(play):
    play >> NotificationDeferred(ONE)
    play >> NotificationDeferred(SettingsRejected("line 1"))
    play >> CommandReceived(SetNotifications(on=False)) << SaveNotifications(on=False)
    play >> UserReturned() << SettingsRejected("line 1")
    play >> NotificationDeferred(ONE)
    play >> UserReturned()
    assert play.state.deferred == ()


@pytest.mark.parametrize(
    ("notice", "where_off"),
    [
        (GatewayNotFound(), False),
        (ONE, False),
        (Digest((ONE, TWO)), False),
        (Digest((ONE, SaveFailed("why"))), True),
        (AlreadyRunning(), True),
        (LogEmpty(), True),
        (OpenFailed("place"), True),
        (SaveFailed("why"), True),
        (SettingsRejected("why"), True),
    ],
)
def test_answers_and_mistakes_are_told_even_where_notices_are_off(notice, where_off):
    assert deferral.is_wanted(notice, Settings(notifications=False)) is where_off
    assert deferral.is_wanted(notice, Settings())


@given(
    script=st.lists(
        st.tuples(st.sampled_from(("notice", "attended", "time")), st.booleans()),
        max_size=deferral.MAX_DEFERRED,
    )
)
def test_a_notice_held_is_told_exactly_once_and_in_order(script):
    """Whatever happens in whatever order, and whether or not (`there`) it can be shown each time."""
    state, now = Playbook().state, Now(START, NOON)
    notified, seen = 0, []
    for what, there in (*script, ("attended", True)):
        match what:
            case "notice":
                state, effects = deferral.defer(state, GatewayUp(float(notified)), now)
                notified += 1
            case "attended":
                state, effects = deferral.user_returned(state)
            case _:
                now = replace(now, mono=now.mono + deferral.RETRY_SECONDS)
                state, effects = deferral.tick(state, now)
        for notice in (effect.alert for effect in effects):
            if not there:
                state, _ = deferral.defer(state, notice, now)
            else:
                seen += notice.alerts if isinstance(notice, Digest) else (notice,)
    assert seen == [GatewayUp(float(number)) for number in range(notified)]
