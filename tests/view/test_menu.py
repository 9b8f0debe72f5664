from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tray.config.settings import Level, Preset, Profile, Settings
from tray.core.commands import (
    Ask,
    AskAgain,
    OpenDashboard,
    OpenLog,
    OpenSettings,
    Pin,
    Quit,
    Reconnect,
    SetAutostart,
    SetNotices,
    UseModel,
)
from tray.core.own import Prompt as Asked
from tray.core.own import PromptState, Switch, SwitchState
from tray.core.state import Confidence, Focus
from tray.core.trouble import Cause, Doubt, Fault, Phase
from tray.view.menu import MODELS, SESSIONS, Item, Path, ages, menu
from tray.view.view import MenuSource
from tray.view.words import Words
from tray.wire.models import Model
from tray.wire.scopes import READ

STALE, UNKNOWN = Confidence.STALE, Confidence.UNKNOWN
LEVEL = "The trust level “{}” does not allow this: see the settings."
OFFLINE = "There is no connection to the gateway."
NOT_GRANTED = "The gateway did not grant ClawTray the right to do this."
COST = "Each prompt spends tokens: even a short one 8,000 to 14,000"
OPUS, SONNET = "anthropic/claude-opus-4-5", "anthropic/claude-sonnet-4-5"


@pytest.fixture(scope="session")
def level(make):
    """One level of the menu of a state."""

    def opened(state, *path: str) -> tuple[Item, ...]:
        return menu(make.source(state), path, make.now(), Words())

    return opened


def walk(source: MenuSource, now, path: Path = ()) -> Iterator[tuple[Path, tuple[Item, ...]]]:
    """Every level that can be opened."""
    items = menu(source, path, now, Words())
    yield path, items
    for item in items:
        if item.path is not None and item.enabled:
            yield from walk(source, now, item.path)


def texts(items: tuple[Item, ...]) -> list[str]:
    return ["───" if item.separator else item.text for item in items]


def find(items: tuple[Item, ...], text: str) -> Item:
    found = [item for item in items if item.text.split("\t")[0] == text]
    assert len(found) == 1, texts(items)
    return found[0]


# ---- the menu itself ----


def test_the_menu_of_a_connected_gateway(make, level):
    items = level(make.connected(make.session()))
    assert texts(items) == [
        "main    62 % of 200k    claude-opus-4-5",
        "updated just now · OpenClaw 2026.9.6 · 127.0.0.1:18789",
        "───",
        "Prompts",
        "Model",
        "Sessions",
        "───",
        "Notices",
        "Gateway",
        "Settings…",
        "Quit",
    ]
    assert [item.command for item in items if item.command] == [SetNotices(on=False), OpenSettings(), Quit()]
    assert [item.path for item in items if item.path] == [
        ("prompts",),
        ("model",),
        ("sessions",),
        ("gateway",),
    ]


def test_notices_are_a_toggle(make, level):
    on, off = (make.connected(settings=Settings(notices=notices)) for notices in (True, False))
    assert find(level(on), "Notices") == Item("Notices", SetNotices(on=False), checked=True)
    assert find(level(off), "Notices") == Item("Notices", SetNotices(on=True), checked=False)


def test_starting_at_sign_in_is_a_toggle_beside_them_where_it_is_offered(make, level):
    on, off = (level(make.connected(autostart=autostart)) for autostart in (True, False))
    line = "Start at sign-in"
    assert find(on, line) == Item(line, SetAutostart(on=False), checked=True)
    assert find(off, line) == Item(line, SetAutostart(on=True), checked=False)
    assert texts(on)[texts(on).index("Notices") + 1] == line


@pytest.mark.parametrize(
    ("usage", "lines"),
    [
        (
            (150_000, 200_000, STALE, Doubt.UNCHANGED),
            [
                "main    ~75 % of 200k    claude-opus-4-5",
                "Doubtful: the last run did not report its usage",
            ],
        ),
        (
            (None, 200_000, UNKNOWN, Doubt.COMPACTED),
            [
                "main    ? of 200k    claude-opus-4-5",
                "Unknown: just compacted; the next run brings a new figure",
            ],
        ),
    ],
)
def test_a_figure_that_is_not_sure_says_why(make, level, usage, lines):
    session = make.session(usage=make.usage(*usage))
    assert texts(level(make.connected(session)))[:2] == lines
    assert texts(level(make.connected(session), "sessions", session.key))[1] == lines[1]


def test_a_session_without_model_or_time_leaves_no_gap(make, level):
    items = level(make.connected(make.session(model=None, ago=None)))
    assert texts(items)[:2] == ["main    62 % of 200k", "OpenClaw 2026.9.6 · 127.0.0.1:18789"]


def test_before_the_first_reading_nothing_is_claimed(make, level):
    state = make.connected()
    assert texts(level(state))[0] == "No sessions yet"
    unread = replace(state, book=replace(state.book, read_at=None))
    assert texts(level(unread))[0] == "Connecting…"


def test_without_sessions_there_is_nothing_to_open(make, level):
    items = level(make.connected())
    assert not find(items, "Model").enabled
    assert not find(items, "Sessions").enabled
    assert find(items, "Prompts").enabled


def test_a_focus_lost_is_not_taken_for_no_sessions(make, level):
    state = make.connected(make.session())
    items = level(replace(state, focus=replace(state.focus, key=None)))
    assert texts(items)[0] == "OpenClaw 2026.9.6 · 127.0.0.1:18789"


def test_what_is_wrong_with_the_connection_comes_first(make, level):
    session = make.session(ago=700)
    assert texts(level(make.troubled(Cause.NOT_RUNNING, session)))[:4] == [
        "Nothing is listening at 127.0.0.1:18789: the gateway is not running.",
        "Start it with: openclaw gateway start",
        "main    62 % of 200k    claude-opus-4-5",
        "updated 11 min ago · 127.0.0.1:18789",
    ]
    assert texts(level(make.troubled(None)))[:2] == ["Connecting…", "127.0.0.1:18789"]


def test_a_long_sentence_is_broken_into_lines(make, level):
    said = "x" * 90 + " " + "word " * 60
    lines = texts(level(make.troubled(Cause.ADDRESS, detail=said, target=None)))
    lines = lines[: lines.index("───")]
    assert lines[0] == "x" * 90
    assert all(len(line) <= 70 for line in lines[1:])
    assert " ".join(lines).endswith("…")


def test_prompts_under_way_are_counted(make, level):
    asked = (Asked("1", "agent:main:tray", "hi"), Asked("2", "agent:main:tray", "hi"))
    assert "Prompts (2 running)" in texts(level(make.connected(prompts=asked)))


# ---- not set up ----


def test_without_a_gateway_the_menu_helps_to_find_one(make, level):
    state = make.troubled(Cause.NOT_FOUND, target=None)
    state = replace(state, link=replace(state.link, looked=("CLAWTRAY_URL", "a\u202e file\n")))
    items = level(state)
    assert texts(items)[:5] == ["No gateway found", "───", "Where I looked", "Set address…", "Look again"]
    assert find(items, "Set address…").command == OpenSettings()
    assert find(items, "Look again").command == Reconnect()
    assert level(state, "looked") == (
        Item("CLAWTRAY_URL", enabled=False),
        Item("a file", enabled=False),
    )
    assert texts(level(state, "gateway"))[0] == "No gateway found"


def test_nowhere_looked_is_said_too(make, level):
    assert texts(level(make.troubled(Cause.NOT_FOUND, target=None), "looked")) == ["Nowhere"]


# ---- prompts ----


def test_presets_are_commands_in_their_order(make, level):
    presets = (Preset("One", "first", "side"), Preset("Two", "second", None, OPUS))
    items = level(make.connected(settings=Settings(presets=presets)), "prompts")
    assert texts(items) == ["One", "Two", "───", COST]
    assert items[0].command == Ask("first", "side", None, "One")
    assert items[1].command == Ask("second", None, OPUS, "Two")
    assert items[0].enabled
    assert items[1].enabled


def test_a_preset_that_only_looks_empty_has_a_line_to_click(make, level):
    state = make.connected(settings=Settings(presets=(Preset("\u200b", "text"),)))
    assert level(state, "prompts")[0].text == "?"


def test_without_presets_the_settings_are_offered(make, level):
    items = level(make.connected(settings=Settings(presets=())), "prompts")
    assert texts(items) == ["No presets: add some in the settings", "Settings…"]
    assert items[1].command == OpenSettings()


@pytest.mark.parametrize(
    ("trust", "granted", "note"),
    [
        (Level.WATCH, None, LEVEL.format("watch")),
        (Level.ASK, None, COST),
        (Level.CONTROL, None, COST),
        (Level.CONTROL, {READ}, NOT_GRANTED),
    ],
)
def test_prompts_are_greyed_with_their_reason(make, level, trust, granted, note):
    items = level(make.connected(level=trust, granted=granted), "prompts")
    assert texts(items)[-2:] == ["───", note]
    assert [item.enabled for item in items[:2]] == [note == COST] * 2


def test_offline_no_prompt_can_be_sent(make, level):
    items = level(make.troubled(Cause.LOST), "prompts")
    assert texts(items)[-1] == OFFLINE
    assert not any(item.enabled for item in items if not item.separator)


def test_a_preset_that_could_only_fail_is_greyed_alone(make, level):
    presets = (
        Preset("Plain", "text"),
        Preset("Own model", "text", None, OPUS),
        Preset("Own session", "text", "agent:main:tray-notes", OPUS),
        Preset("Foreign session", "text", "agent:main:main", OPUS),
    )
    for trust, enabled, notes in (
        (
            Level.CONTROL,
            [True, True, True, False],
            ["A prompt can choose a model only for ClawTray's own session.", COST],
        ),
        (
            Level.ASK,
            [True, False, False, False],
            [LEVEL.format("ask"), "A prompt can choose a model only for ClawTray's own session.", COST],
        ),
        (Level.WATCH, [False] * 4, [LEVEL.format("watch")]),
    ):
        items = level(make.connected(level=trust, settings=make.settings(trust, presets=presets)), "prompts")
        assert [item.enabled for item in items[:4]] == enabled
        assert texts(items)[5:] == notes


def result(number, end, **rest) -> Asked:
    """A prompt of ours that ended."""
    return Asked(
        str(number), "agent:main:tray", "text", preset=rest.pop("preset", "Sum up"), state=end, **rest
    )


@pytest.mark.parametrize(
    ("prompt", "line"),
    [
        (result(1, PromptState.ANSWERED, answer="All\n done."), "Sum up: All done."),
        (result(1, PromptState.ANSWERED, answer=" \u200b"), "Sum up: The answer is empty."),
        (result(1, PromptState.ANSWERED, answer="word " * 50), f"Sum up: {'word ' * 10}w…"),
        (result(1, PromptState.STOPPED), "Sum up: stopped"),
        (
            result(1, PromptState.FAILED, fault=Fault.GATEWAY, detail="overloaded"),
            "Sum up: failed: The gateway says: overloaded",
        ),
        (result(1, PromptState.FAILED), "Sum up: failed: The gateway says: no reason was given"),
        (result(1, PromptState.STOPPED, preset=None), "agent:main:tray: stopped"),
        (result(1, PromptState.STOPPED, preset="x" * 60), f"{'x' * 23}…: stopped"),
    ],
)
def test_how_a_prompt_ended_stays_in_the_menu(make, level, prompt, line):
    items = level(make.connected(prompts=(prompt,)), "prompts")
    assert texts(items)[-2:] == ["───", line]
    assert not items[-1].enabled


def test_a_prompt_that_may_have_run_can_be_sent_again_as_a_new_run(make, level):
    prompt = result(7, PromptState.UNKNOWN)
    again = level(make.connected(prompts=(prompt,)), "prompts")[-1]
    assert again == Item("Sum up: may have run. Send it again, as a new run", AskAgain("7"))
    for state in (
        replace(make.troubled(Cause.LOST), prompts=(prompt,)),
        make.connected(level=Level.WATCH, prompts=(prompt,)),
        make.connected(level=Level.ASK, prompts=(replace(prompt, model=OPUS),)),
    ):
        assert not level(state, "prompts")[-1].enabled
    assert level(make.connected(level=Level.ASK, prompts=(prompt,)), "prompts")[-1].enabled


def test_the_last_five_results_stay_the_newest_first(make, level):
    ended = [result(number, PromptState.ANSWERED, answer=f"answer {number}") for number in range(7)]
    running = replace(ended[0], id="9", state=PromptState.RUNNING)
    state = make.connected(prompts=(*ended, running), settings=Settings(presets=()))
    assert texts(level(state, "prompts"))[2:] == [
        "───",
        *(f"Sum up: answer {number}" for number in (6, 5, 4, 3, 2)),
    ]


# ---- models ----


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


# ---- sessions ----


def test_sessions_have_a_line_each_and_machines_are_folded_away(make, level):
    main = make.session()
    side = make.session("side", make.usage(None, None, UNKNOWN), model=None, ago=None)
    job = make.session("job", key="agent:main:cron:job", background=True)
    items = level(make.connected(main, side, job, job), "sessions")
    assert texts(items) == [
        "main\t62 % · claude-opus-4-5 · just now",
        "side\t?",
        "Sub-agents and cron jobs: 2",
    ]
    assert [item.checked for item in items] == [True, None, None]
    assert items[1].path == ("sessions", side.key)


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


# ---- gateway ----


def test_the_gateway_level(make, level):
    items = level(make.connected(), "gateway")
    assert texts(items) == [
        "OpenClaw 2026.9.6 · 127.0.0.1:18789",
        "Trust level: control",
        "───",
        "Open dashboard",
        "Reconnect now",
        "Open log",
    ]
    assert [item.command for item in items if item.command] == [
        OpenDashboard(),
        Reconnect(),
        OpenLog(),
    ]
    assert find(items, "Open dashboard").enabled


def test_without_an_address_there_is_no_dashboard(make, level):
    items = level(make.troubled(Cause.ADDRESS, target=None), "gateway")
    assert not find(items, "Open dashboard").enabled
    assert find(items, "Reconnect now").enabled


def test_the_profile_is_named_where_there_are_several(make, level):
    profiles = (Profile(), Profile("ho\nme", level=Level.WATCH))
    items = level(make.connected(settings=Settings(profile="ho\nme", profiles=profiles)), "gateway")
    assert texts(items)[1:3] == ["Profile: ho me", "Trust level: watch"]


# ---- what holds for every level ----

OUTSIDE = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=300)


def assert_sound(items: tuple[Item, ...]) -> None:
    """What every level promises to the shell that shows it."""
    assert items
    assert not items[0].separator
    assert not items[-1].separator
    for item in items:
        if item.separator:
            assert item == Item(separator=True)
            continue
        assert item.text.replace("\t", "").isprintable()
        assert item.text.strip() == item.text
        assert item.text.count("\t") <= 1
        assert 0 < len(item.text) <= 220
        assert (item.command is None) or (item.path is None)
        assert not item.enabled or item.command is not None or item.path is not None
        assert not item.radio or item.checked is not None
        assert hash(item) == hash(replace(item))
        assert item == replace(item)
        assert repr(item)


@pytest.mark.parametrize("cause", [*Cause, None, "connected"])
@pytest.mark.parametrize("trust", Level)
def test_every_level_is_sound_in_every_phase(make, cause, trust):
    sessions = make.session(), make.session("side", make.usage(None, None, UNKNOWN, Doubt.NO_WINDOW))
    if cause == "connected":
        state = make.connected(*sessions, level=trust)
    else:
        state = make.troubled(cause, *sessions, detail="as it was told")
    paths = []
    for path, items in walk(make.source(state), make.now()):
        assert_sound(items)
        paths.append(path)
    if state.link.phase is Phase.NOT_SET_UP:
        assert paths == [(), ("looked",), ("gateway",)]
    else:
        keys = [("sessions", session.key) for session in sessions]
        below = [
            ("model",),
            ("prompts",),
            ("sessions",),
            ("gateway",),
            *keys,
            *((*key, "model") for key in keys),
        ]
        assert sorted(paths) == sorted([(), *below])


@settings(deadline=None)  # a busy machine is no defect
@given(name=OUTSIDE, model=OUTSIDE, key=OUTSIDE, version=OUTSIDE, preset=OUTSIDE, detail=OUTSIDE)
def test_no_name_from_outside_breaks_a_line(make, name, model, key, version, preset, detail):
    session = make.session(name, key=key, model=model)
    presets = (Preset(preset, "text"),)
    models = (Model(model, 1_000_000), Model(name))
    state = make.connected(session, settings=Settings(presets=presets), models=models)
    told = make.troubled(Cause.REFUSED, session, detail=detail, hello=make.hello(version=version))
    for source in (make.source(state), make.source(told)):
        for _, items in walk(source, make.now()):
            assert_sound(items)


def test_braces_and_ampersands_stay_as_they_are(make, level):
    session = make.session("{0} & {why!r}\ttab", model="p/{m} & co")
    items = level(make.connected(session))
    assert items[0].text == "{0} & {why!r} tab    62 % of 200k    {m} & co"


def test_the_text_of_a_prompt_is_in_no_repr(make, level):
    state = make.connected(settings=Settings(presets=(Preset("One", "my private words"),)))
    assert "private" not in repr(level(state, "prompts"))


def test_the_same_source_gives_the_same_menu(make):
    first, second = (dict(walk(make.source(make.connected(make.session())), make.now())) for _ in range(2))
    assert first == second
