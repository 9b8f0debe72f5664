from __future__ import annotations

from dataclasses import replace

import pytest

from tests.view.lines import find, texts
from tray.config.settings import Level
from tray.core.commands import (
    UseModel,
)
from tray.core.own import Switch, SwitchState
from tray.core.state import Confidence
from tray.core.trouble import Cause, Doubt, Fault
from tray.view.menu_models import MODELS
from tray.wire.models import Model
from tray.wire.scopes import READ

STALE, UNKNOWN = Confidence.STALE, Confidence.UNKNOWN
LEVEL = "The trust level “{}” does not allow this: see the settings."
OFFLINE = "There is no connection to the gateway."
NOT_GRANTED = "The gateway did not grant ClawTray the right to do this."
COST = "Each prompt spends tokens: even a short one 8,000 to 14,000"
OPUS, SONNET = "anthropic/claude-opus-4-5", "anthropic/claude-sonnet-4-5"


def test_models_show_their_fit_and_the_one_in_force(make, level):
    session = make.session()
    items = level(make.connected(session), "model")
    assert texts(items) == [
        "Default (claude-opus-4-5)\t200k → 62 %",
        "claude-sonnet-4-5\t1M → 12 %",
        "small\t32k, too small",
        "unsized\twindow unknown",
    ]
    assert items[0].command == UseModel(None, session.key)
    assert items[1].command == UseModel(SONNET, session.key)
    assert [item.checked for item in items] == [True, False, False, False]
    assert all(item.radio for item in items)
    assert [item.enabled for item in items] == [True, True, False, True]


def test_a_doubtful_figure_greys_nothing(make, level):
    session = make.session(usage=make.usage(124_000, 200_000, STALE, Doubt.OLD))
    items = level(make.connected(session), "model")
    assert texts(items)[:3] == [
        "Default (claude-opus-4-5)\t200k → ~62 %",
        "claude-sonnet-4-5\t1M → ~12 %",
        "small\t32k, perhaps too small",
    ]
    assert all(item.enabled for item in items)


def test_an_unknown_figure_shows_the_windows_alone(make, level):
    session = make.session(usage=make.usage(None, 200_000, UNKNOWN, Doubt.NEVER_USED))
    items = level(make.connected(session), "model")
    assert texts(items)[:3] == ["Default (claude-opus-4-5)\t200k", "claude-sonnet-4-5\t1M", "small\t32k"]
    assert all(item.enabled for item in items)


def test_a_window_that_is_just_full_still_holds_the_session(make, level):
    state = make.connected(make.session(usage=make.usage(32_768, 200_000)))
    small = find(level(state, "model"), "small")
    assert small.text == "small\t32k → 100 %"
    assert small.enabled


def test_the_model_in_force_shows_the_sessions_own_window(make, level):
    state = make.connected(make.session(usage=make.usage(50_000, 100_000)))
    assert texts(level(state, "model"))[0] == "Default (claude-opus-4-5)\t100k → 50 %"


def test_without_a_default_there_is_no_line_for_it(make, level):
    state = make.connected(make.session())
    state = replace(state, book=replace(state.book, default_model=None))
    assert texts(level(state, "model"))[0] == "claude-opus-4-5\t200k → 62 %"


def test_models_of_the_same_name_show_their_provider(make, level):
    models = (Model("a/twin", 1_000), Model("b/twin", 2_000), Model("a/only"), Model("p/\u200b"))
    state = make.connected(make.session(usage=make.usage(None, None, UNKNOWN), model="b/twin"), models=models)
    names = [text.split("\t")[0] for text in texts(level(state, "model"))[1:]]
    assert names == ["a/twin", "b/twin", "only", "?"]


@pytest.mark.parametrize(
    ("number", "in_force", "first", "more"),
    [
        (MODELS, "p/m3", "m0", None),
        (MODELS + 5, "p/m3", "m0", 5),
        (MODELS + 5, "p/m29", "m29", 5),
        (MODELS + 5, "q/elsewhere", "elsewhere", 6),
        (3, "q/elsewhere", "elsewhere", None),
    ],
)
def test_the_list_of_models_is_capped_but_never_hides_the_one_in_force(
    make, level, number, in_force, first, more
):
    models = tuple(Model(f"p/m{n}", 1_000_000) for n in range(number))
    items = level(make.connected(make.session(model=in_force), models=models), "model")
    radios = [item for item in items if item.radio][1:]  # after the default
    assert len(radios) == min(number + (first == "elsewhere"), MODELS)
    assert radios[0].text.startswith(f"{first}\t")
    assert [item.command.model for item in radios if item.checked] == [in_force]
    notes = [item.text for item in items if not item.enabled]
    assert notes == ([] if more is None else [f"{more} more: clawtray use MODEL"])


@pytest.mark.parametrize(
    ("trust", "granted", "note"),
    [
        (Level.WATCH, None, LEVEL.format("watch")),
        (Level.ASK, None, LEVEL.format("ask")),
        (Level.CONTROL, {READ}, NOT_GRANTED),
    ],
)
def test_models_are_greyed_with_their_reason(make, level, trust, granted, note):
    items = level(make.connected(make.session(), level=trust, granted=granted), "model")
    assert texts(items)[-2:] == ["───", note]
    assert not any(item.enabled for item in items if not item.separator)
    assert [item.text for item in items if item.checked] == ["Default (claude-opus-4-5)\t200k → 62 %"]


def test_offline_no_model_can_be_switched(make, level):
    items = level(make.troubled(Cause.LOST, make.session()), "model")
    assert texts(items)[-1] == OFFLINE
    assert not any(item.enabled for item in items if not item.separator)


@pytest.mark.parametrize(
    ("asked", "fault", "detail", "lines"),
    [
        (
            SONNET,
            Fault.GATEWAY,
            "not allowed",
            ["Not switched to claude-sonnet-4-5: The gateway says: not allowed"],
        ),
        (
            None,
            Fault.OTHER_MODEL,
            OPUS,
            ["Not switched to the default model: The gateway chose", f"{OPUS} instead."],
        ),
        (SONNET, Fault.UNCONFIRMED, "", ["The gateway did not reply. It is not known whether it switched."]),
    ],
)
def test_a_switch_that_came_to_nothing_says_why(make, level, asked, fault, detail, lines):
    main, side = make.session(), make.session("side")
    state = make.connected(main, side)
    profile = state.settings.profile
    held = Switch(profile, main.key, SONNET, SwitchState.PROVED, SONNET)
    failed = Switch(profile, main.key, asked, SwitchState.FAILED, fault=fault, detail=detail)
    elsewhere = replace(failed, profile="elsewhere", key=side.key)
    state = replace(state, switches=(held, failed, elsewhere))
    assert texts(level(state, "model"))[-1 - len(lines) :] == ["───", *lines]
    assert "───" not in texts(level(state, "sessions", side.key, "model"))


def test_without_a_list_or_a_session_the_level_says_so(make, level):
    assert texts(level(make.connected(make.session(), models=None), "model")) == [
        "The gateway has not listed its models"
    ]
    assert texts(level(make.connected(), "model")) == ["There is no such session."]
