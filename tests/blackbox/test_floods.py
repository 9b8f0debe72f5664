"""A gateway that floods, fragments or never ends costs neither the connection to others nor the memory."""

from __future__ import annotations

import itertools
import json
import re
import sys

import pytest

from tests.blackbox.conftest import SECONDS
from tests.blackbox.fake_gateway import FakeGateway, event, hello, listing
from tests.servers import Listener, request

MB = 1_000_000
LONG = "x" * 500_000
FLOOD = 200
"""Messages with a long text each: 100 MB in all."""

linux_only = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="not run: only Linux tells the peak of another process"
)


def run_event(stream, **more):
    data = more.pop("data")
    return event(
        "agent", {"runId": "r", "sessionKey": "agent:main:main", "stream": stream, "data": data, **more}
    )


FLOODS = {
    "compactions of sessions that are not there": lambda number: run_event(
        "compaction", sessionKey=f"{number}{LONG}", data={"phase": "end", "completed": True}
    ),
    "runs": lambda number: run_event("lifecycle", runId=f"{number}{LONG}", data={"phase": "start"}),
    "approvals": lambda number: event(
        "exec.approval.requested", {"id": f"{number}", "request": {"command": LONG}}
    ),
    "devices": lambda number: event("device.pair.requested", {"requestId": f"{number}", "displayName": LONG}),
}


def watched(clawtray, gateway):
    """Watch until the figure has come that is read after the flood."""
    figures = itertools.chain([20_000], itertools.repeat(100_000))
    gateway.answers["sessions.list"] = lambda _: listing({"totalTokens": next(figures)})
    watch = clawtray(gateway, "watch")
    watch.until(lambda line: re.search(r"50 ?%", line))
    return watch


@linux_only
@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_of_events_is_not_kept(clawtray, tmp_path, name):
    settings = tmp_path / "ClawTray" / "settings.toml"
    settings.parent.mkdir()
    settings.write_text('[profiles.default]\nlevel = "watch"\n', encoding="utf-8")

    def flood(connection):
        for number in range(FLOOD):
            connection.send(FLOODS[name](number))
        connection.send(event("sessions.changed", {}))

    with FakeGateway() as gateway:
        gateway.then["sessions.list"] = flood
        assert watched(clawtray, gateway).peak_memory < 100


@linux_only
def test_an_event_of_many_small_values_takes_little_more_memory_than_its_text(clawtray):
    values = "[" + "[]," * 8_000_000 + "[]]"

    def flood(connection):
        for name in ("tick", "agent", "sessions.changed"):
            connection.send(f'{{"type":"event","event":"{name}","payload":{{"values":{values}}}}}')
        connection.send(event("sessions.changed", {}))

    with FakeGateway() as gateway:
        gateway.then["sessions.list"] = flood
        assert watched(clawtray, gateway).peak_memory < 250


def test_a_large_first_message_ends_the_connection(clawtray):
    large = {"nonce": "n", "ts": 0, "more": "x" * 2 * MB}
    with FakeGateway(connect__challenge=lambda _: large) as gateway:
        clawtray(gateway, "watch")
        assert gateway.hung_up.wait(SECONDS)
        assert gateway.requests == []


@pytest.mark.parametrize("fragment", ["", "x"])
def test_a_message_in_endless_fragments_ends_the_connection(clawtray, fragment):
    with FakeGateway(sessions__list=listing({})) as gateway:
        gateway.then["sessions.list"] = lambda connection: connection.send(
            itertools.repeat(fragment, 100_000)
        )
        clawtray(gateway, "watch")
        assert gateway.hung_up.wait(SECONDS)


def test_a_response_to_the_upgrade_that_never_ends_is_cut(clawtray):
    sent = []

    def serve(connection):
        request(connection)
        connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nX: ")
        while sum(sent) < 30 * MB:
            sent.append(connection.send(b"x" * 65536))

    with Listener(serve) as server:
        line = clawtray(server, "watch").until(lambda line: "gateway" in line and "connecting" not in line)
    assert "not a gateway" in line
    assert sum(sent) < 30 * MB


def test_only_the_device_token_of_the_login_is_kept(clawtray, tmp_path):
    def with_token(params):
        welcome = hello(params)
        return {**welcome, "auth": {**welcome["auth"], "deviceToken": "the-token-of-the-login"}}

    def more_tokens(connection):
        for number in range(20):
            payload = {"auth": {"deviceToken": f"another-token-{number}"}}
            connection.send(json.dumps({"type": "res", "id": "login", "ok": True, "payload": payload}))
        connection.send(event("sessions.changed", {}))

    with FakeGateway(connect=with_token) as gateway:
        gateway.then["sessions.list"] = more_tokens
        watched(clawtray, gateway).interrupt()
    kept = "".join(
        file.read_text(encoding="utf-8") for file in (tmp_path / "ClawTray").iterdir() if "token" in file.name
    )
    assert "the-token-of-the-login" in kept
    assert "another-token" not in kept
