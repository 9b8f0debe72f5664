"""Servers that are no gateway: raw TCP, HTTP and WebSocket frames by hand, and TLS in front of another."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import socket
import ssl
import struct
import threading
from pathlib import Path

SECONDS = 30.0
TLS = Path(__file__).parent / "tls"
FINGERPRINT = hashlib.sha256(ssl.PEM_cert_to_DER_cert((TLS / "certificate.pem").read_text())).hexdigest()
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class Listener:
    """A TCP server on a free loopback port; `serve(connection)` runs on a thread for each client."""

    def __init__(self, serve, *, tls=False):
        self._serve = serve
        self._context = None
        if tls:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(TLS / "certificate.pem", TLS / "key.pem")
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._connections = []
        self._threads = [threading.Thread(target=self._accept)]
        self.clients = 0

    @property
    def url(self):
        scheme = "ws" if self._context is None else "wss"
        return f"{scheme}://127.0.0.1:{self.port}"

    @property
    def port(self):
        return self._listening.getsockname()[1]

    def __enter__(self):
        self._threads[0].start()
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for connection in self._connections:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(SECONDS)
            assert not thread.is_alive()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                self.clients += 1
                self._connections.append(connection)
                thread = threading.Thread(target=self._attend, args=(connection,))
                thread.start()
                self._threads.append(thread)

    def _attend(self, connection):
        with contextlib.suppress(OSError), connection:
            if self._context is None:
                self._serve(connection)
                return
            with self._context.wrap_socket(connection, server_side=True) as secure:
                self._connections.append(secure)
                self._serve(secure)


def hang(connection):
    """Take everything, and say nothing."""
    while connection.recv(65536):
        pass


def reply(data):
    """Wait for the request, say this, and hang up."""

    def serve(connection):
        request(connection)
        connection.sendall(data)

    return serve


def shout(connection):
    """Say something at once, whatever is asked, and wait until the other side hangs up."""
    connection.sendall(b"what?\r\n\r\n")
    hang(connection)


def babble(connection):
    """Answer with a line that never ends."""
    while True:
        connection.sendall(b"x" * 1000)


def relay(port, reads=None):
    """Pass everything on to another port, both ways; what comes to us only while `reads` is set."""

    def serve(connection):
        with socket.create_connection(("127.0.0.1", port), SECONDS) as other:
            other.settimeout(None)
            back = threading.Thread(target=_pump, args=(other, connection))
            back.start()
            _pump(connection, other, reads)
            back.join(SECONDS)

    return serve


def _pump(source, sink, reads=None):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
            if reads is not None:
                reads.wait(SECONDS)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            socket.socket.shutdown(end, socket.SHUT_RDWR)


def request(connection):
    """Read an HTTP request and give its text."""
    text = b""
    while not text.endswith(b"\r\n\r\n"):
        data = connection.recv(4096)
        if not data:
            raise ConnectionError
        text += data
    return text.decode()


def upgrade(connection):
    """Read the request and accept it as a WebSocket; its headers by name in small letters are returned."""
    lines = request(connection).split("\r\n")[1:-2]
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    magic = headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    accept = base64.b64encode(hashlib.sha1(magic.encode()).digest()).decode()
    connection.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept.encode() + b"\r\n\r\n"
    )
    return headers


def frame(opcode, payload=b"", *, fin=True):
    """A frame as a server sends it."""
    first = opcode | (0x80 if fin else 0)
    if len(payload) < 126:
        return struct.pack("!BB", first, len(payload)) + payload
    if len(payload) < 65536:
        return struct.pack("!BBH", first, 126, len(payload)) + payload
    return struct.pack("!BBQ", first, 127, len(payload)) + payload


def read_frames(connection):
    """Yield what the client sends, as pairs of opcode and payload, until it hangs up."""
    with connection.makefile("rb") as source:
        while len(head := source.read(2)) == 2:
            size = head[1] & 0x7F
            if size == 126:
                size = int.from_bytes(source.read(2), "big")
            elif size == 127:
                size = int.from_bytes(source.read(8), "big")
            mask = source.read(4)
            data = source.read(size)
            yield head[0] & 0x0F, bytes(byte ^ mask[at % 4] for at, byte in enumerate(data))
