"""A command acts on a session that is there, and a question names it."""

from __future__ import annotations

import sys

import pytest

from tests.blackbox.fake_gateway import FakeGateway, Several, listing

READS = {"connect", "sessions.subscribe", "sessions.list", "models.list"}
ROW = {"thinkingLevels": [{"id": "off"}, {"id": "high"}]}
COMMANDS = [
    ("use", "fake/beta"),
    ("new", "--yes"),
    ("compact", "--yes"),
    ("think", "high"),
    ("stop",),
]


def answering(**answers):
    """A gateway that does whatever it is asked to, also in a session that is not there."""
    done = {
        "sessions__patch": {
            "ok": True,
            "key": "x",
            "entry": {"modelOverride": "beta", "providerOverride": "fake"},
        },
        "sessions__reset": {"ok": True, "key": "x", "entry": {}},
        "sessions__compact": {"ok": True, "key": "x", "compacted": True},
        "sessions__abort": {"ok": True, "abortedRunId": "run", "status": "aborted"},
        "agent": lambda params: Several(
            [
                {"status": "accepted", "runId": params["idempotencyKey"]},
                {
                    "status": "ok",
                    "runId": params["idempotencyKey"],
                    "result": {"payloads": [{"text": "fine"}]},
                },
            ]
        ),
    }
    return FakeGateway(**{"sessions__list": listing(ROW), **done, **answers})


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_session_that_is_not_there_is_not_created(clawtray, command):
    with answering() as gateway:
        run = clawtray(gateway, *command, "--session", "zzzz")
        assert run.ended() == 1
    assert run.lines == ["clawtray: There is no session zzzz; see clawtray sessions."]
    assert {method for method, _ in gateway.requests} <= READS


@pytest.mark.parametrize("name", ["main", "agent:main:main", None])
def test_a_session_that_is_there_is_changed(clawtray, name):
    session = () if name is None else ("--session", name)
    with answering() as gateway:
        assert clawtray(gateway, "new", "--yes", *session).ended() == 0
    assert ("sessions.reset", {"key": "agent:main:main"}) in gateway.requests


@pytest.mark.parametrize(("name", "starts"), [("main", False), ("bees", True)])
def test_a_prompt_may_begin_a_session_and_says_so(clawtray, name, starts):
    with answering() as gateway:
        ask = clawtray(gateway, "ask", "hello", "--session", name)
        assert ask.ended() == 0
    assert "fine" in ask.lines
    assert any("new session bees" in line for line in ask.lines) is starts


@pytest.mark.skipif(sys.platform == "win32", reason="not run: there is no pseudo-terminal on Windows")
@pytest.mark.parametrize("command", ["new", "compact"])
@pytest.mark.parametrize("session", [(), ("--session", "main")])
@pytest.mark.parametrize(("typed", "code"), [("n\n", 1), ("y\n", 0)])
def test_a_question_names_the_session_with_its_figures(clawtray, command, session, typed, code):
    with answering() as gateway:
        run = clawtray(gateway, command, *session, typed=typed)
        assert run.ended() == code
    question = next(line for line in run.lines if "[y/N]" in line)
    assert "main (agent:main:main), 31% of 200k" in question
    method = {"new": "sessions.reset", "compact": "sessions.compact"}[command]
    acted = [params for name, params in gateway.requests if name == method]
    assert acted == ([{"key": "agent:main:main"}] if code == 0 else [])


@pytest.mark.skipif(sys.platform == "win32", reason="not run: there is no pseudo-terminal on Windows")
def test_a_yes_is_for_the_session_of_the_question_even_if_the_icon_shows_another_one_by_then(clawtray):
    other = {"key": "agent:main:work", "label": "work", "isMain": False, "sessionId": "2"}
    calm = [ROW, {**other, "totalTokens": 10_000}]
    changed = [{**ROW, "totalTokens": 10_000}, {**other, "totalTokens": 190_000}]
    readings = iter([listing(*calm)])
    with answering(sessions__list=lambda _: next(readings, listing(*changed))) as gateway:
        run = clawtray(gateway, "new", typed="y\n")
        assert run.ended() == 0
    assert any("[y/N]" in line and "(agent:main:main)" in line for line in run.lines)
    assert ("sessions.reset", {"key": "agent:main:main"}) in gateway.requests
