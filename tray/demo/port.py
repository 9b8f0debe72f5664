"""The loopback port of the simulated gateway, which can stop listening and begin again on the same number.

Knows `websockets`, and nothing of what is spoken over it.
"""

import logging
import socket
import sys
import time
from collections.abc import Callable

from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

HOST = "127.0.0.1"
GOODBYE_SECONDS = 2.0
HANDSHAKE_SECONDS = 15.0
_LARGEST_MESSAGE = 26_214_400
_HELD_SECONDS, _AGAIN_SECONDS = 2.0, 0.002
"""The kernel may hold a port for some milliseconds after its listener was closed amid a poll."""

# A connection that breaks on purpose is no news for a person; who wants to know adds a handler.
_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())

Spawn = Callable[[Callable[[], None]], None]


class Port:
    """A port with a WebSocket server on it while it is open, and with nobody on it while it is shut."""

    def __init__(
        self,
        number: int,
        serve_one: Callable[[ServerConnection], None],
        upgrade: Callable[[ServerConnection, Request], Response | None],
        spawn: Spawn,
    ) -> None:
        """Make a port that is not taken yet.

        Args:
            number: The port; 0 takes a free one.
            serve_one: Speaks with a client, on a thread of its own, until it returns.
            upgrade: May answer the upgrade to WebSocket with something else.
            spawn: Runs something on a thread of its own.
        """
        self.number = number
        self._serve_one, self._upgrade, self._spawn = serve_one, upgrade, spawn
        self._bound: socket.socket | None = None
        self._server: Server | None = None

    @property
    def listening(self) -> bool:
        """Whether a client would be let in."""
        return self._server is not None

    def open(self) -> None:
        """Listen.

        Raises:
            OSError: The port is taken.
        """
        if self._bound is None:
            self._bind()
        assert self._bound is not None
        self._bound.listen()
        server = serve(
            self._serve_one,
            sock=self._bound,
            process_request=self._upgrade,
            compression=None,
            open_timeout=HANDSHAKE_SECONDS,
            ping_interval=None,  # pings are sent by hand, so that a gateway that is silent really is
            close_timeout=GOODBYE_SECONDS,
            max_size=_LARGEST_MESSAGE,
            logger=_log,
        )
        self._bound, self._server = None, server
        self._spawn(server.serve_forever)

    def shut(self) -> None:
        """Refuse new connections, but keep the port and the connections that stand."""
        if self._server is not None:
            self._unlisten(self._server)
            self._bind(patience=_HELD_SECONDS)

    def leave(self) -> None:
        """Give the port up."""
        if self._server is not None:
            self._unlisten(self._server)
        if self._bound is not None:
            self._bound.close()
            self._bound = None

    def _unlisten(self, server: Server) -> None:
        # shutdown() closes the port at once, then waits for the last connection, which may stand for long.
        self._spawn(lambda: server.shutdown(close_connections=False))
        server.socket_closed.wait(GOODBYE_SECONDS)
        self._server = None

    def _bind(self, patience: float = 0.0) -> None:
        """Take the port without listening: connections are refused, and no other program can have it."""
        give_up_at = time.monotonic() + patience
        while True:
            bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            if sys.platform != "win32":
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                bound.bind((HOST, self.number))
                break
            except OSError:
                bound.close()
                if time.monotonic() >= give_up_at:
                    raise
            time.sleep(_AGAIN_SECONDS)
        self._bound, self.number = bound, bound.getsockname()[1]
