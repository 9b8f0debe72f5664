from __future__ import annotations

import pytest

from tests.parts import having
from tray.core.connection.diagnosis import LAYERS, Certificate, Layer, Probe
from tray.core.model import Connection, Dialing, FailureKind
from tray.i18n.words import message
from tray.protocol.channels import ChannelTrouble
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
    """Return the finding for each layer."""

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
    layers = found(make.connected(make.session(), make.session("b")))
    assert set(verdicts(layers)) == {Verdict.FINE}
    assert layers[Layer.DISCOVERY].text == "ws://127.0.0.1:18789, from a test"
    assert layers[Layer.NAME].text == "Resolves to 127.0.0.1"
    assert layers[Layer.HTTP].text == "HTTP 200"
    assert layers[Layer.LOGIN].text == "connected: OpenClaw 2026.9.6 · 127.0.0.1:18789"
    assert layers[Layer.SCOPES].text == "Trust level: control"
    assert layers[Layer.METHODS].text == "The gateway offers 1 method."
    assert layers[Layer.READING].text == "2 sessions were read."
    assert [layers[layer].seconds for layer in (Layer.HTTP, Layer.LOGIN, Layer.READING)] == [
        0.0204,
        None,
        0.05,
    ]


@pytest.mark.parametrize(
    ("troubles", "text", "advice"),
    [
        (
            (ChannelTrouble("Telegram", "401 Unauthorized."),),
            "Not healthy: Telegram. 401 Unauthorized.",
            "On the gateway's computer, run: openclaw channels status",
        ),
        (
            (ChannelTrouble("Slack", EVIL, "Set it."), ChannelTrouble("")),
            "Not healthy: Slack, ?. Slack: evil [2Jname.",
            "Set it.",
        ),
        (
            tuple(ChannelTrouble(f"c{n}") for n in range(9)),
            "Not healthy: c0, c1, c2, c3, c4, ….",
            "On the gateway's computer, run: openclaw channels status",
        ),
    ],
)
def test_channels_that_are_not_healthy_have_one_line(make, words, troubles, text, advice):
    state = having(make.connected(make.session()), channels=troubles)
    *layers, last = findings(Examined(state, None, WELL, 0.05), words)
    assert [each.layer for each in layers] == list(LAYERS)
    assert (last.layer, last.verdict, last.text, last.advice) == (
        Layer.CHANNELS,
        Verdict.REMARK,
        text,
        advice,
    )


def test_nothing_is_said_of_channels_where_the_connection_fails(make, found):
    found(having(make.troubled(FailureKind.REFUSED), channels=(ChannelTrouble("Telegram"),)))
    found(having(make.connected(), channels=()))


def test_a_refused_secret_is_reported_although_the_device_token_works(make, found):
    state = make.connected()
    origin = SecretOrigin(SecretSource.ENVIRONMENT, "CLAWTRAY_TOKEN")
    uses_device_token = replace(state.connection, uses_device_token=True)
    layers = found(replace(state, connection=replace(uses_device_token, origin=origin)))[Layer.LOGIN]
    assert layers.verdict is Verdict.REMARK
    assert layers.advice.startswith("The gateway does not accept the secret from CLAWTRAY_TOKEN.")
    assert found(replace(state, connection=uses_device_token))[Layer.LOGIN].verdict is Verdict.FINE


def test_an_error_in_the_settings_is_reported_and_stops_nothing(make, found):
    layers = found(make.connected(), complaint="settings.toml: warning must be a number.")
    assert layers[Layer.SETTINGS].verdict is Verdict.REMARK
    assert layers[Layer.SETTINGS].text == "settings.toml: warning must be a number."
    assert layers[Layer.READING].verdict is Verdict.FINE


def test_layers_after_the_failed_one_are_not_tried(make, found):
    probe = Probe(
        {Layer.NAME: 0.0, Layer.TCP: 0.1}, ("127.0.0.1",), None, None, "Connection refused", Layer.TCP
    )
    layers = found(make.troubled(FailureKind.NOT_RUNNING), probe)
    assert verdicts(layers) == [Verdict.FINE] * 3 + [Verdict.FAULT] + [Verdict.SKIPPED] * 7
    assert layers[Layer.TCP].text == (
        "Nothing is listening at 127.0.0.1:18789: the gateway is not running. System error: "
        "Connection refused."
    )
    assert layers[Layer.TCP].advice == "Start it with: openclaw gateway start"
    assert layers[Layer.TCP].seconds == 0.1


def test_without_a_gateway_the_places_searched_are_listed(make, found):
    state = make.troubled(FailureKind.NOT_FOUND, target=None)
    state = replace(state, connection=replace(state.connection, searched=("CLAWTRAY_URL: not set", EVIL)))
    layers = found(state, None)[Layer.DISCOVERY]
    assert layers.verdict is Verdict.FAULT
    assert layers.advice.splitlines()[1:] == ["Places searched", "  CLAWTRAY_URL: not set", "  evil [2Jname"]


def test_an_untrusted_certificate_is_shown_with_the_way_to_pin_it(make, found):
    probe = Probe({Layer.TLS: 0.01}, ("10.0.0.1",), Certificate(PIN, "self-signed certificate"), (200, ""))
    layers = found(
        make.troubled(FailureKind.TLS, target=make.remote, detail="self-signed certificate"), probe
    )
    assert layers[Layer.TLS].verdict is Verdict.FAULT
    assert "self-signed certificate" in layers[Layer.TLS].text
    assert f"Certificate fingerprint: {PIN}" in layers[Layer.TLS].advice
    assert "profile default of the settings" in layers[Layer.TLS].advice


def test_a_certificate_is_trusted_or_pinned(make, found):
    probe = replace(WELL, certificate=Certificate(PIN))
    for pin, text in ((None, "trusts the certificate"), (PIN, "matches the pinned")):
        target = replace(make.remote, fingerprint=pin)
        state = make.connected()
        layers = found(replace(state, connection=replace(state.connection, target=target)), probe)
        assert text in layers[Layer.TLS].text
        assert layers[Layer.TLS].verdict is Verdict.FINE


def test_no_encryption_over_the_network_is_a_warning(make, found):
    target = Target("ws://gateway.example", "a test", is_loopback=False, secure=False)
    state = make.connected()
    layers = found(replace(state, connection=replace(state.connection, target=target)))
    assert layers[Layer.TLS].verdict is Verdict.REMARK
    assert layers[Layer.TLS].advice == "Use wss://"


def test_a_server_that_is_no_gateway_is_named(make, found):
    layers = found(make.troubled(FailureKind.NOT_A_GATEWAY), replace(WELL, http=(404, "nginx\x1b[2J")))
    assert layers[Layer.HTTP].text == "HTTP 404, from nginx [2J"
    assert layers[Layer.WEBSOCKET].verdict is Verdict.FAULT
    assert layers[Layer.WEBSOCKET].advice == "Check the port in the address.\nHTTP 404, from nginx [2J"


def test_a_proxy_is_named_whether_it_works_or_not(make, found):
    state = make.connected()
    state = replace(state, connection=replace(state.connection, target=make.remote))
    direct = replace(WELL, certificate=Certificate(PIN), proxy="https_proxy")
    layers = found(state, direct)[Layer.TCP]
    assert (layers.verdict, layers.text) == (Verdict.REMARK, "It can also be reached directly.")
    assert layers.advice.startswith("https_proxy sends this connection through a proxy")

    layers = found(state, Probe({}, ("10.0.0.1",), error="timed out", failed=Layer.TCP, proxy="https_proxy"))
    assert layers[Layer.TCP].verdict is Verdict.REMARK  # the proxy alone reaches it
    assert layers[Layer.TLS].verdict is Verdict.SKIPPED
    assert layers[Layer.READING].verdict is Verdict.FINE

    unreachable = make.troubled(FailureKind.UNREACHABLE, target=make.remote)
    layers = found(unreachable, Probe({}, error="no such name", failed=Layer.NAME, proxy="https_proxy"))
    assert "https_proxy sends" in layers[Layer.NAME].advice
    assert "https_proxy" not in found(unreachable, Probe({}))[Layer.TCP].advice


def test_a_certificate_that_was_not_seen_is_not_called_trusted(make, found):
    state = make.connected()
    state = replace(state, connection=replace(state.connection, target=make.remote))
    assert found(state)[Layer.TLS].verdict is Verdict.SKIPPED


def test_missing_scopes_are_named(make, found):
    layers = found(make.connected(level=Level.ASK, granted=["operator.read"]))[Layer.SCOPES]
    assert layers.verdict is Verdict.REMARK
    assert layers.text == "Trust level: ask; not granted: operator.write"
    assert layers.advice.endswith("openclaw devices list")


def test_a_release_without_change_events_is_reported(make, found):
    state = make.connected()
    hello = replace(make.hello(), methods=frozenset())
    layers = found(replace(state, connection=replace(state.connection, hello=hello)))[Layer.METHODS]
    assert layers.verdict is Verdict.REMARK
    assert "every 30 s" in layers.text


def test_a_wrong_token_fails_the_login(make, found):
    layers = found(make.troubled(FailureKind.TOKEN_WRONG))
    assert layers[Layer.WEBSOCKET].verdict is Verdict.FINE
    assert layers[Layer.LOGIN].verdict is Verdict.FAULT
    assert "CLAWTRAY_TOKEN" in layers[Layer.LOGIN].advice


def test_after_a_time_out_a_longer_one_is_advised(make, found):
    state = make.connected()
    state = replace(state, connection=Connection(step=Dialing(0.0), target=make.local))
    layers = found(state, Probe({}))[Layer.WEBSOCKET]
    assert layers.verdict is Verdict.FAULT
    assert layers.advice == "Allow more time with --timeout."
    assert found(state, None)[Layer.NAME].verdict is Verdict.SKIPPED


def test_every_mistake_in_the_settings_is_listed(make, words):
    mistakes = (message("One."), message("Two."), message("Three."))
    seen = Examined(make.connected(), message("One. (and 2 more)"), WELL, 0.1, mistakes)
    first, *advice = checkup_text(seen, words).splitlines()[:4]
    assert first.endswith("One. (and 2 more)")
    assert [line.strip() for line in advice] == ["Two.", "Three.", "Correct it there."]


def test_as_json(make, words):
    state = make.troubled(FailureKind.NOT_FOUND, target=None)
    layers = checkup(Examined(state, None, None, None), make.now(), words)
    assert list(layers) == ["schema", "at", "url", "layers"]
    assert layers["url"] is None
    assert [each["layer"] for each in layers["layers"]] == [layer.value for layer in LAYERS]
    assert layers["layers"][0] == {
        "layer": "settings",
        "verdict": "ok",
        "said": "Profile: default",
        "advice": None,
        "seconds": None,
    }
    connected = checkup(Examined(make.connected(), None, WELL, 0.123456), make.now(), words)
    assert connected["url"] == "ws://127.0.0.1:18789"
    assert connected["layers"][-1]["seconds"] == 0.1235


def test_as_text_with_one_line_for_untried_layers(make, words):
    probe = Probe({Layer.NAME: 0.0012}, ("127.0.0.1",), None, None, "Connection refused", Layer.TCP)
    text = checkup_text(Examined(make.troubled(FailureKind.NOT_RUNNING), "Oh dear.", probe, None), words)
    lines = text.splitlines()
    assert lines[0] == " !  Settings     Oh dear."
    assert lines[3] == "ok  Name         Resolves to 127.0.0.1 (1 ms)"
    assert lines[4].startswith(" X  Port         Nothing is listening")
    assert lines[5] == "                 Start it with: openclaw gateway start"
    assert lines[6] == " -  Not tried: Encryption, HTTP, WebSocket, Login, Permissions, Methods, Sessions"
    assert "Not tried" not in checkup_text(Examined(make.connected(), None, WELL, 0.1), words)


def test_a_refused_reading_is_no_fault_of_the_login(make, found):
    layers = found(make.unread("locked"))
    assert layers[Layer.LOGIN].verdict is Verdict.FINE
    assert layers[Layer.LOGIN].text == "connected: OpenClaw 2026.9.6 · 127.0.0.1:18789"
    assert layers[Layer.READING].verdict is Verdict.FAULT
    assert "does not list its sessions: locked" in layers[Layer.READING].text
    assert layers[Layer.READING].advice == "Check the gateway's log."
