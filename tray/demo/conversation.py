"""The messages of one client of the simulated gateway: its handshake, then its requests.

Owns no thread; runs on the connection's own.
"""

import json
import secrets
from collections.abc import Callable

from tray.demo import handshake
from tray.demo.behaviour import Behaviour, Reply
from tray.demo.client import Client
from tray.demo.methods import Refused, check
from tray.demo.port import HANDSHAKE_SECONDS
from tray.demo.schema import Json, Shape, a, complaints, now_ms, one_of, text
from tray.demo.service import Service

_REQUEST = Shape(
    ("type", "id", "method"), {"type": one_of("req"), "id": text, "method": text, "params": a(dict)}
)
_LONGEST_REASON = 120


class Conversation:
    """One client's talk with the gateway; `note` keeps the record of every request."""

    def __init__(
        self, client: Client, service: Service, behaviour: Behaviour, note: Callable[[str, Json], None]
    ) -> None:
        self._client, self._service, self._behaviour, self._note = client, service, behaviour, note

    def admit(self, token: str, device_token: str | None, boot_id: str, tick_seconds: float) -> bool:
        """Shake hands; True when the client is in, and was sent hello-ok."""
        client, nonce = self._client, secrets.token_urlsafe(18)
        if self._behaviour.challenges():
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
            self._behaviour.judge(params)
            caller = handshake.Caller(nonce, token, origin, now_ms(), device_token)
            client.scopes = self._behaviour.grant(handshake.admit(frame["method"], params, caller))
        except handshake.Turned as verdict:
            client.respond(frame["id"], {"ok": False, "error": verdict.error})
            client.close(verdict.close_code, verdict.reason[:_LONGEST_REASON])
            return False
        # Asked before the client is in: from then on others may do something to it as well.
        welcome = self._behaviour.welcome()
        hello = self._service.hello(client.id, boot_id, client.scopes, tick_seconds)
        if device_token is not None:
            hello["auth"]["deviceToken"] = device_token
        client.enter(frame["id"], hello)
        welcome(client)
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

        if not self._behaviour.answers(method, self._client, reply):
            self._answer(method, params, reply)

    def _answer(self, method: str, params: Json, reply: Reply) -> None:
        try:
            check(method, params, self._client.scopes)
            self._client.subscribed |= method == "sessions.subscribe"
            self._service.answer(method, params, reply)
        except Refused as refusal:
            reply({"ok": False, "error": refusal.error})


def _parsed(message: str | bytes) -> object:
    """Parse a message; a binary one is taken like text, as the real gateway does.

    Raises:
        ValueError: It is not JSON.
    """
    value: object = json.loads(message)
    return value
