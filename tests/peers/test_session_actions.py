"""What is done to sessions: compacted, reset, stopped, set to think; also while the gateway dies."""

from __future__ import annotations

import json
import uuid

import pytest

from build.throwaway import until

SUMMARISES = (2026, 5)
"""The first release whose `sessions.compact` asks a model."""


def action(outcome):
    """What a command prints of its action as JSON; stderr has the reason where it failed."""
    said = outcome.json()
    keys = ["after", "before", "deed", "outcome", "reason", "schema", "session"]  # codespell:ignore
    assert sorted(said.keys() - {"error"}) == keys
    assert (outcome.code == 0) is (said["outcome"] == "done") is ("error" not in said), outcome
    assert bool(outcome.stderr) is (outcome.code != 0)
    return said


@pytest.fixture
def talked(client, key):
    """The key of a session with a history that is worth a summary."""
    for number in range(4):
        client.run(key, f"message {number} {'lorem ipsum ' * 2000} [[usage:{30_000 + number},200]]")
    return key


def test_compacting_asks_a_model_once_or_touches_nothing(gateway, client, clawtray, talked):
    before, history = gateway.provider.requests, client.request("chat.history", {"sessionKey": talked})

    outcome = clawtray("compact", "--session", talked, "--yes", "--json")

    asked = gateway.provider.requests[len(before) :]
    if gateway.release < SUMMARISES:
        assert (outcome.code, action(outcome)["outcome"]) == (1, "failed")
        assert "cut the history off" in outcome.stderr
        assert asked == ()
        assert client.request("chat.history", {"sessionKey": talked}) == history
    else:
        said = action(outcome)
        assert (said["outcome"], said["deed"]) == ("done", "compact")  # codespell:ignore
        assert said["before"] > said["after"] > 0
        assert [request.kind for request in asked] == ["summary"]


@pytest.mark.parametrize("command", [("compact", "--yes"), ("new", "--yes"), ("stop",), ("use", "fake/beta")])
def test_a_session_that_is_not_there_is_not_created(gateway, client, clawtray, key, command):
    outcome = clawtray(*command, "--session", key)

    assert (outcome.code, outcome.stdout) == (1, "")
    assert f"There is no session {key}" in outcome.stderr
    assert key not in {session["key"] for session in client.request("sessions.list", {})["sessions"]}


@pytest.mark.parametrize("command", ["compact", "new"])
def test_without_a_terminal_it_wants_to_hear_yes(gateway, client, clawtray, key, command):
    client.run(key, "[[usage:30000,200]]")
    used, requests = client.session(key)["totalTokens"], gateway.provider.requests

    outcome = clawtray(command, "--session", key, stdin="y\n")

    assert outcome.code == 2
    assert "--yes" in outcome.stderr
    assert (client.session(key)["totalTokens"], gateway.provider.requests) == (used, requests)


@pytest.mark.parametrize("switched_by_us", [True, False])
def test_a_new_session_keeps_its_model_and_forgets_the_rest(
    gateway, client, clawtray, key, marker, switched_by_us
):
    client.run(key, "a secret word [[usage:30000,200]]")
    if switched_by_us:
        assert clawtray("use", "fake/beta", "--session", key).code == 0
    else:
        client.request("sessions.patch", {"key": key, "model": "fake/beta"})
        client.run(key, "[[usage:31000,200]]")
    requests = gateway.provider.requests

    outcome = clawtray("new", "--session", key, "--yes", "--json")

    assert action(outcome)["outcome"] == "done"
    assert gateway.provider.requests == requests
    session = clawtray.session(key)
    assert (session["model"], session["used"]) == ("fake/beta", None)
    assert "a secret word" not in str(client.request("chat.history", {"sessionKey": key}))
    client.run(key, marker)
    assert [c.model for c in gateway.provider.completions(marker)] == ["beta"]


def test_a_new_session_of_the_default_model_gets_no_override(gateway, client, clawtray, key, marker):
    client.run(key, "[[usage:30000,200]]")

    assert clawtray("new", "--session", key, "--yes").code == 0

    client.run(key, marker)
    assert [c.model for c in gateway.provider.completions(marker)] == ["alpha"]


@pytest.mark.parametrize("kind", ["agent", "chat"])
def test_a_run_is_stopped(gateway, client, clawtray, key, marker, kind):
    message, run_id = f"{marker} [[words:100]] [[slow:60]]", str(uuid.uuid4())
    with gateway.connect() as other:
        if kind == "agent":
            params = {"sessionKey": key, "message": message, "idempotencyKey": run_id}
            other._connection.send(_call("agent", params))
        else:
            other.request("chat.send", {"sessionKey": key, "message": message, "idempotencyKey": run_id})
        until(lambda: len(gateway.provider.completions(marker)) == 1, 90, "the run has started")

        outcome = clawtray("stop", "--session", key, "--json")

        assert action(outcome)["outcome"] == "done"
        waited = client.request("agent.wait", {"runId": run_id, "timeoutMs": 5000})
        # 2026.1 tells nobody of the end of a chat that was stopped: it has written no further word.
        if not (kind == "chat" and gateway.release < SUMMARISES):
            assert waited.get("endedAt") or waited["status"] == "error"
    assert len(gateway.provider.completions(marker)) == 1
    history = str(client.request("chat.history", {"sessionKey": key}))
    assert "word100" not in history


def test_nothing_to_stop_is_said_and_costs_nothing(gateway, client, clawtray, key):
    client.run(key, "[[usage:30000,200]]")
    requests = gateway.provider.requests

    outcome = clawtray("stop", "--session", key, "--json")

    assert action(outcome)["outcome"] == "failed"
    assert "No run is in progress" in outcome.stderr
    assert gateway.provider.requests == requests


@pytest.mark.parametrize("command", ["compact", "new", "stop"])
def test_a_gateway_killed_in_the_middle_leaves_a_named_end_and_nothing_runs_twice(
    gateway, client, clawtray, talked, marker, command
):
    asks_the_model = command == "compact" and gateway.release >= SUMMARISES
    with gateway.connect() as other:
        if command == "stop":
            message, run_id = f"{marker} [[words:100]] [[slow:60]]", str(uuid.uuid4())
            params = {"sessionKey": talked, "message": message, "idempotencyKey": run_id}
            other._connection.send(_call("agent", params))
            until(lambda: len(gateway.provider.completions(marker)) == 1, 90, "the run has started")
        requests = len(gateway.provider.requests)
        options = ["--session", talked, *([] if command == "stop" else ["--yes"])]
        process = clawtray.start("--timeout", "20", command, *options, "--json")
        if asks_the_model:
            until(lambda: len(gateway.provider.requests) > requests, 90, "the model is asked")

        gateway.kill()
    outcome = clawtray.finish(process)
    gateway.start()

    assert outcome.code in (0, 1, 40), outcome
    if outcome.code == 40:  # it died before the command had its connection
        assert outcome.stderr.strip()
    else:
        assert action(outcome)["outcome"] in ("done", "failed", "unknown")
    prompts = [c for c in gateway.provider.requests[requests:] if c.kind != "recovery"]
    assert len(prompts) <= (1 if asks_the_model else 0)


def test_a_thinking_level_is_chosen_where_the_session_offers_levels(gateway, client, clawtray, key):
    client.request("sessions.patch", {"key": key, "model": "fake/gamma"})  # which reasons
    client.run(key, "[[usage:30000,200]]")

    outcome = clawtray("think", "low", "--session", key, "--json")

    if "thinkingLevels" not in client.session(key) and "thinkingOptions" not in client.session(key):
        assert action(outcome)["outcome"] == "failed"
        assert "no thinking levels" in outcome.stderr
        return
    assert action(outcome)["outcome"] == "done"
    assert client.session(key)["thinkingLevel"] == "low"
    assert clawtray("think", "default", "--session", key).code == 0
    assert client.session(key).get("thinkingLevel") != "low"


def _call(method, params):
    return json.dumps({"type": "req", "id": str(uuid.uuid4()), "method": method, "params": params})
