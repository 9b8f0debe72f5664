from __future__ import annotations

import pytest

from tests.parts import having
from tests.view.lines import find, texts
from tray.core.commands import KeepModel, UseModel
from tray.core.model import ActionError, Confidence, FailureKind, ModelSwitch, StaleReason, SwitchStatus
from tray.protocol.models import Model
from tray.protocol.requests import READ
from tray.settings.settings import Level
from tray.values import replace
from tray.view.menu.models import GROUP, MODELS

STALE, UNKNOWN = Confidence.STALE, Confidence.UNKNOWN
LEVEL = "The trust level “{}” does not allow this. Change it in Settings."
OFFLINE = "Not connected to the gateway."
NOT_GRANTED = "The gateway did not give ClawTray permission for this."
COST = "Each prompt spends tokens: 8,000 to 14,000 even for a short one"
OPUS, SONNET = "anthropic/claude-opus-4-5", "anthropic/claude-sonnet-4-5"


def test_models_show_their_fit_and_the_current_one(make, level):
    session = make.session()
    items = level(make.connected(session), "model")
    assert texts(items) == [
        "Default (claude-opus-4-5)\t200k → 62%",
        "claude-sonnet-4-5\t1M → 12%",
        "small\t32k, too small",
        "unsized\tcontext limit unknown",
    ]
    assert items[0].command == UseModel(None, session.key)
    assert items[1].command == UseModel(SONNET, session.key)
    assert [item.checked for item in items] == [True, False, False, False]
    assert all(item.radio for item in items)
    assert [item.enabled for item in items] == [True, True, False, True]


def test_a_stale_figure_disables_nothing(make, level):
    session = make.session(usage=make.usage(124_000, 200_000, STALE, StaleReason.REPORTED_STALE))
    items = level(make.connected(session), "model")
    assert texts(items)[:3] == [
        "Default (claude-opus-4-5)\t200k → ~62%",
        "claude-sonnet-4-5\t1M → ~12%",
        "small\t32k, may be too small",
    ]
    assert all(item.enabled for item in items)


def test_an_unknown_figure_shows_only_the_context_limits(make, level):
    session = make.session(usage=make.usage(None, 200_000, UNKNOWN, StaleReason.NEVER_USED))
    items = level(make.connected(session), "model")
    assert texts(items)[:3] == ["Default (claude-opus-4-5)\t200k", "claude-sonnet-4-5\t1M", "small\t32k"]
    assert all(item.enabled for item in items)


def test_a_session_that_just_fits_can_be_switched(make, level):
    state = make.connected(make.session(usage=make.usage(32_768, 200_000)))
    small = find(level(state, "model"), "small")
    assert small.text == "small\t32k → 100%"
    assert small.enabled


def test_the_current_model_shows_the_sessions_own_limit(make, level):
    state = make.connected(make.session(usage=make.usage(50_000, 100_000)))
    assert texts(level(state, "model"))[0] == "Default (claude-opus-4-5)\t100k → 50%"


@pytest.mark.parametrize(
    ("models", "default", "in_use"),
    [
        (("anthropic/opus", "anthropic/haiku"), "anthropic/opus", [True, False]),
        (("anthropic/opus", "anthropic/haiku"), "anthropic/haiku", [False, True]),
        (("anthropic/opus", "claude-cli/opus"), "anthropic/opus", [False, True]),
    ],
)
def test_a_model_in_use_under_its_runtimes_name_is_marked_once(make, level, models, default, in_use):
    state = make.connected(make.session(model="claude-cli/opus"), models=tuple(map(Model, models)))
    snapshot = replace(state.gateway.snapshot, default_model=default)
    state = replace(state, gateway=replace(state.gateway, snapshot=snapshot))
    assert [item.checked for item in level(state, "model") if item.radio] == in_use


def test_without_a_default_there_is_no_line_for_it(make, level):
    state = make.connected(make.session())
    state = replace(
        state, gateway=replace(state.gateway, snapshot=replace(state.gateway.snapshot, default_model=None))
    )
    assert texts(level(state, "model"))[0] == "claude-opus-4-5\t200k → 62%"


def test_models_of_the_same_name_show_their_provider(make, level):
    models = (Model("a/twin", 1_000), Model("b/twin", 2_000), Model("a/only"), Model("p/\u200b"))
    state = make.connected(make.session(usage=make.usage(None, None, UNKNOWN), model="b/twin"), models=models)
    names = [text.split("\t")[0] for text in texts(level(state, "model"))[1:]]
    assert names == ["a/twin", "b/twin", "only", "?"]


@pytest.mark.parametrize(
    ("number", "in_force", "first"),
    [(MODELS, "p/m3", "m0"), (3, "q/elsewhere", "elsewhere")],
)
def test_a_short_list_is_complete_and_has_the_current_model(make, level, number, in_force, first):
    models = tuple(Model(f"p/m{n}", 1_000_000) for n in range(number))
    items = level(make.connected(make.session(model=in_force), models=models), "model")
    radios = [item for item in items if item.radio][1:]  # after the default
    assert len(radios) == number + (first == "elsewhere")
    assert texts(radios)[0].split("\t")[0] == first
    assert [item.command.model for item in radios if item.checked] == [in_force]
    assert all(item.path is None for item in items)


@pytest.mark.parametrize(("in_force", "shown"), [("p/m29", "m29"), ("elsewhere/x", "x"), (None, None)])
@pytest.mark.parametrize("below", [("model",), ("sessions", "agent:main:main", "model")])
def test_where_there_are_many_each_provider_has_a_level(make, level, in_force, shown, below):
    models = (*(Model(f"p/m{n}", 1_000_000) for n in range(30)), Model("q/one"))
    state = make.connected(make.session(model=in_force), models=models)
    items = level(state, *below)
    radios = [item for item in items if item.radio][1:]
    assert [item.text.split("\t")[0] for item in radios] == ([] if shown is None else [shown])
    groups = [item for item in items if item.path is not None]
    assert texts(groups) == ["p\t30", "q\t1"]
    assert [item.path for item in groups] == [(*below, "p"), (*below, "q")]
    assert [item.checked for item in groups] == [True if in_force == "p/m29" else None, None]
    inside = level(state, *below, "p")
    assert len(inside) == 30
    assert [item.command.model for item in inside if item.checked] == (
        ["p/m29"] if in_force == "p/m29" else []
    )
    assert texts(level(state, *below, "nobody")) == ["The gateway has not listed its models"]


def test_a_model_that_needs_a_login_says_so_and_cannot_be_chosen(make, level):
    models = (Model(OPUS, 200_000), Model(SONNET, 200_000, needs_login=True))
    items = level(make.connected(make.session(), models=models), "model")
    assert texts(items) == ["Default (claude-opus-4-5)\t200k → 62%", "claude-sonnet-4-5\tneeds a login"]
    assert [item.enabled for item in items] == [True, False]


def test_the_default_model_may_need_a_login_as_well(make, level):
    models = (Model(OPUS, 200_000, needs_login=True),)
    items = level(make.connected(make.session(), models=models), "model")
    assert texts(items) == ["Default (claude-opus-4-5)\tneeds a login"]
    assert not items[0].enabled


def test_many_models_that_need_a_login_are_only_counted(make, level):
    locked = tuple(Model(f"p/m{n}", needs_login=True) for n in range(MODELS + 1))
    state = make.connected(make.session(model="p/m3"), models=(Model(OPUS, 200_000), *locked))
    assert texts(level(state, "model")) == [
        "Default (claude-opus-4-5)\t200k → 62%",
        "m3\tneeds a login",
        "───",
        f"{MODELS + 1} more need a login: see clawtray models",
    ]


def test_a_provider_with_more_than_anybody_scrolls_through_says_how_many(make, level):
    models = tuple(Model(f"p/m{n}") for n in range(GROUP + 7))
    items = level(make.connected(make.session(), models=models), "model", "p")
    assert len(items) == GROUP + 1
    assert texts(items)[-1] == "7 more: run clawtray use MODEL"


def test_without_a_session_there_is_no_level_of_a_provider(make, level):
    assert texts(level(make.connected(), "model", "p")) == ["Session not found."]


@pytest.mark.parametrize(
    ("trust", "granted", "note"),
    [
        (Level.WATCH, None, LEVEL.format("watch")),
        (Level.ASK, None, LEVEL.format("ask")),
        (Level.CONTROL, {READ}, NOT_GRANTED),
    ],
)
def test_models_are_disabled_with_the_reason(make, level, trust, granted, note):
    items = level(make.connected(make.session(), level=trust, granted=granted), "model")
    assert texts(items)[-2:] == ["───", note]
    assert not any(item.enabled for item in items if isinstance(item.command, UseModel))
    assert [item.text for item in items if item.checked] == ["Default (claude-opus-4-5)\t200k → 62%"]


def test_offline_no_model_can_be_switched(make, level):
    items = level(make.troubled(FailureKind.CONNECTION_LOST, make.session()), "model")
    assert texts(items)[-1] == OFFLINE
    assert not any(item.enabled for item in items if isinstance(item.command, UseModel))


@pytest.mark.parametrize(
    ("asked", "error", "detail", "lines"),
    [
        (
            SONNET,
            ActionError.GATEWAY,
            "not allowed",
            ["Could not switch to claude-sonnet-4-5: Gateway error: not allowed"],
        ),
        (
            None,
            ActionError.OTHER_MODEL,
            OPUS,
            ["Asked for the default model, answered by claude-opus-4-5"],
        ),
        (
            SONNET,
            ActionError.UNCONFIRMED,
            "",
            ["The gateway did not confirm the switch. Check the session's model."],
        ),
    ],
)
def test_a_failed_switch_shows_the_reason(make, level, asked, error, detail, lines):
    main, side = make.session(), make.session("side")
    state = make.connected(main, side)
    profile = state.settings.profile
    held = ModelSwitch(profile, main.key, SONNET, SwitchStatus.VERIFIED, SONNET)
    failed = ModelSwitch(profile, main.key, asked, SwitchStatus.FAILED, error=error, detail=detail)
    elsewhere = replace(failed, profile="elsewhere", key=side.key)
    state = replace(state, profile=replace(state.profile, switches=(held, failed, elsewhere)))
    items = level(state, "model")
    wanted = "the default model" if asked is None else "claude-sonnet-4-5"
    expected = [*lines, f"Retry: {wanted}", "Keep claude-opus-4-5", "───"]
    assert texts(items)[: len(expected)] == expected
    assert find(items, f"Retry: {wanted}").command == UseModel(asked, main.key)
    assert find(items, "Keep claude-opus-4-5").command == KeepModel(main.key)
    assert "───" not in texts(level(state, "sessions", side.key, "model"))


def test_without_a_list_or_a_session_the_level_says_so(make, level):
    assert texts(level(make.connected(make.session(), models=None), "model")) == [
        "The gateway has not listed its models"
    ]
    assert texts(level(make.connected(), "model")) == ["Session not found."]


def test_why_there_is_no_list_is_said(make, level):
    state = make.connected(make.session(), models=None)
    state = having(state, models_error=(ActionError.GATEWAY, "the catalogue is locked"))
    assert texts(level(state, "model")) == [
        "The gateway has not listed its models",
        "Gateway error: the catalogue is locked",
    ]


def test_what_is_kept_is_the_model_that_answered_though_the_other_one_is_listed(make, level):
    main = make.session(model=SONNET)
    failed = ModelSwitch(
        "default", main.key, SONNET, SwitchStatus.FAILED, error=ActionError.OTHER_MODEL, detail=OPUS
    )
    state = make.connected(main, switches=(failed,))
    keep = find(level(state, "model"), "Keep claude-opus-4-5")
    assert keep.command == UseModel(OPUS, main.key)
    assert keep.enabled
    watching = make.connected(main, switches=(failed,), level=Level.WATCH)
    assert not find(level(watching, "model"), "Keep claude-opus-4-5").enabled
