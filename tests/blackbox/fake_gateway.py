"""A small gateway on loopback that knows nothing of ClawTray: it answers as a test says."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import uuid
from pathlib import Path

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import serve

FRAMES = Path(__file__).parents[1] / "frames"
TOKEN = "a-token-of-a-test"


class RefusedError(Exception):
    """Raised by an answer: the gateway refuses the request with this error."""

    def __init__(self, code, message, **more):
        super().__init__(message)
        self.error = {"code": code, "message": message, **more}


class Several(list):
    """An answer of several messages: a response for each payload, and events as pairs of name and payload."""


class KilledError(Exception):
    """Raised by an answer: the gateway sends this payload, if there is one, and the connection breaks."""


class FakeGateway:
    """A context manager. `answers` holds a payload, or a function of the parameters, for each method.

    The challenge, which is sent without a request, counts as one.

    Attributes:
        requests: Each request that was received: its method and its parameters.
        then: What follows the first answer to a method, once: a function of the connection.
        hung_up: A client has closed its connection.
        spell: How a message is written, given its usual JSON.
    """

    def __init__(self, host="127.0.0.1", **answers):
        self.answers = {
            "connect.challenge": challenge,
            "connect": hello,
            "sessions.subscribe": {},
            "models.list": {"models": []},
        }
        self.answers |= {name.replace("__", "."): answer for name, answer in answers.items()}
        self.requests = []
        self._connections = []
        self.spell = str
        self.then = {}
        self.hung_up = threading.Event()
        self._server = serve(self._talk, host, 0, compression=None)
        self._thread = threading.Thread(target=self._server.serve_forever)

    @property
    def url(self):
        host, port = self._server.socket.getsockname()
        return f"ws://{host}:{port}"

    @property
    def port(self):
        return self._server.socket.getsockname()[1]

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()

    def push(self, name, **payload):
        """Send an event to every client."""
        for connection in self._connections:
            with contextlib.suppress(ConnectionClosed):
                connection.send(self.spell(event(name, payload)))

    def _talk(self, connection):
        self._connections.append(connection)
        with contextlib.suppress(ConnectionClosed):
            connection.send(event("connect.challenge", self.answers["connect.challenge"]({})))
            for message in connection:
                request = json.loads(message)
                self.requests.append((request["method"], request.get("params", {})))
                try:
                    answers = list(self._answers(request["id"], *self.requests[-1]))
                except KilledError as killed:
                    for payload in killed.args:
                        self._send(
                            connection, {"type": "res", "id": request["id"], "ok": True, "payload": payload}
                        )
                    connection.socket.shutdown(socket.SHUT_RDWR)
                    break
                for answer in answers:
                    self._send(connection, answer)
                self.then.pop(request["method"], lambda _: None)(connection)
        self.hung_up.set()

    def _send(self, connection, answer):
        connection.send(self.spell(json.dumps(answer)))

    def _answers(self, identity, method, params):
        answer = self.answers.get(method, _unknown)
        response = {"type": "res", "id": identity}
        try:
            answer = answer(params) if callable(answer) else answer
        except RefusedError as refused:
            yield {**response, "ok": False, "error": refused.error}
            return
        for each in answer if isinstance(answer, Several) else [answer]:
            if isinstance(each, tuple):
                yield {"type": "event", "event": each[0], "payload": each[1]}
            else:
                yield {**response, "ok": True, "payload": each}


def event(name, payload):
    """The text of an event."""
    return json.dumps({"type": "event", "event": name, "payload": payload})


def _unknown(_):
    raise RefusedError("INVALID_REQUEST", "unknown method")


def challenge(_):
    """A challenge to sign, which differs each time."""
    return {"nonce": str(uuid.uuid4()), "ts": 1_790_000_000_000}


def hello(params, release="2026.9.6"):
    """What this release answers to a login, as recorded, with the scopes that were asked for."""
    recorded = json.loads((FRAMES / release / "connect-with-device.json").read_text(encoding="utf-8"))
    payload = recorded["frames"][-1][1]["payload"]
    return {**payload, "auth": {"method": "token", "role": "operator", "scopes": params["scopes"]}}


def listing(*rows):
    """An answer to `sessions.list` with these rows; what a row does not say is as in a usual one."""
    usual = {
        "key": "agent:main:main",
        "kind": "direct",
        "label": "main",
        "isMain": True,
        "isBackground": False,
        "sessionId": "00000000-0000-4000-8000-000000000001",
        "systemSent": True,
        "inputTokens": 60_000,
        "outputTokens": 500,
        "totalTokens": 62_000,
        "totalTokensFresh": True,
        "contextTokens": 200_000,
        "modelProvider": "anthropic",
        "model": "claude-opus-4-5",
        "status": "done",
        "hasActiveRun": False,
    }
    defaults = {"modelProvider": "anthropic", "model": "claude-opus-4-5", "contextTokens": 200_000}
    return {"count": len(rows), "defaults": defaults, "sessions": [{**usual, **row} for row in rows]}
