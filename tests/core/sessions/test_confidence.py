from __future__ import annotations

import pytest

from tests.core.playbook import ALPHA, BETA, MAIN, OLD, OTHER, old_row, row
from tray.core.commands import UseModel
from tray.core.events import CommandReceived, EventReceived
from tray.core.model import (
    Confidence,
    ContextCompacted,
    ModelSwitch,
    RunObservation,
    StaleReason,
    SwitchStatus,
)
from tray.core.sessions.confidence import assess, is_known, reconcile
from tray.core.sessions.context_limits import ContextLimit
from tray.protocol.models import Catalogue, ModelsList
from tray.protocol.runs import Compacting, RunEnded, RunStarted
from tray.protocol.sessions import Patched, PromptBudget, SessionsList, SessionsPatch
from tray.values import replace

BETA_SET = ModelSwitch("default", MAIN, "fake/beta", SwitchStatus.CONFIRMED, "fake/beta")
FRESH, STALE, UNKNOWN = Confidence.FRESH, Confidence.STALE, Confidence.UNKNOWN


def usage(play, key=MAIN):
    found = play.session(key).usage
    return found.confidence, found.stale_reason, found.percent


def ran(play, run_id="run", key=MAIN, **how):
    """A run starts and ends; what it did to the figure shows in the next reading."""
    play >> EventReceived(RunStarted(run_id, key))
    play >> EventReceived(RunEnded(run_id, key, **how))
    play.wait(0.8) << SessionsList(200)


# ---- fresh, stale, unknown ----


@pytest.mark.parametrize(
    ("listed", "window", "confidence", "stale_reason"),
    [
        (row(used=50_000), 200_000, FRESH, None),
        (old_row(used=50_000), 200_000, FRESH, None),
        (row(used=199_999), 200_000, FRESH, None),
        (row(used=200_000), 200_000, UNKNOWN, StaleReason.TOO_LARGE),
        (row(), 200_000, UNKNOWN, StaleReason.NEVER_USED),
        (old_row(), 200_000, UNKNOWN, StaleReason.NEVER_USED),
        (row(has_run=True), 200_000, UNKNOWN, StaleReason.NOT_REPORTED),
        (old_row(has_run=True), 200_000, UNKNOWN, StaleReason.NOT_REPORTED),
        (row(used=50_000), None, UNKNOWN, StaleReason.NO_CONTEXT_LIMIT),
        (row(used=200_001), 200_000, UNKNOWN, StaleReason.TOO_LARGE),
        (row(used=200_001, fresh=False), 200_000, UNKNOWN, StaleReason.TOO_LARGE),
        (row(used=50_000, fresh=False), 200_000, STALE, StaleReason.REPORTED_STALE),
    ],
)
def test_confidence_by_the_row_alone(listed, window, confidence, stale_reason):
    found = assess(listed, ContextLimit(window), None)
    assert (found.confidence, found.stale_reason) == (confidence, stale_reason)
    assert (found.percent is None) is (confidence is UNKNOWN)
    assert (found.used is None) is (confidence is UNKNOWN)


def test_a_reading_too_old_makes_a_figure_stale_and_knows_no_more_of_the_others():
    assert (
        assess(row(used=50_000), ContextLimit(200_000), None, outdated=True).stale_reason
        is StaleReason.OUTDATED
    )
    assert (
        assess(row(used=50_000, fresh=False), ContextLimit(200_000), None, outdated=True).stale_reason
        is StaleReason.REPORTED_STALE
    )
    assert assess(row(), ContextLimit(200_000), None, outdated=True).confidence is UNKNOWN


def test_a_percentage_is_not_rounded():
    assert assess(row(used=149_999), ContextLimit(200_000), None).percent == pytest.approx(74.9995)


def test_a_figure_beyond_its_limit_is_unknown_with_both_figures():
    found = assess(row(used=1_900_000), ContextLimit(1_000_000), None)
    assert (found.percent, found.context_limit, found.figures) == (None, 1_000_000, (1_900_000, 1_000_000))
    compacted = RunObservation("first", compacted=(1_900_000,))
    assert assess(row(used=1_900_000), ContextLimit(1_000_000), compacted).stale_reason is (
        StaleReason.COMPACTED
    )


@pytest.mark.parametrize(
    ("used", "tokens", "confidence", "stale_reason", "figures"),
    [
        (130_000, 200_000, STALE, StaleReason.LIMITS_DIFFER, (1_000_000, 200_000)),
        (200_000, 200_000, UNKNOWN, StaleReason.TOO_LARGE, (200_000, 200_000)),
        (300_000, 200_000, UNKNOWN, StaleReason.TOO_LARGE, (300_000, 200_000)),
        (130_000, None, UNKNOWN, StaleReason.LIMITS_DIFFER, (1_000_000, 200_000)),
    ],
)
def test_limits_that_contradict_each_other(used, tokens, confidence, stale_reason, figures):
    found = assess(row(used=used, fresh=False), ContextLimit(tokens, (1_000_000, 200_000)), None)
    assert (found.confidence, found.stale_reason, found.figures) == (confidence, stale_reason, figures)
    assert (found.used is None) is (confidence is UNKNOWN)


@pytest.mark.parametrize(
    ("budget", "figures"),
    [
        (PromptBudget(44_000, 46_000, must_compact=True), (46_000, 44_000)),
        (PromptBudget(44_000, must_compact=True), None),
        (PromptBudget(must_compact=True), None),
    ],
)
def test_a_calm_figure_is_doubtful_where_the_gateway_must_compact(budget, figures):
    found = assess(row(used=20_000, budget=budget), ContextLimit(64_000), None, warning=75.0)
    assert (found.confidence, found.stale_reason, found.figures) == (
        STALE,
        StaleReason.MUST_COMPACT,
        figures,
    )
    assert found.percent == 31.25


def test_a_figure_that_warns_needs_no_doubt_where_the_gateway_must_compact():
    listed = row(used=48_000, budget=PromptBudget(44_000, 46_000, must_compact=True))
    assert assess(listed, ContextLimit(64_000), None, warning=75.0).confidence is FRESH
    assert assess(listed, ContextLimit(64_000), None, warning=76.0).confidence is STALE


def test_a_budget_with_room_changes_nothing():
    listed = row(used=20_000, budget=PromptBudget(44_000, 22_000))
    assert assess(listed, ContextLimit(64_000), None, warning=75.0).confidence is FRESH


@pytest.mark.parametrize("make", [row, old_row])
def test_a_figure_unchanged_over_a_run_is_stale_until_it_changes(play, make):
    play.up(make(used=50_000))
    ran(play)
    play.read(make(used=50_000))
    assert usage(play) == (STALE, StaleReason.UNCHANGED, 25.0)
    play.read(make(used=50_000))
    assert usage(play) == (STALE, StaleReason.UNCHANGED, 25.0)
    ran(play)
    play.read(make(used=60_000))
    assert usage(play) == (FRESH, None, 30.0)


@pytest.mark.parametrize("how", [{"error": "401"}, {"aborted": True}])
def test_a_run_that_failed_or_was_stopped_need_not_change_the_figure(play, how):
    play.up(row(used=50_000))
    ran(play, **how)
    play.read(row(used=50_000))
    assert usage(play) == (FRESH, None, 25.0)


def test_a_run_under_way_leaves_the_figure_alone(play):
    play.up(row(used=50_000))
    play >> EventReceived(RunStarted("run", MAIN))
    play.read(row(used=50_000))
    assert usage(play) == (FRESH, None, 25.0)


def test_a_reading_asked_for_before_the_end_of_a_run_proves_nothing(play):
    play.up(row(used=50_000))
    play >> EventReceived(RunStarted("run", MAIN))
    play.ask_for_reading()
    play >> EventReceived(RunEnded("run", MAIN))
    play.read(row(used=50_000))
    play.wait(0.8) << SessionsList(200)
    play.read(row(used=61_000))
    assert usage(play) == (FRESH, None, 30.5)


def test_two_runs_are_held_against_the_figure_before_the_first(play):
    play.up(row(used=50_000))
    play >> EventReceived(RunStarted("one", MAIN))
    play >> EventReceived(RunEnded("one", MAIN))
    play >> EventReceived(RunStarted("two", MAIN))
    play >> EventReceived(RunEnded("two", MAIN))
    play.wait(0.8) << SessionsList(200)
    play.read(row(used=50_000))
    assert usage(play)[1] is StaleReason.UNCHANGED


def test_a_first_run_has_nothing_to_be_held_against(play):
    play.up()
    ran(play)
    play.read(row(used=9_000))
    assert usage(play) == (FRESH, None, 4.5)


def test_a_compaction_voids_the_figure_until_another_comes(play):
    play.up(row(used=150_000))
    play >> EventReceived(Compacting(MAIN, done=False))
    assert usage(play) == (FRESH, None, 75.0)
    play >> EventReceived(Compacting(MAIN, done=True))
    assert usage(play) == (UNKNOWN, StaleReason.COMPACTED, None)
    play.wait(0.8) << SessionsList(200)
    play.read(row(used=150_000))  # 2026.2 may leave it as it was
    assert usage(play) == (UNKNOWN, StaleReason.COMPACTED, None)
    play.read(row(used=20_000)) << ContextCompacted(play.session(), 150_000)
    assert usage(play) == (FRESH, None, 10.0)


def test_a_compaction_that_deletes_the_figure(play):
    play.up(old_row(used=150_000), hello=OLD)
    play >> EventReceived(Compacting(MAIN, done=True))
    play.wait(0.8) << SessionsList(200)
    play.read(old_row(has_run=True))
    assert usage(play) == (UNKNOWN, StaleReason.NOT_REPORTED, None)


def test_a_compaction_that_made_no_room_invalidates_nothing(play):
    play.up(row(used=150_000))
    play >> EventReceived(Compacting(MAIN, done=True, failed=True))
    assert usage(play) == (FRESH, None, 75.0)


def test_a_reset_starts_over(play):
    play.up(row(used=50_000))
    ran(play)
    play.read(row(used=50_000, session_id="second"))
    assert usage(play) == (FRESH, None, 25.0)


# ---- the window ----


def test_the_catalogue_may_come_late(play):
    play.connect().skip()
    play.read(row(used=32_000, model="fake/beta", context_limit=None))
    assert usage(play) == (UNKNOWN, StaleReason.NO_CONTEXT_LIMIT, None)
    play.answer(ModelsList, Catalogue((ALPHA, BETA)))
    assert usage(play) == (FRESH, None, 50.0)


def switched(play, key=MAIN, model="fake/beta"):
    play >> CommandReceived(UseModel(model, key)) << SessionsPatch(key, model)
    play.answer(SessionsPatch, Patched(key, model, None))


def test_an_old_release_counts_the_window_of_the_switched_model_at_once(play):
    play.up(old_row(used=32_000), hello=OLD)
    assert usage(play) == (FRESH, None, 16.0)
    switched(play)
    assert (play.session().model, usage(play)) == ("fake/beta", (FRESH, None, 50.0))


def test_an_override_is_remembered_on_old_releases_until_a_run_happened(play):
    play.up(old_row(used=32_000), hello=OLD)
    switched(play)
    for _ in range(3):
        play.wait(30.0).skip()
        play.read(old_row(used=32_000))
        assert play.session().model == "fake/beta"
    play.wait(30.0).skip()
    play.read(old_row(used=33_000, model="fake/beta", context_limit=64_000))
    assert play.session().model == "fake/beta"
    play.wait(30.0).skip()
    play.read(old_row(used=34_000))  # somebody else switched it back, and ran
    assert play.session().model == "fake/alpha"


def test_an_override_of_a_session_that_never_ran_is_remembered(play):
    play.up(hello=OLD)
    switched(play, OTHER)
    play.wait(2.0) << SessionsList(200)
    play.read(old_row(OTHER, model=None, context_limit=None, session_id="new"))
    assert play.session(OTHER).model == "fake/beta"


def test_an_override_is_remembered_over_a_compaction():
    switch = replace(BETA_SET, tokens_before=(150_000, 150_300))
    assert is_known(switch, old_row(has_run=True), announces_changes=False)
    assert not is_known(switch, old_row(used=20_000), announces_changes=False)


def test_an_override_is_gone_after_a_reset_on_old_releases():
    switch = replace(BETA_SET, session_id="first", tokens_before=(100, 100))
    assert is_known(switch, old_row(used=100), announces_changes=False)
    assert not is_known(switch, old_row(used=100, session_id="second"), announces_changes=False)


def test_what_need_not_be_remembered():
    switch = replace(BETA_SET, tokens_before=(100, 100))
    assert not is_known(switch, row(used=100), announces_changes=True)
    assert not is_known(
        replace(switch, state=SwitchStatus.REQUESTED), old_row(used=100), announces_changes=False
    )
    assert not is_known(switch, old_row(used=100, model="fake/beta"), announces_changes=False)
    named = replace(switch, model="anthropic/opus")
    assert not is_known(named, old_row(used=100, model="claude-cli/opus"), announces_changes=False)


def test_settling_forgets_what_was_seen_of_another_session_id():
    assert reconcile(RunObservation("first", 100, 5.0), row(used=100, session_id="second"), 10.0) is None
    assert reconcile(RunObservation("first", 100, 5.0), row(used=100), 10.0) == RunObservation(
        "first", 100, 5.0
    )
    assert reconcile(RunObservation("first", 100, 5.0), row(used=200), 5.4) == RunObservation(
        "first", 100, 5.0
    )
    assert reconcile(RunObservation("first", 100, 5.0), row(used=200), 5.5) is None
