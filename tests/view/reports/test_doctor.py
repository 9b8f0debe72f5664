from __future__ import annotations

import pytest

from tray.core.connection.diagnosis import LAYERS, Certificate, Layer, Probe
from tray.core.errors import FailureKind
from tray.core.model.connection import Connection, Step
from tray.settings.settings import Level
from tray.settings.target import SecretOrigin, SecretSource, Target
from tray.values import replace
from tray.view.reports.doctor import Examined, Verdict, checkup, checkup_text, findings

SECONDS = {Layer.NAME: 0.001, Layer.TCP: 0.002, Layer.HTTP: 0.0204}
WELL = Probe(SECONDS, ("127.0.0.1",), None, (200, ""))
PIN = "ab" * 32
EVIL = "evil\x1b[2J\u202ename"


@pytest.fixture
def found(words):
    """What is said of each layer."""

    def by_layer(state, probe=WELL, complaint=None, reading=0.05):
        listed = findings(Examined(state, complaint, probe, reading), words)
        assert [each.layer for each in listed] == list(LAYERS)
        for each in listed:
            assert each.text
            assert (each.text + each.advice).replace("\n", "").isprintable()
        return {each.layer: each for each in listed}

    return by_layer


def verdicts(found):
    return [each.verdict for each in found.values()]


def test_all_is_well(make, found):
    said = found(make.connected(make.session(), make.session("b")))
    assert set(verdicts(said)) == {Verdict.FINE}
    assert said[Layer.DISCOVERY].text == "ws://127.0.0.1:18789, from a test"
    assert said[Layer.NAME].text == "Resolves to 127.0.0.1"
    assert said[Layer.HTTP].text == "HTTP 200"
    assert said[Layer.LOGIN].text == "connected: OpenClaw 2026.9.6 · 127.0.0.1:18789"
    assert said[Layer.SCOPES].text == "Trust level: control"
    assert said[Layer.METHODS].text == "The gateway offers 1 method."
    assert said[Layer.READING].text == "2 sessions were read."
    assert [said[layer].seconds for layer in (Layer.HTTP, Layer.LOGIN, Layer.READING)] == [0.0204, None, 0.05]


def test_a_shared_secret_that_is_refused_is_told_though_the_device_is_let_in(make, found):
    state = make.connected()
    origin = SecretOrigin(SecretSource.ENVIRONMENT, "CLAWTRAY_TOKEN")
    uses_device_token = replace(state.connection, uses_device_token=True)
    said = found(replace(state, connection=replace(uses_device_token, origin=origin)))[Layer.LOGIN]
    assert said.verdict is Verdict.REMARK
    assert said.advice.startswith("The gateway does not accept the secret from CLAWTRAY_TOKEN.")
    assert found(replace(state, connection=uses_device_token))[Layer.LOGIN].verdict is Verdict.FINE


def test_a_fault_in_the_settings_is_told_and_ends_nothing(make, found):
    said = found(make.connected(), complaint="settings.toml: warning must be a number.")
    assert said[Layer.SETTINGS].verdict is Verdict.REMARK
    assert said[Layer.SETTINGS].text == "settings.toml: warning must be a number."
    assert said[Layer.READING].verdict is Verdict.FINE


def test_what_stands_on_a_layer_that_failed_was_not_tried(make, found):
    probe = Probe(
        {Layer.NAME: 0.0, Layer.TCP: 0.1}, ("127.0.0.1",), None, None, "Connection refused", Layer.TCP
    )
    said = found(make.troubled(FailureKind.NOT_RUNNING), probe)
    assert verdicts(said) == [Verdict.FINE] * 3 + [Verdict.FAULT] + [Verdict.SKIPPED] * 7
    assert said[Layer.TCP].text == (
        "Nothing is listening at 127.0.0.1:18789: the gateway is not running. System error: "
        "Connection refused."
    )
    assert said[Layer.TCP].advice == "Start it with: openclaw gateway start"
    assert said[Layer.TCP].seconds == 0.1


def test_no_gateway_says_where_it_was_looked_for(make, found):
    state = make.troubled(FailureKind.NOT_FOUND, target=None)
    state = replace(state, connection=replace(state.connection, searched=("CLAWTRAY_URL: not set", EVIL)))
    said = found(state, None)[Layer.DISCOVERY]
    assert said.verdict is Verdict.FAULT
    assert said.advice.splitlines()[1:] == ["Places searched", "  CLAWTRAY_URL: not set", "  evil [2Jname"]


def test_an_untrusted_certificate_is_shown_with_the_way_to_pin_it(make, found):
    probe = Probe({Layer.TLS: 0.01}, ("10.0.0.1",), Certificate(PIN, "self-signed certificate"), (200, ""))
    said = found(make.troubled(FailureKind.TLS, target=make.remote, detail="self-signed certificate"), probe)
    assert said[Layer.TLS].verdict is Verdict.FAULT
    assert "self-signed certificate" in said[Layer.TLS].text
    assert f"Certificate fingerprint: {PIN}" in said[Layer.TLS].advice
    assert "profile default of the settings" in said[Layer.TLS].advice


def test_a_certificate_is_trusted_or_pinned(make, found):
    probe = replace(WELL, certificate=Certificate(PIN))
    for pin, text in ((None, "trusts the certificate"), (PIN, "matches the pinned")):
        target = replace(make.remote, fingerprint=pin)
        state = make.connected()
        said = found(replace(state, connection=replace(state.connection, target=target)), probe)
        assert text in said[Layer.TLS].text
        assert said[Layer.TLS].verdict is Verdict.FINE


def test_plain_words_over_the_net_are_a_remark(make, found):
    target = Target("ws://gateway.example", "a test", is_loopback=False, secure=False)
    state = make.connected()
    said = found(replace(state, connection=replace(state.connection, target=target)))
    assert said[Layer.TLS].verdict is Verdict.REMARK
    assert said[Layer.TLS].advice == "Use wss://"


def test_what_answers_in_place_of_a_gateway_is_told(make, found):
    said = found(make.troubled(FailureKind.NOT_A_GATEWAY), replace(WELL, http=(404, "nginx\x1b[2J")))
    assert said[Layer.HTTP].text == "HTTP 404, from nginx [2J"
    assert said[Layer.WEBSOCKET].verdict is Verdict.FAULT
    assert said[Layer.WEBSOCKET].advice == "Check the port in the address.\nHTTP 404, from nginx [2J"


def test_a_proxy_is_named_whether_it_works_or_not(make, found):
    state = make.connected()
    state = replace(state, connection=replace(state.connection, target=make.remote))
    direct = replace(WELL, certificate=Certificate(PIN), proxy="https_proxy")
    said = found(state, direct)[Layer.TCP]
    assert (said.verdict, said.text) == (Verdict.REMARK, "It can also be reached directly.")
    assert said.advice.startswith("https_proxy sends this connection through a proxy")

    said = found(state, Probe({}, ("10.0.0.1",), error="timed out", failed=Layer.TCP, proxy="https_proxy"))
    assert said[Layer.TCP].verdict is Verdict.REMARK  # the proxy alone reaches it
    assert said[Layer.TLS].verdict is Verdict.SKIPPED
    assert said[Layer.READING].verdict is Verdict.FINE

    unreachable = make.troubled(FailureKind.UNREACHABLE, target=make.remote)
    said = found(unreachable, Probe({}, error="no such name", failed=Layer.NAME, proxy="https_proxy"))
    assert "https_proxy sends" in said[Layer.NAME].advice
    assert "https_proxy" not in found(unreachable, Probe({}))[Layer.TCP].advice


def test_a_certificate_that_was_never_shown_is_not_praised(make, found):
    state = make.connected()
    state = replace(state, connection=replace(state.connection, target=make.remote))
    assert found(state)[Layer.TLS].verdict is Verdict.SKIPPED


def test_rights_that_were_not_granted_are_named(make, found):
    said = found(make.connected(level=Level.ASK, granted=["operator.read"]))[Layer.SCOPES]
    assert said.verdict is Verdict.REMARK
    assert said.text == "Trust level: ask; not granted: operator.write"
    assert said.advice.endswith("openclaw devices list")


def test_a_release_that_tells_of_no_changes_is_told(make, found):
    state = make.connected()
    hello = replace(make.hello(), methods=frozenset())
    said = found(replace(state, connection=replace(state.connection, hello=hello)))[Layer.METHODS]
    assert said.verdict is Verdict.REMARK
    assert "every 30 s" in said.text


def test_a_wrong_token_is_a_fault_of_the_login(make, found):
    said = found(make.troubled(FailureKind.TOKEN_WRONG))
    assert said[Layer.WEBSOCKET].verdict is Verdict.FINE
    assert said[Layer.LOGIN].verdict is Verdict.FAULT
    assert "CLAWTRAY_TOKEN" in said[Layer.LOGIN].advice


def test_where_the_patience_ends_more_of_it_is_advised(make, found):
    state = make.connected()
    state = replace(state, connection=Connection(step=Step.DIALING, target=make.local))
    said = found(state, Probe({}))[Layer.TCP]
    assert said.verdict is Verdict.FAULT
    assert said.advice == "Allow more time with --timeout."
    assert found(state, None)[Layer.NAME].verdict is Verdict.SKIPPED


def test_as_json(make, words):
    state = make.troubled(FailureKind.NOT_FOUND, target=None)
    said = checkup(Examined(state, None, None, None), make.now(), words)
    assert list(said) == ["schema", "at", "url", "layers"]
    assert said["url"] is None
    assert [each["layer"] for each in said["layers"]] == [layer.value for layer in LAYERS]
    assert said["layers"][0] == {
        "layer": "settings",
        "verdict": "ok",
        "said": "Profile: default",
        "advice": None,
        "seconds": None,
    }
    connected = checkup(Examined(make.connected(), None, WELL, 0.123456), make.now(), words)
    assert connected["url"] == "ws://127.0.0.1:18789"
    assert connected["layers"][-1]["seconds"] == 0.1235


def test_as_text_with_one_line_for_all_that_was_not_tried(make, words):
    probe = Probe({Layer.NAME: 0.0012}, ("127.0.0.1",), None, None, "Connection refused", Layer.TCP)
    text = checkup_text(Examined(make.troubled(FailureKind.NOT_RUNNING), "Oh dear.", probe, None), words)
    lines = text.splitlines()
    assert lines[0] == " !  Settings     Oh dear."
    assert lines[3] == "ok  Name         Resolves to 127.0.0.1  (1 ms)"
    assert lines[4].startswith(" X  Port         Nothing is listening")
    assert lines[5] == "                 Start it with: openclaw gateway start"
    assert lines[6] == " -  Not tried: Encryption, HTTP, WebSocket, Login, Permissions, Methods, Sessions"
    assert "Not tried" not in checkup_text(Examined(make.connected(), None, WELL, 0.1), words)
