from __future__ import annotations

import json

import pytest


@pytest.mark.parametrize("command", [("status", "--json"), ("sessions",), ("models",), ("ask", "hello")])
def test_a_wrong_token_is_not_down(gateway, clawtray, command):
    outcome = clawtray(*command, CLAWTRAY_TOKEN="wrong")

    assert outcome.code == 41, outcome
    assert "token" in (outcome.stderr + outcome.stdout).lower()


def test_a_wrong_token_in_the_report(gateway, clawtray):
    connection = clawtray("status", "--json", CLAWTRAY_TOKEN="wrong").json()["connection"]

    assert connection["phase"] == "refused"
    assert "token" in connection["reason"].lower()


def test_the_gateway_is_found_by_its_own_configuration(gateway, clawtray):
    outcome = clawtray(
        "status",
        "--json",
        HOME=str(gateway.home),
        USERPROFILE=str(gateway.home),
        CLAWTRAY_URL="",
        CLAWTRAY_TOKEN="",
    )

    assert outcome.code == 0, outcome.stderr
    assert outcome.json()["connection"]["url"] == gateway.url


def test_killed_and_back(gateway, client, clawtray, key):
    client.run(key, "[[usage:30000,200]]")

    gateway.kill()
    down = clawtray("--timeout", "5", "status", "--json")
    asked = clawtray("--timeout", "5", "ask", "hello")
    gateway.start()
    back = clawtray.session(key)

    assert (down.code, down.json()["connection"]["phase"]) == (40, "down")
    assert down.json()["connection"]["reason"]
    assert asked.code == 40
    assert asked.stdout == ""
    assert (back["used"], back["confidence"]) == (30000, "fresh")


def test_stopped_and_started(gateway, clawtray):
    gateway.stop()
    assert clawtray("--timeout", "5", "status").code == 40

    gateway.start()
    assert clawtray("status").code == 0


def test_restarted(gateway, client, clawtray, key):
    client.run(key, "[[usage:30000,200]]")

    announced = gateway.restart()

    assert announced == {"reason": "gateway restarting", "restartExpectedMs": 1500}
    assert clawtray.session(key)["used"] == 30000


def test_never_writes_to_the_gateways_home(gateway, clawtray):
    before = gateway.config_path.read_bytes()

    assert clawtray("status").code == 0

    assert gateway.config_path.read_bytes() == before
    assert json.loads(before)["gateway"]["port"] == gateway.port
