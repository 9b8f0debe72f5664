"""A plain operator client for preparing and inspecting a gateway: one connection, one request at a time.

It is written apart from the product on purpose, with another WebSocket library: both are not wrong alike.
"""

from __future__ import annotations

import base64
import hashlib
import json
import ssl
import time
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from nacl.signing import SigningKey
from websockets.sync.client import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from websockets.sync.client import ClientConnection

_SCOPES = ("operator.admin", "operator.read", "operator.write", "operator.approvals", "operator.pairing")
_PATIENCE = 90.0
"""Seconds for an answer: a gateway that compacts, or is one of several, may be mute for half of them."""


class RefusedError(Exception):
    """The gateway answered `ok: false`."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(f"{error.get('code')}: {error.get('message')}")
        self.pairing: str | None = (error.get("details") or {}).get("requestId")


class OperatorClient:
    """A signed-in connection; any call may raise RefusedError, OSError or websockets.WebSocketException."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    def receive(self, *, timeout: float) -> dict[str, Any]:
        """The next frame; raises websockets.ConnectionClosed when the gateway has hung up."""
        frame: dict[str, Any] = json.loads(self._connection.recv(timeout))
        return frame

    def request(self, method: str, params: dict[str, Any], *, timeout: float = _PATIENCE) -> dict[str, Any]:
        """The payload of the answer; for a method answered twice (`agent`), of the final one."""
        request_id = str(uuid.uuid4())
        self._connection.send(
            json.dumps({"type": "req", "id": request_id, "method": method, "params": params})
        )
        deadline = time.monotonic() + timeout
        while True:
            frame = self.receive(timeout=deadline - time.monotonic())
            if frame["type"] != "res" or frame["id"] != request_id:
                continue
            if not frame["ok"]:
                raise RefusedError(frame["error"])
            payload: dict[str, Any] = frame["payload"]  # of a few methods a list
            if not isinstance(payload, dict) or payload.get("status") != "accepted":
                return payload

    def run(self, key: str, message: str) -> dict[str, Any]:
        """Have the agent answer the message in the session; the final payload of `agent`."""
        params = {"message": message, "sessionKey": key, "idempotencyKey": str(uuid.uuid4())}
        return self.request("agent", params, timeout=2 * _PATIENCE)

    def session(self, key: str) -> dict[str, Any]:
        """The session's row; StopIteration if it has none."""
        rows: list[dict[str, Any]] = self.request("sessions.list", {})["sessions"]
        return next(row for row in rows if row["key"] == key)


@contextmanager
def signed_in(url: str, auth: dict[str, str], key: SigningKey | None = None) -> Iterator[OperatorClient]:
    """Connect with every operator scope; `auth` is a token or a password. Raises as OperatorClient.

    `key` is the device's, if it is to be known again.
    """
    # An Origin header would cost the connection its scopes; this library sends none.
    trusting = None
    if url.startswith("wss:"):
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    with connect(
        url,
        ssl=trusting,
        proxy=None,
        max_size=None,
        open_timeout=_PATIENCE,
        ping_interval=None,  # it answers no ping while it compacts
        close_timeout=2,
    ) as connection:
        client = OperatorClient(connection)
        challenge = client.receive(timeout=_PATIENCE)
        client.request(
            "connect", _connect_params(auth, challenge["payload"]["nonce"], key or SigningKey.generate())
        )
        yield client


def _connect_params(auth: dict[str, str], nonce: str, key: SigningKey) -> dict[str, Any]:
    public_key = key.verify_key.encode()
    device_id = hashlib.sha256(public_key).hexdigest()
    client = {"id": "gateway-client", "version": "0", "platform": "test", "mode": "backend"}
    signed_at = int(time.time() * 1000)
    signed = ["v2", device_id, client["id"], client["mode"], "operator", ",".join(_SCOPES)]
    signed += [str(signed_at), auth.get("token", ""), nonce]
    return {
        "minProtocol": 3,
        "maxProtocol": 4,
        "client": client,
        "role": "operator",
        "scopes": _SCOPES,
        **({"auth": auth} if auth else {}),
        "device": {
            "id": device_id,
            "publicKey": _base64url(public_key),
            "signature": _base64url(key.sign("|".join(signed).encode()).signature),
            "signedAt": signed_at,
            "nonce": nonce,
        },
    }


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
