from __future__ import annotations

import pytest

from tests.parts import having
from tests.view.lines import find, texts
from tray.core.commands import (
    CopyText,
    OpenDashboard,
    Pin,
    StopRun,
    StopRuns,
)
from tray.core.model import (
    ActionError,
    ActionKind,
    ActionStatus,
    Confidence,
    Focus,
    ModelSwitch,
    RunningRun,
    SessionAction,
    StaleReason,
    SwitchStatus,
)
from tray.i18n.words import Words
from tray.protocol.models import Model
from tray.protocol.sessions import PromptBudget
from tray.settings.settings import Level
from tray.values import replace
from tray.view.icon.model import Icon, Situation
from tray.view.menu.item import Item
from tray.view.menu.menu import menu
from tray.view.menu.sessions import SESSIONS

STALE, UNKNOWN = Confidence.STALE, Confidence.UNKNOWN
LEVEL = "The trust level “{}” does not allow this. Change it in Settings."
OFFLINE = "Not connected to the gateway."
NOT_GRANTED = "The gateway did not give ClawTray permission for this."
COST = "Each prompt spends tokens: 8,000 to 14,000 even for a short one"
OPUS, SONNET = "anthropic/claude-opus-4-5", "anthropic/claude-sonnet-4-5"


def test_conversations_are_listed_and_background_sessions_folded_away(make, level):
    main = make.session()
    side = make.session("side", make.usage(None, None, UNKNOWN), model=None, ago=None)
    job = make.session("job", key="agent:main:cron:job", background=True)
    items = level(make.connected(main, side, job, job), "sessions")
    assert texts(items) == [
        "main · claude-opus-4-5 · just now\t62%",
        "side\t?",
        "Background sessions (2)",
    ]
    assert [item.checked for item in items] == [True, None, None]
    assert [item.path for item in items[1:]] == [("sessions", side.key), ("background",)]
    below = level(make.connected(main, side, job, job), *items[2].path)
    assert texts(below) == ["job (cron job) · claude-opus-4-5 · just now\t62%"] * 2
    assert [item.path for item in below] == [("sessions", job.key)] * 2


def test_a_session_has_its_own_ring(make, level):
    full = make.session("full", make.usage(190_000, 200_000), active=True)
    items = level(
        make.connected(make.session(), full, make.session("new", make.usage(None, None, UNKNOWN))), "sessions"
    )
    assert [item.picture for item in items[:3]] == [
        Icon(Situation.CALM, 62),
        Icon(Situation.CRITICAL, 95, running=True),
        Icon(Situation.UNKNOWN),
    ]


def test_sessions_show_what_they_are_for(make, level):
    sessions = (
        make.session("Boss", key="global", main=True),
        make.session("team", group=True),
        make.session("tray"),
        make.session("job", key="agent:main:cron:job", background=True),
        make.session("part", key="agent:main:subagent:1", background=True),
        make.session("all", key="global", background=True),
    )
    state = make.connected(*sessions)
    lines = (*level(state, "sessions"), *level(state, "background"))
    assert [item.text.split(" · ")[0] for item in lines] == [
        "Boss (main)",
        "team (group)",
        "tray (ClawTray's own)",
        "Background sessions (3)",
        "job (cron job)",
        "part (sub-agent)",
        "all",
    ]


def test_the_budget_of_a_prompt_is_shown_with_its_session(make, level):
    for budget, shown in ((PromptBudget(44_000), True), (PromptBudget(), False), (None, False)):
        main = make.session(budget=budget)
        items = level(make.connected(main), "sessions", main.key)
        assert ("The gateway compacts above 44k" in texts(items)) is shown


def test_what_can_be_done_with_a_session(make, level):
    main = make.session(thinking="high", thinking_levels=("off", "high"), thinking_default="off")
    items = level(make.connected(main), "sessions", main.key)
    assert texts(items) == [
        "62% of 200k",
        "───",
        "Model",
        "Thinking\thigh",
        "Compact…",
        "New session…",
        "Stop run",
        "───",
        "Show on icon",
        "Open in dashboard",
        "Copy key",
    ]
    below = ("model", "thinking", "compact", "new")
    assert [item.path for item in items[2:6]] == [("sessions", main.key, name) for name in below]
    assert find(items, "Open in dashboard").command == OpenDashboard(main.key)
    assert find(items, "Copy key").command == CopyText(main.key)


def test_only_a_run_in_progress_can_be_stopped(make, level):
    main, side = make.session(), make.session("side", active=True)
    state = make.connected(main, side)
    assert find(level(state, "sessions", main.key), "Stop run") == Item(
        "Stop run", StopRun(main.key), enabled=False
    )
    items = level(state, "sessions", side.key)
    assert find(items, "Stop run") == Item("Stop run", StopRun(side.key))
    assert "A run is in progress" in texts(items)
    assert find(level(state, "sessions"), "side").text == "side · claude-opus-4-5 · running\t62%"
    running = replace(
        state,
        gateway=replace(
            state.gateway, snapshot=replace(state.gateway.snapshot, runs={"run": RunningRun(main.key, 0.0)})
        ),
    )
    assert find(level(running, "sessions", main.key), "Stop run").enabled


def test_all_runs_can_be_stopped_where_several_are_in_progress(make, level):
    main, side = make.session(active=True), make.session("side", active=True)
    job = make.session("job", key="agent:main:cron:job", background=True, active=True)
    state = make.connected(main, side, job)
    assert find(level(state, "sessions"), "Stop all runs (3)…") == Item("Stop all runs (3)…", path=("stop",))
    items = level(state, "stop")
    assert texts(items) == [
        "Stops the runs in progress in these sessions:",
        "job",
        "main",
        "side",
        "───",
        "Stop all now",
    ]
    assert items[-1].command == StopRuns((job.key, main.key, side.key))
    assert texts(level(make.connected(main), "sessions")) == texts(level(state, "sessions"))[:1]
    assert texts(level(make.connected(make.session()), "stop")) == ["No run is in progress."]


def test_all_runs_are_not_stopped_below_the_level_that_allows_it(make, level):
    running = [make.session(f"work {n}", active=True) for n in range(SESSIONS + 2)]
    items = level(make.connected(*running, level=Level.WATCH), "stop")
    assert not find(items, "Stop all now").enabled
    assert find(items, "2 more…")
    assert LEVEL.format("watch") in " ".join(texts(items))


def test_a_session_whose_last_run_failed_says_so(make, level):
    side = make.session("side", failed=True)
    state = make.connected(make.session(), side)
    assert "the last run failed" in find(level(state, "sessions"), "side").text
    assert "The last run failed" in texts(level(state, "sessions", side.key))


def test_a_run_that_may_not_be_stopped_says_why(make, level):
    side = make.session("side", active=True)
    items = level(make.connected(side, level=Level.WATCH), "sessions", side.key)
    assert not find(items, "Stop run").enabled
    assert texts(items)[-1] == LEVEL.format("watch")


def test_the_last_action_is_shown_with_its_session(make, level):
    main, side = make.session(), make.session("side")
    done = SessionAction(
        "default", main.key, ActionKind.COMPACT, ActionStatus.DONE, before=124_000, after=20_000
    )
    earlier = replace(done, kind=ActionKind.STOP)
    elsewhere = replace(done, profile="another", kind=ActionKind.NEW)
    state = make.connected(main, side, actions=(earlier, done, elsewhere))
    assert texts(level(state, "sessions", main.key))[1] == "Compacted: 124k → 20k tokens"
    assert texts(level(state, "sessions", side.key))[1] == "───"


def test_a_stale_figure_is_marked_in_the_sessions_submenu(make, level):
    main = make.session(usage=make.usage(1_000, 200_000, STALE, StaleReason.REPORTED_STALE))
    assert texts(level(make.connected(main), "sessions", main.key))[1].startswith("Doubtful: ")


@pytest.mark.parametrize(("seconds", "age"), [(0, "just now"), (47, "just now"), (48, "1 min ago")])
def test_ages_grow_by_themselves(make, seconds, age):
    state = make.connected(make.session(), make.session("side", ago=None))
    main, side = texts(menu(state, ("sessions",), make.now(seconds), Words()))
    assert main.endswith(f" · {age}\t62%")
    assert side.endswith(" · claude-opus-4-5\t62%")


def test_a_pin_can_be_set_and_taken_away(make, level):
    main, side = make.session(), make.session("side")
    state = make.connected(main, side)
    assert find(level(state, "sessions", main.key), "Show on icon").command == Pin(main.key)
    assert "Choose the session automatically" not in texts(level(state, "sessions"))
    pinned = replace(state, gateway=replace(state.gateway, focus=Focus(main.key, main.key)))
    assert find(level(pinned, "sessions", main.key), "Show on icon") == Item(
        "Show on icon", Pin(None), checked=True
    )
    assert find(level(pinned, "sessions", side.key), "Show on icon").command == Pin(side.key)
    assert find(level(pinned, "sessions"), "Choose the session automatically").command == Pin(None)


def test_a_pin_on_a_session_that_is_not_listed_marks_no_other_one(make, level):
    main = make.session()
    pinned = having(make.connected(main), focus=Focus(main.key, "agent:main:gone"))
    assert find(level(pinned, "sessions", main.key), "Show on icon") == Item(
        "Show on icon", Pin(main.key), checked=False
    )
    assert find(level(pinned, "sessions"), "Choose the session automatically").command == Pin(None)


def test_each_session_has_its_own_models(make, level):
    main, side = make.session(), make.session("side", make.usage(1_000), model=SONNET)
    items = level(make.connected(main, side), "sessions", side.key, "model")
    assert [item.command.model for item in items if item.checked] == [SONNET]
    assert {item.command.key for item in items if item.command} == {side.key}


@pytest.mark.parametrize("path", [("sessions", "gone"), ("sessions", "gone", "model")])
def test_a_missing_session_is_reported(make, level, path):
    assert texts(level(make.connected(make.session()), *path)) == ["Session not found."]


@pytest.mark.parametrize("path", [("",), ("nothing", "there"), ("sessions", "a", "b", "c")])
def test_a_path_that_leads_nowhere_is_empty(make, level, path):
    assert level(make.connected(make.session()), *path) == ()


@pytest.mark.parametrize("number", [SESSIONS, SESSIONS + 1, 200, 2_000])
def test_many_sessions_are_capped(make, number):
    sessions = tuple(make.session(f"session {n}", ago=float(n)) for n in range(number))
    state = make.connected(*sessions, models=tuple(Model(f"p/m{n}", 9**7) for n in range(100)))
    own = ("sessions", sessions[0].key)
    paths = [(), ("sessions",), ("model",), own, (*own, "model"), (*own, "compact"), (*own, "new")]
    levels = {path: menu(state, path, make.now(), Words()) for path in paths}
    listed = levels["sessions",]
    assert len([item for item in listed if item.path]) == SESSIONS
    more = [f"{number - SESSIONS} more: run clawtray sessions"] if number > SESSIONS else []
    assert texts(listed)[SESSIONS:] == more


def test_background_sessions_are_capped_too(make, level):
    jobs = [make.session(str(n), key=f"agent:main:cron:{n}", background=True) for n in range(SESSIONS + 2)]
    items = level(make.connected(*jobs), "background")
    assert len([item for item in items if item.path]) == SESSIONS
    assert texts(items)[-1] == "2 more: run clawtray sessions"


def test_a_session_that_another_model_answers_says_so_and_offers_both(make, level):
    main = make.session()
    fell_back = ModelSwitch(
        "default",
        main.key,
        OPUS,
        SwitchStatus.FAILED,
        error=ActionError.OTHER_MODEL,
        detail=SONNET,
        notified_model=SONNET,
    )
    items = level(having(make.connected(main), switches=(fell_back,)), "sessions", main.key)
    shown = texts(items)
    at = shown.index("Asked for claude-opus-4-5, answered by claude-sonnet-4-5")
    assert shown[at + 1 : at + 3] == ["Retry: claude-opus-4-5", "Keep claude-sonnet-4-5"]


@pytest.mark.parametrize("below", [(), ("model",), ("model", "p"), ("thinking",), ("compact",), ("new",)])
def test_without_a_connection_it_is_not_known_whether_a_session_is_there(make, level, below):
    said = texts(level(make.troubled(None), "sessions", "gone", *below))
    assert said == ["Not known: not connected to the gateway."]
