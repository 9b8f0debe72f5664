from __future__ import annotations

import pytest

from tests.core.playbook import MAIN, OTHER, Playbook, row
from tests.parts import having
from tray.core.commands import KeepModel, UseModel
from tray.core.events import CommandReceived, EventReceived
from tray.core.model import ActionError, Mode, ModelDiffers, SwitchStatus
from tray.core.models import fallback
from tray.protocol.runs import FellBack, Receipt, RunEnded, RunStarted
from tray.protocol.sessions import Patched, SessionsPatch
from tray.values import replace

FELL = Receipt("fake/alpha", "fake/beta")
GOOD = Receipt("fake/alpha", "fake/alpha")
CRON = "agent:main:cron:1"
DIFFERS = ModelDiffers(MAIN, "fake/alpha", "fake/beta")


@pytest.fixture
def up(play):
    return play.up(row(used=20_000), row(OTHER, used=10_000), row(CRON, used=1, background=True))


def run(play, receipt, key=MAIN):
    return play >> EventReceived(RunEnded("run", key, receipt=receipt))


def test_a_fallback_that_nobody_requested_is_reported_once(up):
    run(up, FELL) << DIFFERS
    run(up, FELL)
    (failed,) = up.state.profile.switches
    assert (failed.requested, failed.state, failed.error) == (
        "fake/alpha",
        SwitchStatus.FAILED,
        ActionError.OTHER_MODEL,
    )
    assert failed.detail == "fake/beta"


def test_it_is_reported_per_session_and_model(up):
    run(up, FELL) << DIFFERS
    run(up, FELL, OTHER) << replace(DIFFERS, key=OTHER)
    run(up, Receipt("fake/alpha", "fake/gamma")) << ModelDiffers(MAIN, "fake/alpha", "fake/gamma")


def test_once_the_model_answers_again_nothing_is_said_of_it_any_more(up):
    run(up, FELL) << DIFFERS
    run(up, GOOD, OTHER)
    assert up.state.profile.switches
    run(up, GOOD)
    assert up.state.profile.switches == ()
    run(up, FELL)  # shown again, but not reported again
    assert up.state.profile.switches


def test_the_same_model_under_its_runtimes_name_is_no_fallback(up):
    run(up, Receipt("anthropic/opus", "claude-cli/opus"))
    run(up, Receipt("claude-cli/opus", "anthropic/opus"))
    assert up.state.profile.switches == ()
    run(up, Receipt("anthropic/opus", "anthropic/haiku")) << ModelDiffers(
        MAIN, "anthropic/opus", "anthropic/haiku"
    )
    run(up, Receipt("anthropic/opus", "claude-cli/opus"))
    assert up.state.profile.switches == ()


def test_the_start_of_a_run_names_the_session_that_its_end_does_not(up):
    up >> EventReceived(RunStarted("run", MAIN))
    run(up, FELL, None) << DIFFERS


@pytest.mark.parametrize("key", [CRON, "agent:main:unheard-of", None])
def test_background_sessions_are_not_reported(up, key):
    run(up, FELL, key)
    assert up.state.profile.switches == ()


def test_a_release_without_receipts_reports_nothing(up):
    run(up, None)
    assert up.state.profile.switches == ()


def test_a_one_shot_draws_no_conclusions():
    play = Playbook(mode=Mode.ONE_SHOT).up(row(used=20_000))
    run(play, FELL)
    assert play.state.profile.switches == ()


def test_keep_forgets_it(up):
    run(up, FELL) << DIFFERS
    up >> CommandReceived(KeepModel(MAIN))
    assert up.state.profile.switches == ()


def step(play, requested, other, *, answered=False, key=MAIN):
    return play >> EventReceived(FellBack("run", key, Receipt(requested, other), answered))


def started(play):
    return play >> EventReceived(RunStarted("run", MAIN))


def test_a_fallback_that_a_gateway_announces_by_itself_is_reported_once(up):
    step(started(up), "fake/alpha", "fake/beta")
    step(up, "fake/alpha", "fake/beta", answered=True) << DIFFERS
    run(up, None)
    step(up, "fake/alpha", "fake/beta", answered=True)
    (failed,) = up.state.profile.switches
    assert (failed.requested, failed.detail) == ("fake/alpha", "fake/beta")


def test_the_model_that_a_run_began_with_is_named_however_many_were_tried(up):
    step(started(up), "fake/alpha", "fake/gamma")
    step(up, "fake/gamma", "fake/beta")
    step(up, "fake/gamma", "fake/beta", answered=True) << DIFFERS


def test_the_end_of_the_run_confirms_what_was_tried_last(up):
    step(started(up), "fake/alpha", "fake/beta", key=None)
    run(up, None, None) << DIFFERS


@pytest.mark.parametrize("failed", [{"error": "401"}, {"aborted": True}])
def test_a_run_that_fails_all_the_same_has_not_fallen_back(up, failed):
    step(started(up), "fake/alpha", "fake/beta")
    up >> EventReceived(RunEnded("run", MAIN, **failed))
    assert up.state.profile.switches == ()


def test_a_run_of_which_the_start_was_not_seen_names_its_session(up):
    step(up, "fake/alpha", "fake/beta")
    assert up.state.profile.switches == ()
    step(up, "fake/alpha", "fake/beta", answered=True, key=None)
    assert up.state.profile.switches == ()
    step(up, "fake/alpha", "fake/beta", answered=True) << DIFFERS


def test_that_it_is_over_is_believed(up):
    step(up, "fake/alpha", "fake/beta", answered=True) << DIFFERS
    step(up, "fake/alpha", "fake/alpha", answered=True)
    assert up.state.profile.switches == ()


def switched(play):
    play >> CommandReceived(UseModel("fake/beta", MAIN)) << SessionsPatch(MAIN, "fake/beta")
    return play.answer(SessionsPatch, Patched(MAIN, "fake/beta", "fake/beta"))


def test_a_switch_of_ours_that_another_model_answers_is_broken(up):
    switched(up)
    run(up, Receipt("fake/beta", "fake/alpha")) << ModelDiffers(MAIN, "fake/beta", "fake/alpha")
    (switch,) = up.state.profile.switches
    assert (switch.requested, switch.state) == ("fake/beta", SwitchStatus.FAILED)
    run(up, Receipt("fake/beta", "fake/alpha"))
    run(up, Receipt("fake/beta", "fake/beta"))
    assert up.state.profile.switches == ()


def test_a_run_from_before_our_switch_does_not_break_it(up):
    switched(up)
    run(up, Receipt("fake/alpha", "fake/gamma")) << ModelDiffers(MAIN, "fake/alpha", "fake/gamma")
    assert [s.state for s in up.state.profile.switches] == [SwitchStatus.CONFIRMED, SwitchStatus.FAILED]


def test_while_a_switch_is_under_way_its_own_end_is_what_counts(up):
    up >> CommandReceived(UseModel("fake/beta", MAIN)) << SessionsPatch(MAIN, "fake/beta")
    run(up, FELL)
    assert [s.state for s in up.state.profile.switches] == [SwitchStatus.REQUESTED]


def test_the_reported_pairs_are_limited(up):
    for n in range(fallback.MAX_PAIRS + 5):
        up.state = having(up.state, shown_at=())  # long ago
        run(up, Receipt("fake/alpha", f"fake/{n}")) << ModelDiffers
    assert len(up.state.profile.fallbacks) == fallback.MAX_PAIRS
