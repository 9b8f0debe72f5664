from __future__ import annotations

import pytest

from tests.parts import having
from tray.core.model import (
    Approval,
    Confidence,
    ContextUsage,
    FailureKind,
    Focus,
    Pending,
    RunningRun,
    StaleReason,
)
from tray.protocol.approvals import ExecRequest, PairingList
from tray.protocol.handshake import Generation
from tray.protocol.models import Model
from tray.settings.settings import Level
from tray.values import replace
from tray.view.reports import status as reports
from tray.view.reports.table import Look
from tray.view.text import formatting

UNUSED = ContextUsage(None, 200_000, Confidence.UNKNOWN, StaleReason.NEVER_USED)
OLD = ContextUsage(124_000, 200_000, Confidence.STALE, StaleReason.REPORTED_STALE)
KEYS = ("schema", "at", "connection", "focus", "context", "model", "sessions", "approvals")


@pytest.fixture
def read_status(make, words):
    return lambda state: reports.status(state, make.now(), words)


def test_status_of_a_fresh_session(make, read_status):
    said = read_status(make.connected(make.session(ago=60)))
    context = {"used": 124_000, "max": 200_000, "percent": 62.0, "confidence": "fresh", "reason": None}
    model = "anthropic/claude-opus-4-5"
    assert tuple(said) == KEYS
    assert said == {
        "schema": 1,
        "at": "2026-11-23T12:00:00.000Z",
        "connection": {
            "phase": "connected",
            "reason": None,
            "url": "ws://127.0.0.1:18789",
            "generation": "openclaw",
            "version": "2026.9.6",
            "protocol": 4,
        },
        "focus": "agent:main:main",
        "context": context,
        "model": model,
        "sessions": [
            {
                "key": "agent:main:main",
                "name": "main",
                "model": model,
                **context,
                "updated_at": "2026-11-23T11:59:00.000Z",
            }
        ],
        "approvals": None,
    }


@pytest.mark.parametrize(("used", "percent"), [(58_000, 29.0), (150_000, 75.0), (1, 0.0005)])
def test_percent_is_not_rounded(make, read_status, used, percent):
    assert read_status(make.connected(make.session(usage=make.usage(used))))["context"]["percent"] == percent


def test_status_without_any_session(make, read_status):
    said = read_status(make.connected())
    assert (said["focus"], said["model"], said["sessions"]) == (None, None, [])
    assert said["context"] == {
        "used": None,
        "max": None,
        "percent": None,
        "confidence": "unknown",
        "reason": None,
    }


@pytest.mark.parametrize(
    ("usage", "used", "percent", "confidence", "reason"),
    [
        (UNUSED, None, None, "unknown", "this session has not been used yet"),
        (OLD, 124_000, 62.0, "stale", "the gateway marks the figure as out of date"),
    ],
)
def test_a_stale_or_unknown_figure_has_a_reason(make, read_status, usage, used, percent, confidence, reason):
    context = read_status(make.connected(make.session(usage=usage)))["context"]
    expected = {"used": used, "max": 200_000, "percent": percent, "confidence": confidence, "reason": reason}
    assert context == expected


@pytest.mark.parametrize(
    ("cause", "phase"),
    [
        (FailureKind.NOT_RUNNING, "down"),
        (FailureKind.NOT_A_GATEWAY, "down"),
        (FailureKind.RESTARTING, "connecting"),
        (FailureKind.TOKEN_WRONG, "refused"),
        (FailureKind.PAIRING, "refused"),
    ],
)
def test_each_way_of_not_being_connected(make, read_status, words, cause, phase):
    state = make.troubled(cause)
    connection = read_status(state)["connection"]
    assert connection["phase"] == phase
    assert connection["reason"] == reports.connection_text(state, words)
    assert connection["generation"] == "unknown"
    assert (connection["version"], connection["protocol"]) == (None, None)


def test_a_gateway_that_was_never_found_is_down(make, read_status):
    state = make.troubled(FailureKind.NOT_FOUND, target=None)
    assert read_status(state)["connection"] | {"reason": ""} == {
        "phase": "down",
        "reason": "",
        "url": "",
        "generation": "unknown",
        "version": None,
        "protocol": None,
    }


def test_a_lost_gateway_still_has_its_version(make, read_status):
    hello = make.hello(Generation.CLAWDBOT, None)
    connection = read_status(make.troubled(FailureKind.CONNECTION_LOST, hello=hello))["connection"]
    assert (connection["generation"], connection["version"], connection["protocol"]) == ("clawdbot", None, 4)


def test_no_answer_yet_is_reported(make, read_status, words):
    assert read_status(make.troubled(None))["connection"]["reason"] == "No answer yet from 127.0.0.1:18789."
    nowhere = make.troubled(None, target=None)
    assert reports.connection_text(nowhere, words) == "No answer yet from the gateway."


def test_connected_but_never_read_is_still_connecting(make, read_status, words):
    state = make.connected()
    state = replace(
        state, gateway=replace(state.gateway, snapshot=replace(state.gateway.snapshot, read_at=None))
    )
    assert read_status(state)["connection"]["phase"] == "connecting"
    assert reports.status_text(state, make.now(), words) == "No answer yet from 127.0.0.1:18789."
    assert reports.watch_line(state, words) == "connecting"


@pytest.mark.parametrize(
    ("updated_ms", "expected"),
    [
        (None, None),
        (0, "1970-01-01T00:00:00.000Z"),
        (253_402_300_799_000, "9999-12-31T23:59:59.000Z"),
        (253_402_300_799_001, None),
        (2**53, None),
    ],
)
def test_an_instant_beyond_every_calendar_is_none(make, words, updated_ms, expected):
    session = make.session()
    session = replace(session, row=replace(session.row, updated_ms=updated_ms))
    state = make.connected(session)
    assert reports.sessions(state, words)[0]["updated_at"] == expected
    assert reports.session_table(state, make.now(), words)


def test_status_text(make, words):
    state = make.connected(make.session(ago=60))
    assert reports.status_text(state, make.now(), words).splitlines() == [
        "main  62% of 200k  anthropic/claude-opus-4-5",
        "updated 1 min ago",
        "connected: OpenClaw 2026.9.6 · 127.0.0.1:18789",
    ]


@pytest.mark.parametrize(
    ("usage", "lines"),
    [
        (OLD, ["main  ~62% of 200k", "Doubtful: the gateway marks the figure as out of date"]),
        (UNUSED, ["main  ? of 200k", "Unknown: this session has not been used yet"]),
    ],
)
def test_status_text_gives_the_reason_for_a_stale_figure(make, words, usage, lines):
    state = make.connected(make.session(usage=usage, model=None, ago=None))
    assert reports.status_text(state, make.now(), words).splitlines()[:-1] == lines


def test_status_text_without_any_session(make, words):
    lines = reports.status_text(make.connected(), make.now(), words).splitlines()
    assert lines == ["No sessions yet", "connected: OpenClaw 2026.9.6 · 127.0.0.1:18789"]


def test_status_text_of_a_gateway_that_is_down_ends_with_the_cure(make, words):
    state = make.troubled(FailureKind.NOT_RUNNING)
    assert reports.status_text(state, make.now(), words) == (
        "Nothing is listening at 127.0.0.1:18789: the gateway is not running. "
        "Start it with: openclaw gateway start"
    )


def test_session_table(make, words):
    state = make.connected(
        make.session(ago=60),
        make.session("회의록", key="agent:main:slack:channel:c1", model=None, ago=None),
        make.session("notes", usage=UNUSED, model="ollama/qwen3", ago=7200),
    )
    assert reports.session_table(state, make.now(), words).splitlines() == [
        "   Session  Used  Limit  Model                      Updated    Key",
        "*  main      62%   200k  anthropic/claude-opus-4-5  1 min ago  agent:main:main",
        "   회의록    62%   200k                                        agent:main:slack:channel:c1",
        "   notes       ?   200k  ollama/qwen3               2 h ago    agent:main:notes",
    ]
    narrow = reports.session_table(state, make.now(), words, Look(60)).splitlines()
    assert narrow == [
        "   Session  Used  Model                     Key",
        "*  main      62%  anthropic/claude-opus-4…  main",
        "   회의록    62%                            slack:channel:c1",
        "   notes       ?  ollama/qwen3              notes",
    ]
    assert reports.session_table(make.connected(), make.now(), words) == "No sessions yet"


def test_model_table_and_catalogue(make, words):
    locked = Model("paid/one", 1000, needs_login=True)
    models = (make.models[0], locked, make.models[1], Model("local/unsized", None, alias="free"))
    state = make.connected(models=models)
    assert reports.model_table(state, words).splitlines() == [
        "   Model                        Limit  Alias",
        "*  anthropic/claude-opus-4-5     200k",
        "   anthropic/claude-sonnet-4-5     1M",
        "   local/unsized                    ?  free",
        "   paid/one                        1k         needs a login",
    ]
    assert reports.catalogue(state)[1:] == [
        {"model": "anthropic/claude-sonnet-4-5", "window": 1_000_000, "alias": None, "default": False},
        {"model": "local/unsized", "window": None, "alias": "free", "default": False},
    ]
    assert reports.catalogue(state)[0]["default"] is True
    assert reports.model_table(make.connected(models=()), words) == "The gateway offers no models"


def test_watch_line(make, words):
    calm = make.connected(make.session())
    busy = make.connected(make.session(usage=OLD), runs={"run": RunningRun("agent:main:main", 1000.0)})
    assert reports.watch_line(calm, words) == "main  62% of 200k  anthropic/claude-opus-4-5"
    assert reports.watch_line(busy, words) == (
        "main  ~62% of 200k  anthropic/claude-opus-4-5 · Doubtful: the gateway marks the "
        "figure as out of date · a run is in progress"
    )
    listed = make.connected(make.session(active=True))
    assert reports.watch_line(listed, words).endswith(" · a run is in progress")
    assert reports.watch_line(make.connected(), words) == "connected · No sessions yet"
    assert reports.watch_line(make.troubled(None), words) == "connecting"
    assert reports.watch_line(make.troubled(FailureKind.RESTARTING, make.session()), words) == (
        "The gateway is restarting. ClawTray reconnects automatically."
    )


def test_names_from_outside_cannot_steer_the_terminal(make, words):
    evil = "\x1b[2J\x9b31m\u202eevil\r\nname\x7f"
    usage = make.usage()
    session = make.session(evil, key=f"agent:main:{evil}", model=f"p/{evil}", usage=usage)
    hello = make.hello(version=evil)
    state = make.connected(session, models=(Model(f"p/{evil}", 1000, alias=evil),))
    state = replace(state, connection=replace(state.connection, hello=hello))
    down = make.troubled(FailureKind.REFUSED, detail=evil)
    for text in (
        reports.status_text(state, make.now(), words),
        reports.session_table(state, make.now(), words),
        reports.model_table(state, words),
        reports.watch_line(state, words),
        reports.status_text(down, make.now(), words),
        reports.watch_line(down, words),
    ):
        assert "evil" in text
        assert all(character.isprintable() for character in text.replace("\n", ""))
    assert len(reports.session_table(state, make.now(), words).splitlines()) == 2


LOCKED = "The login works, but the gateway does not list its sessions: locked."


def test_a_refused_reading_is_the_reason(make, words, read_status):
    state = make.unread("locked")
    assert reports.status_text(state, make.now(), words) == LOCKED
    assert reports.watch_line(state, words) == LOCKED
    assert read_status(state)["connection"]["reason"] == LOCKED
    assert reports.watch_line(make.unread(), words) == "connecting"


def test_a_refused_reading_is_said_beside_the_last_figures(make, words):
    state = make.connected(make.session())
    state = state.with_snapshot(replace(state.gateway.snapshot, read_error="locked"))
    lines = reports.status_text(state, make.now(), words).splitlines()
    assert lines[0].startswith("main")
    assert lines[-1] == LOCKED
    assert reports.watch_line(state, words).endswith(LOCKED)


def test_a_question_names_a_session_with_its_key_and_figures(make, words):
    state = make.connected(make.session())
    key = state.gateway.snapshot.sessions[0].key
    assert reports.session_identity(key, state, words) == f"main ({key}), 62% of 200k"
    assert reports.session_identity("agent:main:new", state, words) == "agent:main:new"


@pytest.mark.parametrize(
    ("read", "waits", "number", "line"),
    [
        (("exec.approval.list", "device.pair.list"), 0, 0, None),
        (("exec.approval.list", "device.pair.list"), 1, 1, "An approval is waiting: clawtray approvals"),
        (("exec.approval.list",), 2, 2, "2 approvals are waiting: clawtray approvals"),
        (("device.pair.list",), 0, None, "It is not known whether approvals are waiting"),
    ],
)
def test_waiting_approvals_are_counted_and_never_taken_for_none(make, words, read, waits, number, line):
    requests = [Approval("default", ExecRequest(f"c{each}", "ls")) for each in range(waits)]
    state = make.connected(make.session(), approvals=tuple(requests), approvals_read=frozenset(read))
    hello = state.connection.hello
    methods = hello.methods | {"exec.approval.list"}
    state = replace(state, connection=replace(state.connection, hello=replace(hello, methods=methods)))
    assert reports.status(state, make.now(), words)["approvals"] == number
    last = reports.status_text(state, make.now(), words).splitlines()[-1]
    assert last == (line or "connected: OpenClaw 2026.9.6 · 127.0.0.1:18789")


def test_nothing_is_said_of_approvals_that_may_not_be_seen_or_are_being_read(make, words):
    watching = make.connected(make.session(), level=Level.WATCH, approvals_read=frozenset())
    reading = make.connected(make.session(), approvals_read=frozenset())
    reading = replace(reading, pending=(Pending("r", PairingList(), 0.0, 15.0),))
    for state in (watching, reading):
        assert reports.status(state, make.now(), words)["approvals"] is None
        assert reports.status_text(state, make.now(), words).splitlines()[-1].startswith("connected")


@pytest.mark.parametrize(("sessions", "line"), [(1, 1), (0, 0)])
def test_a_session_that_was_not_read_is_named(make, words, sessions, line):
    state = make.connected(*[make.session("job", key="agent:main:cron:1", background=True)] * sessions)
    state = having(
        state,
        focus=Focus(),
        snapshot=replace(state.gateway.snapshot, unread=frozenset({"agent:main:main"})),
    )
    assert reports.session_table(state, make.now(), words).splitlines()[2 * line :] == ["main: not read"]
    assert reports.status_text(state, make.now(), words).splitlines()[0] == "main: not read"
    assert reports.watch_line(state, words) == "connected · main: not read"
    report = reports.status(state, make.now(), words)
    assert (report["focus"], report["context"]["reason"]) == (None, "main: not read")


@pytest.mark.parametrize(
    ("usage", "colour"),
    [((58_000,), "32"), ((150_000,), "33"), ((180_000,), "31"), (OLD, "2"), (UNUSED, "2")],
)
def test_figures_have_the_colours_of_the_icon(make, words, usage, colour):
    usage = make.usage(*usage) if isinstance(usage, tuple) else usage
    state = make.connected(make.session(usage=usage))
    line = reports.status_text(state, make.now(), words, Look(coloured=True)).splitlines()[0]
    assert f"\x1b[{colour}m{formatting.usage_line(usage, words)}\x1b[0m" in line
    row = reports.session_table(state, make.now(), words, Look(coloured=True)).splitlines()[1]
    assert f"\x1b[{colour}m{formatting.percent(usage)}\x1b[0m" in row


def test_a_session_whose_last_run_failed_says_so(make, words):
    state = make.connected(make.session(failed=True))
    assert "The last run failed" in reports.status_text(state, make.now(), words).splitlines()
    assert " · the last run failed" in reports.session_table(state, make.now(), words)
