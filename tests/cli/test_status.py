"""`status`, `sessions` and `models` on the simulated gateway."""

from __future__ import annotations

import json
import socket

import pytest

from tests.cli.results import MAIN, OPUS, QWEN, SONNET, only_complained


def test_status_tells_the_truth(gateway, status):
    said, result = status()
    assert (result.code, result.err) == (0, "")
    assert said["connection"] == {
        "phase": "connected",
        "reason": None,
        "url": gateway.url,
        "generation": "openclaw",
        "version": "2026.9.6",
        "protocol": 4,
    }
    assert (said["focus"], said["model"]) == (MAIN, OPUS)
    assert said["context"] == {
        "used": 124_000,
        "max": 200_000,
        "percent": 62.0,
        "confidence": "fresh",
        "reason": None,
    }
    assert said["sessions"][0]["key"] == MAIN
    assert len(said["sessions"]) == 4


def test_status_asks_once_and_hangs_up(gateway, clawtray):
    clawtray("status")
    assert [method for method, _ in gateway.requests] == [
        "connect",
        "sessions.list",
        "exec.approval.list",
        "device.pair.list",
        "models.list",  # a session of another model is listed
    ]


@pytest.mark.parametrize(
    ("fields", "code", "confidence"),
    [
        ({"totalTokens": 149_999}, 0, "fresh"),
        ({"totalTokens": 150_000}, 10, "fresh"),
        ({"totalTokens": 180_000}, 20, "fresh"),
        ({"totalTokens": 180_000, "totalTokensFresh": False}, 30, "stale"),
        ({"totalTokens": 200_001}, 30, "unknown"),
        ({"totalTokens": None}, 30, "unknown"),
    ],
)
def test_status_exit_codes(gateway, status, fields, code, confidence):
    gateway.sessions.clear()
    gateway.set_session(MAIN, **{"totalTokensFresh": True, "lastRunId": "r", **fields})
    said, result = status()
    assert (result.code, said["context"]["confidence"]) == (code, confidence)


def test_status_of_a_session_that_was_never_used(gateway, status):
    gateway.sessions.clear()
    gateway.set_session(MAIN)
    said, result = status()
    assert result.code == 0
    assert said["context"] == {
        "used": None,
        "max": 200_000,
        "percent": None,
        "confidence": "unknown",
        "reason": "this session has not been used yet",
    }


def test_status_of_a_gateway_without_sessions(gateway, status, clawtray):
    gateway.sessions.clear()
    said, result = status()
    assert (result.code, said["focus"], said["model"], said["sessions"]) == (0, None, None, [])
    assert clawtray("status").out.splitlines()[0] == "No sessions yet"


def test_status_for_a_person(gateway, clawtray):
    result = clawtray("status")
    assert result.out.splitlines() == [
        f"main  62% of 200k  {OPUS}",
        "updated 1 min ago",
        f"connected: OpenClaw 2026.9.6 · {gateway.url.removeprefix('ws://')}",
    ]
    assert (result.code, result.err) == (0, "")


@pytest.mark.parametrize("command", ["status", "sessions", "models", "use", "ask"])
def test_no_gateway_anywhere(clawtray, command):
    extra = {"use": ["opus"], "ask": ["hello"]}.get(command, [])
    result = clawtray(command, *extra)
    assert result.code == 40
    only_complained(result, "No gateway was found on this computer.", "--url ws://HOST:PORT")


def test_status_json_without_a_gateway_is_down(status):
    said, result = status()
    assert result.code == 40
    assert said["connection"]["phase"] == "down"
    assert said["connection"]["url"] == ""
    assert said["context"]["confidence"] == "unknown"


@pytest.mark.parametrize(
    ("error", "options", "phase", "code", "words"),
    [
        ("refuse", {}, "down", 40, "the gateway is not running. Start it with"),
        ("http", {}, "down", 40, "it is not a gateway"),
        ("wrong_token", {}, "refused", 41, "the token from CLAWTRAY_TOKEN. Set CLAWTRAY_TOKEN"),
        ("pairing", {"request_id": "r-1"}, "refused", 41, "run: openclaw devices approve r-1"),
        ("protocol", {}, "refused", 41, "protocol"),
        ("rate_limit", {"retry_after": 60}, "refused", 41, "too many failed logins"),
        ("scopes_emptied", {}, "refused", 41, "no permission to read"),
    ],
)
def test_each_way_of_not_getting_in(gateway, status, clawtray, error, options, phase, code, words):
    gateway.fault(error, **options)
    said, result = status()
    assert (said["connection"]["phase"], result.code) == (phase, code)
    assert words in said["connection"]["reason"]
    for command in (["sessions"], ["models"], ["use", "opus"], ["ask", "hello"]):
        result = clawtray(*command)
        assert result.code == code
        only_complained(result, words)
    assert gateway.runs == 0


@pytest.mark.parametrize(
    ("error", "options"),
    [
        ("slow_dial", {"after": None}),
        ("unavailable", {}),
        ("starting", {"retry_after": 1}),
        ("no_challenge", {}),
        ("mute", {"method": "sessions.list"}),
    ],
)
def test_patience_ends_with_connecting(gateway, status, clawtray, error, options):
    gateway.fault(error, **options)
    said, result = status("--timeout", "0.3")
    assert (said["connection"]["phase"], result.code) == ("connecting", 40)
    for command in (["sessions"], ["ask", "hello"]):
        result = clawtray("--timeout", "0.3", *command)
        assert result.code == 40
        only_complained(result)
    gateway.clear()


def test_a_port_that_says_nothing_is_given_up_with_advice(clawtray):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"127.0.0.1:{mute.getsockname()[1]}"
        result = clawtray("--url", f"ws://{address}", "--timeout", "0.3", "sessions")
    assert result.code == 40
    # A busy computer may not have found out within that time where to call.
    only_complained(result, "No answer yet from ", "Allow more time with --timeout.")


def test_a_gateway_that_comes_up_in_time_is_waited_for(gateway, status):
    gateway.fault("unavailable", times=2)
    said, result = status()
    assert (said["connection"]["phase"], result.code) == ("connected", 0)


def test_an_unencrypted_address_elsewhere_is_not_called(clawtray, status):
    said, result = status("--url", "ws://gateway.example:18789")
    assert (said["connection"]["phase"], result.code) == ("refused", 41)
    assert "wss://" in said["connection"]["reason"]


def test_sessions(gateway, clawtray):
    result = clawtray("sessions")
    head, first, *others = result.out.splitlines()
    assert (result.code, result.err, len(others)) == (0, "", 3)
    assert head.split() == ["Session", "Used", "Limit", "Model", "Updated", "Key"]
    assert first.split() == ["*", "main", "62%", "200k", OPUS, "1", "min", "ago", MAIN]
    assert all(line.startswith("  ") for line in others)
    gateway.sessions.clear()
    assert clawtray("sessions").out == "No sessions yet\n"


def test_sessions_json_is_the_list_of_status(gateway, clawtray, status):
    said = json.loads(clawtray("sessions", "--json").out)
    assert said == {"schema": 1, "sessions": status()[0]["sessions"]}


def test_models(gateway, clawtray):
    result = clawtray("models")
    assert (result.code, result.err) == (0, "")
    assert [line.split() for line in result.out.splitlines()] == [
        ["Model", "Limit", "Alias"],
        ["*", OPUS, "200k", "opus"],
        [SONNET, "200k", "sonnet"],
        ["google/gemini-2.5-pro", "1M", "gemini"],
        [QWEN, "32k", "small"],
    ]


def test_models_json(gateway, clawtray):
    said = json.loads(clawtray("models", "--json").out)
    assert (said["schema"], len(said["models"])) == (1, 4)
    assert said["models"][0] == {"model": OPUS, "window": 200_000, "alias": "opus", "default": True}


def test_models_that_the_gateway_does_not_give_are_a_failure(gateway, clawtray):
    gateway.fault("reject", method="models.list", code="UNAVAILABLE", message="later")
    result = clawtray("models")
    assert result.code == 1
    only_complained(result, "Gateway error: later")
