from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.playbook import MAIN, NOON, START, Playbook, row
from tray.core import persistence
from tray.core.commands import Ask, SaveSettings, SetNotifications, Snooze, SnoozeUntil, UseModel
from tray.core.effects import Exit, Notify
from tray.core.events import (
    CommandReceived,
    EventReceived,
    IconShown,
    NotificationDeferred,
    Resumed,
    SecondStart,
    SettingsRead,
    UserReturned,
)
from tray.core.model import (
    AlreadyRunning,
    Approval,
    ApprovalWaiting,
    ConnectionFailure,
    Digest,
    FailureKind,
    GatewayDown,
    GatewayNotFound,
    GatewayUp,
    LogEmpty,
    Mode,
    Now,
    OpenFailed,
    PastNotification,
    Prompt,
    PromptFinished,
    SaveFailed,
    SettingsRejected,
    SwitchFailed,
    ThresholdCrossed,
    Welcome,
)
from tray.core.notifications import delivery
from tray.protocol.approvals import ExecRequest
from tray.protocol.frames import Heartbeat
from tray.protocol.sessions import SessionsList
from tray.settings.quiet_hours import QuietHours
from tray.settings.settings import Settings
from tray.values import replace

# ---- deferred alerts ----

ONE, TWO, THREE = (GatewayUp(float(n)) for n in (1, 2, 3))


def test_a_deferred_alert_is_shown_when_the_user_returns(play):
    play >> NotificationDeferred(ONE)
    assert play.state.process.deferred == (ONE,)
    play >> UserReturned() << ONE
    assert play.state.process.deferred == ()
    play >> UserReturned()


def test_several_come_as_one_in_their_order(play):
    play >> NotificationDeferred(ONE)
    play >> NotificationDeferred(TWO)
    play >> UserReturned() << Digest((ONE, TWO))


def test_what_is_held_is_tried_again_and_comes_back_whole(play):
    play.up() >> NotificationDeferred(ONE)
    play.wait(10.0)
    play >> NotificationDeferred(TWO)
    play.wait(delivery.RETRY_SECONDS - 1).silent()
    play.wait(1.0) << Digest((ONE, TWO))
    play >> NotificationDeferred(Digest((ONE, TWO)))
    play >> NotificationDeferred(THREE)
    assert play.state.process.deferred == (ONE, TWO, THREE)
    state, effects = delivery.tick(play.state, replace(play.now, mono=play.mono + delivery.RETRY_SECONDS))
    assert (state.process.deferred, effects) == ((), (Notify(Digest((ONE, TWO, THREE))),))


def test_nothing_is_tried_while_nothing_is_held(play):
    assert delivery.deadline(play.state) is None
    play >> NotificationDeferred(ONE)
    assert delivery.deadline(play.state) == play.mono + delivery.RETRY_SECONDS
    play >> UserReturned() << ONE
    assert delivery.deadline(play.state) is None
    assert delivery.tick(play.state, play.now) == (play.state, ())


def test_the_oldest_give_way(play):
    for number in range(delivery.MAX_DEFERRED + 3):
        play >> NotificationDeferred(GatewayUp(float(number)))
    assert [notice.seconds_down for notice in play.state.process.deferred] == [
        float(n) for n in range(3, delivery.MAX_DEFERRED + 3)
    ]
    play >> UserReturned() << Digest


def test_what_was_turned_off_meanwhile_is_not_shown(play):
    play >> NotificationDeferred(ONE)
    play >> NotificationDeferred(SettingsRejected("line 1"))
    play >> CommandReceived(SetNotifications(on=False)) << SaveSettings(((("notices",), False),))
    play >> UserReturned() << SettingsRejected("line 1")
    play >> NotificationDeferred(ONE)
    play >> UserReturned()
    assert play.state.process.deferred == ()


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
def test_replies_and_mistakes_are_shown_even_with_notifications_off(notice, where_off):
    assert delivery.is_wanted(notice, Settings(notifications=False)) is where_off
    assert delivery.is_wanted(notice, Settings())


@given(
    script=st.lists(
        st.tuples(st.sampled_from(("notice", "attended", "time")), st.booleans()),
        max_size=delivery.MAX_DEFERRED,
    )
)
def test_deferred_alerts_are_shown_exactly_once_and_in_order(script):
    """Whatever happens in whatever order, and whether or not (`there`) it can be shown each time."""
    state, now = Playbook().state, Now(START, NOON)
    notified, seen = 0, []
    for what, there in (*script, ("attended", True)):
        match what:
            case "notice":
                state, effects = delivery.defer(state, GatewayUp(float(notified)), now)
                notified += 1
            case "attended":
                state, effects = delivery.user_returned(state)
            case _:
                now = replace(now, mono=now.mono + delivery.RETRY_SECONDS)
                state, effects = delivery.tick(state, now)
        for notice in (effect.alert for effect in effects):
            if not there:
                state, _ = delivery.defer(state, notice, now)
            else:
                seen += notice.alerts if isinstance(notice, Digest) else (notice,)
    assert seen == [GatewayUp(float(number)) for number in range(notified)]


# ---- many at once ----


def flood(play, *alerts):
    """Let these come up at once, and return what of them is shown."""
    before = play.state
    play.state, effects = delivery.filter_notifications(before, before, tuple(map(Notify, alerts)), play.now)
    return [effect.alert for effect in effects]


def ups(number):
    return [GatewayUp(float(n)) for n in range(number)]


def asking(number):
    return ApprovalWaiting(Approval("default", ExecRequest(f"c{number}", "ls")))


def test_of_many_at_once_three_are_shown_and_the_rest_as_one_a_minute_later(play):
    alerts = ups(7)
    assert flood(play, *alerts) == alerts[:3]
    assert [past.deferred for past in play.state.process.recent] == [False] * 3 + [True] * 4
    assert delivery.deadline(play.state) == play.mono + delivery.SHOWN_WITHIN
    play.mono += delivery.SHOWN_WITHIN
    state, effects = delivery.tick(play.state, play.now)
    assert effects == (Notify(Digest(tuple(alerts[3:]))),)
    state, effects = delivery.filter_notifications(play.state, state, effects, play.now)
    assert len(effects) == 1
    assert state.process.deferred == ()


def test_never_more_than_three_are_shown_within_any_minute(play):
    shown_at = []
    for second in range(300):
        play.mono += 1.0
        state, effects = delivery.tick(play.state, play.now)
        new = (*effects, Notify(GatewayUp(float(second))))
        play.state, effects = delivery.filter_notifications(play.state, state, new, play.now)
        shown_at += [play.mono] * len(effects)
    assert 12 <= len(shown_at) <= 15
    assert all(
        later - first >= delivery.SHOWN_WITHIN for first, later in zip(shown_at, shown_at[3:], strict=False)
    )


def test_a_digest_that_has_to_wait_loses_nothing(play):
    alerts = ups(delivery.MAX_DEFERRED + 5)
    flood(play, *alerts)
    (digest,) = (effect.alert for effect in delivery.user_returned(play.state)[1])
    assert digest == Digest(tuple(alerts[5:]), 2)
    play.state, _ = delivery.user_returned(play.state)
    assert flood(play, digest) == []
    assert (play.state.process.deferred, play.state.process.dropped) == (tuple(alerts[5:]), 2)


def test_what_waits_for_the_user_is_dropped_last(play):
    down = GatewayDown(ConnectionFailure(FailureKind.CONNECTION_LOST))
    flood(play, *ups(3), asking(0), down, *ups(150))
    assert play.state.process.deferred[:2] == (asking(0), down)
    assert play.state.process.dropped == 152 - delivery.MAX_DEFERRED
    many = tuple(asking(number) for number in range(1, 200))
    flood(play, *many)
    assert play.state.process.deferred == many[-delivery.MAX_DEFERRED :]


def test_what_the_user_requested_is_shown_at_once_and_counts(play):
    requested = [PromptFinished(Prompt(str(n), MAIN, "hi")) for n in range(5)]
    assert flood(play, *requested, ONE) == requested
    assert flood(play, AlreadyRunning()) == [AlreadyRunning()]
    assert play.state.process.deferred == (ONE,)


def test_what_could_not_be_shown_or_is_not_wanted_does_not_count(play):
    assert flood(play, ONE, TWO, THREE) == [ONE, TWO, THREE]
    play.state, _ = delivery.defer(play.state, THREE, play.now)
    assert flood(play, ONE) == [ONE]
    off = replace(play.state.settings, notifications=False)
    play.state = replace(play.state, settings=off, process=replace(play.state.process, shown_at=()))
    assert flood(play, *ups(9)) == ups(9)  # nobody will see any of them
    assert play.state.process.shown_at == ()


# ---- snooze, quiet hours and the list ----

HOUR = CommandReceived(Snooze(SnoozeUntil.HOUR))


def crossing(play, used=160_000):
    """A notice that nobody asked for comes up."""
    play.read(row(used=used))
    return ThresholdCrossed(play.session(), 1)


@pytest.fixture
def snoozed(play):
    play.up(row(used=20_000))
    return play >> HOUR


def test_a_snooze_defers_an_alert_and_shows_it_afterwards(snoozed):
    notice = crossing(snoozed)
    assert snoozed.state.process.deferred == (notice,)
    notified = []
    while snoozed.mono < START + 3700.0 and not notified:
        snoozed >> EventReceived(Heartbeat("tick"))
        snoozed.wait(30.0)
        notified = [effect for effect in snoozed.skip() if effect == notice]
        if snoozed.pending(SessionsList) is not None:
            snoozed.read(row(used=160_000))
    assert notified == [notice]
    assert snoozed.mono == pytest.approx(START + 3600.0, abs=31.0)
    assert snoozed.state.process.deferred == ()


def test_several_come_as_one(snoozed):
    first = crossing(snoozed)
    second = ThresholdCrossed
    snoozed.read(row(used=185_000))
    assert isinstance(snoozed.state.process.deferred[1], second)
    (
        snoozed
        >> CommandReceived(Snooze(SnoozeUntil.NOW))
        << Digest((first, snoozed.state.process.recent[1].alert))
    )
    assert snoozed.state.process.snoozed_until is None


def test_a_snooze_also_holds_when_the_user_returns(snoozed):
    notice = crossing(snoozed)
    snoozed >> UserReturned()
    assert snoozed.state.process.deferred == (notice,)


def test_what_the_user_requested_is_reported_all_the_same(snoozed):
    snoozed >> SecondStart() << AlreadyRunning()
    snoozed >> CommandReceived(UseModel("fake/beta", "nowhere:x"))
    snoozed.skip()
    snoozed >> CommandReceived(Ask(" ", preset="Greet")) << PromptFinished
    assert snoozed.state.process.deferred == ()
    offline = Playbook()
    offline >> HOUR
    offline >> CommandReceived(UseModel("fake/beta", MAIN)) << SwitchFailed


def test_until_tomorrow_is_the_next_morning(play):
    play >> CommandReceived(Snooze(SnoozeUntil.TOMORROW))
    tomorrow = play.now.today + timedelta(days=1)
    assert play.state.process.snoozed_until == datetime.combine(tomorrow, delivery.MORNING, UTC)


def test_a_snooze_survives_a_restart(snoozed):
    later = Playbook()
    later.state = persistence.load(later.state, snoozed.saved[-1])
    assert later.state.process.snoozed_until == snoozed.state.process.snoozed_until
    assert delivery.quiet_until(later.state, later.now) == snoozed.wall + timedelta(hours=1)


def test_quiet_hours_are_as_good_as_a_snooze(play):
    end = play.wall + timedelta(hours=2)
    quiet = QuietHours((play.wall - timedelta(hours=1)).time(), end.time())
    play.up(row(used=20_000))
    play.state = replace(play.state, settings=replace(play.state.settings, quiet_hours=quiet))
    notice = crossing(play)
    assert play.state.process.deferred == (notice,)
    assert delivery.quiet_until(play.state, play.now) == end
    play >> HOUR
    assert delivery.quiet_until(play.state, play.now) > play.wall + timedelta(hours=1)


def test_the_last_alerts_are_kept_once_each(play):
    play.up(row(used=20_000))
    notice = crossing(play)
    play << notice
    assert play.state.process.recent == (PastNotification(notice, play.wall, deferred=False),)
    play >> NotificationDeferred(notice)
    play >> UserReturned() << notice
    assert len(play.state.process.recent) == 1
    play >> HOUR
    play.read(row(used=185_000))
    assert play.state.process.recent[1].deferred


def test_answers_of_the_moment_are_no_news(play):
    play >> SecondStart() << AlreadyRunning()
    assert play.state.process.recent == ()
    play >> IconShown()
    play.up()
    play.wait(0.0) << Welcome()
    assert [notified.alert for notified in play.state.process.recent] == [Welcome()]


def test_no_more_are_kept_than_anybody_reads(play):
    for number in range(delivery.MAX_RECENT + 5):
        state, _ = delivery.filter_notifications(
            play.state, play.state, (Notify(GatewayUp(float(number))),), play.now
        )
        play.state = state
    assert len(play.state.process.recent) == delivery.MAX_RECENT
    assert play.state.process.recent[-1].alert == GatewayUp(float(delivery.MAX_RECENT + 4))


def test_a_one_shot_keeps_and_defers_nothing(play):
    state = replace(
        play.state,
        mode=Mode.ONE_SHOT,
        process=replace(play.state.process, snoozed_until=play.wall + timedelta(hours=1)),
    )
    effects = (Notify(GatewayUp(1.0)), Exit())
    assert delivery.filter_notifications(state, state, effects, play.now) == (state, effects)


def test_a_digest_that_comes_up_in_a_snooze_is_held_in_its_parts(snoozed):
    digest = Digest((GatewayUp(1.0), GatewayUp(2.0)))
    state, effects = delivery.filter_notifications(
        snoozed.state, snoozed.state, (Notify(digest),), snoozed.now
    )
    assert (state.process.deferred, effects) == (digest.alerts, ())
    assert state.process.recent == ()
    assert delivery.deadline(state) == snoozed.mono + 3600.0


# ---- over a restart, a sleep, and a change of the settings ----


def restarted(play):
    """Another process, which remembers what this one saved last."""
    later = Playbook()
    later.state = persistence.load(later.state, play.saved[-1])
    later.mono, later.wall = play.mono, play.wall
    return later


def test_a_deferred_threshold_is_reported_by_the_next_process(snoozed):
    crossing(snoozed)
    later = restarted(snoozed)
    later >> CommandReceived(Snooze(SnoozeUntil.NOW))
    later.up(row(used=161_000)) << ThresholdCrossed(later.session(), 1)
    (notified,) = [notified.alert for notified in later.state.process.recent]
    assert isinstance(notified, ThresholdCrossed)
    assert later.state.profile.undelivered == ()
    again = restarted(later)
    again.up(row(used=161_000))
    assert again.state.process.recent == ()


def test_it_is_reported_once_there_is_a_fresh_figure(snoozed):
    crossing(snoozed)
    later = restarted(snoozed)
    later >> CommandReceived(Snooze(SnoozeUntil.NOW))
    later.up(row(used=161_000, fresh=False))
    assert later.state.process.recent == ()
    later.read(row(used=161_000)) << ThresholdCrossed(later.session(), 1)


def test_what_has_fallen_meanwhile_is_no_news(snoozed):
    crossing(snoozed)
    later = restarted(snoozed)
    later >> CommandReceived(Snooze(SnoozeUntil.NOW))
    later.up(row(used=30_000))
    assert later.state.process.recent == ()


def test_a_sleep_does_not_lengthen_a_snooze(snoozed):
    notice = crossing(snoozed)
    snoozed.sleep(8 * 3600) >> Resumed()
    assert notice in snoozed.skip()
    assert snoozed.state.process.deferred == ()


def test_a_sleep_within_a_snooze_ends_nothing(snoozed):
    notice = crossing(snoozed)
    snoozed.sleep(60) >> Resumed()
    snoozed.skip()
    assert snoozed.state.process.deferred == (notice,)


def test_removed_quiet_hours_defer_nothing(play):
    quiet = QuietHours((play.wall - timedelta(hours=1)).time(), (play.wall + timedelta(hours=2)).time())
    play.up(row(used=20_000))
    without = play.state.settings
    play >> SettingsRead(replace(without, quiet_hours=quiet))
    notice = crossing(play)
    assert play.state.process.deferred == (notice,)
    play >> SettingsRead(without) << notice
    assert play.state.process.deferred == ()
