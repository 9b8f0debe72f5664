from __future__ import annotations

import base64
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import VerifyKey

from tray.protocol.frames import ErrorResponse, Response, parse
from tray.protocol.handshake import (
    ASK_SCOPES,
    CONTROL_CAPS,
    CONTROL_SCOPES,
    MAX_TICK_SECONDS,
    WATCH_SCOPES,
    Generation,
    Hello,
    Login,
    Refusal,
    connect_params,
    generation_of,
    read_device_token,
    read_hello,
    read_refusal,
    signed_text,
)

ALL_SCOPES = {"operator.admin", "operator.read", "operator.write", "operator.approvals", "operator.pairing"}
METHODS = {"2026.1.24-3": 79, "2026.2.26": 92, "2026.5.7": 154, "2026.7.1": 217, "2026.9.6": 459}
OLDEST = "2026.1.24-3"


def hello_of(release, name="connect-with-device"):
    return read_hello(release.recording(name).answer("connect")["payload"])


def refusal_of(release, name):
    refused = [parse(json.dumps(frame)) for frame in release.recording(name).answers("connect")]
    assert isinstance(refused[-1], Response)
    assert refused[-1].error_response is not None
    return refused[-1].error_response


def test_the_hello_of_every_release(release):
    hello = hello_of(release)
    old = release.name in (OLDEST, "2026.2.26")
    assert hello.protocol == (4 if release.name in ("2026.7.1", "2026.9.6") else 3)
    assert hello.version == (None if old else release.name)
    assert hello.generation is (Generation.CLAWDBOT if release.name == OLDEST else Generation.OPENCLAW)
    assert hello.scopes == {"operator.admin"}
    assert len(hello.methods) == METHODS[release.name]
    assert hello.announces_changes is not old
    assert (hello.tick, hello.main_key, hello.agent_id) == (30.0, "agent:main:main", "main")


def test_without_a_device_the_oldest_releases_do_not_say_what_was_granted(release):
    granted = hello_of(release, "connect-three-scopes").scopes
    if release.name in (OLDEST, "2026.2.26"):
        assert granted is None
    else:
        assert granted == {"operator.read", "operator.write", "operator.approvals"}


def test_behind_an_unknown_proxy_no_scope_is_granted(release):
    if release.name == "2026.9.6":  # it does not even open the connection
        assert release.recording("connect-forwarded-for").answers("connect") == []
        return
    granted = hello_of(release, "connect-forwarded-for").scopes
    assert granted == (frozenset() if release.name in ("2026.5.7", "2026.7.1") else None)


def test_a_hello_that_says_nothing():
    assert read_hello({}) == Hello(
        protocol=3,
        version=None,
        generation=Generation.UNKNOWN,
        scopes=None,
        methods=frozenset(),
        tick=30.0,
        main_key="agent:main:main",
        agent_id="main",
    )
    assert read_hello({"auth": {"role": "operator"}}).scopes is None
    assert read_hello({"server": {"version": "dev"}}).generation is Generation.UNKNOWN
    assert read_hello({"policy": {"tickIntervalMs": 0}}).tick == 30.0
    assert read_hello({"policy": {"tickIntervalMs": 2**53}}).tick == MAX_TICK_SECONDS
    other = {"snapshot": {"sessionDefaults": {"defaultAgentId": "work"}}}
    assert read_hello(other).main_key == "agent:work:main"


def test_a_release_that_tells_its_version_is_openclaw():
    assert read_hello({"server": {"version": "2026.3.13"}}).generation is Generation.OPENCLAW


DEVICE_REQUIRED = dict.fromkeys(["connect-no-auth", "connect-empty-token"], Refusal.DEVICE)
ON_ALL = DEVICE_REQUIRED | {
    "connect-protocol-1-to-2": Refusal.PROTOCOL,
    "connect-protocol-5-to-9": Refusal.PROTOCOL,
    "connect-wrong-token": Refusal.TOKEN_WRONG,
    "connect-device-token-without-device": Refusal.TOKEN_WRONG,
    "connect-device-token-of-another": Refusal.TOKEN_WRONG,
    "device-token-revoked": Refusal.TOKEN_WRONG,
    "connect-bad-signature": Refusal.DEVICE,
    "connect-stale-signature": Refusal.CLOCK,
    "connect-wrong-device-id": Refusal.DEVICE,
    "connect-wrong-nonce": Refusal.OTHER,
    "pairing-required": Refusal.PAIRING,
    "pairing-more-scopes": Refusal.PAIRING,
}
SINCE_2026_2 = {
    "connect-stale-signature-3-min": Refusal.CLOCK,
    "connect-foreign-origin": Refusal.ORIGIN,
    "connect-null-origin": Refusal.ORIGIN,
    "connect-own-origin-with-device": Refusal.PAIRING,
    "connect-no-nonce": Refusal.OTHER,  # the parameters as such are refused
    "connect-device-v1": Refusal.OTHER,
}
PASSWORDS = {
    "password-missing": Refusal.DEVICE,
    "no-auth-mode-cli": Refusal.DEVICE,
}
SOME = {
    OLDEST: {
        "connect-protocol-4": Refusal.PROTOCOL,
        "connect-device-token-field": Refusal.OTHER,
        "connect-no-nonce": Refusal.DEVICE,
        "password-accepted": Refusal.DEVICE,
        "password-wrong": Refusal.DEVICE,
        "password-sent-as-token": Refusal.PASSWORD_MISSING,
        "no-auth-mode": Refusal.DEVICE,
        **PASSWORDS,
    },
    "2026.2.26": {
        **SINCE_2026_2,
        "connect-protocol-4": Refusal.PROTOCOL,
        "connect-foreign-host-with-device": Refusal.PAIRING,
        "presence": Refusal.PAIRING,
        "password-wrong": Refusal.PASSWORD_WRONG,
        "password-sent-as-token": Refusal.PASSWORD_MISSING,
        "no-auth-mode": Refusal.DEVICE,
        "no-auth-mode-any-token": Refusal.DEVICE,
        **PASSWORDS,
    },
    "2026.5.7": {
        **SINCE_2026_2,
        "connect-protocol-4": Refusal.PROTOCOL,
        "connect-device-more-scopes": Refusal.PAIRING,
        "password-wrong": Refusal.PASSWORD_WRONG,
        "password-sent-as-token": Refusal.PASSWORD_MISSING,
        "no-auth-mode": Refusal.DEVICE,
        "no-auth-mode-any-token": Refusal.DEVICE,
        **PASSWORDS,
    },
    "2026.7.1": {
        **SINCE_2026_2,
        "connect-protocol-3": Refusal.PROTOCOL,
        "connect-device-more-scopes": Refusal.PAIRING,
        "rate-limited": Refusal.RATE_LIMITED,
    },
    "2026.9.6": {
        **SINCE_2026_2,
        "connect-protocol-3": Refusal.PROTOCOL,
        "rate-limited": Refusal.RATE_LIMITED,
        "password-wrong": Refusal.PASSWORD_WRONG,
        **PASSWORDS,
    },
}


def test_every_recorded_refusal_is_read(release):
    refused = {
        conversation.name
        for conversation in release.recordings()
        for frame in conversation.answers("connect")[:1]
        if frame["ok"] is False
    }
    if release.name == "2026.2.26":
        refused.add("presence")  # a second client is refused there, after the first was let in
    refused.discard("bad-frames")  # a second connect on an open connection, which this program never sends
    assert {name: read_refusal(refusal_of(release, name)) for name in refused} == ON_ALL | SOME[release.name]


def test_pairing_names_the_request_to_approve(release):
    for name in ("pairing-required", "pairing-more-scopes"):
        error_response = refusal_of(release, name)
        assert error_response.code == "NOT_PAIRED"
        assert error_response.request_id
        assert error_response.upgrade == (name == "pairing-more-scopes" and release.name != OLDEST)
        refuser = Generation.CLAWDBOT if release.name == OLDEST else Generation.UNKNOWN
        assert generation_of(error_response) is refuser


def test_a_protocol_mismatch_has_the_supported_version(release):
    spoken = 4 if release.name in ("2026.7.1", "2026.9.6") else 3
    assert refusal_of(release, "connect-protocol-5-to-9").expected_protocol == spoken


def test_only_the_latest_release_says_when_to_try_again(release):
    if release.name == "2026.9.6":
        assert refusal_of(release, "rate-limited").retry_after == pytest.approx(299.942)
    if release.name == "2026.7.1":
        assert refusal_of(release, "rate-limited").retry_after is None


@pytest.mark.parametrize(
    ("error_response", "refusal"),
    [
        (ErrorResponse("INVALID_REQUEST", "words", detail="AUTH_TOKEN_MISSING"), Refusal.TOKEN_MISSING),
        (ErrorResponse("INVALID_REQUEST", "unauthorized: gateway token missing"), Refusal.TOKEN_MISSING),
        (ErrorResponse("INVALID_REQUEST", "unauthorized: gateway password mismatch"), Refusal.PASSWORD_WRONG),
        (ErrorResponse("INVALID_REQUEST", "device signature new", detail="DEVICE_AUTH_NEW"), Refusal.DEVICE),
        (ErrorResponse("INVALID_REQUEST", "words", detail="DEVICE_AUTH_SIGNATURE_INVALID"), Refusal.DEVICE),
        (ErrorResponse("INVALID_REQUEST", "device nonce required", detail="DEVICE_AUTH_NEW"), Refusal.OTHER),
        (
            ErrorResponse("INVALID_REQUEST", "words", detail="AUTH_DEVICE_TOKEN_MISMATCH"),
            Refusal.DEVICE_TOKEN,
        ),
        (ErrorResponse("INVALID_REQUEST", "unauthorized: device token mismatch"), Refusal.DEVICE_TOKEN),
        (
            ErrorResponse("INVALID_REQUEST", "words", detail="AUTH_SCOPE_MISMATCH"),
            Refusal.DEVICE_TOKEN_SCOPES,
        ),
        (ErrorResponse("INVALID_REQUEST", "device token scope mismatch"), Refusal.DEVICE_TOKEN_SCOPES),
        (ErrorResponse("NOT_PAIRED", "words"), Refusal.PAIRING),
        (ErrorResponse("NOT_PAIRED", "device identity required"), Refusal.DEVICE),
        (ErrorResponse("INVALID_REQUEST", "Pairing Required"), Refusal.PAIRING),
        (ErrorResponse("UNAVAILABLE", "gateway starting; retry shortly"), Refusal.STARTING),
        (ErrorResponse("UNAVAILABLE", "words", detail="STARTING"), Refusal.STARTING),
        (ErrorResponse("INVALID_REQUEST", "invalid role"), Refusal.OTHER),
        (ErrorResponse("INVALID_REQUEST", "words", detail="AUTH_BOOTSTRAP_TOKEN_INVALID"), Refusal.OTHER),
    ],
)
def test_the_fine_code_decides_then_the_sentence(error_response, refusal):
    assert read_refusal(error_response) is refusal


def login_of(params):
    device = params["device"]
    return Login(
        nonce=device["nonce"],
        scopes=tuple(params["scopes"]),
        caps=tuple(params["caps"]),
        version=params["client"]["version"],
        platform=params["client"]["platform"],
    )


def unpadded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_a_signature_that_every_gateway_accepted_is_of_our_text(release):
    conversation = release.recording("connect-with-device")
    params = conversation.requests("connect")[-1]["params"]
    device = params["device"]
    signed = signed_text(login_of(params), device["id"], device["signedAt"], params["auth"]["token"])
    key = unpadded(device["publicKey"])
    assert hashlib.sha256(key).hexdigest() == device["id"]
    assert VerifyKey(key).verify(signed.encode(), unpadded(device["signature"])) == signed.encode()
    assert conversation.answer("connect")["ok"] is True


def test_our_parameters_are_those_that_every_gateway_accepted(release):
    params = release.recording("connect-with-device").requests("connect")[-1]["params"]
    ours = connect_params(login_of(params), params["auth"], params["device"])
    assert ours.pop("client") == {
        **{name: params["client"][name] for name in ("id", "mode", "version", "platform")},
        "displayName": "ClawTray",
    }
    assert ours == {name: value for name, value in params.items() if name != "client"}


def test_the_signed_text_to_the_byte():
    login = Login("nonce-1", CONTROL_SCOPES, CONTROL_CAPS, "1.0", "linux")
    assert signed_text(login, "ab12", 1795359309019, "") == (
        "v2|ab12|gateway-client|backend|operator|operator.admin,operator.read,operator.write,"
        "operator.approvals,operator.pairing|1795359309019||nonce-1"
    )


def test_without_a_secret_there_is_no_auth():
    login = Login("n", WATCH_SCOPES, (), "1.0", "linux")
    assert "auth" not in connect_params(login, {}, {"id": "d"})
    assert connect_params(login, {"password": "p"}, {"id": "d"})["auth"] == {"password": "p"}


def test_scopes_are_always_asked_for():
    assert WATCH_SCOPES == ("operator.read",)
    assert set(WATCH_SCOPES) < set(ASK_SCOPES) < set(CONTROL_SCOPES)
    assert set(CONTROL_SCOPES) == ALL_SCOPES


def test_unused_events_are_not_requested():
    assert "tool-events" not in CONTROL_CAPS
    login = Login("n", CONTROL_SCOPES, ("one", "two"), "1.0", "linux")
    assert connect_params(login, {}, {"id": "d"})["caps"] == ["one", "two"]


@given(data=st.data())
def test_a_spoilt_hello_is_still_read(release, spoil, data):
    payload = release.recording("connect-three-scopes").answer("connect")["payload"]
    hello = read_hello(spoil(data, payload))
    assert hello.tick > 0
    assert hello.main_key.encode("utf-8")
    assert hello.protocol >= 1


@given(code=st.text(), message=st.text(), detail=st.none() | st.text())
def test_every_failure_has_a_reason(code, message, detail):
    assert isinstance(read_refusal(ErrorResponse(code, message, detail)), Refusal)


@pytest.mark.parametrize(
    ("auth", "token"),
    [
        ({"deviceToken": "d3vice"}, "d3vice"),
        ({"deviceToken": ""}, None),
        ({"deviceToken": "d3vice" * 1_000}, None),
        ({"deviceToken": "d3vice" + "0123456789abcdef" * 2}, None),
        (
            {"deviceToken": "0123456789abcdef d3vice 0123456789abcde"},
            "0123456789abcdef d3vice 0123456789abcde",
        ),
        ({"deviceToken": 7}, None),
        ({}, None),
    ],
)
def test_what_was_given_to_this_device_is_no_part_of_the_hello(auth, token):
    assert read_device_token({"auth": auth}) == token
    assert "d3vice" not in repr(read_hello({"auth": auth}))
