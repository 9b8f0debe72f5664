"""`approvals` and `approve`, on the simulated gateway."""

from __future__ import annotations

import json

import pytest

MAIN = "agent:main:main"


@pytest.fixture
def listed(clawtray):
    """What `approvals --json` lists."""
    return lambda: json.loads(clawtray("approvals", "--json").out)["approvals"]


def test_nothing_waits(gateway, clawtray, listed):
    assert listed() == []
    assert clawtray("approvals").out == "No approvals waiting\n"


def test_what_waits_is_shown_whole(gateway, clawtray, listed):
    command, device = gateway.wish(MAIN, "rm -rf build\nls"), gateway.knock("laptop")
    assert [(each["id"], each["kind"]) for each in listed()] == [(command, "exec"), (device, "pairing")]
    shown = clawtray("approvals").out
    assert "rm -rf build\n  ls\n" in shown
    assert f"clawtray approve {command}" in shown
    assert gateway.decisions == []


@pytest.mark.parametrize(
    ("options", "word"), [((), "allow-once"), (("--always",), "allow-always"), (("--deny",), "deny")]
)
def test_a_word_is_given_once(gateway, clawtray, listed, options, word):
    command = gateway.wish(MAIN, "ls")
    result = clawtray("approve", command, *options, "--json")
    assert (result.code, result.err) == (0, "")
    assert json.loads(result.out) == {
        "schema": 1,
        "id": command,
        "decision": word,
        "outcome": "done",
        "reason": None,
    }
    assert gateway.decisions == [(command, word)]
    assert listed() == []


@pytest.mark.parametrize(("options", "word"), [((), "approved"), (("--deny",), "rejected")])
def test_a_device_is_let_in_or_turned_away(gateway, clawtray, options, word):
    device = gateway.knock("laptop")
    result = clawtray("approve", device, *options)
    assert result.code == 0
    assert result.out == f"Device access: laptop: {'denied' if options else 'allowed'}\n"
    assert gateway.decisions == [(device, word)]


def test_what_no_longer_waits_is_no_success(gateway, clawtray):
    result = clawtray("approve", "nobody", "--json")
    assert result.code == 1
    assert json.loads(result.out)["outcome"] == "gone"
    assert result.err == "clawtray: Nothing waits under the id nobody; see clawtray approvals.\n"


def test_the_beginning_of_an_id_is_enough_if_it_is_the_only_one(gateway, clawtray):
    first, second = gateway.wish(MAIN, "ls"), gateway.wish(MAIN, "rm x")
    result = clawtray("approve", first[:-1])
    assert (result.code, result.out) == (1, "")
    assert result.err == f"clawtray: {first[:-1]} is the beginning of several ids: {first}, {second}\n"
    assert gateway.decisions == []
    device = gateway.knock("laptop")
    assert clawtray("approve", device[:4]).code == 0
    assert clawtray("approve", second).code == 0
    assert gateway.decisions == [(device, "approved"), (second, "allow-once")]


def test_a_word_that_the_gateway_refuses_says_why(gateway, clawtray):
    command = gateway.wish(MAIN, "ls")
    gateway.fault("reject", method="exec.approval.resolve", message="not today")
    result = clawtray("approve", command)
    assert result.code == 1
    assert "not today" in result.err


def test_a_gateway_that_dies_in_the_middle_leaves_it_unknown(gateway, clawtray):
    command = gateway.wish(MAIN, "ls")
    gateway.fault("die_during", method="exec.approval.resolve", times=1)
    result = clawtray("approve", command, "--json")
    assert result.code == 1
    assert json.loads(result.out)["outcome"] == "unknown"
    assert [method for method, _ in gateway.requests].count("exec.approval.resolve") == 1


@pytest.mark.parametrize("level", ["watch", "ask"])
@pytest.mark.parametrize("command", [("approvals",), ("approve", "x")])
def test_below_control_it_is_refused_in_words(gateway, clawtray, tmp_path, level, command):
    settings = tmp_path / "settings.toml"
    settings.write_text(f'[profiles.default]\nlevel = "{level}"\n')
    result = clawtray("--config", settings, *command)
    assert result.code == 1
    assert result.err.startswith("clawtray: The trust level")
    assert gateway.decisions == []


def test_without_a_gateway(clawtray):
    assert clawtray("approvals").code == 40
    assert clawtray("approve", "x").code == 40


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_gateway_that_says_nothing_of_it(gateway, clawtray, options):
    gateway.fault("reject", method="exec.approval.list")
    gateway.fault("reject", method="device.pair.list")
    result = clawtray("approvals", *options)
    assert (result.code, bool(result.out)) == (1, bool(options))
    assert "refused on purpose" in result.err


def test_what_is_known_is_shown_although_the_rest_is_not(gateway, clawtray):
    command = gateway.wish(MAIN, "ls")
    gateway.fault("reject", method="device.pair.list")
    result = clawtray("approvals")
    assert result.code == 1
    assert f"clawtray approve {command}" in result.out
    assert "refused on purpose" in result.err
    assert clawtray("approve", command).code == 0
