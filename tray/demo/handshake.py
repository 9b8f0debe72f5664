"""Logins to the simulated gateway: accepts or refuses a `connect` as OpenClaw 2026.9.6 does.

Knows no socket and no session.
"""

import base64
import binascii
import hashlib
import hmac
from typing import ClassVar
from urllib.parse import urlsplit

from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from tray.demo.methods import SCOPES
from tray.demo.schema import Json, Shape, a, at_least, complaints, one_of, text
from tray.values import PrivateStruct

PROTOCOL = 4
_OLDEST_PROBED = 3
_SKEW_MS = 120_000
_KEEP_SCOPES_WITHOUT_DEVICE = {("gateway-client", "backend"), ("cli", "cli")}

_CLIENT_IDS = (
    *("gateway-client", "cli", "webchat", "webchat-ui", "node-host", "test", "fingerprint", "openclaw-tui"),
    *("openclaw-control-ui", "openclaw-macos", "openclaw-ios", "openclaw-android", "openclaw-probe"),
)
_CONNECT = Shape(
    ("minProtocol", "maxProtocol", "client"),
    {
        "minProtocol": at_least(1),
        "maxProtocol": at_least(1),
        "client": Shape(
            ("id", "version", "platform", "mode"),
            {
                "id": one_of(*_CLIENT_IDS),
                "version": text,
                "platform": text,
                "mode": one_of("webchat", "cli", "ui", "backend", "node", "probe", "test"),
                "displayName": text,
                "deviceFamily": text,
                "modelIdentifier": text,
                "instanceId": text,
            },
        ),
        "caps": a(list),
        "commands": a(list),
        "permissions": a(dict),
        "role": text,
        "scopes": a(list),
        "auth": Shape(members=dict.fromkeys(("token", "password", "deviceToken", "bootstrapToken"), a(str))),
        "device": Shape(
            ("id", "publicKey", "signature", "signedAt", "nonce"),
            {"id": text, "publicKey": text, "signature": text, "signedAt": at_least(0), "nonce": text},
        ),
        "locale": a(str),
        "userAgent": a(str),
        "pathEnv": a(str),
    },
)


class Caller(PrivateStruct, frozen=True):
    """What the door knows before a client speaks: nonce, secret, the client's Origin header, the time.

    `device_token` is the other secret, which was given to the device; None if none was.
    """

    private_fields: ClassVar[frozenset[str]] = frozenset({"nonce", "token", "device_token"})

    nonce: str
    token: str
    origin: str | None
    now_ms: int
    device_token: str | None = None


class Turned(Exception):  # noqa: N818  a verdict, not a failure
    """A refused `connect`: the error object of the answer, and how the socket is closed after it."""

    def __init__(self, error: Json, close_code: int = 1008, reason: str | None = None) -> None:
        super().__init__(str(error["message"]))
        self.error = error
        self.close_code = close_code
        self.reason = str(error["message"]) if reason is None else reason


def turned(code: str, message: str, details: str | None = None, **more: object) -> Turned:
    """Build a refusal with the error `code`; `details` is its `details.code`, `more` goes beside that."""
    error: Json = {"code": code, "message": message}
    if details is not None:
        error["details"] = {"code": details, **more}
    return Turned(error)


def wrong_token() -> Turned:
    """Build the refusal of a wrong token."""
    return turned(
        "INVALID_REQUEST",
        "unauthorized: gateway token mismatch (provide gateway auth token)",
        "AUTH_TOKEN_MISMATCH",
        authReason="token_mismatch",
        canRetryWithDeviceToken=False,
        recommendedNextStep="update_auth_credentials",
    )


def protocol_mismatch(params: Json) -> Turned:
    """Build the refusal of a protocol range, closed with 1002."""
    verdict = turned(
        "INVALID_REQUEST",
        "protocol mismatch",
        "PROTOCOL_MISMATCH",
        clientMinProtocol=params.get("minProtocol"),
        clientMaxProtocol=params.get("maxProtocol"),
        expectedProtocol=PROTOCOL,
        minimumProbeProtocol=_OLDEST_PROBED,
    )
    verdict.close_code = 1002
    return verdict


def pairing_required(params: Json, request_id: str) -> Turned:
    """Build the refusal of a device that its owner has yet to approve."""
    device = params.get("device") or {}
    verdict = turned(
        "NOT_PAIRED",
        "pairing required: device is not approved yet",
        "PAIRING_REQUIRED",
        reason="not-paired",
        requestId=request_id,
        remediationHint="Approve this device from the pending pairing requests.",
        deviceId=device.get("id"),
        requestedRole=params.get("role", "operator"),
        requestedScopes=params.get("scopes", []),
    )
    verdict.reason += f" (requestId: {request_id})"
    return verdict


def admit(method: str, params: object, caller: Caller) -> tuple[str, ...]:
    """Judge a client's first request; return the granted scopes in the order in which they were asked for.

    The order of the checks and their words were measured on 2026.9.6; the signature payload is v2.

    Raises:
        Turned: The client may not come in.
    """
    if method != "connect":
        raise turned("INVALID_REQUEST", "invalid handshake: first request must be connect")
    if faults := "; ".join(complaints(_CONNECT, params)):
        raise turned("INVALID_REQUEST", f"invalid connect params: {faults}")
    assert isinstance(params, dict)
    if not params["minProtocol"] <= PROTOCOL <= params["maxProtocol"]:
        raise protocol_mismatch(params)
    if params.get("role", "operator") != "operator":
        raise turned("INVALID_REQUEST", "invalid role")
    if caller.origin is not None and urlsplit(caller.origin).hostname not in {"127.0.0.1", "localhost"}:
        raise turned(
            "INVALID_REQUEST",
            "origin not allowed (open the Control UI from the gateway host)",
            "CONTROL_UI_ORIGIN_NOT_ALLOWED",
        )
    auth = params.get("auth", {})
    secret = auth.get("token") or auth.get("password")
    if "device" in params:
        _check_device(params, auth.get("token") or auth.get("deviceToken") or "", caller)
    elif not secret:
        raise turned("NOT_PAIRED", "device identity required", "DEVICE_IDENTITY_REQUIRED")
    if not secret:
        raise turned(
            "INVALID_REQUEST",
            "unauthorized: gateway token missing (provide gateway auth token)",
            "AUTH_TOKEN_MISSING",
        )
    good = [token for token in (caller.token, caller.device_token) if token is not None]
    if not any(hmac.compare_digest(secret.encode(), token.encode()) for token in good):
        raise wrong_token()
    return _granted(params, caller)


def _check_device(params: Json, secret: str, caller: Caller) -> None:
    """Verify the device: its id is the key's SHA-256, and the key signed this nonce and these parameters."""
    device, client = params["device"], params["client"]
    try:
        key = _unpadded(device["publicKey"])
        signature = _unpadded(device["signature"])
    except (binascii.Error, ValueError):
        raise _device("device signature invalid", "SIGNATURE_INVALID", "device-signature") from None
    if hashlib.sha256(key).hexdigest() != device["id"]:
        raise _device("device identity mismatch", "DEVICE_ID_MISMATCH", "device-id-mismatch")
    if abs(device["signedAt"] - caller.now_ms) > _SKEW_MS:
        raise _device("device signature expired", "SIGNATURE_EXPIRED", "device-signature-stale")
    if device["nonce"] != caller.nonce:
        raise _device("device nonce mismatch", "NONCE_MISMATCH", "device-nonce-mismatch")
    role, scopes = params.get("role", "operator"), ",".join(params.get("scopes", []))
    named = (device["id"], client["id"], client["mode"], role, scopes)
    payload = "|".join(("v2", *named, str(device["signedAt"]), secret, device["nonce"]))
    try:
        VerifyKey(key).verify(payload.encode(), signature)
    except (CryptoError, ValueError):
        raise _device("device signature invalid", "SIGNATURE_INVALID", "device-signature") from None


def _granted(params: Json, caller: Caller) -> tuple[str, ...]:
    """Grant what was asked for, unless an Origin header or a missing device empties the scopes."""
    client = params["client"]
    if caller.origin is not None:
        if "device" in params:
            raise pairing_required(params, "pairing-by-origin")
        return ()
    if "device" not in params and (client["id"], client["mode"]) not in _KEEP_SCOPES_WITHOUT_DEVICE:
        return ()
    return tuple(scope for scope in params.get("scopes", []) if scope in SCOPES)


def _device(message: str, code: str, reason: str) -> Turned:
    return turned("INVALID_REQUEST", message, f"DEVICE_AUTH_{code}", reason=reason)


def _unpadded(value: str) -> bytes:
    return base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
