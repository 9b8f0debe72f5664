from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import pytest

from tests.view.lines import find, texts
from tray.core.commands import (
    Pin,
)
from tray.core.state import Confidence, Focus
from tray.view.items import Item
from tray.view.menu import ages, menu
from tray.view.menu_sessions import SESSIONS
from tray.view.words import Words
from tray.wire.models import Model

STALE, UNKNOWN = Confidence.STALE, Confidence.UNKNOWN
LEVEL = "The trust level “{}” does not allow this: see the settings."
OFFLINE = "There is no connection to the gateway."
NOT_GRANTED = "The gateway did not grant ClawTray the right to do this."
COST = "Each prompt spends tokens: even a short one 8,000 to 14,000"
OPUS, SONNET = "anthropic/claude-opus-4-5", "anthropic/claude-sonnet-4-5"


def test_sessions_have_a_line_each_and_machines_are_folded_away(make, level):
    main = make.session()
    side = make.session("side", make.usage(None, None, UNKNOWN), model=None, ago=None)
    job = make.session("job", key="agent:main:cron:job", background=True)
    items = level(make.connected(main, side, job, job), "sessions")
    assert texts(items) == [
        "main\t62 % · claude-opus-4-5 · just now",
        "side\t?",
        "Sub-agents and cron jobs (2)",
    ]
    assert [item.checked for item in items] == [True, None, None]
    assert [item.path for item in items[1:]] == [("sessions", side.key), ("machines",)]
    below = level(make.connected(main, side, job, job), *items[2].path)
    assert texts(below) == ["job (cron job)\t62 % · claude-opus-4-5 · just now"] * 2
    assert [item.path for item in below] == [("sessions", job.key)] * 2


def test_ages_are_those_of_the_sessions_and_grow_by_themselves(make):
    source = make.source(make.connected(make.session(), make.session("side", ago=None)))
    assert ages(source, make.now(), Words()) == ages(source, make.now(47), Words()) == ("just now", "")
    assert ages(source, make.now(48), Words()) == ("1 min ago", "")


def test_a_pin_can_be_set_and_taken_away(make, level):
    main, side = make.session(), make.session("side")
    state = make.connected(main, side)
    assert find(level(state, "sessions", main.key), "Show on icon").command == Pin(main.key)
    assert "Let ClawTray choose the session" not in texts(level(state, "sessions"))
    pinned = replace(state, focus=Focus(main.key, main.key))
    assert find(level(pinned, "sessions", main.key), "Show on icon") == Item(
        "Show on icon", Pin(None), checked=True
    )
    assert find(level(pinned, "sessions", side.key), "Show on icon").command == Pin(side.key)
    assert find(level(pinned, "sessions"), "Let ClawTray choose the session").command == Pin(None)


def test_a_pin_on_a_session_that_is_not_listed_marks_no_other_one(make, level):
    main = make.session()
    pinned = replace(make.connected(main), focus=Focus(main.key, "agent:main:gone"))
    assert find(level(pinned, "sessions", main.key), "Show on icon") == Item(
        "Show on icon", Pin(main.key), checked=False
    )
    assert find(level(pinned, "sessions"), "Let ClawTray choose the session").command == Pin(None)


def test_each_session_has_its_own_models(make, level):
    main, side = make.session(), make.session("side", make.usage(1_000), model=SONNET)
    items = level(make.connected(main, side), "sessions", side.key, "model")
    assert [item.command.model for item in items if item.checked] == [SONNET]
    assert {item.command.key for item in items if item.command} == {side.key}


@pytest.mark.parametrize("path", [("sessions", "gone"), ("sessions", "gone", "model")])
def test_a_session_that_is_gone_is_said(make, level, path):
    assert texts(level(make.connected(make.session()), *path)) == ["There is no such session."]


@pytest.mark.parametrize("path", [("",), ("nothing", "there"), ("sessions", "a", "b", "c")])
def test_a_path_that_leads_nowhere_is_empty(make, level, path):
    assert level(make.connected(make.session()), *path) == ()


@pytest.mark.parametrize("number", [SESSIONS, SESSIONS + 1, 200, 2_000])
def test_many_sessions_are_capped_and_quick(make, number):
    sessions = tuple(make.session(f"session {n}", ago=float(n)) for n in range(number))
    source = make.source(make.connected(*sessions, models=tuple(Model(f"p/m{n}", 9**7) for n in range(100))))
    started = perf_counter()
    levels = {path: menu(source, path, make.now(), Words()) for path in [(), ("sessions",), ("model",)]}
    assert perf_counter() - started < 0.1
    listed = levels["sessions",]
    assert len([item for item in listed if item.path]) == SESSIONS
    more = [f"{number - SESSIONS} more: clawtray sessions"] if number > SESSIONS else []
    assert texts(listed)[SESSIONS:] == more
