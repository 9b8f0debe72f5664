from __future__ import annotations

import pytest

from tests.core.playbook import MAIN, NOON, NOON_MS, OLD, OTHER, SIDE, Playbook, old_row, row
from tests.parts import having
from tray.core.commands import UseModel
from tray.core.events import CommandReceived
from tray.core.model import Confidence, Now
from tray.core.sessions.rows import in_our_time, rebuild, sessions_of
from tray.protocol.models import Model
from tray.protocol.sessions import Patched, PromptBudget, SessionsPatch


def test_a_session_has_its_name_its_model_and_its_usage(play):
    play.up()
    main, other = sessions_of(play.state, (row(used=50_000, name="Work"), row(OTHER, used=1, model=None)))
    assert (main.name, main.model, main.usage.percent) == ("Work", "fake/alpha", 25.0)
    assert (other.name, other.model) == ("other", "fake/alpha")


def test_the_warning_of_the_settings_decides_what_is_calm():
    listed = row(used=100_000, budget=PromptBudget(must_compact=True))
    for warning, confidence in ((50.0, Confidence.FRESH), (60.0, Confidence.STALE)):
        play = Playbook(warning=warning).up(listed)
        assert play.session().usage.confidence is confidence


HOUR_MS = 3600 * 1000


@pytest.mark.parametrize("hours", [-8, -0.5, 0.5, 8, 24 * 365])
def test_a_clock_of_the_gateway_that_is_wrong_makes_no_difference(hours):
    theirs = int(NOON_MS + hours * HOUR_MS)
    rows = (
        row(updated_ms=theirs - 5000, ended_ms=theirs - 6000),
        row(OTHER, updated_ms=None),
        row(SIDE, updated_ms=0),
    )
    behind = Now(0.0, NOON).clock_difference(theirs)
    main, other, side = (in_our_time(each, behind) for each in rows)
    assert (main.updated_ms, main.ended_ms) == (NOON_MS - 5000, NOON_MS - 6000)
    assert (other.updated_ms, other.ended_ms) == (None, None)
    assert side.updated_ms == max(0, NOON_MS - theirs)


@pytest.mark.parametrize("at_ms", [None, 0, NOON_MS, NOON_MS - 30_000, NOON_MS + 1000])
def test_where_the_clocks_agree_times_are_as_they_came(at_ms):
    listed = row()
    assert in_our_time(listed, Now(0.0, NOON).clock_difference(at_ms)) is listed


def test_another_list_of_models_makes_other_sessions_of_the_same_rows(play):
    play.up(row(used=50_000))
    state = rebuild(having(play.state, models=(Model("fake/alpha", 100_000),)), play.now)
    assert state.gateway.snapshot.find(MAIN).usage.percent == 50.0


def test_our_own_switch_counts_where_the_row_does_not_know_it_yet(play):
    play.up(old_row(used=32_000), hello=OLD)
    play >> CommandReceived(UseModel("fake/beta", MAIN)) << SessionsPatch(MAIN, "fake/beta")
    play.answer(SessionsPatch, Patched(MAIN, "fake/beta", None))
    assert [session.model for session in sessions_of(play.state, (old_row(used=32_000),))] == ["fake/beta"]
    ran = old_row(used=33_000)
    assert [session.model for session in sessions_of(play.state, (ran,))] == ["fake/alpha"]
