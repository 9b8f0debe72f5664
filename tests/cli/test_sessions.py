"""`use`, `new`, `compact`, `think` and `stop` on the simulated gateway."""

from __future__ import annotations

import io
import json
import sys

import pytest

from tests.cli.results import EVIL, MAIN, NOTES, OPUS, SONNET, only_complained, write_settings
from tests.stage import until
from tray.__main__ import main

ACTION = {"schema", "session", "deed", "outcome", "reason", "before", "after"}  # codespell:ignore


class Terminal(io.StringIO):
    """Standard input that is a terminal."""

    def isatty(self):
        return True


def methods(gateway):
    return [method for method, _ in gateway.requests]


def said(result):
    action = json.loads(result.out)
    assert set(action) == (ACTION if result.code == 0 else ACTION | {"error"})
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
        "deed": "compact",  # codespell:ignore
        "outcome": "done",
        "reason": None,
        "before": 12_400,
        "after": 12_400 // 6,
    }


def test_a_failed_compaction_gives_its_reason(gateway, clawtray):
    gateway.fault("compact_fails", reason="no good summary")
    result = clawtray("compact", "--yes", "--json")
    assert said(result)["outcome"] == "failed"
    assert result.err == "clawtray: Could not compact: Gateway error: no good summary\n"
    assert clawtray("compact", "--yes").out == ""


@pytest.mark.parametrize("command", ["compact", "new"])
def test_without_a_terminal_it_needs_yes_as_an_option(gateway, clawtray, command):
    result = clawtray(command, stdin="y\n")
    assert (result.code, result.out) == (2, "")
    assert result.err == "clawtray: Not a terminal: add --yes to confirm.\n"
    assert methods(gateway) == []


@pytest.mark.parametrize(
    ("typed", "done"), [("y\n", True), ("YES\n", True), ("\n", False), ("n\n", False), ("", False)]
)
@pytest.mark.parametrize("command", ["compact", "new"])
def test_on_a_terminal_only_yes_confirms(gateway, capsys, monkeypatch, command, typed, done):
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    code = main([command, "--session", MAIN])
    _, err = capsys.readouterr()
    assert f"main ({MAIN}), 62% of 200k" in err
    assert "[y/N] " in err
    assert code == (0 if done else 1)
    assert ("Nothing was done." in err) is not done
    assert (f"sessions.{'reset' if command == 'new' else command}" in methods(gateway)) is done


@pytest.mark.parametrize(
    "arguments",
    [("use", SONNET), ("new", "--yes"), ("compact", "--yes"), ("new",), ("think", "high"), ("stop",)],
)
def test_a_session_that_does_not_exist_is_not_created(gateway, clawtray, monkeypatch, capsys, arguments):
    before = dict(gateway.sessions)
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    assert main([*arguments, "--session", "zzzz"]) == 1
    out, err = capsys.readouterr()
    assert (out, err) == ("", "clawtray: There is no session zzzz; see clawtray sessions.\n")
    assert set(methods(gateway)) <= {"connect", "sessions.list", "models.list"}
    assert gateway.sessions.keys() == before.keys()


@pytest.mark.parametrize("command", ["compact", "new"])
def test_without_a_gateway_nothing_is_asked(gateway, capsys, monkeypatch, command):
    gateway.fault("wrong_token")
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    assert main([command]) == 41
    assert "[y/N]" not in capsys.readouterr().err


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
        assert (result.code, json.loads(result.out)["error"]["code"]) == (41, "refused")
        assert method not in methods(gateway)


@pytest.mark.parametrize(("level", "asked"), [("high", "high"), ("default", None)])
def test_a_thinking_level_is_chosen(gateway, clawtray, level, asked):
    gateway.set_session(MAIN, thinkingLevels=[{"id": "off"}, {"id": "high"}], thinkingDefault="off")
    result = clawtray("think", level, "--session", MAIN, "--json")
    assert said(result)["deed"] == "thinking"  # codespell:ignore
    assert ("sessions.patch", {"key": MAIN, "thinkingLevel": asked}) in gateway.requests


def test_without_levels_it_says_so(gateway, clawtray):
    gateway.set_session(MAIN, thinkingLevels=[], thinkingOptions=[])
    result = clawtray("think", "high", "--session", MAIN)
    assert result.code == 1
    assert "no thinking levels" in result.err


def test_use_switches_and_reads_back(gateway, clawtray, status):
    result = clawtray("use", SONNET)
    assert (result.code, result.out, result.err) == (0, f"main now uses {SONNET}.\n", "")
    methods = [method for method, _ in gateway.requests]
    assert methods.index("sessions.patch") < len(methods) - 1
    assert methods[-1] == "sessions.list"
    assert status()[0]["model"] == SONNET
    assert clawtray("use", "default").out == f"main now uses {OPUS}.\n"
    assert dict(gateway.requests[-2:][0][1]) == {"key": MAIN, "model": None}
    assert status()[0]["model"] == OPUS


@pytest.mark.parametrize("key", ["notes", NOTES])
def test_use_on_another_session_and_by_alias(gateway, clawtray, key):
    assert clawtray("use", "gemini", "--session", key).out == "notes now uses google/gemini-2.5-pro.\n"
    assert gateway.sessions[NOTES]["model"] == "gemini-2.5-pro"
    assert gateway.sessions[MAIN]["model"] == "claude-opus-4-5"


def test_use_is_not_taken_in_by_an_older_switch(gateway, clawtray, home):
    write_settings(home, "")
    switch = {"key": NOTES, "asked": SONNET, "model": SONNET, "session_id": None, "mark": [None, 0]}
    memory = {"version": 1, "pins": {}, "latches": [], "switches": [{"profile": "default"} | switch]}
    (home / "clawtray" / "state.json").write_text(json.dumps(memory), encoding="utf-8")
    assert clawtray("use", SONNET).out == f"main now uses {SONNET}.\n"
    assert gateway.sessions[MAIN]["model"] == "claude-sonnet-4-5"


def test_use_says_the_gateway_s_own_reason(gateway, clawtray):
    result = clawtray("use", "nobody/nothing")
    assert result.code == 1
    only_complained(result, "Gateway error: model not allowed: nobody/nothing; see clawtray models")


def test_use_warns_of_a_model_that_is_too_small_for_the_session(gateway, clawtray):
    result = clawtray("use", "small")
    assert (result.code, result.out) == (0, "main now uses ollama/qwen3-8b.\n")
    assert result.err == (
        "clawtray: main has used 124k tokens, but this model takes only 32k: the next run may fail.\n"
    )


@pytest.mark.parametrize(
    ("error", "options", "words"),
    [
        ("die_during", {"times": 1}, "The gateway did not confirm the switch."),
        ("reject", {"code": "X", "message": EVIL, "details": {}}, "evil"),
    ],
)
def test_use_that_fails(gateway, clawtray, error, options, words):
    gateway.fault(error, method="sessions.patch", **options)
    result = clawtray("use", SONNET)
    assert result.code == 1
    only_complained(result, words)
    assert result.err[:-1].isprintable()
