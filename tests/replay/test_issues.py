"""False readings that users of the gateways have reported: the numbers of each, and that none of them alarms.

Each case names its public issue. A figure is used tokens, window, and the gateway's word on its freshness.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.core.playbook import MAIN, row
from tests.parts import having
from tray.core.events import EventReceived
from tray.core.model import Confidence, ThresholdCrossed
from tray.protocol.models import Model
from tray.protocol.runs import Compacting
from tray.protocol.sessions import PromptBudget, SessionList, SessionsList
from tray.view.icon.model import Situation
from tray.view.tray_view import icon

FRESH, STALE, UNKNOWN = Confidence.FRESH, Confidence.STALE, Confidence.UNKNOWN


@dataclass(frozen=True, slots=True)
class Reported:
    """What an issue says.

    Attributes:
        issue: Of openclaw/openclaw.
        window: The context window, in tokens.
        used: What the gateway gave for the used tokens; None for nothing at all.
        fresh: Its word on that; None on releases that give none.
        expected: How far the figure may be trusted.
    """

    issue: int
    window: int
    used: int | None
    fresh: bool | None
    expected: Confidence = UNKNOWN


SUMS = [
    Reported(77299, 1_000_000, 5_900_000, fresh=None),  # 565 %: all cache reads of a long session
    Reported(72321, 200_000, 2_100_981, fresh=None),  # 999 %: the same, of a command-line provider
    Reported(108238, 800_000, 1_821_240, fresh=True),  # 228 %, and the gateway vouches for it
    Reported(127955, 1_000_000, 4_003_000, fresh=True),  # 400 %, really some 11 %
    Reported(117314, 370_000, 433_428, fresh=True),  # the calls of one turn, added up
    Reported(68794, 200_000, 800_000, fresh=None),
    Reported(45270, 200_000, 299_000, fresh=False),  # 149 %
    Reported(49076, 272_000, 292_000, fresh=None),  # 107 %: of before a compaction, 39 % in truth
]
"""More than the window holds."""

CUT_OFF = [
    Reported(6012, 200_000, 200_000, fresh=None),  # the window given as if it were used: 4.4 % in truth
    Reported(17016, 200_000, 200_000, fresh=None),  # a sum, cut off at the window
    Reported(18482, 200_000, 200_000, fresh=None),  # the same, with 936 tokens in the last turn
    Reported(13698, 200_000, 200_000, fresh=None),  # 43,712 in truth, as another method says
    Reported(13853, 200_000, 200_000, fresh=None),  # 27 tokens and 2,400,000 from the cache, cut off
]
"""Exactly what the window holds."""

NOTHING = [
    Reported(67667, 264_000, None, fresh=None),  # shown as 0 %
    Reported(6012, 200_000, 0, fresh=None),
    Reported(54996, 204_800, 0, fresh=False),  # a provider that reports no usage
    Reported(68999, 200_000, 0, fresh=None),  # shown as 0 % after several messages
]
"""No figure, which is not the figure 0."""


@pytest.mark.parametrize("case", [*SUMS, *CUT_OFF, *NOTHING], ids=lambda case: f"{case.issue}-{case.used}")
def test_the_figure_is_unknown_and_causes_no_alert(play, case):
    usual = {"model": "fake/gamma", "context_limit": case.window}
    play.up(row(used=case.window // 10, **usual))
    play.read(row(used=case.used, fresh=case.fresh, has_run=True, **usual))
    notified = play.skip()
    assert not any(isinstance(effect, ThresholdCrossed) for effect in notified)
    assert play.session().usage.confidence is case.expected
    shown = icon(play.state)
    assert shown.situation is Situation.UNKNOWN


def test_a_sum_during_a_turn_is_followed_by_the_truth_and_neither_alarms(play):
    """openclaw#117314: 433,428 of 370,000 during the turn, 50,800 after it."""
    for used in (30_000, 433_428, 50_800):
        read(play, Model("fake/alpha", 370_000), row(used=used, context_limit=370_000))
        play.silent()
    assert play.session().usage.confidence is FRESH
    assert icon(play.state).situation is Situation.CALM


@pytest.mark.parametrize("issue", [14979, 66483, 66263])
def test_a_figure_that_outlives_a_compaction_is_void(play, issue):
    """The gateway compacts, and goes on saying 181,000 of 200,000."""
    play.up(row(used=181_000))
    play >> EventReceived(Compacting(MAIN, done=True))
    play.skip()
    for _ in range(3):
        play.read(row(used=181_000))
        play.silent()
        assert play.session().usage.confidence is UNKNOWN, issue
    assert icon(play.state).situation is Situation.UNKNOWN


def read(play, model, listed):
    """A reading of this session, while the gateway's list has this model."""
    if not play.state.connected:
        play.up()
    play.state = having(play.state, models=(model,))
    return play.read(listed)


def test_a_window_of_the_catalogue_gives_way_to_the_one_of_the_session(play):
    """openclaw-windows-node#993: 1,000,000 in the catalogue, 272,000 usable."""
    large = Model("fake/alpha", 1_000_000)
    read(play, large, row(used=100_000, context_limit=272_000))
    read(play, large, row(used=210_000, context_limit=272_000)) << ThresholdCrossed(play.session(), 1)
    assert round(play.session().usage.percent) == 77


def test_a_window_of_the_session_that_is_larger_than_its_models_calms_nobody(play):
    """openclaw#65360: nobody can tell which of the two is right, so the smaller one is shown as doubtful."""
    small = Model("fake/alpha", 200_000)
    read(play, small, row(used=130_000, context_limit=1_000_000)).silent()
    assert (play.session().usage.confidence, play.session().usage.percent) == (STALE, 65.0)
    read(play, small, row(used=210_000, context_limit=1_000_000)).silent()
    assert play.session().usage.confidence is UNKNOWN


def test_a_cap_that_is_exceeded_is_unknown(play):
    """openclaw#24165: a cap of 100,000 for a model of 200,000, and 108,000 used."""
    play.up()
    play.state = having(play.state, models=(Model("fake/alpha", 200_000),))
    for used, confidence in ((50_000, FRESH), (108_000, UNKNOWN)):
        play.ask_for_reading()
        capped = (row(used=used, context_limit=100_000),)
        play.answer(SessionsList, SessionList("fake/alpha", 100_000, capped))
        assert play.session().usage.confidence is confidence
        play.rest()


def test_a_gateway_that_compacts_before_the_next_run_is_not_calm(play):
    """31 % of the whole window, of which a prompt may take 69 %."""
    full = PromptBudget(44_000, 46_000, must_compact=True)
    small = Model("fake/alpha", 64_000)
    read(play, small, row(used=20_000, context_limit=64_000, budget=full)).silent()
    assert play.session().usage.confidence is STALE
    assert icon(play.state).stale
