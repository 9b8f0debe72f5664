from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.parts import having
from tray.core.model import Confidence, FailureKind, Pending, SessionsSnapshot, StaleReason, Waiting
from tray.protocol.sessions import SessionsList
from tray.settings.quiet_hours import QuietHours, parse_time
from tray.settings.settings import Level, Profile, Settings
from tray.values import replace
from tray.view.reports.diagnostics import LOG_LINES, SystemInfo, diagnostics
from tray.view.reports.doctor import Examined
from tray.view.reports.redaction import Private

INFO = SystemInfo("1.2.3", "Windows-11", "3.11.7, built", (("pystray", "0.19.5"),))


@pytest.fixture
def tell(make):
    def lines_of(state, info=INFO, complaint=None):
        return diagnostics(Examined(state, complaint, None, 0.25), info, make.now()).splitlines()

    return lines_of


def test_a_working_connection(make, tell):
    lines = tell(make.connected(make.session("main")))
    assert lines[0].startswith("ClawTray 1.2.3: diagnostics of 20")
    for line in ("  system: Windows-11", "  Python: 3.11.7, built", "  packages: pystray 0.19.5"):
        assert line in lines
    assert "  step: Connected, attempt 1" in lines
    assert "  fresh: 1" in lines
    assert "  on the icon: 62.0% of 200000, fresh" in lines
    assert "  ok  Sessions     1 session was read. (250 ms)" in lines
    assert lines[-2:] == [f"Log, the last {LOG_LINES} lines", "  empty"]


def test_sessions_are_counted_and_not_named(make, tell):
    state = make.connected(
        make.session("my divorce"),
        make.session(
            "other", make.usage(None, confidence=Confidence.UNKNOWN, stale_reason=StaleReason.NEVER_USED)
        ),
    )
    text = "\n".join(tell(state))
    assert "my divorce" not in text
    assert "agent:main" not in text
    assert "\n  2, read " in text
    assert "\n  unknown (no run yet): 1" in text


def test_a_gateway_that_never_accepted_the_login(make, tell):
    lines = tell(having(make.troubled(FailureKind.TOKEN_WRONG), snapshot=SessionsSnapshot()))
    assert "  never logged in" in lines
    assert "  not read" in lines
    assert any(line.startswith("   X  Login") for line in lines)


def test_a_lost_connection_and_a_wake_up(make, tell):
    state = make.connected(make.session("main"))
    ago = timedelta(seconds=90)
    link = replace(state.connection, step=Waiting(0.0), lost_at=make.now().wall - ago)
    lines = tell(
        replace(state, connection=link, process=replace(state.process, resumed_at=make.now().wall - ago))
    )
    assert "  lost 90 s ago" in lines
    assert "  the computer woke up 90 s ago" in lines


def test_what_it_waits_for(make, tell):
    waiting = Pending("1", SessionsList(200), make.now().mono - 3, make.now().mono + 7)
    assert "  waiting for sessions.list for 3.0 s" in tell(replace(make.connected(), pending=(waiting,)))


def test_settings_are_listed_without_names_and_texts(make, tell):
    quiet = QuietHours(parse_time("22:00"), parse_time("07:00"))
    profiles = (
        Profile("grandmother", "wss://gateway.example", Level.ASK, fingerprint="ab" * 32),
        Profile("cellar", "ws://cellar.example", allow_plain=True),
        Profile("broken", "", gateway_user="1002@127.0.0.1:18789"),
    )
    settings = Settings("cellar", profiles, notifications=False, quiet_hours=quiet)
    text = "\n".join(tell(make.connected(settings=settings), complaint="settings.toml: line 3: 'hunter2'"))
    for gone in ("grandmother", "cellar", "broken", "example", "hunter2", "abab"):
        assert gone not in text
    assert "profile 1: address wss, level ask, certificate pinned" in text
    assert "profile 2, in use: address ws, level by default, ws:// allowed" in text
    assert "profile 3: address invalid, level by default, gateway of another user confirmed" in text
    assert "notifications: off, quiet hours: set" in text
    assert "There is a mistake in the settings file." in text


def test_the_end_of_the_log_is_included_without_private_data(make, tell):
    private = Private(("s3cret",), "/home/someone", "someone")
    log = (*(f"line {n}" for n in range(300)), "/home/someone/x of someone: s3cret\x1b[31m")
    lines = tell(make.connected(), replace(INFO, log=log, private=private))
    assert lines[-1] == "  ~/x of [user]: [secret][31m"
    assert lines[-LOG_LINES] == "  line 101"
    assert "  line 100" not in lines


def test_another_user_is_not_named(make, tell):
    state = make.troubled(FailureKind.OTHER_USER, detail="alice", user="1002")
    text = "\n".join(tell(state))
    assert "of another user of this computer, [name], listens" in text
    assert "alice" not in text


def test_a_gateway_of_which_nothing_is_known(make, tell):
    state = make.connected()
    hello = replace(state.connection.hello, version=None)
    step = replace(state.connection.step, scopes=frozenset())
    text = "\n".join(tell(replace(state, connection=replace(state.connection, hello=hello, step=step))))
    assert "of an unknown version, protocol" in text
    assert "granted: nothing" in text


def test_the_time_is_given(make, tell):
    assert datetime.fromisoformat(tell(make.connected())[0].rpartition(" ")[2]).tzinfo == UTC
