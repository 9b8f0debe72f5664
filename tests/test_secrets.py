"""Secrets are planted wherever they can come from, and looked for in everything that leaves the program."""

from __future__ import annotations

import base64
import json
import logging
import sys

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.faulty_gateway import FaultyGateway
from tray.core.commands import Ask, OpenMenu
from tray.core.model import Mode
from tray.demo.story import opening
from tray.runtime.app import App, Options
from tray.storage import files, log_file

MAIN = "agent:main:main"
COMMANDS = (
    ["status"],
    ["status", "--json"],
    ["doctor"],
    ["doctor", "--json"],
    ["diagnostics"],
    ["sessions"],
    ["sessions", "--json"],
    ["models"],
    ["models", "--json"],
    ["usage"],
    ["approvals", "--json"],
    ["use", "anthropic/claude-sonnet-4-5"],
    ["think", "low"],
    ["ask", "hello"],
    ["stop"],
)
SECRETS = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x24F, exclude_categories=("Cc", "Cf", "Zs")),
    min_size=24,
    max_size=40,
)
"""As gateways make them, and stranger ones: quotes, backslashes, letters beyond ASCII."""


def spellings(secret):
    """How it could stand somewhere."""
    raw = secret.encode()
    return {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
        base64.b64encode(raw).decode(),
        raw.hex(),
    }


def is_in(secret, text):
    return any(spelling in text for spelling in spellings(secret))


class Heard:
    """What other programs are given, by Python's own account of it; a hook cannot be taken back."""

    def __init__(self):
        self.commands = []
        self.open = False
        sys.addaudithook(self._note)

    def _note(self, event, arguments):
        if self.open and event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"):
            self.commands.append(repr(arguments[:2]))


HEARD = Heard()


@pytest.fixture
def mirror(home, monkeypatch):
    """A gateway that repeats to everybody the secrets that it was given."""
    with FaultyGateway(speed=100, story=False) as gateway:
        monkeypatch.setenv("CLAWTRAY_URL", gateway.url)

        def reflect(secret):
            gateway.clear()
            gateway.token = secret
            monkeypatch.setenv("CLAWTRAY_TOKEN", secret)
            monkeypatch.setenv("CLAWTRAY_PASSWORD", secret[::-1])
            for key, fields in opening().items():
                gateway.set_session(key, **fields)
            gateway.set_session(MAIN, displayName=secret, label=f"your token is {secret}")
            gateway.models[3]["alias"] = secret
            gateway.fault("run_fails", message=f"401 for {secret}")
            for method in ("sessions.abort", "usage.cost"):
                gateway.fault("reject", method=method, code="INVALID", message=secret, details={"is": secret})
            return gateway

        yield reflect


@pytest.fixture
def swept(home, caplog):
    """All files that were left, and all that was logged."""
    caplog.set_level(logging.DEBUG, logger="tray")

    def sweep():
        for path in home.rglob("*"):
            if path.is_file():
                yield path.read_bytes().decode("latin-1")
                yield path.read_bytes().decode("utf-8", "replace")
        yield from (record.getMessage() for record in caplog.records if "demo" not in record.name)

    return sweep


@given(SECRETS)
@example("0f8a6c2e4b1d49f7a35e8c7b9d0e1f2a3b4c5d6e7f809a1b")
@example(r"a\"b'c\\d%s{token}é-ß-0123456789")
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_secret_leaves_by_no_way_though_the_gateway_says_it_back(mirror, clawtray, swept, secret):
    gateway = mirror(secret)
    HEARD.commands.clear()
    HEARD.open = True
    try:
        with log_file.log_to_file(files.log_file()):
            for command in COMMANDS:
                result = clawtray(*command)
                assert not is_in(secret, result.out + result.err), command
                assert not is_in(secret[::-1], result.out + result.err), command
    finally:
        HEARD.open = False
    assert ("connect", secret) in [(name, _token(params)) for name, params in gateway.requests]
    assert not [text for text in (*swept(), *HEARD.commands) if is_in(secret, text)]


def test_the_mirror_is_one(mirror, clawtray, monkeypatch):
    """Else the test above would prove nothing: with another secret of ours, its own is shown."""
    its_own = "short-of-it"
    mirror(its_own)
    assert its_own in clawtray("sessions").out
    assert its_own in clawtray("ask", "hello").err
    assert its_own in clawtray("stop").err


def test_no_state_of_the_tray_holds_it(mirror, swept):
    secret = "0f8a6c2e4b1d49f7a35e8c7b9d0e1f2a"
    mirror(secret)
    notified, asked = [], []

    def ended(state):
        if state.gateway.snapshot.sessions and not asked:
            asked.extend((OpenMenu(), Ask("hello", MAIN)))
            for command in asked:
                app.click(command)
        return bool(state.profile.prompts) and state.profile.prompts[-1].state.ended

    with App(Options(), Mode.LIVE, show=lambda shown, _: notified.append(shown)) as app:
        state = app.gateway.run(ended)
    assert state.profile.prompts[-1].detail == "401 for [secret]"
    assert "your token is [secret]" in repr(state.gateway.snapshot)
    assert not [text for text in (repr(state), repr(notified), *swept()) if is_in(secret, text)]


def test_a_reason_for_closing_holds_it_neither(mirror):
    secret = "0f8a6c2e4b1d49f7a35e8c7b9d0e1f2a"
    gateway = mirror(secret)
    closing = []

    def closed(state):
        if state.connected and not closing:
            closing.extend(gateway._welcome())
            for client in closing:
                client.close(4000, f"bye, {secret}")
        return bool(closing) and not state.connected

    with App(Options(), Mode.LIVE, show=lambda *_: None) as app:
        state = app.gateway.run(closed)
    assert state.connection.failure.detail == "bye, [secret]"


def _token(params):
    auth = params.get("auth") if isinstance(params, dict) else None
    return auth.get("token") if isinstance(auth, dict) else None
