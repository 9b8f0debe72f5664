"""Tries an address layer by layer, without logging in: its name, the port, encryption, and plain HTTP."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from tray.core.connection.diagnosis import Certificate, Layer, Probe
from tray.i18n.message import Message, MessageError, message
from tray.net.websocket import proxy_variable
from tray.settings.address import certificate_fingerprint
from tray.settings.target import Target

_SHOWN = 4
"""Addresses of a name that are told; some names have dozens."""
_LONGEST = 200
_HEAD = 8_192
"""Bytes of an answer within which its head must end, or is no longer waited for."""


class _Failed(MessageError):  # noqa: N818 - it says what happened
    """A layer failed, and with it all above it; the text is the system's, or a message of ours."""


class _Trial:
    """What was found out so far."""

    def __init__(self, target: Target, timeout: float) -> None:
        parts = urlsplit(target.url)
        self._target, self._timeout = target, timeout
        self._host, self._port = parts.hostname or "", parts.port or (443 if target.secure else 80)
        self.seconds: dict[Layer, float] = {}
        self.addresses: tuple[str, ...] = ()
        self.certificate: Certificate | None = None
        self.http: tuple[int, str] | None = None

    def run(self) -> tuple[Layer, Message] | None:
        """Try one layer after the other; where one fails, that one and why."""
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
                        self._ask(connection)
        except _Failed as failed:
            return layer, failed.message
        return None

    @contextlib.contextmanager
    def _timed(self, layer: Layer) -> Iterator[None]:
        began_at = time.monotonic()
        try:
            yield
        except OSError as error:
            raise _Failed(_in_words(error)) from None
        finally:
            self.seconds[layer] = time.monotonic() - began_at

    def _resolve(self) -> None:
        try:
            found = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        except UnicodeError:
            raise _Failed(message("this is no name of a host")) from None
        self.addresses = tuple(dict.fromkeys(str(each[4][0]) for each in found))[:_SHOWN]

    def _connect(self) -> socket.socket:
        return socket.create_connection((self._host, self._port), self._timeout)

    def _encrypt(self, connection: socket.socket) -> socket.socket:
        """Have the certificate shown. Whether it is trusted is told, and ends nothing: it may be pinned."""
        objection = None
        try:
            secure = self._handshake(connection, ssl.create_default_context())
        except ssl.SSLCertVerificationError as error:
            objection = error.verify_message
            trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
            secure = self._handshake(self._connect(), trusting)
        shown = secure.getpeercert(binary_form=True) or b""
        self.certificate = Certificate(certificate_fingerprint(shown), objection)
        return secure

    def _handshake(self, connection: socket.socket, context: ssl.SSLContext) -> ssl.SSLSocket:
        try:
            return context.wrap_socket(connection, server_hostname=self._host)
        except BaseException:
            connection.close()
            raise

    def _ask(self, connection: socket.socket) -> None:
        """One plain request, of whose answer the head is read: it tells a gateway from other servers.

        By hand, since the standard library's client would bring a parser of mails along.
        """
        connection.settimeout(self._timeout)
        connection.sendall(f"GET / HTTP/1.1\r\nHost: {self._host}\r\nConnection: close\r\n\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head and len(head) < _HEAD:
            piece = connection.recv(_HEAD)
            if not piece:
                break
            head += piece
        lines = head.decode("latin-1").split("\r\n")
        status = re.fullmatch(r"HTTP/1\.[01] ([1-5]\d\d)(?: .*)?", lines[0])
        if status is None:
            raise _Failed(message("what answers does not speak HTTP"))
        said = (line.partition(":") for line in lines[1:])
        server = next((value.strip() for name, _, value in said if name.lower() == "server"), "")
        self.http = int(status[1]), server[:_LONGEST]


def probe(target: Target, timeout: float) -> Probe:
    """Try this address; nothing is sent that a browser would not send, and no secret.

    Args:
        target: What to try.
        timeout: Seconds for each thing that the network does.
    """
    trial = _Trial(target, timeout)
    failed, error = trial.run() or (None, None)
    return Probe(
        trial.seconds, trial.addresses, trial.certificate, trial.http, error, failed, proxy_variable(target)
    )


def _in_words(error: Exception) -> Message | str:
    """What the system says, without the numbers and the Python around it."""
    if isinstance(error, TimeoutError):
        return message("timed out")
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return said.split("\n", 1)[0][:_LONGEST] or type(error).__name__
