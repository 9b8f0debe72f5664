from __future__ import annotations

import io
import json
import sys

import pytest

from tests.stage import until
from tray.__main__ import main
from tray.demo.sessions import MAIN

NOTES = "agent:main:notes"
DEED = {"schema", "session", "deed", "outcome", "reason", "before", "after"}


class Terminal(io.StringIO):
    """Somebody who types this, and can be asked."""

    def isatty(self):
        return True


def methods(gateway):
    return [method for method, _ in gateway.requests]


def said(result):
    action = json.loads(result.out)
    assert set(action) == DEED
    assert (result.code == 0) is (action["outcome"] == "done")
    assert (result.err == "") is (result.code == 0)
    return action


def test_a_compaction_says_before_and_after(gateway, clawtray):
    result = clawtray("compact", "--yes")
    assert (result.code, result.err) == (0, "")
    assert result.out == "main: Compacted: 124k → 20k tokens\n"
    assert methods(gateway).count("sessions.compact") == 1


def test_a_compaction_as_json(gateway, clawtray):
    assert said(clawtray("compact", "--session", NOTES, "--yes", "--json")) == {
        "schema": 1,
        "session": NOTES,
        "deed": "compact",
        "outcome": "done",
        "reason": None,
        "before": 12_400,
        "after": 12_400 // 6,
    }


def test_a_compaction_that_gives_up_is_a_failure_with_its_reason(gateway, clawtray):
    gateway.fault("compact_fails", reason="no good summary")
    result = clawtray("compact", "--yes", "--json")
    assert said(result)["outcome"] == "failed"
    assert result.err == "clawtray: Could not compact: Gateway error: no good summary\n"
    assert clawtray("compact", "--yes").out == ""


@pytest.mark.parametrize("command", ["compact", "new"])
def test_without_a_terminal_it_is_not_done_unless_it_was_said_that_it_is_wanted(gateway, clawtray, command):
    result = clawtray(command, stdin="y\n")
    assert (result.code, result.out) == (2, "")
    assert result.err == "clawtray: There is nobody here to ask; --yes says that it is wanted.\n"
    assert methods(gateway) == []


@pytest.mark.parametrize(
    ("typed", "done"), [("y\n", True), ("YES\n", True), ("\n", False), ("n\n", False), ("", False)]
)
@pytest.mark.parametrize("command", ["compact", "new"])
def test_on_a_terminal_only_a_yes_is_one(gateway, capsys, monkeypatch, command, typed, done):
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    code = main([command, "--session", MAIN])
    _, err = capsys.readouterr()
    assert MAIN in err
    assert "[y/N] " in err
    assert code == (0 if done else 1)
    assert ("Nothing was done." in err) is not done
    assert bool(gateway.requests) is done


def test_a_new_session(gateway, clawtray):
    result = clawtray("new", "--session", "notes", "--yes")
    assert (result.code, result.out) == (0, "notes: New session started\n")
    assert gateway.sessions[NOTES]["totalTokens"] == 0
    assert gateway.sessions[NOTES]["model"] == "qwen3-8b"
    assert "sessions.delete" not in methods(gateway)


def test_a_run_is_stopped(gateway, clawtray):
    gateway.fault("run_holds")
    gateway.run(MAIN, "go on for ever")
    until(lambda: gateway.sessions[MAIN]["hasActiveRun"])
    assert said(clawtray("stop", "--json"))["outcome"] == "done"
    until(lambda: not gateway.sessions[MAIN]["hasActiveRun"])
    result = clawtray("stop")
    assert (result.code, result.out) == (1, "")
    assert result.err == "clawtray: Could not stop the run: No run is in progress.\n"


@pytest.mark.parametrize(
    ("command", "method"),
    [("compact", "sessions.compact"), ("new", "sessions.reset"), ("stop", "sessions.abort")],
)
class TestWrong:
    """What may go wrong with each of them."""

    @staticmethod
    def arguments(command):
        return (command, "--json") if command == "stop" else (command, "--yes", "--json")

    def test_a_refusal_has_the_gateways_words(self, gateway, clawtray, command, method):
        gateway.fault("reject", method=method, message="not on a Sunday")
        result = clawtray(*self.arguments(command))
        assert said(result)["reason"] == "Gateway error: not on a Sunday"
        assert "not on a Sunday" in result.err

    def test_a_connection_that_breaks_in_the_middle_leaves_it_unknown(
        self, gateway, clawtray, command, method
    ):
        gateway.fault("die_during", method=method, started=True)
        result = clawtray(*self.arguments(command))
        assert said(result)["outcome"] == "unknown"
        assert "Check the session before you try again." in result.err
        assert methods(gateway).count(method) == 1

    def test_without_a_gateway_it_says_so(self, gateway, clawtray, command, method):
        gateway.fault("wrong_token")
        result = clawtray(*self.arguments(command))
        assert (result.code, result.out) == (41, "")
        assert method not in methods(gateway)


@pytest.mark.parametrize(("level", "asked"), [("high", "high"), ("default", None)])
def test_a_thinking_level_is_chosen(gateway, clawtray, level, asked):
    gateway.set_session(MAIN, thinkingLevels=[{"id": "off"}, {"id": "high"}], thinkingDefault="off")
    result = clawtray("think", level, "--session", MAIN, "--json")
    assert said(result)["deed"] == "thinking"
    assert ("sessions.patch", {"key": MAIN, "thinkingLevel": asked}) in gateway.requests


def test_without_levels_it_says_so(gateway, clawtray):
    gateway.set_session(MAIN, thinkingLevels=[], thinkingOptions=[])
    result = clawtray("think", "high", "--session", MAIN)
    assert result.code == 1
    assert "no thinking levels" in result.err
