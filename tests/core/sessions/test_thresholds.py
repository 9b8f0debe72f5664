from __future__ import annotations

import pytest

from tests.core.playbook import FAR, MAIN, OTHER, Playbook, row
from tray.core import persistence
from tray.core.effects import ResolveTarget
from tray.core.events import ConnectionDropped, EventReceived, SettingsRead
from tray.core.model import Mode, ThresholdCrossed, ThresholdLatch
from tray.core.sessions.thresholds import MAX_LATCHES, cross, reached
from tray.protocol.runs import Compacting, RunEnded, RunStarted
from tray.protocol.sessions import SessionsList
from tray.settings.settings import Profile, Settings
from tray.values import replace


def notified(play):
    """The notices since last looked: session and level."""
    notices = [effect for effect in play.skip() if isinstance(effect, ThresholdCrossed)]
    return [(notice.session.key, notice.level) for notice in notices]


def at(percent, key=MAIN, **more):
    return row(key, used=int(percent * 2000), **more)


def climb(play, *percents):
    """One reading after another; return which levels were reported."""
    levels = []
    for percent in percents:
        play.read(at(percent))
        levels.append([level for _, level in notified(play)])
    return levels


@pytest.mark.parametrize(
    ("percent", "level"), [(0.0, 0), (74.999, 0), (75.0, 1), (89.9, 1), (90.0, 2), (100.0, 2)]
)
def test_the_thresholds(percent, level):
    assert reached(percent, Settings()) == level


def test_each_crossing_is_reported_once(play):
    play.up(at(60))
    assert climb(play, 74, 75, 80, 89, 90, 95, 99) == [[], [1], [], [], [2], [], []]


def test_only_the_highest_when_several_are_jumped(play):
    play.up(at(10))
    assert climb(play, 96, 97) == [[2], []]


def test_a_threshold_is_released_five_points_below(play):
    play.up(at(60))
    assert climb(play, 76, 71, 76, 70, 76, 69.9, 76) == [[1], [], [], [], [], [], [1]]


def test_the_upper_threshold_is_released_on_its_own(play):
    play.up(at(60))
    assert climb(play, 91, 86, 91, 84.9, 91) == [[2], [], [], [], [2]]


def test_a_fall_from_critical_to_none_reports_nothing_between(play):
    play.up(at(60))
    assert climb(play, 95, 80, 76, 10, 80) == [[2], [], [], [], [1]]


def test_the_users_thresholds_count():
    play = Playbook(warning=50.0, critical=60.0).up(at(40))
    assert climb(play, 51, 61) == [[1], [2]]


def test_the_first_reading_is_silent(play):
    play.up(at(95))
    assert notified(play) == []
    assert climb(play, 96, 97) == [[], []]


def test_a_new_session_id_is_a_first_reading(play):
    play.up(at(60))
    play.read(at(95, session_id="second"))
    assert notified(play) == []
    play.read(at(10, session_id="second"))
    play.read(at(80, session_id="second"))
    assert notified(play) == [(MAIN, 1)]


def test_a_reset_below_the_thresholds_lifts_the_latch(play):
    play.up(at(95))
    play.read(at(10, session_id="second"))
    assert play.state.profile.latches == ()


def test_a_new_profile_is_a_first_reading(play):
    play.up(at(60))
    settings = Settings(profile="far", profiles=(Profile(), Profile("far", url=FAR.url)))
    play >> SettingsRead(settings)
    play.skip()
    play.target = FAR
    play.up(at(95))
    assert notified(play) == []
    assert [latch.profile for latch in play.state.profile.latches] == ["far"]


def test_a_reconnect_is_not_a_first_reading(play):
    play.up(at(60))
    play >> ConnectionDropped(None, "reset")
    play.wait(0.0) << ResolveTarget()
    play.up(at(80))
    assert notified(play) == [(MAIN, 1)]


def test_latches_survive_a_restart(play):
    play.up(at(60))
    assert climb(play, 80) == [[1]]
    again = Playbook()
    again.state = persistence.load(again.state, play.saved[-1])
    again.up(at(80))
    assert climb(again, 81, 85) == [[], []]


@pytest.mark.parametrize(
    "doubtful",
    [
        row(used=180_000, fresh=False),
        row(used=400_000),
        row(used=180_000, context_limit=None, model="fake/gamma"),
        row(has_run=True),
        row(),
    ],
)
def test_nothing_is_reported_from_a_stale_figure(play, doubtful):
    play.up(at(60))
    play.read(doubtful)
    assert notified(play) == []
    assert play.state.profile.latches == ()


def test_nothing_is_reported_from_a_figure_that_a_run_left_unchanged():
    # Its window shrank below it, so that the old figure would now be above the threshold.
    play = Playbook().up(at(60))
    play >> EventReceived(RunStarted("run", MAIN))
    play >> EventReceived(RunEnded("run", MAIN))
    play.wait(0.8) << SessionsList(200)
    play.read(at(60, context_limit=130_000))
    assert notified(play) == []


def test_nothing_is_reported_from_a_figure_invalidated_by_a_compaction(play):
    play.up(at(60))
    play >> EventReceived(Compacting(MAIN, done=True))
    play.wait(0.8) << SessionsList(200)
    play.read(at(60, context_limit=130_000))
    assert notified(play) == []


def test_a_doubtful_figure_lifts_no_latch(play):
    play.up(at(60))
    assert climb(play, 80) == [[1]]
    play.read(at(10, fresh=False))
    assert climb(play, 80) == [[]]


@pytest.mark.parametrize("mode", [Mode.ONE_SHOT, Mode.WITH_MODELS])
def test_a_one_shot_leaves_the_latches_to_the_tray(mode):
    play = Playbook(mode=mode).up(at(60))
    play >> EventReceived(RunEnded("run", MAIN))
    play.wait(0.8) << SessionsList(200)
    play.read(at(95))
    assert notified(play) == []
    assert (play.state.profile.latches, play.saved) == ((), [])


def test_each_session_has_its_own_latch(play):
    play.up(at(60), at(60, OTHER))
    play.read(at(80), at(60, OTHER))
    assert notified(play) == [(MAIN, 1)]
    play.read(at(80), at(92, OTHER))
    assert notified(play) == [(OTHER, 2)]


def test_background_sessions_say_nothing(play):
    cron = "agent:main:cron:1"
    play.up(at(60, cron, background=True))
    play.read(at(95, cron, background=True))
    assert notified(play) == []


def test_latches_are_bounded_and_the_oldest_go_first(play):
    latches = tuple(ThresholdLatch("default", f"agent:main:{n}", "first", 1) for n in range(MAX_LATCHES))
    play.up(at(95))
    after, _ = cross(latches, play.state.gateway.snapshot.sessions, Settings(), frozenset())
    assert len(after) == MAX_LATCHES
    assert after[0].key == "agent:main:1"
    assert after[-1] == ThresholdLatch("default", MAIN, "first", 2)


def test_a_threshold_that_an_earlier_process_could_not_report_is_reported_once_it_is_crossed_still(play):
    latch = ThresholdLatch(play.state.settings.profile, MAIN, row(used=1).session_id, 1)
    play.state = replace(
        play.state,
        profile=replace(
            play.state.profile, latches=(latch,), undelivered=(latch, replace(latch, key="gone"))
        ),
    )
    play.up(row(used=160_000)) << ThresholdCrossed
    assert [each.key for each in play.state.profile.undelivered] == ["gone"]
