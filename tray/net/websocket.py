"""One WebSocket connection: dialing, reading without blocking, writing, and why it failed."""

import contextlib
import os
import socket
import ssl
import time
from typing import Any, cast
from urllib.parse import urlsplit

import websocket
from websocket._http import _get_addrinfo_list, _open_socket, _ssl_socket, _tunnel, proxy_info
from websocket._url import get_proxy_info, parse_url

from tray.core.model import ConnectionFailure, FailureKind
from tray.i18n.words import message
from tray.settings.address import certificate_fingerprint
from tray.settings.target import Target

MAX_MESSAGE = 32 * 1024 * 1024
"""Bytes of a message; gateways limit themselves to 26,214,400."""
MAX_FIRST_MESSAGE = 1024 * 1024
"""Bytes of a message until the login: the challenge and the response to it have a few thousand."""
MAX_FRAGMENTS = 10_000
"""Fragments of a message. Gateways send none at all; a proxy that cuts everything up stays far below."""
MAX_HANDSHAKE = 64 * 1024
"""Bytes of the response to the upgrade, with its headers and any error page; also of a proxy's response."""
READ_SECONDS = 0.05
"""Seconds after which a message that is still arriving has to wait for the next call."""
CONNECT_TIMEOUT = 30.0
"""Seconds for each step of connecting: a loaded gateway takes its time for the upgrade."""
WRITE_TIMEOUT = 10.0
"""Seconds for the peer to take something of what is sent to it."""
MAX_UNSENT = 32 * 1024 * 1024
"""Bytes that may wait until the peer takes them."""
_MAX_PIECES = 1000
_BY_STATUS = {
    408: FailureKind.NO_RESPONSE,
    503: FailureKind.STARTING,
    504: FailureKind.NO_RESPONSE,  # of a proxy before a busy gateway
}
"""What a refused upgrade means by its HTTP status; every other one is not a gateway's."""
_NO_PROXY = {"http_proxy_host": "unused", "http_proxy_port": 1, "http_no_proxy": ["*"]}
"""A proxy variable would redirect even loopback traffic (websocket-client#994), and the library respects the
exception only together with a proxy that is given by name."""


class TooLarge(Exception):  # noqa: N818 - it says what happened
    """The peer sends a message larger than any gateway sends."""


class Closed(Exception):  # noqa: N818 - it says what happened
    """The connection is over. `code` is the close code, None where no close frame came."""

    def __init__(self, code: int | None, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


class WebSocketConnection:
    """A connected WebSocket, owned by one thread."""

    def __init__(self, peer: websocket.WebSocket) -> None:
        self._peer = peer
        self._max_message = MAX_FIRST_MESSAGE
        self._received = 0
        self._fragments: list[bytes] = []
        self._until = 0.0
        self._unsent = bytearray()
        self._taken_at = 0.0
        self._ping: bytes | None = None
        peer.settimeout(0)
        self._limit(peer.frame_buffer)

    @property
    def sock(self) -> socket.socket:
        """The socket, for `select`.

        Raises:
            Closed: It is already closed.
        """
        sock = self._peer.sock
        if sock is None:
            raise Closed(None, "")
        return sock

    def pending(self) -> bool:
        """Return whether a TLS layer holds bytes that `select` cannot see."""
        return isinstance(self.sock, ssl.SSLSocket) and self.sock.pending() > 0

    def accept_large_messages(self) -> None:
        """Take messages of the usual size from now on: the gateway has accepted the login."""
        self._max_message = MAX_MESSAGE

    def receive(self) -> bytes | None:
        """Return the next whole message, if it is there within a moment.

        None while there is none, and after a ping, which has been answered: endless pings would keep the
        caller from everything else. Half a message is kept for the next call.

        Raises:
            Closed: The peer closed, or the connection broke.
        """
        self._until = time.monotonic() + READ_SECONDS
        try:
            while True:
                frame = self._peer.recv_frame()
                if frame.opcode in (websocket.ABNF.OPCODE_PING, websocket.ABNF.OPCODE_PONG):
                    self._answer_ping(frame)
                    return None
                if frame.opcode == websocket.ABNF.OPCODE_CLOSE:
                    self._say_goodbye()
                    raise _closed(frame.data)
                message = self._add(frame)
                if message is not None or time.monotonic() >= self._until:
                    return message
        except (BlockingIOError, ssl.SSLWantReadError, websocket.WebSocketTimeoutException):
            self._join_pieces()
            return None
        except TooLarge:
            raise Closed(None, "a message was larger than any gateway sends") from None
        except (OSError, websocket.WebSocketException) as error:
            raise Closed(None, reason(error)) from None

    @property
    def has_unsent(self) -> bool:
        """Return whether something waits for the peer to take it: `flush` once the socket can be written."""
        return bool(self._unsent)

    def send(self, text: str) -> None:
        """Write a message, as far as the peer takes it now; `flush` writes the rest.

        Raises:
            Closed: The connection broke, or the peer does not read; a part may have been written.
        """
        if len(self._unsent) > MAX_UNSENT:
            raise _unread()
        self._append(text, websocket.ABNF.OPCODE_TEXT)
        self.flush()

    def flush(self) -> None:
        """Write what waits, as far as the peer takes it now.

        Raises:
            Closed: As for `send`.
        """
        try:
            while self._unsent or self._ping is not None:
                if not self._unsent:  # of several pings, the last one is answered
                    self._append(self._ping or b"", websocket.ABNF.OPCODE_PONG)
                    self._ping = None
                sent = self.sock.send(self._unsent)
                del self._unsent[:sent]
                self._taken_at = time.monotonic()
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            if time.monotonic() - self._taken_at >= WRITE_TIMEOUT:
                raise _unread() from None
        except OSError as error:
            raise Closed(None, reason(error)) from None

    def close(self) -> None:
        """Send a close frame, unless one was sent, and close; this waits for nothing."""
        with contextlib.suppress(Closed):
            self.flush()
        self._say_goodbye()
        self._peer.shutdown()

    def _append(self, data: str | bytes, opcode: int) -> None:
        if not self._unsent:
            self._taken_at = time.monotonic()
        self._unsent += websocket.ABNF.create_frame(data, opcode).format()

    def _say_goodbye(self) -> None:
        if self._peer.connected and not self._unsent:  # no frame can stand within another
            with contextlib.suppress(OSError, websocket.WebSocketException):
                self._peer.send_close()

    def _add(self, frame: Any) -> bytes | None:  # noqa: ANN401 - the library says that text is not bytes
        """Add a frame to its message, and return the message if that is whole now."""
        if bool(self._fragments) is not (frame.opcode == websocket.ABNF.OPCODE_CONT):
            raise Closed(None, "a fragment of no message")
        self._fragments.append(frame.data)
        if len(self._fragments) > MAX_FRAGMENTS:
            raise TooLarge
        if not frame.fin:
            return None
        message = self._fragments[0] if len(self._fragments) == 1 else b"".join(self._fragments)
        self._fragments, self._received = [], 0
        return message

    def _answer_ping(self, frame: Any) -> None:  # noqa: ANN401 - as in `_add`
        if frame.opcode == websocket.ABNF.OPCODE_PING:
            self._ping = frame.data
            self.flush()

    def _join_pieces(self) -> None:
        """Join the pieces of half a frame: the library counts them all whenever one more arrives."""
        buffer = self._peer.frame_buffer
        if len(buffer.recv_buffer) > _MAX_PIECES:
            buffer.recv_buffer = [b"".join(buffer.recv_buffer)]

    def _limit(self, buffer: Any) -> None:  # noqa: ANN401 - the library has no type for it
        """Bound a message and the time for it: the library would read one of any length to its end."""
        read = buffer.recv

        def limited(size: int) -> bytes:
            # A ping does not reset the count, since it may come between the fragments of one message.
            if self._received > self._max_message:
                raise TooLarge
            if time.monotonic() >= self._until:
                raise BlockingIOError
            data: bytes = read(size)
            self._received += len(data)
            return data

        buffer.recv = limited


class _Metered:
    """A socket for the upgrade, or for a proxy: the library would read a response of any length."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock, self._left = sock, MAX_HANDSHAKE

    def recv(self, size: int) -> bytes:
        """Read on, up to the limit."""
        if not self._left:
            raise TooLarge
        data = self._sock.recv(min(size, self._left))
        self._left -= len(data)
        return data

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a socket has
        return getattr(self._sock, name)


class Dialer:
    """One attempt to connect, on a thread of its own since it may take long; any other thread may end it."""

    def __init__(self, target: Target, patience: float = 0.0) -> None:
        """Prepare to connect; with `patience`, each step may take that many seconds if that is more."""
        self._target, self._timeout = target, max(CONNECT_TIMEOUT, patience)
        self._sock: socket.socket | None = None
        self._peer = websocket.WebSocket(
            enable_multithread=False, skip_utf8_validation=True, sslopt=_tls(target)
        )

    def dial(self) -> WebSocketConnection | ConnectionFailure:
        """Connect and upgrade, or return why that failed."""
        peer, target = self._peer, self._target
        try:
            peer.settimeout(self._timeout)
            sock = self._open()
            # With an Origin header gateways grant no scopes.
            peer.connect(target.url, socket=_Metered(sock), suppress_origin=True, redirect_limit=0)
            peer.sock = sock
        except Exception as error:  # noqa: BLE001 - the library trusts what answers, whatever that may be
            peer.shutdown()
            if self._sock is not None:
                self._sock.close()
            if isinstance(error, ssl.SSLCertVerificationError):
                return ConnectionFailure(
                    FailureKind.TLS, reason(error), fingerprint=_fetch_fingerprint(target, self._timeout)
                )
            return _blame_proxy(proxy_variable(target), _failure(error))
        if target.fingerprint is not None and (fingerprint := _fingerprint(peer)) != target.fingerprint:
            peer.shutdown()
            return ConnectionFailure(
                FailureKind.TLS,
                message("its certificate is not the one in the settings"),
                fingerprint=fingerprint,
            )
        return WebSocketConnection(peer)

    def _open(self) -> socket.socket:
        """Connect, through a proxy if one is set; the library's own function reads all that a proxy says."""
        proxy = proxy_info(**(_NO_PROXY if self._target.is_loopback else {}))
        host, port, _, secure = parse_url(self._target.url)
        addresses, through_proxy, auth = _get_addrinfo_list(host, port, secure, proxy)
        options = self._peer.sock_opt
        self._sock = _open_socket(addresses, options.sockopt, options.timeout)
        if through_proxy:
            _tunnel(cast("socket.socket", _Metered(self._sock)), host, port, auth)
        if secure:
            self._sock = _ssl_socket(self._sock, options.sslopt, host)
        return self._sock

    def give_up(self) -> None:
        """Make `dial` fail soon: it may be reading a reply that never ends.

        This does nothing before there is a socket, nor while TLS begins; these end by themselves.
        """
        if self._sock is not None:
            with contextlib.suppress(OSError):
                # Past any TLS layer, which the dialing thread is using.
                socket.socket.shutdown(self._sock, socket.SHUT_RDWR)


def proxy_variable(target: Target) -> str | None:
    """Return the name of the variable that sets a proxy; never its value, which may hold a password."""
    host = urlsplit(target.url).hostname or ""
    if target.is_loopback or get_proxy_info(host, target.secure)[0] is None:
        return None
    name = "https_proxy" if target.secure else "http_proxy"
    return name if name in os.environ else name.upper()


def _blame_proxy(proxy: str | None, failure: ConnectionFailure) -> ConnectionFailure:
    """Attribute failures on the way through a proxy to the proxy; they say nothing about the gateway."""
    through_proxy = (
        FailureKind.NOT_RUNNING,
        FailureKind.UNREACHABLE,
        FailureKind.NO_RESPONSE,
        FailureKind.CONNECTION_LOST,
        FailureKind.NOT_A_GATEWAY,
    )
    return (
        failure
        if proxy is None or failure.kind not in through_proxy
        else ConnectionFailure(FailureKind.PROXY, proxy)
    )


def _failure(error: Exception) -> ConnectionFailure:
    match error:
        case ConnectionRefusedError():
            return ConnectionFailure(FailureKind.NOT_RUNNING)
        case websocket.WebSocketBadStatusException(status_code=code):
            return ConnectionFailure(_BY_STATUS.get(code, FailureKind.NOT_A_GATEWAY), f"HTTP {code}")
        case ssl.SSLError():
            return ConnectionFailure(FailureKind.TLS, reason(error))
        case websocket.WebSocketTimeoutException():  # of reading: the connection stood
            return ConnectionFailure(FailureKind.NO_RESPONSE)
        case websocket.WebSocketAddressException() | TimeoutError():
            return ConnectionFailure(FailureKind.UNREACHABLE, reason(error))
        case websocket.WebSocketProxyException():
            return ConnectionFailure(FailureKind.UNREACHABLE, reason(error))
        case websocket.WebSocketConnectionClosedException() | ConnectionError():
            return ConnectionFailure(FailureKind.CONNECTION_LOST, reason(error))
        case websocket.WebSocketException():
            return ConnectionFailure(FailureKind.NOT_A_GATEWAY)
        case OSError():
            return ConnectionFailure(FailureKind.UNREACHABLE, reason(error))
        case _:
            return ConnectionFailure(FailureKind.NOT_A_GATEWAY)


def reason(error: Exception) -> str:
    """Return the system's text without error numbers and Python's additions."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text.split("\n", 1)[0][:200]


def _unread() -> Closed:
    return Closed(None, "the other side does not read what is sent to it")


def _closed(data: bytes) -> Closed:
    if len(data) < 2:  # noqa: PLR2004 - a code is two bytes
        return Closed(1005, "")
    return Closed(int.from_bytes(data[:2], "big"), data[2:].decode("utf-8", "replace"))


def _tls(target: Target) -> dict[str, object] | None:
    # A pinned certificate replaces the chain of trust.
    if target.fingerprint is None:
        return None
    return {"cert_reqs": ssl.CERT_NONE, "check_hostname": False}


def _fetch_fingerprint(target: Target, timeout: float) -> str | None:
    """Fetch the certificate that is not trusted: a failed handshake does not return it.

    None behind a proxy, whose own certificate it would be.
    """
    if proxy_variable(target) is not None:
        return None
    parts = urlsplit(target.url)
    try:
        pem = ssl.get_server_certificate((parts.hostname or "", parts.port or 443), timeout=timeout)
    except (OSError, ValueError):
        return None
    return certificate_fingerprint(ssl.PEM_cert_to_DER_cert(pem))


def _fingerprint(peer: websocket.WebSocket) -> str:
    sock = peer.sock
    certificate = sock.getpeercert(binary_form=True) if isinstance(sock, ssl.SSLSocket) else None
    return certificate_fingerprint(certificate or b"")
