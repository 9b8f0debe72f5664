"""An empty argument, as of an unset variable in a script, is a mistake: it means no default, and not all."""

from __future__ import annotations

import pytest

from tests.blackbox.fake_gateway import FakeGateway, listing

REQUEST = {"command": "rm -r photos", "host": "gateway", "allowedDecisions": ["allow-once", "deny"]}
COMMANDS = [
    ["approve", ""],
    ["approve", "  ", "--deny"],
    ["new", "--yes", "--session", ""],
    ["compact", "--yes", "--session="],
    ["stop", "--session", ""],
    ["think", "high", "--session", ""],
    ["think", ""],
    ["use", "anthropic/claude-opus-4-5", "--session", ""],
    ["use", ""],
    ["ask", "hello", "--session", ""],
    ["ask", "hello", "--session", " "],
    ["ask", "hello", "--model", ""],
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=repr)
def test_nothing_is_done(clawtray, arguments):
    answers = {
        "sessions__list": listing({}),
        "exec__approval__list": [
            {"id": "3d43a1c8", "request": REQUEST, "createdAtMs": 1, "expiresAtMs": 2**50}
        ],
        "exec__approval__resolve": {"ok": True},
        "sessions__reset": {"ok": True},
        "sessions__compact": {"ok": True, "compacted": True},
        "sessions__patch": {"ok": True},
        "chat__abort": {"ok": True, "aborted": True},
        "agent": {"status": "ok", "result": {"payloads": [{"text": "Hello."}]}},
    }
    with FakeGateway(**answers) as gateway:
        command = clawtray(gateway, *arguments)
        assert command.ended() == 2, command.lines
    assert gateway.requests == []
    (line,) = command.lines
    assert "must not be empty" in line
