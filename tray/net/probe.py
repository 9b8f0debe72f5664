"""Tests an address layer by layer without logging in: its name, the port, encryption, and plain HTTP."""

import contextlib
import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from tray.core.connection.diagnosis import Certificate, Layer, Probe
from tray.i18n.words import Message, MessageError, message
from tray.net.websocket import proxy_variable, reason
from tray.settings.address import certificate_fingerprint
from tray.settings.target import Target

_MAX_ADDRESSES = 4
"""Addresses of a name that are reported; some names have dozens."""
_MAX_LENGTH = 200
_MAX_HEAD = 8_192
"""Bytes of a response within which its head must end."""


class _Failed(MessageError):  # noqa: N818 - it says what happened
    """A layer failed, and with it all above it; the text is the system's, or a message of ours."""


class _Attempt:
    def __init__(self, target: Target, timeout: float) -> None:
        parts = urlsplit(target.url)
        self._target, self._timeout = target, timeout
        self._host, self._port = parts.hostname or "", parts.port or (443 if target.secure else 80)
        self._ends_at = 0.0
        self._found: list[tuple[Any, ...]] = []
        self.seconds: dict[Layer, float] = {}
        self.addresses: tuple[str, ...] = ()
        self.certificate: Certificate | None = None
        self.http: tuple[int, str] | None = None

    def run(self) -> tuple[Layer, Message] | None:
        """Test the layers in order; return the one that fails and why."""
        layer = Layer.NAME
        try:
            with self._timed(layer):
                self._resolve()
            layer = Layer.TCP
            with self._timed(layer):
                connection = self._connect()
            with connection:
                if self._target.secure:
                    layer = Layer.TLS
                    with self._timed(layer):
                        connection = self._encrypt(connection)
                with connection:
                    layer = Layer.HTTP
                    with self._timed(layer):
                        self._request(connection)
        except _Failed as failed:
            return layer, failed.message
        return None

    @contextlib.contextmanager
    def _timed(self, layer: Layer) -> Iterator[None]:
        started_at = time.monotonic()
        self._ends_at = started_at + self._timeout
        try:
            yield
        except OSError as error:
            raise _Failed(_reason(error)) from None
        finally:
            self.seconds[layer] = time.monotonic() - started_at

    def _left(self) -> float:
        """Return the seconds that the layer may still take.

        Raises:
            TimeoutError: None.
        """
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _resolve(self) -> None:
        try:
            self._found = _within(
                self._left(), lambda: socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
            )
        except UnicodeError:
            raise _Failed(message("this is no name of a host")) from None
        self.addresses = tuple(dict.fromkeys(str(each[4][0]) for each in self._found))[:_MAX_ADDRESSES]

    def _connect(self) -> socket.socket:
        """Connect to the first address that accepts; each gets its share of the time."""
        problem = OSError()
        for tried, (family, kind, protocol, _, address) in enumerate(self._found):
            connection = socket.socket(family, kind, protocol)
            try:
                connection.settimeout(self._left() / (len(self._found) - tried))
                connection.connect(address)
            except OSError as error:
                connection.close()
                problem = error
            else:
                return connection
        raise problem

    def _encrypt(self, connection: socket.socket) -> socket.socket:
        """Complete a handshake even if the certificate is not trusted: it may be pinned."""
        problem = None
        try:
            secure = self._handshake(connection, ssl.create_default_context())
        except ssl.SSLCertVerificationError as error:
            problem = error.verify_message
            lenient = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            lenient.check_hostname, lenient.verify_mode = False, ssl.CERT_NONE
            secure = self._handshake(self._connect(), lenient)
        der = secure.getpeercert(binary_form=True) or b""
        self.certificate = Certificate(certificate_fingerprint(der), problem)
        return secure

    def _handshake(self, connection: socket.socket, context: ssl.SSLContext) -> ssl.SSLSocket:
        try:
            connection.settimeout(self._left())
            return context.wrap_socket(connection, server_hostname=self._host)
        except BaseException:
            connection.close()
            raise

    def _request(self, connection: socket.socket) -> None:
        """Send one plain request and read the head of the response, which identifies the server.

        Done by hand because http.client loads the e-mail parser.
        """
        connection.settimeout(self._left())
        connection.sendall(f"GET / HTTP/1.1\r\nHost: {self._host}\r\nConnection: close\r\n\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head and len(head) < _MAX_HEAD:
            connection.settimeout(self._left())
            chunk = connection.recv(_MAX_HEAD)
            if not chunk:
                break
            head += chunk
        lines = head.decode("latin-1").split("\r\n")
        status = re.fullmatch(r"HTTP/1\.[01] ([1-5]\d\d)(?: .*)?", lines[0])
        if status is None:
            raise _Failed(message("what answers does not speak HTTP"))
        headers = (line.partition(":") for line in lines[1:])
        server = next((value.strip() for name, _, value in headers if name.lower() == "server"), "")
        self.http = int(status[1]), server[:_MAX_LENGTH]


def probe(target: Target, timeout: float) -> Probe:
    """Test this address. Nothing is sent that a browser would not send, and no secret.

    Args:
        target: What to test.
        timeout: Seconds for each layer, however slowly something comes.
    """
    attempt = _Attempt(target, timeout)
    failed, error = attempt.run() or (None, None)
    return Probe(
        attempt.seconds,
        attempt.addresses,
        attempt.certificate,
        attempt.http,
        error,
        failed,
        proxy_variable(target),
    )


def _within(seconds: float, ask: Callable[[], list[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    """Return what this returns. It goes on by itself if it takes longer: nothing ends the system's resolver.

    Raises:
        TimeoutError: It takes longer.
    """
    results: queue.SimpleQueue[list[tuple[Any, ...]] | Exception] = queue.SimpleQueue()

    def run() -> None:
        try:
            results.put(ask())
        except Exception as error:  # noqa: BLE001 - it is raised again on the other thread
            results.put(error)

    threading.Thread(target=run, name="resolve", daemon=True).start()
    try:
        result = results.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(result, Exception):
        raise result
    return result


def _reason(error: Exception) -> Message | str:
    return message("timed out") if isinstance(error, TimeoutError) else reason(error) or type(error).__name__
