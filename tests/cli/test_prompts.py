"""`ask` on the simulated gateway."""

from __future__ import annotations

import io
import sys

import pytest

from tests.cli.results import EVIL, MAIN, NOTES, QWEN, SIDE, SONNET, only_complained
from tray.__main__ import main


def test_ask_prints_the_answer_and_nothing_else(gateway, clawtray):
    result = clawtray("ask", "What is new?")
    assert (result.code, result.err) == (0, "")
    assert result.out.count("“new”") == 1
    assert result.out.endswith("no token was spent.)\n")
    assert gateway.runs == 1
    (sent,) = [params for method, params in gateway.requests if method == "agent"]
    assert (sent["sessionKey"], sent["message"]) == (SIDE, "What is new?")


def test_ask_from_standard_input(gateway, clawtray):
    result = clawtray("ask", "-", "--session", "notes", stdin="한국어\n질문\n")
    assert result.code == 0
    (sent,) = [params for method, params in gateway.requests if method == "agent"]
    assert (sent["sessionKey"], sent["message"]) == (NOTES, "한국어\n질문\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "is empty"), (" \n", "is empty"), ("가" * 133_334, "too long"), ("x" * 400_001, "too long")],
)
def test_ask_refuses_what_no_gateway_takes(gateway, clawtray, text, words):
    result = clawtray("ask", "-", stdin=text)
    assert result.code == 2
    only_complained(result, words)
    assert gateway.runs == 0


def test_ask_takes_the_longest_prompt(gateway, clawtray):
    assert clawtray("ask", "-", stdin="x" * 400_000).code == 0


def test_ask_with_a_model_switches_only_our_own_session(gateway, clawtray):
    assert clawtray("ask", "hello", "--model", SONNET).code == 0
    assert clawtray("ask", "hello", "--model", "small", "--session", "tray-2").code == 0
    assert gateway.sessions[SIDE]["model"] == "claude-sonnet-4-5"
    assert gateway.sessions["agent:main:tray-2"]["model"] == "qwen3-8b"


@pytest.mark.parametrize("key", ["main", MAIN, NOTES])
def test_ask_with_a_model_for_somebody_else_s_session_is_misuse(gateway, clawtray, key):
    result = clawtray("ask", "hello", "--model", "google/gemini-2.5-pro", "--session", key)
    assert result.code == 2
    only_complained(result, f"clawtray use google/gemini-2.5-pro --session {key}")
    assert not {method for method, _ in gateway.requests} & {"agent", "sessions.patch"}


def test_ask_with_a_model_begins_a_session_with_it(gateway, clawtray):
    for _ in range(2):  # the second time it has that model already
        assert clawtray("ask", "hello", "--model", SONNET, "--session", "upsell-7").code == 0
    assert gateway.sessions["agent:main:upsell-7"]["model"] == "claude-sonnet-4-5"
    result = clawtray("ask", "hello", "--model", QWEN, "--session", "upsell-7")
    assert (result.code, gateway.runs) == (2, 2)


def test_ask_with_a_model_that_is_refused_asks_nothing(gateway, clawtray):
    result = clawtray("ask", "hello", "--model", "nobody/nothing")
    assert result.code == 1
    only_complained(result, "model not allowed")
    assert gateway.runs == 0


def test_ask_that_fails_says_why_on_stderr_alone(gateway, clawtray):
    gateway.fault("run_fails", message=f"HTTP 401 {EVIL}")
    result = clawtray("ask", "hello")
    assert result.code == 1
    only_complained(result, "Gateway error: HTTP 401")
    assert result.err[:-1].isprintable()
    assert gateway.runs == 1


def test_ask_that_the_gateway_will_not_take(gateway, clawtray):
    gateway.fault(
        "reject", method="agent", code="INVALID_REQUEST", message="send blocked by policy", details={}
    )
    result = clawtray("ask", "hello")
    assert result.code == 1
    only_complained(result, "send blocked by policy")


LOST = (
    "clawtray: The connection to the gateway broke. Waiting up to 90 s to ask the gateway for the answer.\n"
)


def test_ask_survives_a_broken_connection_without_a_second_run(gateway, clawtray):
    gateway.fault("die_during", method="agent", started=True, times=1)
    result = clawtray("ask", "hello")
    assert result.code == 0
    assert result.err == LOST
    assert "hello" in result.out
    assert gateway.runs == 1


def test_ask_with_an_unknown_outcome_says_so(gateway, clawtray):
    gateway.fault("die_during", method="agent", times=1)
    result = clawtray("ask", "hello")
    assert result.code == 1
    assert result.out == ""
    lost, unknown = result.err.splitlines(keepends=True)
    assert lost == LOST
    assert "Check the session before you send it again." in unknown
    assert gateway.runs == 0


@pytest.mark.parametrize(
    ("given", "source"),
    [
        ("\udcff", io.StringIO()),
        ("-", io.StringIO("\udcff")),
        ("-", io.TextIOWrapper(io.BytesIO(b"\xff"), "utf-8")),
    ],
)
def test_a_prompt_that_is_not_text_is_misuse(gateway, capsys, monkeypatch, given, source):
    monkeypatch.setattr(sys, "stdin", source)
    assert main(["ask", given]) == 2
    assert "not valid text" in capsys.readouterr().err
    assert gateway.requests == []
