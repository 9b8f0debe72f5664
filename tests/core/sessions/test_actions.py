from __future__ import annotations

import pytest

from tests.core.playbook import ASK, MAIN, NEW, OLD, OTHER, SIDE, WATCH, Playbook, old_row, row
from tray.core import persistence
from tray.core.commands import (
    Ask,
    Compact,
    NewSession,
    SetThinking,
    StopPrompt,
    StopRun,
    StopRuns,
    UseModel,
)
from tray.core.effects import ResolveTarget
from tray.core.events import CommandReceived, ConnectionDropped, EventReceived, RequestNotSent
from tray.core.model import (
    ActionError,
    ActionFinished,
    ActionKind,
    ActionStatus,
    PromptStatus,
    SessionAction,
    SwitchStatus,
)
from tray.core.sessions import actions
from tray.protocol.frames import ErrorResponse
from tray.protocol.requests import Done
from tray.protocol.runs import Accepted, Agent, ChatStopped, Finished, RunEnded, RunStarted
from tray.protocol.session_actions import (
    ChatAbort,
    Compacted,
    SessionsAbort,
    SessionsCompact,
    SessionsReset,
    StopCommand,
    Stopped,
    ThinkingPatch,
    ThinkingSet,
)
from tray.protocol.sessions import Patched, SessionsList, SessionsPatch
from tray.values import replace

CAN = replace(NEW, methods=NEW.methods | {"sessions.abort"})
"""A newer release, with what it announces of this room."""
NO = ErrorResponse("INVALID_REQUEST", "not now")
THINKS = {"thinking_levels": ("off", "low"), "thinking_default": "off"}

ACTIONS = {
    ActionKind.COMPACT: (Compact(MAIN), SessionsCompact(MAIN)),
    ActionKind.NEW: (NewSession(MAIN), SessionsReset(MAIN)),
    ActionKind.STOP: (StopRun(MAIN), SessionsAbort(MAIN)),
    ActionKind.THINK: (SetThinking(MAIN, "low"), ThinkingPatch(MAIN, "low")),
}


def action(play, kind=None) -> SessionAction:
    """The latest action, or the latest of a kind."""
    return next(d for d in reversed(play.state.profile.actions) if kind in (None, d.kind))


def notified(play, state, error=None, detail="") -> SessionAction:
    """The next notification reports the latest action, and says this."""
    latest = action(play)
    play << ActionFinished(latest)
    assert (latest.state, latest.error, latest.detail) == (state, error, detail)
    return latest


@pytest.fixture
def able(play):
    """Connected to a newer release, with a session that may think."""
    return play.up(row(used=20_000, **THINKS), row(OTHER, used=10_000), hello=CAN)


# ---- what all actions have in common ----


@pytest.mark.parametrize("kind", ActionKind)
def test_a_refused_action_failed_with_the_message_of_the_gateway(able, kind):
    command, request = ACTIONS[kind]
    able >> CommandReceived(command) << request
    able.decline(type(request), NO)
    notified(able, ActionStatus.FAILED, ActionError.GATEWAY, "not now")
    able.wait(0.8) << SessionsList(200)


@pytest.mark.parametrize("kind", ActionKind)
def test_what_is_never_answered_may_have_been_done(able, kind):
    command, request = ACTIONS[kind]
    able >> CommandReceived(command) << request
    due_at = able.pending(type(request)).due_at
    while able.pending(type(request)) is not None:
        able.wait(min(20.0, due_at - able.mono))
        if able.pending(type(request)) is not None:
            able.skip()
            able.read(row(used=20_000))
    effects = able.skip()
    assert ActionFinished(action(able)) in effects
    assert (action(able).state, action(able).error) == (ActionStatus.UNKNOWN, ActionError.NO_REPLY)


@pytest.mark.parametrize("kind", ActionKind)
def test_a_connection_that_breaks_in_the_middle_leaves_it_unknown_and_nothing_is_sent_again(able, kind):
    command, request = ACTIONS[kind]
    able >> CommandReceived(command) << request
    able >> ConnectionDropped(None, "")
    notified(able, ActionStatus.UNKNOWN, ActionError.OFFLINE)
    able.wait(able.connection.step.due_at - able.mono) << ResolveTarget()
    able.connect(CAN)
    assert not [sent for sent in able.skip() if isinstance(sent, type(request))]


@pytest.mark.parametrize("kind", ActionKind)
def test_what_left_no_byte_failed(able, kind):
    command, request = ACTIONS[kind]
    able >> CommandReceived(command) << request
    able >> RequestNotSent(able.pending(type(request)).id)
    notified(able, ActionStatus.FAILED, ActionError.OFFLINE)


@pytest.mark.parametrize("kind", ActionKind)
def test_a_second_click_while_it_is_under_way_asks_for_nothing(able, kind):
    command, request = ACTIONS[kind]
    able >> CommandReceived(command) << request
    able >> CommandReceived(command)


@pytest.mark.parametrize("kind", ActionKind)
@pytest.mark.parametrize(("level", "error"), [(WATCH, ActionError.LEVEL), (ASK, ActionError.LEVEL)])
def test_what_the_connection_may_not_do_is_not_sent(kind, level, error):
    if kind is ActionKind.STOP and level is ASK:
        return
    play = Playbook(**level).up(row(used=20_000, **THINKS), hello=CAN)
    play >> CommandReceived(ACTIONS[kind][0])
    notified(play, ActionStatus.FAILED, error)


@pytest.mark.parametrize("kind", ActionKind)
def test_without_a_connection_it_fails_at_once(able, kind):
    able >> ConnectionDropped(None, "")
    able >> CommandReceived(ACTIONS[kind][0])
    notified(able, ActionStatus.FAILED, ActionError.OFFLINE)


@pytest.mark.parametrize("kind", ActionKind)
def test_a_late_response_changes_no_action(able, kind):
    """As after a switch of profiles in the middle."""
    command, request = ACTIONS[kind]
    answers = {
        ActionKind.COMPACT: Compacted(done=True),
        ActionKind.NEW: Done(),
        ActionKind.STOP: Stopped(any_stopped=True),
        ActionKind.THINK: ThinkingSet("low"),
    }
    for declined in (False, True):
        able >> CommandReceived(command) << request
        able.state = replace(able.state, profile=replace(able.state.profile, actions=()))
        if declined:
            able.decline(type(request), NO)
        else:
            able.answer(type(request), answers[kind])
        assert able.state.profile.actions == ()
    able >> CommandReceived(command) << request
    able.state = replace(able.state, profile=replace(able.state.profile, actions=()))
    able >> RequestNotSent(able.pending(type(request)).id)


def test_of_each_kind_the_last_is_remembered_and_the_oldest_go(able):
    for number in range(2 * actions.MAX_ACTIONS):
        able >> CommandReceived(StopRun(f"agent:main:{number}")) << SessionsAbort
        able.answer(SessionsAbort, Stopped(any_stopped=True))
    assert len(able.state.profile.actions) == actions.MAX_ACTIONS
    assert action(able).key == f"agent:main:{2 * actions.MAX_ACTIONS - 1}"
    able >> CommandReceived(StopRun(action(able).key)) << SessionsAbort
    assert len(actions.latest(able.state, action(able).key)) == 1


def test_all_runs_are_stopped_by_one_request_each(able):
    for number, key in enumerate((MAIN, SIDE, OTHER)):
        able >> EventReceived(RunStarted(f"run {number}", key))
    able >> EventReceived(RunEnded("run 2", OTHER))
    able >> CommandReceived(StopRun(SIDE)) << SessionsAbort(SIDE)
    able >> CommandReceived(StopRuns((MAIN, OTHER, SIDE))) << SessionsAbort(MAIN)
    able >> CommandReceived(StopRuns((MAIN, OTHER, SIDE)))
    for _ in range(2):
        able.answer(SessionsAbort, Stopped(any_stopped=True))
    assert {each.state for each in able.state.profile.actions} == {ActionStatus.DONE}


@pytest.mark.parametrize(("focus", "key"), [(True, OTHER), (False, MAIN)])
def test_without_a_key_the_focus_session_is_meant_or_else_the_main_one(play, focus, key):
    play.up(*([row(OTHER, used=10_000)] if focus else []), hello=CAN)
    play >> CommandReceived(StopRun(None)) << SessionsAbort(key)


def test_before_any_hello_there_is_no_session_to_mean(play):
    play >> CommandReceived(StopRun(None))
    assert notified(play, ActionStatus.FAILED, ActionError.OFFLINE).key == ""


# ---- compact ----


def test_a_compaction_reports_both_sizes_and_invalidates_the_figure(able):
    able >> CommandReceived(Compact("main")) << SessionsCompact(MAIN)
    assert actions.is_compacting(able.state, MAIN, able.now)
    assert not actions.is_compacting(able.state, OTHER, able.now)
    able.answer(SessionsCompact, Compacted(done=True, before=20_100, after=4_000))
    done = notified(able, ActionStatus.DONE)
    assert (done.before, done.after) == (20_100, 4_000)
    assert able.session().usage.percent is None
    assert actions.is_compacting(able.state, MAIN, able.now)
    able.wait(0.8) << SessionsList(200)
    able.read(row(used=4_000, **THINKS))
    assert able.session().usage.used == 4_000
    able.wait(actions.RECENT_SECONDS)
    assert not actions.is_compacting(able.state, MAIN, able.now)


def test_a_figure_that_was_read_again_before_the_response_stands(able):
    able >> CommandReceived(Compact(MAIN)) << SessionsCompact(MAIN)
    able.read(row(used=4_000, **THINKS))
    able.answer(SessionsCompact, Compacted(done=True))
    done = notified(able, ActionStatus.DONE)
    assert (done.before, done.after) == (20_000, None)
    assert able.session().usage.used == 4_000


def test_a_compaction_that_gives_up_says_why_and_changes_no_figure(able):
    able >> CommandReceived(Compact(MAIN)) << SessionsCompact(MAIN)
    able.answer(SessionsCompact, Compacted(done=False, reason="failed quality checks"))
    notified(able, ActionStatus.FAILED, ActionError.GATEWAY, "failed quality checks")
    assert able.session().usage.used == 20_000


def test_where_the_gateway_only_cuts_nothing_is_sent(play):
    play.up(old_row(used=20_000), hello=OLD)
    assert actions.may_compact(play.state, MAIN) is ActionError.ONLY_TRUNCATES
    play >> CommandReceived(Compact(MAIN))
    notified(play, ActionStatus.FAILED, ActionError.ONLY_TRUNCATES)


def test_a_session_that_runs_is_not_compacted(able):
    able >> EventReceived(RunStarted("run", MAIN))
    able >> CommandReceived(Compact(MAIN))
    notified(able, ActionStatus.FAILED, ActionError.BUSY)
    able >> CommandReceived(Compact(OTHER)) << SessionsCompact(OTHER)


# ---- start over ----


def test_a_new_session_is_read_at_once(able):
    able >> CommandReceived(NewSession(MAIN)) << SessionsReset(MAIN)
    able.answer(SessionsReset, Done())
    assert action(able).state is ActionStatus.DONE
    able.wait(0.0) << SessionsList(200)


@pytest.mark.parametrize("read_first", [True, False])
def test_where_the_gateway_drops_the_model_it_is_put_back(play, read_first):
    """Which of both comes first, the reading or the answer, is the network's."""
    play.up(old_row(used=20_000), hello=OLD)
    play >> CommandReceived(UseModel("fake/beta")) << SessionsPatch(MAIN, "fake/beta")
    play.answer(SessionsPatch, Patched(MAIN, "fake/beta", None))
    play >> CommandReceived(NewSession(MAIN)) << SessionsReset(MAIN)
    play.answer(SessionsReset, Done()) << SessionsPatch(MAIN, "fake/beta")
    assert action(play).model == "fake/beta"
    renewed = old_row(model="beta", session_id="second", has_run=False)  # it drops the provider, too
    steps = [
        lambda: play.answer(SessionsPatch, Patched(MAIN, "fake/beta", None, "second")),
        lambda: (play.wait(0.0) << SessionsList(200)).read(renewed),
    ]
    for step in reversed(steps) if read_first else steps:
        step()
    assert play.state.profile.switches[-1].state is SwitchStatus.CONFIRMED
    play.wait(2.0).skip()
    play.read(renewed)
    assert play.session().model == "fake/beta"
    later = Playbook()
    later.state = persistence.load(later.state, play.saved[-1])
    later.up(renewed, hello=OLD)
    assert later.session().model == "fake/beta"


@pytest.mark.parametrize(
    ("hello", "model", "kept"),
    [(OLD, "fake/alpha", None), (OLD, "fake/beta", "fake/beta"), (NEW, "fake/beta", None)],
)
def test_only_an_override_that_would_be_lost_is_put_back(play, hello, model, kept):
    play.up(row(used=20_000, model=model), hello=hello)
    assert actions.dropped_model(play.state, play.session()) == kept


def test_a_session_that_is_not_listed_has_no_model_to_put_back(play):
    play.up(hello=OLD)
    play >> CommandReceived(NewSession(OTHER)) << SessionsReset(OTHER)
    play.answer(SessionsReset, Done())
    play.wait(0.0) << SessionsList(200)


# ---- stop ----


def test_a_run_of_any_kind_is_stopped_by_the_method_made_for_it(able):
    able >> EventReceived(RunStarted("run", MAIN))
    able >> CommandReceived(StopRun(MAIN)) << SessionsAbort(MAIN)
    able.answer(SessionsAbort, Stopped(any_stopped=True, run_ids=("run",)))
    assert action(able).state is ActionStatus.DONE
    assert not able.state.running


def test_nothing_to_stop_is_said(able):
    able >> CommandReceived(StopRun(MAIN)) << SessionsAbort(MAIN)
    able.answer(SessionsAbort, Stopped(any_stopped=False))
    notified(able, ActionStatus.FAILED, ActionError.NO_RUN)


def test_the_end_of_the_run_may_be_announced_before_the_response(able):
    able >> EventReceived(RunStarted("run", MAIN))
    able >> CommandReceived(StopRun(MAIN)) << SessionsAbort(MAIN)
    able >> EventReceived(RunEnded("other", OTHER, aborted=True))
    assert action(able).state is ActionStatus.REQUESTED
    able >> EventReceived(RunEnded("run", MAIN, aborted=True))
    assert action(able).state is ActionStatus.DONE
    able.answer(SessionsAbort, Stopped(any_stopped=False))
    assert action(able).state is ActionStatus.DONE


def test_on_older_releases_a_chat_is_stopped_and_its_run_forgotten(play):
    play.up(old_row(used=20_000), hello=OLD)
    play >> EventReceived(RunStarted("run", MAIN))
    play >> CommandReceived(StopRun(MAIN)) << ChatAbort(MAIN)
    play >> EventReceived(ChatStopped("run", MAIN))
    assert action(play).state is ActionStatus.DONE
    assert not play.state.running
    play.answer(ChatAbort, Stopped(any_stopped=True, run_ids=("run",)))


def test_on_older_releases_what_is_no_chat_is_stopped_by_the_command(play):
    play.up(old_row(used=20_000), hello=OLD)
    play >> EventReceived(RunStarted("run", MAIN))
    play >> CommandReceived(StopRun(MAIN)) << ChatAbort(MAIN)
    play.answer(ChatAbort, Stopped(any_stopped=False)) << StopCommand
    play.answer(StopCommand, Done())
    play >> EventReceived(RunEnded("run", MAIN, aborted=True))
    assert action(play).state is ActionStatus.DONE


@pytest.mark.parametrize(
    ("runs", "state", "error"),
    [
        (True, ActionStatus.UNKNOWN, ActionError.STILL_RUNNING),
        (False, ActionStatus.FAILED, ActionError.NO_RUN),
    ],
)
def test_a_command_that_ends_no_run_is_not_a_stop(play, runs, state, error):
    play.up(old_row(used=20_000), hello=OLD)
    if runs:
        play >> EventReceived(RunStarted("run", MAIN))
    play >> CommandReceived(StopRun(MAIN)) << ChatAbort(MAIN)
    play.answer(ChatAbort, Stopped(any_stopped=False)) << StopCommand
    play.answer(StopCommand, Done())
    play.wait(0.8) << SessionsList(200)
    play.read(old_row(used=20_000))
    play.wait(actions.STOP_TIMEOUT_SECONDS)
    notified(play, state, error)


def test_a_command_that_expired(play):
    play.up(old_row(used=20_000), hello=OLD)
    play >> CommandReceived(StopRun(MAIN)) << ChatAbort(MAIN)
    play.answer(ChatAbort, Stopped(any_stopped=False)) << StopCommand
    play.state = replace(play.state, profile=replace(play.state.profile, actions=()))
    play.answer(StopCommand, Done())
    assert actions.deadline(play.state) is None


# ---- a prompt of our own ----


@pytest.mark.parametrize("hello", [CAN, OLD])
def test_a_prompt_that_is_stopped_ends_as_that_with_what_was_answered(play, hello):
    play.up(row(used=20_000), hello=hello)
    play >> CommandReceived(Ask("hello")) << Agent
    run = play.prompt().id
    play.answer(Agent, Accepted(run))
    play >> EventReceived(RunStarted(run, SIDE))
    play.state = replace(
        play.state, profile=replace(play.state.profile, prompts=(replace(play.prompt(), answer="half of"),))
    )
    play >> CommandReceived(StopPrompt(run))
    if hello is CAN:
        play << SessionsAbort(SIDE, run)
        play.answer(SessionsAbort, Stopped(any_stopped=True, run_ids=(run,)))
    else:
        play << ChatAbort(SIDE, run)
        play.answer(ChatAbort, Stopped(any_stopped=False)) << StopCommand
        play >> EventReceived(RunEnded("another", SIDE))
        assert action(play).state is ActionStatus.REQUESTED
        play >> EventReceived(RunEnded(run, SIDE, aborted=True))
    play.answer(Agent, Finished("another answer", aborted=True))
    assert (play.prompt().state, play.prompt().answer) == (PromptStatus.STOPPED, "half of")
    assert action(play).state is ActionStatus.DONE


def test_a_stopped_run_stops_our_prompts_in_it(able):
    able >> CommandReceived(Ask("hello", MAIN)) << Agent
    able >> CommandReceived(StopRun(MAIN)) << SessionsAbort(MAIN)
    assert able.prompt().stopping
    able.answer(Agent, Finished("", aborted=True))
    assert able.prompt().state is PromptStatus.STOPPED


def test_a_prompt_that_was_not_sent_is_never_sent(able):
    able >> CommandReceived(Ask("hello")) << Agent
    able >> RequestNotSent(able.pending(Agent).id)
    able >> CommandReceived(StopPrompt(able.prompt().id))
    assert able.prompt().state is PromptStatus.STOPPED
    able.ask_for_reading()
    assert able.state.profile.actions == ()


def test_a_prompt_that_turns_out_unsent_while_it_is_stopped_is_never_sent(able):
    able >> CommandReceived(Ask("hello")) << Agent
    able >> CommandReceived(StopPrompt(able.prompt().id)) << SessionsAbort
    able >> RequestNotSent(able.pending(Agent).id)
    assert able.prompt().state is PromptStatus.STOPPED


def test_stopping_an_ended_or_unknown_run_does_nothing(able):
    able >> CommandReceived(StopPrompt("nobody's"))
    able >> CommandReceived(Ask("hello")) << Agent
    able.decline(Agent, NO)
    able >> CommandReceived(StopPrompt(able.prompt().id))
    assert able.state.profile.actions == ()


# ---- think ----


@pytest.mark.parametrize("level", ["low", None])
def test_an_accepted_level_shows_at_once_and_is_read_back(able, level):
    able >> CommandReceived(SetThinking(MAIN, level)) << ThinkingPatch(MAIN, level)
    able.answer(ThinkingPatch, ThinkingSet(level))
    assert action(able).state is ActionStatus.DONE
    assert able.session().row.thinking == level
    assert able.session(OTHER).row.thinking is None
    able.wait(2.0) << SessionsList(200)


def test_a_level_that_is_refused_leaves_the_mark_where_it_was(able):
    able >> CommandReceived(SetThinking(MAIN, "low")) << ThinkingPatch(MAIN, "low")
    able.decline(ThinkingPatch, NO)
    notified(able, ActionStatus.FAILED, ActionError.GATEWAY, "not now")
    assert able.session().row.thinking is None


@pytest.mark.parametrize("key", [OTHER, "agent:main:gone"])
def test_where_no_level_is_offered_none_is_sent(able, key):
    able >> CommandReceived(SetThinking(key, "low"))
    notified(able, ActionStatus.FAILED, ActionError.NO_THINKING_LEVELS)


def test_a_session_that_went_away_meanwhile_shows_nothing(able):
    able >> CommandReceived(SetThinking(MAIN, "low")) << ThinkingPatch(MAIN, "low")
    able.read(row(OTHER, used=10_000))
    able.answer(ThinkingPatch, ThinkingSet("low"))
    assert able.session() is None
