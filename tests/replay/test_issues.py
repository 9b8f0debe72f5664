"""False readings that users of the gateways have reported: the numbers of each, and that none of them alarms.

Each case names its public issue. A figure is used tokens, window, and the gateway's word on its freshness.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.core.playbook import MAIN, row
from tray.core.events import EventReceived
from tray.core.model import Confidence, ThresholdCrossed
from tray.protocol.runs import Compacting
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
    expected: Confidence = STALE


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
    Reported(67667, 264_000, None, fresh=None, expected=UNKNOWN),  # shown as 0 %
    Reported(6012, 200_000, 0, fresh=None, expected=UNKNOWN),
    Reported(54996, 204_800, 0, fresh=False, expected=UNKNOWN),  # a provider that reports no usage
    Reported(68999, 200_000, 0, fresh=None, expected=UNKNOWN),  # shown as 0 % after several messages
]
"""No figure, which is not the figure 0."""


@pytest.mark.parametrize("case", [*SUMS, *CUT_OFF, *NOTHING], ids=lambda case: f"{case.issue}-{case.used}")
def test_the_figure_is_stale_and_causes_no_alert(play, case):
    play.up(row(used=case.window // 10, context_limit=case.window))
    play.read(row(used=case.used, context_limit=case.window, fresh=case.fresh, has_run=True))
    notified = play.skip()
    assert not any(isinstance(effect, ThresholdCrossed) for effect in notified)
    assert play.session().usage.confidence is case.expected
    shown = icon(play.state)
    assert shown.stale or shown.situation is Situation.UNKNOWN


def test_a_sum_during_a_turn_is_followed_by_the_truth_and_neither_alarms(play):
    """openclaw#117314: 433,428 of 370,000 during the turn, 50,800 after it."""
    play.up(row(used=30_000, context_limit=370_000))
    play.read(row(used=433_428, context_limit=370_000))
    play.read(row(used=50_800, context_limit=370_000))
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


def test_a_window_of_the_catalogue_gives_way_to_the_one_of_the_session(play):
    """openclaw-windows-node#993: 1,000,000 in the catalogue, 272,000 usable."""
    play.up(row(used=100_000, context_limit=272_000))
    play.read(row(used=210_000, context_limit=272_000)) << ThresholdCrossed(play.session(), 1)
    assert round(play.session().usage.percent) == 77
