"""Under `--json`, every failure has one shape on standard output; its sentence is on standard error, too."""

from __future__ import annotations

import json
import os

import pytest

from tests.blackbox.fake_gateway import FakeGateway, RefusedError, listing

COMMANDS = [
    ("sessions",),
    ("models",),
    ("usage",),
    ("use", "opus"),
    ("new", "--yes"),
    ("compact", "--yes"),
    ("stop",),
    ("think", "high"),
    ("approvals",),
    ("approve", "a"),
    ("ask", "hello"),
]


class Nowhere:
    url = "ws://127.0.0.1:9"


def run(clawtray, gateway, *arguments):
    """The exit code, what is on standard output as JSON, and the lines on standard error."""
    ours, theirs = os.pipe()
    with os.fdopen(ours, encoding="ascii") as reader:
        with os.fdopen(theirs, "wb") as out:
            running = clawtray(gateway, *arguments, into=out)
        printed = reader.read()
    return running.ended(), json.loads(printed) if printed else None, running.lines


def refuse(_):
    raise RefusedError("UNAVAILABLE", "come back later")


def said(error, lines):
    (line,) = lines
    assert line == f"clawtray: {error['message']}"
    return error


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_gateway_that_is_down(clawtray, command):
    code, printed, lines = run(clawtray, Nowhere, *command, "--json")
    assert (code, printed["schema"]) == (40, 1)
    error = said(printed["error"], lines)
    assert error["code"] == "down"
    assert "not running" in error["message"]


@pytest.mark.parametrize("command", [*COMMANDS, ("status",)], ids=lambda command: command[0])
def test_a_mistake_in_the_command_line(clawtray, command):
    code, printed, lines = run(clawtray, Nowhere, *command, "--json", "--nonsense")
    assert code == 2
    assert said(printed["error"], lines)["code"] == "usage"


@pytest.mark.parametrize(
    ("command", "method"),
    [
        (("use", "opus"), "sessions.patch"),
        (("new", "--yes"), "sessions.reset"),
        (("compact", "--yes"), "sessions.compact"),
        (("ask", "hello"), "agent"),
        (("models",), "models.list"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_a_refusal(clawtray, command, method):
    with FakeGateway(**{"sessions__list": listing({}), method.replace(".", "__"): refuse}) as gateway:
        code, printed, lines = run(clawtray, gateway, *command, "--json")
    assert code == 1
    error = said(printed["error"], lines)
    assert error["code"] == "failed"
    assert "come back later" in error["message"]
    assert printed.get("outcome", "failed") == "failed"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_without_it_standard_output_stays_empty(clawtray, command):
    code, printed, lines = run(clawtray, Nowhere, *command)
    assert (code, printed, len(lines)) == (40, None, 1)


def test_status_says_why_there_is_no_gateway_on_standard_error(clawtray):
    code, printed, lines = run(clawtray, Nowhere, "status")
    assert (code, printed) == (40, None)
    assert "not running" in lines[0]
    code, printed, lines = run(clawtray, Nowhere, "status", "--json")
    assert (code, printed["connection"]["phase"], lines) == (40, "down", [])


def test_a_model_that_was_set(clawtray):
    entry = {"providerOverride": "anthropic", "modelOverride": "claude-opus-4-5"}
    with FakeGateway(
        sessions__list=listing({}), sessions__patch={"ok": True, "key": "agent:main:main", "entry": entry}
    ) as gateway:
        code, printed, _ = run(clawtray, gateway, "use", "anthropic/claude-opus-4-5", "--json")
    assert code == 0
    assert printed == {
        "schema": 1,
        "session": "agent:main:main",
        "requested": "anthropic/claude-opus-4-5",
        "model": "anthropic/claude-opus-4-5",
        "outcome": "done",
    }


def test_an_answer(clawtray):
    result = {
        "payloads": [{"text": "Herons.\nMostly."}],
        "meta": {"agentMeta": {"provider": "anthropic", "model": "claude-opus-4-5"}},
    }

    def agent(params):
        return {"runId": params["idempotencyKey"], "status": "ok", "result": result}

    with FakeGateway(sessions__list=listing({}), agent=agent) as gateway:
        code, printed, _ = run(clawtray, gateway, "ask", "Which birds?", "--json")
    assert code == 0
    assert printed == {
        "schema": 1,
        "session": "agent:main:tray",
        "model": "anthropic/claude-opus-4-5",
        "answer": "Herons.\nMostly.",
        "outcome": "done",
    }


@pytest.mark.parametrize("nonsense", [{}, {"runs": 3}, {"status": "fine"}, {"result": []}], ids=str)
def test_an_answer_to_a_prompt_that_makes_no_sense_is_an_error_in_words(clawtray, nonsense):
    with FakeGateway(sessions__list=listing({}), agent=nonsense) as gateway:
        code, printed, lines = run(clawtray, gateway, "ask", "hello")
    assert (code, printed) == (1, None)
    assert "cannot be read" in lines[-1]


def test_an_answer_without_words_is_said_to_be_empty(clawtray):
    empty = {"status": "ok", "result": {"payloads": []}}
    with FakeGateway(sessions__list=listing({}), agent=empty) as gateway:
        code, printed, lines = run(clawtray, gateway, "ask", "hello")
    assert (code, printed) == (0, None)
    assert lines[-1] == "clawtray: The answer is empty."
