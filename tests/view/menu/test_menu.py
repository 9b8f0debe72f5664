from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parts import having
from tests.view.lines import find, texts
from tray.core.commands import (
    CopyText,
    EditSettings,
    OpenPanel,
    OpenSettings,
    Quit,
    Reconnect,
    SaveSettings,
    SetAutostart,
)
from tray.core.model import (
    Approval,
    Confidence,
    Connected,
    ConnectionFailure,
    FailureKind,
    Focus,
    Page,
    PastNotification,
    Phase,
    StaleReason,
    UsageHistory,
    UsageTotals,
    Welcome,
)
from tray.core.model import Prompt as Asked
from tray.core.state import State
from tray.i18n.words import Words, message
from tray.protocol.approvals import ExecRequest
from tray.protocol.models import Model
from tray.settings.settings import Level, Preset, Settings
from tray.values import replace
from tray.view.menu.item import Item, Path
from tray.view.menu.menu import fingerprint, menu
from tray.view.reports import status
from tray.view.text.connection_errors import why

STALE, UNKNOWN = Confidence.STALE, Confidence.UNKNOWN
LEVEL = "The trust level “{}” does not allow this. Change it in Settings."
OFFLINE = "Not connected to the gateway."
NOT_GRANTED = "The gateway did not give ClawTray permission for this."
COST = "Each prompt spends tokens: 8,000 to 14,000 even for a short one"
OPUS, SONNET = "anthropic/claude-opus-4-5", "anthropic/claude-sonnet-4-5"


def walk(state: State, now, path: Path = ()) -> Iterator[tuple[Path, tuple[Item, ...]]]:
    """Every level that can be opened."""
    items = menu(state, path, now, Words())
    yield path, items
    for item in items:
        if item.path is not None and item.enabled:
            yield from walk(state, now, item.path)


# ---- the menu itself ----


def test_the_menu_of_a_connected_gateway(make, level):
    items = level(make.connected(make.session()))
    assert texts(items) == [
        "main · claude-opus-4-5\t62% of 200k",
        "updated just now · OpenClaw 2026.9.6 · 127.0.0.1:18789",
        "───",
        "Open panel",
        "Ask…",
        "Prompts",
        "Model",
        "Sessions",
        "Approvals",
        "Usage",
        "───",
        "Notifications",
        "Gateway",
        "Settings…",
        "Quit",
    ]
    commands = [item.command for item in items if item.command]
    assert commands == [
        *(CopyText(text.replace("\t", "  ")) for text in texts(items)[:2]),
        OpenPanel(),
        OpenPanel(Page.ASK),
        OpenSettings(),
        Quit(),
    ]
    assert [item.text for item in items if item.default] == ["Open panel"]
    assert [item.path for item in items if item.path] == [
        ("prompts",),
        ("model",),
        ("sessions",),
        ("approvals",),
        ("usage",),
        ("notifications",),
        ("gateway",),
    ]


def test_turns_left_are_shown_where_they_are_known(make, level, words):
    session = make.session()
    grown = UsageHistory(None, session.model, 200_000, 124_000, (10_000, 20_000, 15_000))
    state = make.connected(session, usage_history={session.key: grown})
    line = "about 5 turns left (3 to 7)"
    assert texts(level(state))[1] == line
    assert texts(level(state, "sessions", session.key))[1] == line
    assert line in status.status_text(state, make.now(), words)


def test_starting_at_sign_in_is_a_toggle_beside_them_where_it_is_offered(make, level):
    on, off = (level(make.connected(autostart=autostart)) for autostart in (True, False))
    line = "Start at sign-in"
    assert find(on, line) == Item(line, SetAutostart(on=False), checked=True)
    assert find(off, line) == Item(line, SetAutostart(on=True), checked=False)
    assert texts(on)[texts(on).index("Notifications") + 1] == line


@pytest.mark.parametrize(
    ("usage", "lines"),
    [
        (
            (150_000, 200_000, STALE, StaleReason.UNCHANGED),
            [
                "main · claude-opus-4-5\t~75% of 200k",
                "Doubtful: the last run did not report its usage",
            ],
        ),
        (
            (None, 200_000, UNKNOWN, StaleReason.COMPACTED),
            [
                "main · claude-opus-4-5\t? of 200k",
                "Unknown: just compacted; the next run shows the new figure",
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
    assert texts(items)[:2] == ["main\t62% of 200k", "OpenClaw 2026.9.6 · 127.0.0.1:18789"]


def test_before_the_first_reading_nothing_is_claimed(make, level):
    state = make.connected()
    assert texts(level(state))[0] == "No sessions yet"
    unread = replace(
        state, gateway=replace(state.gateway, snapshot=replace(state.gateway.snapshot, read_at=None))
    )
    assert texts(level(unread))[0] == "Connecting…"


def test_without_sessions_there_is_nothing_to_open(make, level):
    items = level(make.connected())
    assert not find(items, "Model").enabled
    assert not find(items, "Sessions").enabled
    assert find(items, "Prompts").enabled


def test_a_focus_lost_is_not_taken_for_no_sessions(make, level):
    state = make.connected(make.session())
    items = level(
        replace(state, gateway=replace(state.gateway, focus=replace(state.gateway.focus, key=None)))
    )
    assert texts(items)[:2] == ["No session to show", "OpenClaw 2026.9.6 · 127.0.0.1:18789"]


def test_what_is_wrong_with_the_connection_comes_first(make, level):
    session = make.session(ago=700)
    assert texts(level(make.troubled(FailureKind.NOT_RUNNING, session)))[:4] == [
        "Nothing is listening at 127.0.0.1:18789: the gateway is not running.",
        "Start it with: openclaw gateway start",
        "main · claude-opus-4-5\t62% of 200k",
        "updated 11 min ago · 127.0.0.1:18789",
    ]
    assert texts(level(make.troubled(None)))[:2] == ["Connecting…", "127.0.0.1:18789"]


def test_the_command_that_helps_is_copied_by_itself_and_the_reason_as_a_whole(make, level):
    stopped = level(make.troubled(FailureKind.NOT_RUNNING))
    assert stopped[0].command == CopyText(stopped[0].text)
    assert stopped[1].command == CopyText("openclaw gateway start")
    no_permission = level(make.troubled(FailureKind.SCOPE))
    whole = "The login works, but ClawTray has no permission to read sessions."
    assert no_permission[0].command == CopyText(whole)
    check = level(make.troubled(FailureKind.NOT_A_GATEWAY))[1]
    assert check == Item("Check the port in the address.", CopyText("Check the port in the address."))


@pytest.mark.parametrize("cause", FailureKind)
def test_the_reason_is_a_sentence_unless_connected(make, level, words, cause):
    state = make.troubled(cause, detail="as reported")
    said = (
        "No gateway found" if cause is FailureKind.NOT_FOUND else why(state.connection.failure, state, words)
    )
    assert " ".join(texts(level(state))).startswith(said)
    announced = replace(state, connection=replace(state.connection, step=Connected(0.0, 0.0)))
    assert said not in " ".join(texts(level(announced)))


def test_a_long_sentence_is_broken_into_lines(make, level):
    said = "x" * 90 + " " + "word " * 60
    lines = texts(level(make.troubled(FailureKind.ADDRESS, detail=said, target=None)))
    lines = lines[: lines.index("───")]
    assert lines[0] == "x" * 90
    assert all(len(line) <= 70 for line in lines[1:])
    assert " ".join(lines).endswith("…")


def test_prompts_under_way_are_counted(make, level):
    asked = (Asked("1", "agent:main:tray", "hi"), Asked("2", "agent:main:tray", "hi"))
    assert "Prompts (2 running)" in texts(level(make.connected(prompts=asked)))


def test_a_mistake_in_the_settings_leads_to_the_file(make, level):
    state = make.connected()
    assert EditSettings() not in [item.command for item in level(state)]
    process = replace(state.process, settings_problem=message("settings.toml: There is a mistake."))
    (item,) = (i for i in level(replace(state, process=process)) if i.command == EditSettings())
    assert item == Item("settings.toml: There is a mistake.", EditSettings())


# ---- not set up ----


def test_without_a_gateway_the_menu_helps_to_find_one(make, level):
    state = make.troubled(FailureKind.NOT_FOUND, target=None)
    state = replace(state, connection=replace(state.connection, searched=("CLAWTRAY_URL", "a\u202e file\n")))
    items = level(state)
    assert texts(items)[:3] == ["No gateway found", "───", "Open panel"]
    assert texts(items)[3:6] == ["Places searched", "Set address…", "Search again"]
    failure = ConnectionFailure(FailureKind.NOT_FOUND, profiles=("work",))
    state = replace(state, connection=replace(state.connection, failure=failure))
    assert level(state)[3] == Item("Watch profile work", SaveSettings(((("profile",), "work"),)))
    assert find(items, "Set address…").command == OpenPanel()
    assert find(items, "Search again").command == Reconnect()
    assert level(state, "searched") == (
        Item("CLAWTRAY_URL", CopyText("CLAWTRAY_URL")),
        Item("a file", CopyText("a file")),
    )
    assert texts(level(state, "gateway"))[0] == "No gateway found"


def test_no_places_searched_is_shown_too(make, level):
    assert texts(level(make.troubled(FailureKind.NOT_FOUND, target=None), "searched")) == ["None"]


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
        assert item.command is not None or item.path is not None  # only an action can be grey
        assert not item.radio or item.checked is not None
        assert hash(item) == hash(replace(item))
        assert item == replace(item)
        assert repr(item)


@pytest.mark.parametrize("cause", [*FailureKind, None, "connected"])
@pytest.mark.parametrize("trust", Level)
def test_every_level_is_sound_in_every_phase(make, cause, trust):
    sessions = (
        make.session(),
        make.session("side", make.usage(None, None, UNKNOWN, StaleReason.NO_CONTEXT_LIMIT)),
    )
    if cause == "connected":
        state = make.connected(*sessions, level=trust)
    else:
        state = make.troubled(cause, *sessions, detail="as reported")
    paths = []
    for path, items in walk(state, make.now()):
        assert_sound(items)
        paths.append(path)
    if state.connection.phase is Phase.NOT_SET_UP:
        assert paths == [(), ("searched",), ("notifications",), ("gateway",)]
    else:
        keys = [("sessions", session.key) for session in sessions]
        below = [
            ("model",),
            ("prompts",),
            ("sessions",),
            ("approvals",),
            ("usage",),
            ("notifications",),
            ("gateway",),
            *([("gateway", "restart")] if cause == "connected" else []),
            *([("gateway", "start")] if cause in (FailureKind.NOT_RUNNING, FailureKind.STOPPED) else []),
            *keys,
            *((*key, below) for key in keys for below in ("model", "thinking", "compact", "new")),
        ]
        assert sorted(paths) == sorted([(), *below])


@given(name=OUTSIDE, model=OUTSIDE, key=OUTSIDE, version=OUTSIDE, preset=OUTSIDE, detail=OUTSIDE)
def test_no_name_from_outside_breaks_a_line(make, name, model, key, version, preset, detail):
    session = make.session(name, key=key, model=model)
    presets = (Preset(preset, "text"),)
    models = (Model(model, 1_000_000), Model(name))
    state = make.connected(session, settings=Settings(presets=presets), models=models)
    refused = make.troubled(FailureKind.REFUSED, session, detail=detail, hello=make.hello(version=version))
    for shown in (state, refused):
        for _, items in walk(shown, make.now()):
            assert_sound(items)


def test_braces_and_ampersands_stay_as_they_are(make, level):
    session = make.session("{0} & {why!r}\ttab", model="p/{m} & co")
    items = level(make.connected(session))
    assert items[0].text == "{0} & {why!r} tab · {m} & co\t62% of 200k"


def test_the_text_of_a_prompt_is_in_no_repr(make, level):
    state = make.connected(settings=Settings(presets=(Preset("One", "my private words"),)))
    assert "private" not in repr(level(state, "prompts"))


def test_the_same_state_gives_the_same_menu(make):
    first, second = (dict(walk(make.connected(make.session()), make.now())) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("path", "there"),
    [
        (("background",), True),
        (("usage", "7"), True),
        (("sessions", "agent:main:main", "compact"), True),
        (("sessions", "agent:main:main", "new"), True),
        (("sessions", "agent:main:main", "nowhere"), False),
        (("nowhere",), False),
    ],
)
def test_levels_that_a_path_leads_to(make, level, path, there):
    cron = make.session("cron", key="agent:main:cron:1", background=True)
    assert bool(level(make.connected(make.session(), cron), *path)) is there


@pytest.fixture
def remembered(make):
    """A state with an age on every level that has one."""
    request = ExecRequest("c1", "rm -rf build", created_ms=make.now().ms)
    past = PastNotification(Welcome(), make.now().wall, deferred=False)
    return make.connected(
        make.session(),
        approvals=(Approval("default", request, due_at=make.now(600).mono),),
        recent=(past,),
        usage_totals=UsageTotals(read_at=make.now().wall),
        snoozed_until=make.now(7200).wall,
    )


def test_ages_alone_change_no_fingerprint(make, words, remembered):
    now, later = make.now(), make.now(3600)
    assert dict(walk(remembered, now)) != dict(walk(remembered, later))
    assert fingerprint(remembered, now, now, words) == fingerprint(remembered, later, now, words)
    read = having(remembered, snapshot=replace(remembered.gateway.snapshot, read_at=later.wall))
    assert fingerprint(read, later, now, words) == fingerprint(remembered, now, now, words)


def test_all_else_changes_the_fingerprint(make, words, remembered):
    now = make.now()
    sent = fingerprint(remembered, now, now, words)
    for changes in ({"approvals": ()}, {"recent": ()}, {"models": ()}, {"autostart": True}):
        assert fingerprint(having(remembered, **changes), now, now, words) != sent
    # What changes by the time although the state does not: the snooze and the day.
    assert fingerprint(remembered, make.now(7200), now, words) != sent
    unsnoozed = having(remembered, snoozed_until=None)
    sent = fingerprint(unsnoozed, now, now, words)
    assert fingerprint(unsnoozed, make.now(3600), now, words) == sent
    assert fingerprint(unsnoozed, make.now(86_400), now, words) != sent


def test_a_session_that_was_used_again_changes_the_fingerprint_if_its_age_was_sent(make, words):
    now = make.now()
    for ago, differs in ((7200, True), (12, False)):
        used, again = (make.connected(make.session(ago=since)) for since in (ago, 0))
        assert (fingerprint(used, now, now, words) != fingerprint(again, now, now, words)) is differs


def test_levels_below_a_prompt_and_a_provider(make, level):
    prompt = Asked("1", "agent:main:tray", "hi")
    main = make.session()
    state = make.connected(main, prompts=(prompt,))
    for path in (("prompts", "1"), ("model", "local"), ("sessions", main.key, "model", "local")):
        assert level(state, *path), path


def test_levels_of_an_approval_and_of_the_past_notifications(make, level):
    request = ExecRequest("c1", "rm -rf build")
    at = make.now().wall
    state = make.connected(
        make.session(),
        approvals=(Approval("default", request),),
        recent=(PastNotification(Welcome(), at, deferred=False),),
    )
    assert "rm -rf build" in texts(level(state, "approvals", "c1"))
    assert any("just now" in text for text in texts(level(state, "notifications", "recent")))


def test_a_certificate_that_is_not_trusted_is_shown_at_the_top(make, level):
    state = make.troubled(FailureKind.TLS, target=make.remote, fingerprint="ab" * 32)
    assert find(level(state), "Certificate…").path == ("certificate",)
    assert level(state, "certificate")


def test_another_users_gateway_is_shown_at_the_top(make, level):
    state = make.troubled(FailureKind.OTHER_USER, user="1002")
    assert find(level(state), "Another user's gateway…").path == ("other-user",)
    assert level(state, "other-user")


def test_a_refused_reading_is_the_head_of_the_menu(make, level):
    head = " ".join(texts(level(make.unread("session store is locked")))[:4])
    assert "the gateway does not list its sessions: session store is locked." in head
    assert "Connecting…" not in head
    assert "Connecting…" in texts(level(make.unread()))


def test_a_pinned_session_that_is_not_there_can_be_unpinned(make, level):
    state = having(make.connected(), focus=Focus("agent:main:bee", "agent:main:bee"))
    items = level(state)
    assert items[0].text == "bee: not there"
    assert next(item for item in items if item.text == "Sessions").enabled
    assert texts(level(state, "sessions"))[-1] == "Choose the session automatically"
