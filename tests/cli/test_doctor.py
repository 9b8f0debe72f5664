"""`doctor` as a person runs it: what it says and exits with, for each fault that can be planted."""

from __future__ import annotations

import json
import socket

import pytest

from tests.conftest import TOKEN
from tests.servers import Listener, reply

PAGE = b"HTTP/1.1 404 Not Found\r\nServer: nginx\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
def doctor(clawtray):
    """Runs `doctor --json`; gives the exit code, and the layers by name."""

    def run(*options):
        result = clawtray("--timeout", "5", *options, "doctor", "--json")
        assert result.err == ""
        assert TOKEN not in result.out
        layers = {each["layer"]: each for each in json.loads(result.out)["layers"]}
        return result.code, layers

    return run


def failed(layers):
    return [name for name, layer in layers.items() if layer["verdict"] == "failed"]


def test_a_gateway_that_is_well(gateway, doctor):
    code, layers = doctor()
    assert code == 0
    assert {layer["verdict"] for layer in layers.values()} == {"ok"}
    assert gateway.runs == 0


def test_a_context_that_is_nearly_full_is_seen_in_the_exit_code(gateway, doctor):
    gateway.set_session("agent:main:main", totalTokens=190_000)
    assert doctor()[0] == 20


def test_no_gateway_at_all(doctor):
    code, layers = doctor()
    assert (code, failed(layers)) == (40, ["discovery"])
    assert "CLAWTRAY_URL" in layers["discovery"]["advice"]


def test_a_gateway_that_is_not_running(doctor):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    code, layers = doctor("--url", f"ws://127.0.0.1:{port}")
    assert (code, failed(layers)) == (40, ["tcp"])


def test_a_wrong_token(gateway, doctor, monkeypatch):
    monkeypatch.setenv("CLAWTRAY_TOKEN", "another")
    code, layers = doctor()
    assert (code, failed(layers)) == (41, ["login"])
    assert layers["websocket"]["verdict"] == "ok"


def test_another_server_on_the_port(doctor):
    with Listener(reply(PAGE)) as server:
        code, layers = doctor("--url", server.url)
    assert (code, failed(layers)) == (40, ["websocket"])
    assert "nginx" in layers["websocket"]["advice"]


def test_a_certificate_that_nobody_vouches_for(doctor):
    with Listener(reply(PAGE), tls=True) as server:
        code, layers = doctor("--url", server.url)
    assert (code, failed(layers)) == (41, ["tls"])
    assert "fingerprint" in layers["tls"]["advice"]


def test_a_fault_in_the_settings_is_one_of_the_layers(gateway, doctor, tmp_path):
    path = tmp_path / "settings.toml"
    path.write_text("poll_seconds = 'often'\n")
    code, layers = doctor("--config", str(path))
    assert code == 0
    assert layers["settings"]["verdict"] == "warning"
    assert "poll_seconds" in layers["settings"]["said"]


def test_for_a_person(gateway, clawtray):
    result = clawtray("doctor")
    assert result.code == 0
    assert result.out.splitlines()[0] == "ok  Settings     Profile: default"
    assert len(result.out.splitlines()) == 11
