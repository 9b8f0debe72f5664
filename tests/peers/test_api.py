"""The examples of docs/api.md on real gateways, whose models have other names."""

from __future__ import annotations

import json

import pytest

from tests import examples

MODEL = "anthropic/claude-sonnet-4-5"


@pytest.fixture
def run_example(clawtray, tmp_path):
    def run(code):
        path = tmp_path / "example.py"
        path.write_text(code, encoding="utf-8")
        return clawtray.finish(clawtray.start(program=(str(path),)))

    return run


def test_the_look_costs_no_run(gateway, client, run_example, key):
    client.run(key, "[[usage:30000,200]]")
    before = gateway.provider.requests
    outcome = run_example(examples.LOOK)
    assert outcome.code == 0, outcome.stderr
    first, *sessions = outcome.stdout.splitlines()
    assert first == f"connected {key} fake/alpha"
    assert f"{key} 30000 200000 15.0 fresh" in sessions
    assert gateway.provider.requests == before


def test_the_question_is_one_run_in_the_session_that_it_names(gateway, client, run_example, marker):
    outcome = run_example(examples.ASK.replace("Reply with", f"{marker} [[words:30]] Reply with"))
    assert outcome.code == 0, outcome.stderr
    assert outcome.stdout.split() == [f"word{n}" for n in range(1, 31)]
    assert len(gateway.provider.completions(marker)) == 1
    keys = [session["key"] for session in client.request("sessions.list", {})["sessions"]]
    assert "agent:main:chat-main" in keys


def test_the_cheaper_model_answers_in_a_session_of_its_own(gateway, client, run_example, marker):
    code = examples.CHEAPER.replace("a cold remedy", f"{marker} [[say:Vitamin C]]")
    for _ in range(2):
        outcome = run_example(code.replace(MODEL, "fake/beta"))
        assert (outcome.code, outcome.stdout.strip()) == (0, "Vitamin C"), outcome.stderr
    refused = code.replace(MODEL, "fake/gamma").replace("print(suggest", "try:\n    print(suggest")
    outcome = run_example(f"{refused}except api.MisuseError as error:\n    print(error)\n")
    assert outcome.code == 0, outcome.stderr
    assert "use_model()" in outcome.stdout
    assert [run.model for run in gateway.provider.completions(marker)] == ["beta", "beta"]
    assert client.session("agent:main:upsell-customer1")["model"] == "beta"


def test_the_route_answers_200_and_503(gateway, client, run_example, key):
    client.run(key, "[[usage:30000,200]]")
    outcome = run_example(examples.ROUTE)
    assert outcome.code == 0, outcome.stderr
    context = {"used": 30_000, "max": 200_000, "percent": 15.0}
    assert json.loads(outcome.stdout) == [200, {"ok": True, "context": context, "model": "fake/alpha"}]
    outcome = run_example(examples.ROUTE.replace("api.status()", 'api.status(url="ws://127.0.0.1:1")'))
    code, answer = json.loads(outcome.stdout)
    assert (code, answer["ok"]) == (503, False)
    assert "the gateway is not running" in answer["error"]
