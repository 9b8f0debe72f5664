from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.playbook import FAR, NEW, NOON_MS, OLD, Playbook, row
from tray.core import persistence
from tray.core.commands import OpenMenu, ReadUsage
from tray.core.effects import ReadAutostart, ReadSettings, ResolveTarget
from tray.core.events import CommandReceived, ConnectionDropped, EventReceived, RequestFailed, SettingsRead
from tray.core.model import Mode, QuotaAvailable, QuotaCrossed, QuotaLatch, QuotaPace
from tray.core.sessions.thresholds import reached
from tray.core.usage import usage
from tray.core.usage.totals import total
from tray.core.usage.usage import CHECK_INTERVAL_SECONDS, LIMITS, MAX_RECOUNTS
from tray.protocol.frames import ErrorResponse, Heartbeat
from tray.protocol.sessions import SessionsList
from tray.protocol.usage import (
    DailyCost,
    Days,
    Quota,
    Quotas,
    SessionsUsage,
    Totals,
    UsageBreakdown,
    UsageCost,
    UsageStatus,
)
from tray.settings.settings import Profile, Settings
from tray.values import replace

TODAY = date(2026, 3, 2)
MONTH = Days(TODAY - timedelta(days=29), TODAY, 0)
COST, SESSIONS, STATUS = UsageCost(MONTH), SessionsUsage(MONTH, 200), UsageStatus()
SPENT = DailyCost({"2026-03-02": Totals(5)})
ACCOUNTS = UsageBreakdown({"2026-03-02": Totals(5)})
HOUR_MS = 3_600_000
UNKNOWN = ErrorResponse("INVALID_REQUEST", "unknown method: sessions.usage")
CLOSED = ErrorResponse(
    "INVALID_REQUEST", "invalid sessions.usage params: at root: unexpected property 'agentScope'"
)


def quota(percent, label="5h", resets_ms=NOON_MS + 5 * HOUR_MS):
    return Quota("anthropic", "Claude", label, percent, resets_ms)


def watching(*rows, hello=NEW, **more):
    """A playbook that does not let the requests of this room pass in silence."""
    play = Playbook(**more)
    play.spends = True
    return play.up(*rows, hello=hello)


def answered(play, daily_cost=SPENT, breakdown=ACCOUNTS, quotas=()):
    """All three are answered."""
    play.answer(UsageCost, daily_cost)
    play.answer(SessionsUsage, breakdown)
    return play.answer(UsageStatus, Quotas(tuple(quotas)))


def first(*rows, **more):
    """What is known a few seconds after the hello."""
    play = watching(*rows)
    play.wait(5.0) << COST << SESSIONS << STATUS
    return answered(play, **more)


def metered(play, *quotas):
    """The quotas are read once more; return which levels were reported."""
    play >> CommandReceived(ReadUsage())
    play << COST << SESSIONS << STATUS
    answered(play, quotas=quotas)
    return [effect.level for effect in play.skip() if isinstance(effect, QuotaCrossed)]


def idle(play, seconds):
    """Time passes, and each reading of the sessions is like the last; what else was asked, if anything."""
    rows = tuple(session.row for session in play.state.gateway.snapshot.sessions)
    until = play.mono + seconds
    while play.mono < until:
        play >> EventReceived(Heartbeat("tick"))
        play.wait(min(20.0, until - play.mono))
        asked = [effect for effect in play.skip() if effect != SessionsList(200)]
        if play.pending(SessionsList) is not None:
            play.read(*rows)
        if asked:
            return asked
    return []


# ---- when it is read ----


def test_it_is_read_a_little_after_the_hello():
    play = watching()
    play.wait(4.9).silent()
    play.wait(0.1) << COST << SESSIONS << STATUS
    answered(play)
    assert total(play.state.gateway.usage_totals, 1)[0] == Totals(5)
    assert play.state.gateway.usage_totals.read_at == play.wall


@pytest.mark.parametrize("mode", [Mode.ONE_SHOT, Mode.WITH_MODELS])
def test_a_one_shot_reads_usage_only_on_command(mode):
    play = watching(mode=mode)
    assert idle(play, 60) == []
    play >> CommandReceived(ReadUsage())
    play << COST << SESSIONS << STATUS
    assert usage.is_under_way(play.state)
    answered(play, quotas=[quota(99)])
    assert not usage.is_under_way(play.state)
    assert play.state.profile.quota_latches == ()
    assert usage.deadline(play.state) is None


def test_nothing_is_read_again_while_nothing_happens():
    play = first(row(used=1000))
    assert idle(play, 3 * CHECK_INTERVAL_SECONDS) == []


def test_a_run_makes_it_worth_reading_within_half_an_hour():
    play = first(row(used=1000))
    idle(play, 120)
    play.read(row(used=2000, updated_ms=play.now.ms))
    assert idle(play, CHECK_INTERVAL_SECONDS) == [COST, SESSIONS, STATUS]


def test_what_was_counted_before_a_run_is_worth_reading_again():
    ran = row(used=1, ended_ms=NOON_MS - 1000)
    old = replace(SPENT, counted_ms=NOON_MS - 2000, made_ms=NOON_MS)
    play = first(ran, daily_cost=old)
    assert idle(play, CHECK_INTERVAL_SECONDS) == [COST, SESSIONS, STATUS]


def test_a_stamp_of_a_clock_that_is_wrong_is_made_one_of_ours():
    theirs = NOON_MS - 8 * HOUR_MS
    play = first(daily_cost=replace(SPENT, counted_ms=theirs - 5000, made_ms=theirs))
    assert play.state.gateway.usage_totals.daily_cost.counted_ms == NOON_MS + 5000 - 5000
    play = first(daily_cost=replace(SPENT, made_ms=theirs))
    assert play.state.gateway.usage_totals.daily_cost.counted_ms is None


def test_a_quota_is_worth_a_look_every_half_hour():
    play = first(row(used=1000), quotas=[quota(10)])
    assert idle(play, CHECK_INTERVAL_SECONDS - 1) == []
    assert idle(play, 60) == [COST, SESSIONS, STATUS]


def test_opening_the_menu_reads_usage_unless_it_was_just_read():
    play = first()
    play >> CommandReceived(OpenMenu()) << ReadSettings() << ReadAutostart()
    play.wait(30.0) >> CommandReceived(OpenMenu())
    play << ReadSettings() << ReadAutostart() << COST << SESSIONS << STATUS
    play >> CommandReceived(OpenMenu()) << ReadSettings() << ReadAutostart()


def test_a_menu_opened_before_the_first_reading_asks_at_once():
    play = watching()
    play >> CommandReceived(OpenMenu()) << ReadSettings() << ReadAutostart() << COST << SESSIONS << STATUS
    play.wait(5.0).silent()


def test_offline_nothing_is_asked():
    play = Playbook()
    play.spends = True
    play >> CommandReceived(ReadUsage())
    assert play.skip() == []
    assert usage.deadline(play.state) is None


def test_after_midnight_yesterdays_figures_are_void_and_requested_again():
    play = first()
    play.mono += 86_400
    play.wall += timedelta(days=1)
    tomorrow = Days(MONTH.first + timedelta(days=1), TODAY + timedelta(days=1), 0)
    play >> CommandReceived(ReadUsage())
    play << UsageCost(tomorrow) << SessionsUsage(tomorrow, 200) << STATUS
    assert play.state.gateway.usage_totals.daily_cost is None
    assert play.state.gateway.usage_totals.read_at is None


def test_a_lost_connection_ends_the_waiting_and_keeps_what_is_known():
    play = first(daily_cost=DailyCost({}, counting=True))
    assert usage.is_under_way(play.state)
    play >> ConnectionDropped(None, "reset")
    play.wait(0.0) << ResolveTarget()
    assert not usage.is_under_way(play.state)
    assert play.state.gateway.usage_totals.breakdown == ACCOUNTS
    play.up()
    play.wait(5.0).silent()  # nothing ran in the meantime


def test_another_profile_starts_from_nothing():
    play = first(quotas=[quota(10)])
    play >> SettingsRead(Settings(profile="far", profiles=(Profile(), Profile("far", url=FAR.url))))
    play.skip()
    assert play.state.gateway.usage_totals.daily_cost is None
    assert play.state.gateway.usage_totals.known_quotas == frozenset()


# ---- what the gateway does not have ----


def test_a_method_that_the_gateway_does_not_have_is_asked_for_once():
    play = watching(hello=OLD)
    play.wait(5.0) << COST << SESSIONS << STATUS
    play.decline(SessionsUsage, UNKNOWN)
    play.answer(UsageCost, SPENT)
    play.answer(UsageStatus, Quotas())
    assert play.state.gateway.usage_totals.refused == {"sessions.usage": UNKNOWN}
    play >> CommandReceived(ReadUsage())
    play << COST << STATUS


def test_another_connection_may_have_it():
    play = watching(hello=OLD)
    play.wait(5.0).skip()
    play.decline(SessionsUsage, UNKNOWN)
    play >> ConnectionDropped(None, "reset")
    play.wait(0.0) << ResolveTarget()
    play.up()
    play >> CommandReceived(ReadUsage())
    play << COST << SESSIONS << STATUS


def test_a_release_without_all_agents_is_asked_without_the_parameter():
    play = watching()
    play.wait(5.0) << COST << SESSIONS << STATUS
    play.decline(SessionsUsage, CLOSED)
    play << SessionsUsage(MONTH, 200, all_agents=False)
    play.decline(SessionsUsage, CLOSED)
    assert play.state.gateway.usage_totals.refused == {"sessions.usage": CLOSED}
    play >> CommandReceived(ReadUsage())
    play << COST << SessionsUsage(MONTH, 200, all_agents=False)
    assert play.pending(UsageStatus) is not None
    play.skip()


def test_what_failed_is_asked_for_again_the_next_time():
    play = watching()
    play.wait(5.0).skip()
    play.decline(UsageCost, ErrorResponse("UNAVAILABLE", "no"))
    play.wait(30.0)  # and the others are not answered at all
    assert play.skip() == []
    assert set(play.state.gateway.usage_totals.refused) == {"usage.cost", "sessions.usage", "usage.status"}
    play >> CommandReceived(ReadUsage())
    play << COST << SESSIONS << STATUS
    assert play.state.gateway.usage_totals.refused == {}


def test_an_answer_to_nothing_changes_nothing():
    play = first()
    before = play.state.gateway.usage_totals
    play >> RequestFailed("?", UNKNOWN)
    assert play.state.gateway.usage_totals == before


# ---- what is still being counted ----


def test_what_is_still_being_counted_is_asked_for_again_with_a_day_more():
    play = first(daily_cost=DailyCost({}, counting=True), breakdown=UsageBreakdown({}, counting=True))
    play.wait(0.9).silent()
    wider = Days(MONTH.first - timedelta(days=1), TODAY, 0)
    play.wait(0.1) << UsageCost(wider) << SessionsUsage(wider, 200)
    play.answer(UsageCost, SPENT)
    play.answer(SessionsUsage, UsageBreakdown({}, counting=True))
    widest = Days(MONTH.first - timedelta(days=2), TODAY, 0)
    play.wait(2.0) << SessionsUsage(widest, 200)
    play.answer(SessionsUsage, ACCOUNTS)
    assert not usage.is_under_way(play.state)
    assert not play.state.gateway.usage_totals.counting


def test_an_unfinished_answer_takes_nothing_back():
    play = first()
    play >> CommandReceived(ReadUsage())
    play << COST << SESSIONS << STATUS
    answered(play, DailyCost({}, counting=True), UsageBreakdown({}, counting=True))
    assert total(play.state.gateway.usage_totals, 1)[0] == Totals(5)
    assert play.state.gateway.usage_totals.counting
    wider = Days(MONTH.first - timedelta(days=1), TODAY, 0)
    play.wait(1.0) << UsageCost(wider) << SessionsUsage(wider, 200)
    more = {"2026-03-02": Totals(7)}
    play.answer(UsageCost, DailyCost(more))
    play.answer(SessionsUsage, UsageBreakdown(more, counting=True))
    assert total(play.state.gateway.usage_totals, 1)[0] == Totals(7)
    assert play.state.gateway.usage_totals.breakdown == UsageBreakdown(more, counting=True)
    play.wait(2.0).skip()


def test_it_is_not_asked_for_without_end():
    play = first(daily_cost=DailyCost({}, counting=True))
    asked = 0
    while play.state.gateway.usage_totals.recount_at is not None:
        play.wait(play.state.gateway.usage_totals.recount_at - play.mono)
        play.skip()
        asked += 1
        play.answer(UsageCost, DailyCost({}, counting=True))
    assert asked == MAX_RECOUNTS
    assert play.mono - 1005.0 < 70


def test_a_switch_in_the_meantime_supersedes_the_old_one():
    play = first(daily_cost=DailyCost({}, counting=True))
    play >> CommandReceived(ReadUsage())
    play << COST << SESSIONS << STATUS
    assert play.state.gateway.usage_totals.recount_at is None


def test_a_look_that_falls_due_during_a_recount_waits_its_turn():
    play = first(daily_cost=DailyCost({}, counting=True))
    usage_totals = replace(play.state.gateway.usage_totals, next_at=play.mono, recount_at=play.mono)
    play.state = replace(play.state, gateway=replace(play.state.gateway, usage_totals=usage_totals))
    play.wait(0.0) << UsageCost(Days(MONTH.first - timedelta(days=1), TODAY, 0))
    assert play.state.gateway.usage_totals.next_at == play.mono + CHECK_INTERVAL_SECONDS


# ---- the quotas ----


@pytest.mark.parametrize(("percent", "level"), [(0, 0), (74.9, 0), (75, 1), (89.9, 1), (90, 2), (100, 2)])
def test_the_thresholds(percent, level):
    assert reached(percent, LIMITS) == level


def test_each_crossing_is_reported_once_but_not_on_the_first_reading():
    play = first(quotas=[quota(80)])
    assert play.skip() == []
    assert [metered(play, quota(percent)) for percent in (85, 89, 91, 95)] == [[], [], [2], []]


def test_only_the_highest_when_several_are_jumped():
    play = first(quotas=[quota(10)])
    assert metered(play, quota(96)) == [2]


def test_it_may_be_reported_again_after_a_fall_of_five_points():
    play = first(quotas=[quota(10)])
    percents = (76, 71, 76, 69.9, 76)
    assert [metered(play, quota(percent)) for percent in percents] == [[1], [], [], [], [1]]


def test_the_reset_lifts_the_latch_however_full_the_new_window_is():
    play = first(quotas=[quota(10)])
    assert metered(play, quota(80)) == [1]
    play.wall += timedelta(hours=6)
    later = NOON_MS + 11 * HOUR_MS
    assert metered(play, quota(80)) == []  # still the figure from before the reset
    assert metered(play, quota(80, resets_ms=later)) == [1]
    assert metered(play, quota(80, resets_ms=later)) == []


def test_a_reset_that_is_put_off_with_each_reading_lifts_nothing():
    play = first(quotas=[quota(10)])
    notified = [metered(play, quota(80, resets_ms=NOON_MS + hours * HOUR_MS)) for hours in (5, 6, 7)]
    assert notified == [[1], [], []]


def test_without_a_reset_only_the_fall_counts():
    play = first(quotas=[quota(10, resets_ms=None)])
    assert metered(play, quota(80, resets_ms=None)) == [1]
    play.wall += timedelta(hours=8)
    assert metered(play, quota(80, resets_ms=None)) == []


def test_each_window_has_its_own_latch():
    play = first(quotas=[quota(10), quota(10, "Week")])
    assert metered(play, quota(80), quota(10, "Week")) == [1]
    assert metered(play, quota(80), quota(91, "Week")) == [2]


def test_a_window_that_was_missing_once_is_not_a_new_one():
    play = first(quotas=[quota(10)])
    assert metered(play) == []
    assert metered(play, quota(80)) == [1]


def test_latches_survive_a_restart():
    play = first(quotas=[quota(10)])
    assert metered(play, quota(80)) == [1]
    again = Playbook()
    again.spends = True
    again.state = persistence.load(again.state, play.saved[-1])
    assert again.state.profile.quota_latches == (
        QuotaLatch("default", "anthropic", "5h", 1, NOON_MS + 5 * HOUR_MS),
    )
    again.up()
    again.wait(5.0).skip()
    answered(again, quotas=[quota(81)])
    assert [metered(again, quota(percent)) for percent in (82, 92)] == [[], [2]]


def test_known_quotas_are_bounded_and_those_of_the_last_answer_are_among_them():
    play = first()
    for number in range(usage.MAX_LATCHES):
        metered(play, replace(quota(10), label=f"{number}"))
    known = play.state.gateway.usage_totals.known_quotas
    assert len(known) <= usage.MAX_LATCHES
    assert ("anthropic", f"{usage.MAX_LATCHES - 1}") in known


def test_latches_are_bounded():
    play = first()
    full = tuple(QuotaLatch("other", "p", str(n), 1, None) for n in range(usage.MAX_LATCHES))
    play.state = replace(play.state, profile=replace(play.state.profile, quota_latches=full))
    metered(play, quota(80))
    assert len(play.state.profile.quota_latches) == usage.MAX_LATCHES
    assert play.state.profile.quota_latches[-1].provider == "anthropic"


@given(st.lists(st.tuples(st.floats(0, 100), st.booleans()), max_size=12))
def test_no_crossing_of_a_quota_is_reported_twice_or_missed(readings):
    play = first(quotas=[quota(0)])
    resets, level = NOON_MS + 5 * HOUR_MS, 0
    for percent, starts_over in readings:
        play.state = replace(play.state, process=replace(play.state.process, shown_at=()))  # long ago
        if starts_over:
            play.wall += timedelta(milliseconds=resets - play.now.ms)
            resets, level = resets + 5 * HOUR_MS, 0
            play.state = replace(
                play.state, process=replace(play.state.process, clock_drift=None)
            )  # it is not the computer that slept
            play.state = replace(
                play.state,
                gateway=replace(
                    play.state.gateway, usage_totals=replace(play.state.gateway.usage_totals, today=None)
                ),
            )
        play >> CommandReceived(ReadUsage())
        play.skip()
        answered(play, quotas=[quota(percent, resets_ms=resets)])
        notified = [effect.level for effect in play.skip() if isinstance(effect, QuotaCrossed)]
        rises = reached(percent, LIMITS) > level
        assert notified == ([reached(percent, LIMITS)] if rises else [])
        level = reached(percent, LIMITS) if rises else min(level, reached(percent + 5, LIMITS))


def test_a_quota_that_was_exhausted_is_read_soon_after_its_reset_and_reported():
    play = first(quotas=[quota(100, resets_ms=NOON_MS + HOUR_MS // 4)])
    assert STATUS in idle(play, 960 + usage.AFTER_RESET_SECONDS)
    answered(play, quotas=[quota(2)])
    assert [type(alert) for alert in play.skip()] == [QuotaAvailable]
    assert play.state.profile.quota_marks == ()


def test_a_pace_that_does_not_last_is_reported_once_also_after_a_restart():
    play = first(quotas=[quota(50, resets_ms=NOON_MS + 4 * HOUR_MS)])
    assert [type(alert) for alert in play.skip()] == [QuotaPace]
    again = Playbook()
    again.spends = True
    again.state = persistence.load(again.state, play.saved[-1])
    again.up()
    again.wait(5.0).skip()
    answered(again, quotas=[quota(51, resets_ms=NOON_MS + 4 * HOUR_MS)]).silent()
