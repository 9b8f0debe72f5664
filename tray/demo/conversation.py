"""What is spoken with one client of the simulated gateway: its handshake, then its requests.

Owns no thread; runs on the connection's own.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable

from tray.demo import handshake, stream
from tray.demo.client import Client
from tray.demo.faults import DOOR, STREAM, Fault, Faults
from tray.demo.methods import Refused, check
from tray.demo.port import HANDSHAKE_SECONDS, Spawn
from tray.demo.runs import Reply
from tray.demo.schema import Json, Shape, a, complaints, now_ms, one_of, text
from tray.demo.service import Service

_REQUEST = Shape(
    ("type", "id", "method"), {"type": one_of("req"), "id": text, "method": text, "params": a(dict)}
)
_LONGEST_REASON = 120
_REJECTION = ("details", "retryable", "retryAfterMs")


class Conversation:
    """One client's talk with the gateway; `note` keeps the record of every request."""

    def __init__(
        self,
        client: Client,
        service: Service,
        faults: Faults,
        note: Callable[[str, Json], None],
        spawn: Spawn,
    ) -> None:
        self._client, self._service, self._faults = client, service, faults
        self._note, self._spawn = note, spawn

    def admit(self, token: str, device_token: str | None, boot_id: str, tick_seconds: float) -> bool:
        """Shake hands; True when the client is in, and was sent hello-ok."""
        client, nonce = self._client, secrets.token_urlsafe(18)
        if not self._faults.take("no_challenge"):
            client.event("connect.challenge", {"nonce": nonce, "ts": now_ms()}, numbered=False)
        try:
            frame = _parsed(client.connection.recv(timeout=HANDSHAKE_SECONDS))
        except (TimeoutError, ValueError):
            client.close(1000, "")
            return False
        if not isinstance(frame, dict) or any(complaints(_REQUEST, frame)):
            client.close(1008, "invalid request frame")
            return False
        params = frame.get("params", {})
        self._note(frame["method"], params)
        request = client.connection.request
        origin = None if request is None else request.headers.get("Origin")
        try:
            for name in DOOR:
                if fault := self._faults.take(name):
                    raise handshake.turned_by(fault, params)
            client.scopes = handshake.admit(
                frame["method"], params, handshake.Caller(nonce, token, origin, now_ms(), device_token)
            )
        except handshake.Turned as verdict:
            client.respond(frame["id"], {"ok": False, "error": verdict.error})
            client.close(verdict.close_code, verdict.reason[:_LONGEST_REASON])
            return False
        if self._faults.take("scopes_emptied"):
            client.scopes = ()
        # Taken before the client is in: one that is in already has each new fault from whoever sets it.
        pending = [fault for name in sorted(STREAM) if (fault := self._faults.take(name))]
        hello = self._service.hello(client.id, boot_id, client.scopes, tick_seconds)
        if device_token is not None:
            hello["auth"]["deviceToken"] = device_token
        client.enter(frame["id"], hello)
        for fault in pending:
            stream.upset(client, fault, self._spawn)
        client.event("health", self._service.health())
        return True

    def receive(self, message: str | bytes) -> None:
        """Answer one message of a client that is in."""
        try:
            frame = _parsed(message)
        except ValueError:
            return  # measured: after connect, what is not JSON is never answered
        if faults := "; ".join(complaints(_REQUEST, frame)):
            request_id = frame.get("id", "invalid") if isinstance(frame, dict) else "invalid"
            refusal = Refused("INVALID_REQUEST", f"invalid request frame: {faults}")
            self._client.respond(request_id, {"ok": False, "error": refusal.error})
            return
        assert isinstance(frame, dict)
        request_id, method, params = frame["id"], frame["method"], frame.get("params", {})
        self._note(method, params)

        def reply(body: Json) -> None:
            self._client.respond(request_id, body)

        if not self._goes_wrong(method, reply):
            self._answer(method, params, reply)

    def _answer(self, method: str, params: Json, reply: Reply) -> None:
        try:
            check(method, params, self._client.scopes)
            self._client.subscribed |= method == "sessions.subscribe"
            self._service.answer(method, params, reply)
        except Refused as refusal:
            reply({"ok": False, "error": refusal.error})

    def _goes_wrong(self, method: str, reply: Reply) -> bool:
        """Let the request have the fault in force for its method; True when that was all its answer."""
        if fault := self._faults.take("die_during", method=method):
            self._client.cut()
            return not fault.options.get("started")
        if self._faults.take("mute", method=method):
            return True
        if fault := self._faults.take("reject", method=method):
            reply({"ok": False, "error": _rejection(fault)})
            return True
        if fault := self._faults.take("answer", method=method):
            reply({"ok": True, "payload": fault.options.get("payload")})
            return True
        return False


def _rejection(fault: Fault) -> Json:
    error = {
        "code": fault.text("code", "UNAVAILABLE"),
        "message": fault.text("message", "refused on purpose"),
    }
    return error | {name: fault.options[name] for name in _REJECTION if name in fault.options}


def _parsed(message: str | bytes) -> object:
    """Parse a message; a binary one is taken like text, as the real gateway does.

    Raises:
        ValueError: It is not JSON.
    """
    value: object = json.loads(message)
    return value
