"""The door, judged without a socket: who may come in, and in which words the others may not."""

import base64
import hashlib

import pytest
from nacl.signing import SigningKey

from tray.demo.handshake import Caller, Turned, admit

NOW = 1_795_360_000_000
NONCE, TOKEN = "nonce-1", "secret"
SCOPES = ["operator.read", "operator.write"]


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def connect(*, device=True, signed=None, **changes):
    params = {
        "minProtocol": 3,
        "maxProtocol": 4,
        "client": {"id": "gateway-client", "mode": "backend", "version": "1", "platform": "linux"},
        "role": "operator",
        "scopes": SCOPES,
        "auth": {"token": TOKEN},
        **changes,
    }
    if device:
        key = SigningKey(bytes(32))
        public = bytes(key.verify_key)
        device_id = hashlib.sha256(public).hexdigest()
        client = params["client"]
        secret = params.get("auth", {}).get("token", "")
        scopes = ",".join(params.get("scopes", []))
        fields = ("v2", device_id, client["id"], client["mode"], "operator", scopes, str(NOW), secret, NONCE)
        params["device"] = {
            "id": device_id,
            "publicKey": base64url(public),
            "signature": base64url(key.sign("|".join(fields).encode()).signature),
            "signedAt": NOW,
            "nonce": NONCE,
            **(signed or {}),
        }
    return params


def judge(params, *, origin=None, method="connect"):
    return admit(method, params, Caller(NONCE, TOKEN, origin, NOW))


def refusal(params, **more):
    with pytest.raises(Turned) as turned:
        judge(params, **more)
    verdict = turned.value
    return verdict.error["code"], verdict.error.get("details", {}).get("code"), verdict.close_code


CLI = {"id": "cli", "mode": "cli", "version": "1", "platform": "linux"}
TEST = {"id": "test", "mode": "test", "version": "1", "platform": "linux"}


@pytest.mark.parametrize(
    ("params", "granted"),
    [
        (connect(), SCOPES),
        (connect(device=False), SCOPES),
        (connect(device=False, client=CLI), SCOPES),
        (connect(device=False, client=TEST), []),
        (connect(client=TEST), SCOPES),
        (connect(scopes=[]), []),
        (connect(scopes=["operator.read", "operator.surprise"]), ["operator.read"]),
        (connect(auth={"password": TOKEN}), SCOPES),
    ],
)
def test_who_comes_in_is_granted(params, granted):
    assert list(judge(params)) == granted


def test_no_scopes_asked_for_are_none_granted():
    params = connect(device=False)
    del params["scopes"]
    assert judge(params) == ()


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        (connect(minProtocol=5, maxProtocol=9), ("INVALID_REQUEST", "PROTOCOL_MISMATCH", 1002)),
        (connect(minProtocol=3, maxProtocol=3), ("INVALID_REQUEST", "PROTOCOL_MISMATCH", 1002)),
        (connect(auth={"token": "wrong"}), ("INVALID_REQUEST", "AUTH_TOKEN_MISMATCH", 1008)),
        (connect(auth={}), ("INVALID_REQUEST", "AUTH_TOKEN_MISSING", 1008)),
        (connect(device=False, auth={}), ("NOT_PAIRED", "DEVICE_IDENTITY_REQUIRED", 1008)),
        (connect(role="node"), ("INVALID_REQUEST", None, 1008)),
        (connect(signed={"id": "ab" * 32}), ("INVALID_REQUEST", "DEVICE_AUTH_DEVICE_ID_MISMATCH", 1008)),
        (connect(signed={"nonce": "other"}), ("INVALID_REQUEST", "DEVICE_AUTH_NONCE_MISMATCH", 1008)),
        (
            connect(signed={"signedAt": NOW - 120_001}),
            ("INVALID_REQUEST", "DEVICE_AUTH_SIGNATURE_EXPIRED", 1008),
        ),
        (connect(signed={"signedAt": NOW - 1}), ("INVALID_REQUEST", "DEVICE_AUTH_SIGNATURE_INVALID", 1008)),
        (connect(signed={"signature": "AAAA"}), ("INVALID_REQUEST", "DEVICE_AUTH_SIGNATURE_INVALID", 1008)),
        (connect(signed={"publicKey": "no!"}), ("INVALID_REQUEST", "DEVICE_AUTH_SIGNATURE_INVALID", 1008)),
        (connect(extra=1), ("INVALID_REQUEST", None, 1008)),
        ("text", ("INVALID_REQUEST", None, 1008)),
    ],
)
def test_who_does_not_gets_the_reason(params, expected):
    assert refusal(params) == expected


def test_an_origin_header_ruins_it():
    own = "http://127.0.0.1:18789"
    assert judge(connect(device=False), origin=own) == ()
    assert refusal(connect(), origin=own) == ("NOT_PAIRED", "PAIRING_REQUIRED", 1008)
    foreign = refusal(connect(), origin="https://example.com")
    assert foreign == ("INVALID_REQUEST", "CONTROL_UI_ORIGIN_NOT_ALLOWED", 1008)


def test_the_first_request_has_to_be_connect():
    with pytest.raises(Turned, match="first request must be connect"):
        judge({}, method="health")


def test_an_invented_client_id_is_refused_in_the_measured_words():
    with pytest.raises(Turned, match="at /client/id: must be equal to one of the allowed values"):
        judge(connect(device=False, client={**CLI, "id": "clawtray"}))


def test_no_secret_is_in_the_repr_of_a_caller():
    assert "secret" not in repr(Caller(NONCE, TOKEN, None, NOW))
