from __future__ import annotations

import pytest

from tests.view.lines import find, texts
from tray.core.commands import Compact, CopyText, NewSession, SetThinking
from tray.core.model import Confidence, RunningRun
from tray.protocol.handshake import WATCH_SCOPES
from tray.settings.settings import Level
from tray.values import replace
from tray.view.menu.item import Item

LEVEL = "The trust level “{}” does not allow this. Change it in Settings."
THINKS = {"thinking_levels": ("off", "low", "high"), "thinking_default": "low"}


def busy(session):
    return {"run": RunningRun(session.key, 0.0)}


def test_compacting_says_what_it_loses_and_costs(make, level):
    main = make.session(used=124_000)
    items = level(make.connected(main), "sessions", main.key, "compact")
    assert texts(items) == [
        "A model summarises the history of “main” to make room.",
        "Details left out of the summary are lost.",
        "This spends tokens: the model reads about 124k.",
        "───",
        "Compact now",
    ]
    assert items[-1] == Item("Compact now", Compact(main.key))
    assert [item.command for item in items[:3]] == [CopyText(text) for text in texts(items)[:3]]


def test_compacting_says_that_it_costs_even_if_the_size_is_unknown(make, level):
    main = make.session(usage=make.usage(None, None, Confidence.UNKNOWN))
    assert texts(level(make.connected(main), "sessions", main.key, "compact"))[2] == "This spends tokens."


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("older", "This gateway cannot summarise: it would cut the history off."),
        ("busy", "A run is in progress in this session. Stop it or wait until it ends."),
        ("level", LEVEL.format("watch")),
    ],
)
def test_compacting_that_is_not_possible_is_disabled_with_the_reason(make, level, change, reason):
    main = make.session()
    state = make.connected(
        main,
        level=Level.WATCH if change == "level" else Level.CONTROL,
        runs=busy(main) if change == "busy" else {},
    )
    if change == "older":
        hello = replace(state.connection.hello, methods=frozenset())
        state = replace(state, connection=replace(state.connection, hello=hello))
    items = level(state, "sessions", main.key, "compact")
    assert find(items, "Compact now") == Item("Compact now", Compact(main.key), enabled=False)
    assert " ".join(texts(items)[5:]) == reason


def test_a_new_session_says_what_it_forgets_and_keeps(make, level):
    main = make.session()
    items = level(make.connected(main), "sessions", main.key, "new")
    assert texts(items) == [
        "“main” starts over and forgets the conversation so far.",
        "It keeps its model: claude-opus-4-5",
        "───",
        "Start a new session",
    ]
    assert items[-1] == Item("Start a new session", NewSession(main.key))


def test_a_new_session_in_the_middle_of_a_run_says_so(make, level):
    main = make.session(model=None)
    items = level(make.connected(main, runs=busy(main)), "sessions", main.key, "new")
    assert texts(items)[1] == "A run is in progress. Its answer may be lost."


def test_a_new_session_that_is_not_allowed_is_disabled(make, level):
    main = make.session()
    items = level(make.connected(main, level=Level.ASK), "sessions", main.key, "new")
    assert find(items, "Start a new session") == Item(
        "Start a new session", NewSession(main.key), enabled=False
    )
    assert " ".join(texts(items)[4:]) == LEVEL.format("ask")


def test_thinking_levels_are_those_that_the_session_offers(make, level):
    main = make.session(thinking="high", **THINKS)
    items = level(make.connected(main), "sessions", main.key, "thinking")
    assert texts(items) == ["Default (low)", "off", "low", "high"]
    assert [item.checked for item in items] == [False, False, False, True]
    assert all(item.radio and item.enabled for item in items)
    assert [item.command for item in items] == [
        SetThinking(main.key, level) for level in (None, "off", "low", "high")
    ]


def test_the_default_is_marked_where_none_was_chosen_and_named_where_it_is_known(make, level):
    main = make.session(thinking_levels=("off",))
    items = level(make.connected(main), "sessions", main.key, "thinking")
    assert (texts(items), [item.checked for item in items]) == (["Default", "off"], [True, False])


@pytest.mark.parametrize(
    ("row", "trust", "lines"),
    [
        ({}, Level.CONTROL, ["The gateway offers no thinking levels for this session."]),
        ({}, Level.WATCH, [LEVEL.format("watch")]),
        (THINKS, Level.WATCH, ["Default (low)", "off", "low", "high", "───", LEVEL.format("watch")]),
    ],
)
def test_where_no_level_can_be_chosen_it_says_why(make, level, row, trust, lines):
    main = make.session(**row)
    state = make.connected(main, level=trust, granted=WATCH_SCOPES if trust is Level.WATCH else None)
    items = level(state, "sessions", main.key, "thinking")
    assert texts(items) == lines
    assert not any(item.enabled for item in items if isinstance(item.command, SetThinking))


@pytest.mark.parametrize("below", ["compact", "new", "thinking"])
def test_a_missing_session_is_reported(make, level, below):
    items = level(make.connected(make.session()), "sessions", "gone", below)
    assert texts(items) == ["Session not found."]
