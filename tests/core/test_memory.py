from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tray.config.settings import Settings
from tray.core import memory
from tray.core.state import Focus, Interest, Latch, State, Switch, SwitchState

EMPTY = State(Settings(), Interest.LIVE, "5eed")
FULL = State(
    Settings(),
    Interest.LIVE,
    "5eed",
    focus=Focus(pinned="agent:main:main"),
    latches=(Latch("default", "agent:main:main", "first", 2), Latch("far", "agent:main:main", None, 1)),
    switches=(
        Switch("agent:main:main", None, SwitchState.SET, "fake/alpha"),
        Switch("agent:main:b", "bee", SwitchState.SET, "fake/beta", session_id="first", mark=(5, 7)),
    ),
)


def test_what_is_dumped_is_loaded():
    assert memory.of(memory.load(EMPTY, memory.dump(FULL))) == memory.of(FULL)


def test_only_what_must_survive_does():
    asked = Switch("agent:main:c", "fake/beta", SwitchState.ASKED)
    assert memory.of(State(Settings(), Interest.LIVE, "5eed", switches=(asked,))) == (None, (), ())


def test_when_a_switch_was_set_is_no_part_of_it():
    later = Switch("agent:main:main", None, SwitchState.SET, "fake/alpha", set_at=5.0)
    state = State(Settings(), Interest.LIVE, "5eed", switches=(later,))
    assert memory.load(EMPTY, memory.dump(state)).switches[0].set_at is None


@pytest.mark.parametrize("text", [None, "", "{", "[]", "7", '"text"', "{}", '{"version": 2}', "[" * 100_000])
def test_what_cannot_be_read_is_forgotten(text):
    assert memory.load(EMPTY, text) == EMPTY


def test_item_by_item():
    text = json.dumps(
        {
            "version": 1,
            "pinned": 7,
            "latches": [None, ["default", "k", None, 3], ["default", "k", None, 1]],
            "switches": ["no", {"key": "k"}, {"key": "k", "asked": None, "model": None}],
        }
    )
    assert memory.of(memory.load(EMPTY, text)) == (None, (Latch("default", "k", None, 1),), ())


def test_lists_that_are_none():
    assert memory.load(EMPTY, '{"version": 1, "latches": {}, "switches": "many"}') == EMPTY


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


@settings(derandomize=True)
@given(pinned=JSON, latches=JSON, switches=JSON)
def test_any_memory_is_survived(pinned, latches, switches):
    text = json.dumps({"version": 1, "pinned": pinned, "latches": latches, "switches": switches})
    memory.dump(memory.load(EMPTY, text))
