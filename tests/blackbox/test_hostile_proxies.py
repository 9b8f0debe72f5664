"""A proxy that never stops talking takes neither memory nor threads: each attempt ends."""

from __future__ import annotations

import contextlib
import socketserver
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

GROWTH = 60
"""Megabytes; a first attempt takes some for what it loads."""
ATTEMPTS = 3
CHUNK = b"a" * 65536
ENOUGH = 80_000_000
"""Bytes that nobody reads who has a limit; no buffer of the system's holds as many."""


class Proxy(socketserver.ThreadingTCPServer):
    """A context manager: answers each client with a line that never ends, and counts what is taken of it.

    Attributes:
        taken: The bytes that each client took, in the order in which they were cut off.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Client)
        self.taken = []
        self.ended = threading.Semaphore(0)
        self._thread = threading.Thread(target=self.serve_forever)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()
        self._thread.join()


class Client(socketserver.BaseRequestHandler):
    def handle(self):
        taken = 0
        with contextlib.suppress(OSError):
            self.request.recv(4096)
            self.request.sendall(b"HTTP/1.1 200 Connection established\r\nX: ")
            while taken < ENOUGH:
                self.request.sendall(CHUNK)
                taken += len(CHUNK)
        self.server.taken.append(taken)
        self.server.ended.release()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="looks at memory as Linux shows it")
def test_what_a_proxy_says_is_not_read_without_end(clawtray):
    far = SimpleNamespace(url="wss://gateway.invalid")
    with Proxy() as proxy:
        watch = clawtray(far, "watch", https_proxy=proxy.url, no_proxy="", NO_PROXY="")
        watch.until(lambda line: line == "connecting")
        before = watch.peak_memory
        for _ in range(ATTEMPTS):
            assert proxy.ended.acquire(timeout=60)
        assert watch.peak_memory - before < GROWTH
        watch.until(lambda line: "A proxy blocks the connection" in line)
        watch.interrupt()
    assert all(taken < ENOUGH for taken in proxy.taken), proxy.taken
