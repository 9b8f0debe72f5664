"""One client of the simulated gateway: a WebSocket, and the one thread that writes to it.

Knows frames, never what they say.
"""

import json
import queue
import socket
import threading
import time
from contextlib import suppress

import msgspec
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection

from tray.demo.schema import Json

_PONG_SECONDS = 25.0


class _Close(msgspec.Struct, frozen=True):
    code: int
    reason: str


class _Ping(msgspec.Struct, frozen=True):
    pass


class Client:
    """A connection. Sending never waits: what is to be sent is queued, and written in that order."""

    def __init__(self, connection: ServerConnection, number: int) -> None:
        self.connection = connection
        self.id = f"conn-{number}"
        self.scopes: tuple[str, ...] = ()
        self._welcome = False
        self.subscribed = False
        self._seq = 0
        self._pinged_at = 0.0
        self._pong: threading.Event | None = None
        self._lock = threading.Lock()
        self._outbox: queue.SimpleQueue[str | bytes | _Ping | _Close | None] = queue.SimpleQueue()
        self._writer = threading.Thread(target=self._write, name=f"demo {self.id}", daemon=True)
        self._writer.start()

    @property
    def welcome(self) -> bool:
        """Whether the client is logged in; true once it could see its hello-ok."""
        with self._lock:
            return self._welcome

    def enter(self, request_id: object, hello: Json) -> None:
        """Send hello-ok; from then on the client is in."""
        with self._lock:
            self.respond(request_id, {"ok": True, "payload": hello})
            self._welcome = True

    @property
    def awaits_pong(self) -> bool:
        """Whether a ping was sent that is not answered yet."""
        return self._pong is not None and not self._pong.is_set()

    @property
    def overdue(self) -> bool:
        """Whether a pong is missing for so long that 2026.9.6 would cut the client."""
        return self.awaits_pong and time.monotonic() - self._pinged_at > _PONG_SECONDS

    def ping(self) -> None:
        """Send a ping, unless one is unanswered."""
        if not self.awaits_pong:
            self._outbox.put(_Ping())

    def event(self, name: str, payload: object, *, numbered: bool = True) -> None:
        """Send an event; `seq` counts per connection, as on protocol 4."""
        with self._lock:
            frame: Json = {"type": "event", "event": name, "payload": payload}
            if numbered:
                self._seq += 1
                frame["seq"] = self._seq
            self.text(json.dumps(frame))

    def respond(self, request_id: object, body: Json) -> None:
        """Send the response to a request; `body` is `{ok, payload}` or `{ok, error}`."""
        self.text(json.dumps({"type": "res", "id": request_id, **body}))

    def text(self, text: str) -> None:
        """Send a text frame as it is."""
        self._outbox.put(text)

    def close(self, code: int, reason: str) -> None:
        """Close the WebSocket after everything that is queued."""
        self._outbox.put(_Close(code, reason))

    def cut(self) -> None:
        """Cut the TCP connection at once, without a close frame."""
        with suppress(OSError):
            self.connection.socket.shutdown(socket.SHUT_RDWR)
        self._outbox.put(None)

    def finish(self, seconds: float) -> None:
        """Let the writer finish what is queued, and wait for it at most `seconds`."""
        self._outbox.put(None)
        self._writer.join(seconds)

    def _write(self) -> None:
        with suppress(ConnectionClosed, OSError):
            while (item := self._outbox.get()) is not None:
                match item:
                    case _Close(code, reason):
                        self.connection.close(code, reason)
                    case _Ping():
                        self._pinged_at, self._pong = time.monotonic(), self.connection.ping()
                    case bytes():
                        self.connection.socket.sendall(item)
                    case str():
                        self.connection.send(item)
