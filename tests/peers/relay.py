"""A WebSocket relay on loopback before a real gateway: what comes through it comes from elsewhere."""

from __future__ import annotations

import contextlib
import json
import threading
from typing import TYPE_CHECKING, Any, Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.sync.server import serve

if TYPE_CHECKING:
    from collections.abc import Callable

    from websockets.sync.client import ClientConnection
    from websockets.sync.server import ServerConnection

ELSEWHERE = "203.0.113.7"
"""An address for documentation (RFC 5737): nobody's."""


class Relay:
    """Passes frames both ways, as a context manager; a close goes through with its code and its reason.

    With `forwarded_for` it says, as a reverse proxy does, for whom it calls: the gateway must trust it.
    `rewrite` takes each parsed frame of the client, and gives what the gateway gets in its place; `answer`
    does that the other way.
    """

    def __init__(
        self,
        url: str,
        *,
        forwarded_for: str | None = None,
        rewrite: Callable[[dict[str, Any]], dict[str, Any]] = lambda frame: frame,
        answer: Callable[[dict[str, Any]], dict[str, Any]] = lambda frame: frame,
    ) -> None:
        self._url, self._rewrite, self._answer = url, rewrite, answer
        self._headers = {} if forwarded_for is None else {"X-Forwarded-For": forwarded_for}
        self._server = serve(self._pass_on, "127.0.0.1", 0, max_size=None)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self.url = f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()

    def _pass_on(self, client: ServerConnection) -> None:
        with connect(self._url, additional_headers=self._headers, proxy=None, max_size=None) as gateway:
            back = threading.Thread(target=self._answers, args=(gateway, client))
            back.start()
            with contextlib.suppress(ConnectionClosed):
                for message in client:
                    gateway.send(json.dumps(self._rewrite(json.loads(message))))
            gateway.close()
            back.join()

    def _answers(self, gateway: ClientConnection, client: ServerConnection) -> None:
        try:
            while True:
                client.send(json.dumps(self._answer(json.loads(gateway.recv()))))
        except ConnectionClosed as closed:
            notified = closed.rcvd
            client.close(*((1000, "") if notified is None else (notified.code, notified.reason)))
