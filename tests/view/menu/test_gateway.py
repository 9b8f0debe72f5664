from __future__ import annotations

import pytest

from tests.parts import having
from tests.view.lines import find, texts
from tray.core.commands import (
    CopyText,
    OpenDashboard,
    OpenLog,
    OpenSettings,
    Reconnect,
    RestartGateway,
    SaveSettings,
    ShowDiagnostics,
    StartGateway,
)
from tray.core.model import ActionError, FailureKind, GatewayControl, GatewayControlKind, GatewayControlStatus
from tray.protocol.handshake import Generation
from tray.protocol.restart import RestartRequest
from tray.settings.edit import DEFAULT_SETTINGS_TEXT, apply_changes
from tray.settings.parse import parse_settings
from tray.settings.settings import Level, Profile, Settings
from tray.values import replace
from tray.view.menu.item import Item

SHOWN = "".join(f"{byte:02x}" for byte in range(0xE0, 0x100))


def test_the_gateway_level(make, level):
    items = level(make.connected(), "gateway")
    assert texts(items) == [
        "OpenClaw 2026.9.6 · 127.0.0.1:18789",
        "Trust level: control",
        "───",
        "Restart gateway…",
        "Open dashboard",
        "Reconnect now",
        "Open log",
        "Diagnostics…",
    ]
    assert [item.command for item in items if item.command] == [
        CopyText("OpenClaw 2026.9.6 · 127.0.0.1:18789"),
        OpenSettings(),
        OpenDashboard(),
        Reconnect(),
        OpenLog(),
        ShowDiagnostics(),
    ]
    assert find(items, "Open dashboard").enabled


def test_without_an_address_there_is_no_dashboard(make, level):
    items = level(make.troubled(FailureKind.ADDRESS, target=None), "gateway")
    assert not find(items, "Open dashboard").enabled
    assert find(items, "Reconnect now").enabled


def test_several_gateways_are_a_choice_of_one(make, level):
    profiles = (Profile(), Profile("ho\nme", level=Level.WATCH))
    items = level(make.connected(settings=Settings(profile="ho\nme", profiles=profiles)), "gateway")
    assert texts(items)[1:6] == ["Trust level: watch", "───", "Profile", "default", "ho me"]
    assert [(item.text, item.checked) for item in items if item.radio] == [
        ("default", False),
        ("ho me", True),
    ]
    assert find(items, "default").command == SaveSettings(((("profile",), "default"),))


@pytest.mark.parametrize("name", ["", " ", "\n"])
def test_a_profile_of_no_visible_name_can_be_chosen_too(make, level, name):
    settings = Settings(profile=name, profiles=(Profile(name), Profile()))
    items = level(make.connected(settings=settings), "gateway")
    assert find(items, "(no name)").command == SaveSettings(((("profile",), name),))


def test_a_certificate_is_compared_before_it_is_accepted(make, level):
    state = make.troubled(FailureKind.TLS, detail="self-signed certificate", fingerprint=SHOWN)
    assert texts(level(state))[:7] == [
        "The encrypted connection to 127.0.0.1:18789 failed: self-signed",
        "certificate.",
        "Compare the certificate in the menu or with clawtray doctor before you",
        "accept it.",
        "127.0.0.1:18789",
        "───",
        "Certificate…",
    ]
    assert find(level(state), "Certificate…").path == ("certificate",)
    items = level(state, "certificate")
    lines = texts(items)
    at = lines.index("E0:E1:E2:E3:E4:E5:E6:E7")
    assert lines[at : at + 4] == [
        "E0:E1:E2:E3:E4:E5:E6:E7",
        "E8:E9:EA:EB:EC:ED:EE:EF",
        "F0:F1:F2:F3:F4:F5:F6:F7",
        "F8:F9:FA:FB:FC:FD:FE:FF",
    ]
    shown = " ".join(lines[at + 4 : -2])
    assert "openssl x509 -noout -fingerprint -sha256 -in ~/.openclaw/gateway/tls/gateway-cert.pem" in shown
    assert lines[-2:] == ["───", "Accept for profile default"]
    assert {item.command.text for item in items[at : at + 4]} == {":".join(lines[at : at + 4])}
    (copied,) = {item.command.text for item in items[at + 4 : -2]}
    assert copied.startswith("openssl x509 ")
    assert copied.endswith("gateway-cert.pem")


def test_accepting_it_writes_it_where_the_gateway_is_configured(make, level):
    settings = Settings(profile="far", profiles=(Profile(), Profile("far")))
    state = make.troubled(FailureKind.TLS, fingerprint=SHOWN, settings=settings)
    command = level(state, "certificate")[-1].command
    assert command == SaveSettings(((("profiles", "far", "fingerprint"), SHOWN),))
    text = apply_changes(DEFAULT_SETTINGS_TEXT, (*command.changes, (("profile",), "far")))
    read, problems = parse_settings(text)
    assert problems == ()
    assert read.active().fingerprint == SHOWN


def test_no_certificate_is_shown_if_none_is_needed(make, level):
    for state in (make.connected(), make.troubled(FailureKind.NOT_RUNNING), make.troubled(FailureKind.TLS)):
        assert "Certificate…" not in texts(level(state))
        assert texts(level(state, "certificate")) == ["No certificate to compare"]


@pytest.mark.parametrize("user", ["1002", ""])
def test_another_user_is_confirmed_for_the_address_where_the_gateway_is_configured(make, level, user):
    settings = Settings(profile="far", profiles=(Profile(), Profile("far")))
    state = make.troubled(FailureKind.OTHER_USER, detail="alice", user=user, settings=settings)
    assert find(level(state), "Another user's gateway…").path == ("other-user",)
    items = level(state, "other-user")
    assert ("alice" in " ".join(texts(items))) is bool(user)
    assert items[-1].text == "Confirm for profile far"
    command = items[-1].command
    assert command == SaveSettings(((("profiles", "far", "gateway_user"), f"{user}@127.0.0.1:18789"),))
    text = apply_changes(DEFAULT_SETTINGS_TEXT, (*command.changes, (("profile",), "far")))
    read, problems = parse_settings(text)
    assert problems == ()
    assert read.active().gateway_user == f"{user}@127.0.0.1:18789"


def test_nobody_is_confirmed_where_nobody_else_listens(make, level):
    for state in (make.connected(), make.troubled(FailureKind.NOT_RUNNING)):
        assert "Another user's gateway…" not in texts(level(state))
        assert texts(level(state, "other-user")) == ["No other user listens there"]


# ---- start and restart ----


def able(make, **rest):
    state = make.connected(**rest)
    hello = replace(state.connection.hello, methods=frozenset({RestartRequest.method}))
    return replace(state, connection=replace(state.connection, hello=hello))


def test_a_restart_says_what_it_means_before_the_line_that_does_it(make, level):
    assert find(level(able(make), "gateway"), "Restart gateway…").path == ("gateway", "restart")
    items = level(able(make), "gateway", "restart")
    assert texts(items) == [
        "The gateway is unavailable for a few seconds, for everyone who uses it.",
        "Runs in progress finish first.",
        "───",
        "Restart now",
    ]
    assert items[-1] == Item("Restart now", RestartGateway())


def test_an_older_one_is_restarted_by_its_own_command(make, level):
    state = make.connected()
    hello = make.hello(Generation.CLAWDBOT)
    items = level(replace(state, connection=replace(state.connection, hello=hello)), "gateway", "restart")
    assert texts(items)[1:3] == [
        "Runs in progress are interrupted.",
        "Runs on this computer: clawdbot gateway restart",
    ]
    assert items[-1].command == RestartGateway()


@pytest.mark.parametrize("trust", [Level.WATCH, Level.ASK])
def test_below_control_a_restart_is_disabled_with_the_reason(make, level, trust):
    items = level(make.connected(level=trust), "gateway", "restart")
    assert not find(items, "Restart now").enabled
    assert f"“{trust.value}” does not allow this" in " ".join(texts(items))


def test_a_local_gateway_that_is_down_can_be_started(make, level):
    down = make.troubled(FailureKind.NOT_RUNNING)
    assert find(level(down, "gateway"), "Start gateway…").path == ("gateway", "start")
    items = level(down, "gateway", "start")
    assert texts(items) == ["Runs on this computer: openclaw gateway start", "───", "Start now"]
    assert items[-1].command == StartGateway()


def test_a_remote_gateway_that_is_down_cannot_be_started(make, level):
    profiles = (Profile(level=Level.CONTROL),)
    down = make.troubled(FailureKind.NOT_RUNNING, target=make.remote, settings=Settings(profiles=profiles))
    items = level(down, "gateway", "start")
    assert not find(items, "Start now").enabled
    assert "This gateway runs on another computer" in " ".join(texts(items))


@pytest.mark.parametrize(
    "cause", [FailureKind.TOKEN_WRONG, FailureKind.NOT_A_GATEWAY, FailureKind.NO_MESSAGES, None]
)
def test_a_gateway_that_may_be_running_cannot_be_started(make, level, cause):
    assert not [text for text in texts(level(make.troubled(cause), "gateway")) if "gateway…" in text]


def test_the_last_result_is_shown_above(make, level):
    waits = GatewayControl(GatewayControlKind.RESTART, GatewayControlStatus.ACCEPTED, detail="2 runs")
    lines = texts(level(able(make, gateway_control=waits), "gateway"))
    assert lines[3:6] == ["The gateway is restarting…", "Waiting: 2 runs", "Restart gateway…"]
    failed = GatewayControl(
        GatewayControlKind.START, GatewayControlStatus.FAILED, error=ActionError.NO_CLI, detail="openclaw"
    )
    down = having(make.troubled(FailureKind.NOT_RUNNING), gateway_control=failed)
    assert texts(level(down, "gateway"))[3:6] == [
        "Could not start the gateway",
        "The command openclaw was not found on this computer.",
        "Start gateway…",
    ]
