"""A server that goes on answering byte by byte holds no command for longer than `--timeout` says."""

from __future__ import annotations

import contextlib
import socketserver
import threading

import pytest

DOWN = 40
PACE = 0.2


class Dripping(socketserver.ThreadingTCPServer):
    """A context manager: answers each client with the beginning of an upgrade that never ends."""

    daemon_threads = True
    block_on_close = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Drip)
        self.over = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever)

    @property
    def url(self):
        return f"ws://127.0.0.1:{self.server_address[1]}"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.shutdown()
        self.server_close()
        self._thread.join()


class Drip(socketserver.BaseRequestHandler):
    def handle(self):
        with contextlib.suppress(OSError):
            self.request.recv(4096)
            self.request.sendall(b"HTTP/1.1 101 Switching Protocols\r\nX: ")
            while not self.server.over.wait(PACE):
                self.request.sendall(b"a")


@pytest.mark.parametrize(("command", "code"), [("status", DOWN), ("doctor", DOWN), ("diagnostics", 0)])
def test_the_command_ends(clawtray, command, code):
    with Dripping() as server:
        running = clawtray(server, "--timeout", "2", command)
        assert running.ended() == code
    text = "\n".join(running.lines)
    assert "not a gateway" not in text
    if command != "status":
        assert "timed out" in text
