from __future__ import annotations

import pytest

from tests.core.playbook import MAIN, OTHER, row
from tray.core.events import EventReceived, SettingsRead
from tray.core.model import TurnsLeft
from tray.core.sessions import forecast
from tray.core.sessions.forecast import MAX_SAMPLES
from tray.protocol.runs import Compacting
from tray.values import replace


def left(play, key=MAIN):
    return forecast.turns_left(play.state, play.session(key))


def grow(play, *figures, **more):
    """One reading after the other, as after runs without events."""
    for used in figures:
        play.read(row(used=used, **more))
        play.skip()
    return play


@pytest.fixture
def grown(play):
    """Three turns: 10k, 20k and 15k."""
    return grow(play.up(row(used=20_000)), 30_000, 50_000, 65_000)


def test_before_the_third_turn_nothing_is_said(play):
    grow(play.up(row(used=20_000)), 30_000, 50_000)
    assert left(play) is None


def test_the_median_and_its_range(grown):
    assert left(grown) == TurnsLeft(about=135 // 15, low=135 // 20, high=135 // 10)


def test_a_reading_that_shows_no_turn_is_no_sample(grown):
    grow(grown, 65_000, 65_000)
    assert left(grown) == TurnsLeft(9, 6, 13)


@pytest.mark.parametrize(
    "more", [{"session_id": "second"}, {"model": "fake/gamma"}, {"context_limit": 100_000}], ids=str
)
def test_another_session_model_or_context_limit_starts_over(grown, more):
    grow(grown, 80_000, **more)
    assert left(grown) is None
    grow(grown, 81_000, 82_000, 83_000, **more)
    assert left(grown).about > 0


def test_a_figure_that_fell_starts_the_history_over(grown):
    grow(grown, 12_000, 13_000, 14_000)
    assert left(grown) is None
    grow(grown, 15_000)
    assert left(grown) == TurnsLeft(185, 185, 185)


def test_a_compaction_starts_the_history_over(grown):
    grown >> EventReceived(Compacting(MAIN, done=True))
    grow(grown, 65_000)
    assert left(grown) is None
    grow(grown, 70_000, 71_000, 72_000)
    assert left(grown) is None


def test_a_doubtful_figure_says_nothing_and_is_no_sample(grown):
    grow(grown, 90_000, fresh=False)
    assert left(grown) is None
    grow(grown, 75_000)
    assert left(grown) == TurnsLeft(about=int(125 // 12.5), low=6, high=12)


def test_only_the_last_turns_count(play):
    play.up(row(used=1_000))
    used = 1_000
    for step in (50_000, *[1_000] * MAX_SAMPLES):
        used += step
        grow(play, used)
    assert len(play.state.gateway.usage_history[MAIN].samples) == MAX_SAMPLES
    assert left(play).low == left(play).high


def test_sessions_that_are_gone_are_forgotten(grown):
    grown.read(row(OTHER, used=1_000))
    assert list(grown.state.gateway.usage_history) == [OTHER]


def test_another_gateway_knows_nothing_of_it(grown):
    grown >> SettingsRead(replace(grown.state.settings, profile="other"))
    grown.skip()
    assert grown.state.gateway.usage_history == {}


def test_without_a_window_nothing_is_said(play):
    play.up(row(used=20_000, context_limit=None, model="else/where"))
    for used in (30_000, 40_000, 50_000, 60_000):
        grow(play, used, context_limit=None, model="else/where")
    assert left(play) is None
