from __future__ import annotations

import pytest

from tests.core.playbook import MAIN, OTHER, Playbook, row
from tray.core.commands import Ask, Compact
from tray.core.events import CommandReceived, EventReceived, SettingsRead
from tray.core.model import ActionFinished, ContextCompacted, LongRunFinished, Mode
from tray.core.sessions import activity
from tray.protocol.runs import Agent, Compacting, RunEnded, RunStarted
from tray.protocol.session_actions import Compacted, SessionsCompact
from tray.protocol.sessions import SessionsList
from tray.values import replace

DONE = EventReceived(Compacting(MAIN, done=True))
CRON = "agent:main:cron:1"


@pytest.fixture
def full(play):
    return play.up(row(used=150_000), row(CRON, used=150_000, background=True))


# ---- compactions ----


def test_a_compaction_is_reported_with_both_figures_once_there_is_a_new_one(full):
    full >> DONE
    full.read(row(used=150_000))
    full.read(row(used=20_000)) << ContextCompacted(full.session(), 150_000)
    full.read(row(used=21_000))


@pytest.mark.parametrize(
    "push",
    [
        Compacting(MAIN, done=False),
        Compacting(MAIN, done=True, failed=True),
        Compacting(None, done=True),
        Compacting(CRON, done=True),
        Compacting("agent:main:unheard-of", done=True),
    ],
    ids=str,
)
def test_what_is_no_end_or_in_the_background_is_not_reported(full, push):
    full >> EventReceived(push)
    full.skip()
    full.read(row(used=20_000), row(CRON, used=20_000, background=True))
    assert full.state.gateway.compactions == {}


def test_two_compactions_in_a_row_report_the_first_size(full):
    full >> DONE
    full >> DONE
    full.read(row(used=20_000)) << ContextCompacted(full.session(), 150_000)


@pytest.mark.parametrize("before", [None, 10_000])
def test_a_figure_that_did_not_fall_is_no_news(play, before):
    play.up(row(used=before))
    play >> DONE
    play.skip()
    play.read(row(used=20_000))
    assert play.state.gateway.compactions == {}


def test_an_own_compaction_is_reported_by_its_action_only(full):
    full >> CommandReceived(Compact(MAIN)) << SessionsCompact(MAIN)
    full >> DONE
    full.answer(SessionsCompact, Compacted(done=True, before=150_000, after=20_000)) << ActionFinished
    full >> DONE
    full.wait(0.8) << SessionsList(200)
    full.read(row(used=20_000))


def test_a_session_that_is_gone_is_forgotten(full):
    full >> DONE
    full.read(row(OTHER, used=1_000))
    assert full.state.gateway.compactions == {}


def test_another_gateway_knows_nothing_of_it(full):
    full >> DONE
    full >> SettingsRead(replace(full.state.settings, profile="other"))
    full.skip()
    assert full.state.gateway.compactions == {}


def test_a_one_shot_reports_nothing():
    play = Playbook(mode=Mode.ONE_SHOT)
    play.up(row(used=150_000))
    play >> DONE
    play.skip()
    if play.pending(SessionsList) is None:
        play.wait(0.8) << SessionsList(200)
    play.read(row(used=20_000))


# ---- long runs ----


def run(play, seconds, key=MAIN, identity="run", **end):
    """A run that takes so long, with the readings that it is seen by."""
    play >> EventReceived(RunStarted(identity, key))
    began_at = play.mono
    while play.mono < began_at + seconds:
        play.wait(min(20.0, began_at + seconds - play.mono)).skip()
        play.read(row(used=150_000, active=True), row(CRON, used=1, background=True, active=True))
    return play >> EventReceived(RunEnded(identity, key, **{"error": None, "aborted": False, **end}))


def test_the_end_of_a_long_run_is_reported(full):
    run(full, activity.LONG_RUN_SECONDS) << LongRunFinished(MAIN, 60, None)


def test_a_failure_is_reported_too(full):
    run(full, 90.0, error="401") << LongRunFinished(MAIN, 90, "401")


@pytest.mark.parametrize(
    ("seconds", "end"),
    [(59.0, {}), (90.0, {"aborted": True}), (90.0, {"key": CRON}), (90.0, {"key": "agent:main:new"})],
)
def test_short_stopped_and_background_runs_are_not_reported(full, seconds, end):
    run(full, seconds, **end)


def test_a_run_whose_start_was_not_heard_is_of_no_known_length(full):
    full >> EventReceived(RunEnded("unheard", MAIN, None, aborted=False))


@pytest.mark.parametrize("preset", ["Greet", None])
def test_an_own_prompt_is_not_reported_as_a_long_run(full, preset):
    full >> CommandReceived(Ask("hello", MAIN, preset=preset)) << Agent
    run(full, 90.0, identity=full.prompt().id)
    assert not any(isinstance(effect, LongRunFinished) for effect in full.skip())


def test_a_start_that_is_announced_twice_counts_once(full):
    full >> EventReceived(RunStarted("run", MAIN))
    full.wait(40.0).skip()
    full.read(row(used=150_000, active=True))
    run(full, 30.0) << LongRunFinished
