"""One connection, against servers made by hand: what is sent, what is understood, and why it fails."""

from __future__ import annotations

import contextlib
import gc
import select
import socket
import threading
import time

import pytest

from tests.servers import (
    CLOSE,
    FINGERPRINT,
    PING,
    PONG,
    SECONDS,
    TEXT,
    TLS,
    Listener,
    babble,
    frame,
    hang,
    read_frames,
    reply,
    request,
    upgrade,
)
from tests.stage import until
from tray.core.model import ConnectionFailure, FailureKind
from tray.i18n.words import message
from tray.net import websocket
from tray.net.websocket import Closed, Dialer, WebSocketConnection, proxy_variable
from tray.settings.target import Target
from tray.values import replace

CONTINUED = 0
PROXIES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


@pytest.fixture(autouse=True)
def _nothing_left_open():
    yield
    gc.collect()  # a socket left open is a ResourceWarning, and so a failure


@pytest.fixture
def listener():
    """Start a server for one test: `listener(serve)`."""
    with contextlib.ExitStack() as stack:
        yield lambda serve, **options: stack.enter_context(Listener(serve, **options))


@pytest.fixture
def connect(listener):
    """Connect to a server that upgrades and then does as the test says; gives the `Wire`."""
    wires = []

    def make(serve, *, logged_in=True, **options):
        def upgraded(connection):
            upgrade(connection)
            serve(connection)

        wire = dial(target(listener(upgraded, **options)))
        assert isinstance(wire, WebSocketConnection)
        wires.append(wire)
        if logged_in:
            wire.accept_large_messages()
        return wire

    yield make
    for wire in wires:
        wire.close()


def dial(target):
    return Dialer(target).dial()


def target(server, **changes):
    secure = server.url.startswith("wss")
    usual = Target(server.url, "the test", is_loopback=True, secure=secure)
    return replace(usual, fingerprint=FINGERPRINT if secure else None, **changes)


def say(data):
    """Say this after the upgrade, and wait for the client to go."""

    def serve(connection):
        connection.sendall(data)
        hang(connection)

    return serve


def receive(wire):
    """Give the next message, waiting as the loop waits."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if wire.pending() or select.select([wire.sock], [], [], SECONDS)[0]:
            message = wire.receive()
            if message is not None:
                return message
    raise TimeoutError


def fill(wire, megabytes):
    """Send more than the system takes for a peer that does not read."""
    for _ in range(megabytes):
        wire.send("x" * 1_000_000)


def closed(wire):
    """Read on until the connection ends, and tell how it did."""
    try:
        while True:
            receive(wire)
    except Closed as ending:
        return ending


def write(wire, text, times):
    """Write a text again and again, until all of it is taken."""
    for _ in range(times):
        wire.send(text)
        while wire.has_unsent:
            select.select([], [wire.sock], [], 0.05)
            wire.flush()


# ---- what is sent ----


def test_the_upgrade_says_no_origin_which_would_cost_every_scope(listener):
    seen = []

    def serve(connection):
        seen.append(upgrade(connection))
        hang(connection)

    server = listener(serve)
    dial(target(server)).close()
    until(lambda: seen)  # the answer is out before the server writes down what was asked
    [headers] = seen
    assert headers["host"] == f"127.0.0.1:{server.port}"
    assert "origin" not in headers
    assert "cookie" not in headers


@pytest.mark.parametrize("tls", [False, True])
def test_proxy_variables_do_not_matter_on_this_computer(listener, monkeypatch, tls):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        dead = f"http://127.0.0.1:{taken.getsockname()[1]}"
    for name in PROXIES:
        monkeypatch.setenv(name, dead)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    server = listener(lambda connection: (upgrade(connection), hang(connection)), tls=tls)
    wire = dial(target(server))
    assert isinstance(wire, WebSocketConnection)
    wire.close()


def test_a_proxy_is_used_beyond_this_computer(listener, monkeypatch):
    asked = []

    def proxy(connection):
        asked.append(connection.recv(4096).split(b"\r\n")[0])
        connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")

    for name in PROXIES:
        monkeypatch.setenv(name, f"http://127.0.0.1:{listener(proxy).port}")
    monkeypatch.setenv("no_proxy", "")
    far = Target("wss://gateway.invalid:443", "the test", is_loopback=False, secure=True)
    result = dial(far)
    assert asked == [b"CONNECT gateway.invalid:443 HTTP/1.1"]
    assert result == ConnectionFailure(FailureKind.PROXY, "https_proxy")


def test_what_a_proxy_is_said_to_do_holds_beyond_it_alone(monkeypatch):
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", "http://user:hunter2@127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "near.example")
    far = Target("ws://far.example:1", "the test", is_loopback=False, secure=False)
    assert proxy_variable(far) == "HTTP_PROXY"
    assert proxy_variable(replace(far, url="ws://near.example:1")) is None
    assert proxy_variable(replace(far, url="wss://far.example:1", secure=True)) is None
    result = dial(far)
    assert result == ConnectionFailure(FailureKind.PROXY, "HTTP_PROXY")
    assert "hunter2" not in repr(result)


# ---- why it fails ----


def test_nobody_listens():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # taken, but not listening, so that nobody else can be there
        port = bound.getsockname()[1]
        result = dial(Target(f"ws://127.0.0.1:{port}", "the test", is_loopback=True, secure=False))
    assert result == ConnectionFailure(FailureKind.NOT_RUNNING)


HTTP = "HTTP/1.1 {}\r\nContent-Length: {}\r\n\r\n"
REPLIES = {
    "a web page": (HTTP.format("200 OK", 2) + "hi", FailureKind.NOT_A_GATEWAY),
    "not found": (HTTP.format("404 Not Found", 0), FailureKind.NOT_A_GATEWAY),
    "still starting": (HTTP.format("503 Service Unavailable", 0), FailureKind.STARTING),
    "a proxy before a busy gateway": (HTTP.format("504 Gateway Timeout", 0), FailureKind.NO_RESPONSE),
    "a page of no sensible size": (HTTP.format("404 Not Found", "-1"), FailureKind.NOT_A_GATEWAY),
    "a page of no size at all": (HTTP.format("404 Not Found", "large"), FailureKind.NOT_A_GATEWAY),
    "a redirect without a place": (HTTP.format("302 Found", 0), FailureKind.NOT_A_GATEWAY),
    "an upgrade to something else": (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
        FailureKind.NOT_A_GATEWAY,
    ),
    "an upgrade for somebody else": (
        "HTTP/1.1 101 ok\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
        FailureKind.NOT_A_GATEWAY,
    ),
    "a shell's banner": ("SSH-2.0-OpenSSH_9.2\r\n", FailureKind.NOT_A_GATEWAY),
    "a mail server's greeting": ("220 mail ready\r\n\r\n", FailureKind.NOT_A_GATEWAY),
    "not text": ("\udcff\udcfe\r\n", FailureKind.NOT_A_GATEWAY),
    "headers that are none": ("HTTP/1.1 101 ok\r\nnonsense\r\n\r\n", FailureKind.NOT_A_GATEWAY),
    "nothing": ("", FailureKind.CONNECTION_LOST),
}


@pytest.mark.parametrize("name", REPLIES)
def test_something_else_answers(listener, name):
    text, cause = REPLIES[name]
    result = dial(target(listener(reply(text.encode(errors="surrogateescape")))))
    assert isinstance(result, ConnectionFailure)
    assert result.kind is cause
    assert "\n" not in result.detail


def test_the_status_of_a_web_server_is_reported(listener):
    assert dial(target(listener(reply(b"HTTP/1.1 418 No\r\n\r\n")))) == ConnectionFailure(
        FailureKind.NOT_A_GATEWAY, "HTTP 418"
    )


def test_a_redirect_is_not_followed(listener):
    elsewhere = listener(hang)
    answer = f"HTTP/1.1 302 Found\r\nLocation: {elsewhere.url}\r\nContent-Length: 0\r\n\r\n"
    assert dial(target(listener(reply(answer.encode())))) == ConnectionFailure(FailureKind.NOT_A_GATEWAY)
    assert elsewhere.clients == 0


def test_a_server_that_says_nothing_is_given_up(listener, monkeypatch):
    monkeypatch.setattr(websocket, "CONNECT_TIMEOUT", 0.1)
    result = dial(target(listener(hang)))
    assert result == ConnectionFailure(FailureKind.NO_RESPONSE)


def test_a_user_who_allows_more_time_is_obeyed(listener, monkeypatch):
    monkeypatch.setattr(websocket, "CONNECT_TIMEOUT", 0.0)
    address = target(listener(reply(HTTP.format("418 No", 0).encode())))
    assert Dialer(address, 30.0).dial() == ConnectionFailure(FailureKind.NOT_A_GATEWAY, "HTTP 418")


def test_a_name_that_nobody_knows(monkeypatch):
    def unknown(*_):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    monkeypatch.setenv("no_proxy", "*")
    result = dial(Target("ws://gateway.invalid:80", "the test", is_loopback=False, secure=False))
    assert isinstance(result, ConnectionFailure)
    assert result.kind is FailureKind.UNREACHABLE


def endless_page(connection):
    request(connection)
    connection.sendall(HTTP.format("404 Not Found", 10**12).encode())
    babble(connection)


@pytest.mark.parametrize("serve", [hang, babble, endless_page])
def test_a_reply_that_never_ends_is_ended_by_giving_up(listener, serve):
    reached = threading.Event()

    def reach(connection):
        reached.set()
        serve(connection)

    attempt, results = Dialer(target(listener(reach))), []
    thread = threading.Thread(target=lambda: results.append(attempt.dial()))
    thread.start()
    assert reached.wait(SECONDS)
    until = time.monotonic() + SECONDS
    while thread.is_alive():
        assert time.monotonic() < until
        attempt.give_up()  # what is being connected at this moment cannot be reached yet
        thread.join(0.02)
    [result] = results
    assert isinstance(result, ConnectionFailure)
    attempt.give_up()


def endless_headers(connection):
    request(connection)
    connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nX: ")
    babble(connection)


@pytest.mark.parametrize("serve", [endless_headers, endless_page])
@pytest.mark.parametrize("tls", [False, True])
def test_a_response_to_the_upgrade_is_read_up_to_a_limit(listener, serve, tls):
    assert dial(target(listener(serve, tls=tls))) == ConnectionFailure(FailureKind.NOT_A_GATEWAY)


def endless_tunnel(connection):
    request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    babble(connection)


def through(proxy, monkeypatch):
    """A gateway elsewhere, behind this proxy."""
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("no_proxy", "")
    return Target("wss://gateway.invalid:443", "the test", is_loopback=False, secure=True)


def test_what_a_proxy_says_is_read_up_to_a_limit(listener, monkeypatch):
    far = through(listener(endless_tunnel), monkeypatch)
    assert dial(far) == ConnectionFailure(FailureKind.PROXY, "https_proxy")


def test_a_proxy_that_never_answers_is_ended_by_giving_up(listener, monkeypatch):
    reached = threading.Event()

    def silent(connection):
        request(connection)
        reached.set()
        hang(connection)

    attempt, results = Dialer(through(listener(silent), monkeypatch)), []
    thread = threading.Thread(target=lambda: results.append(attempt.dial()))
    thread.start()
    assert reached.wait(SECONDS)
    attempt.give_up()
    thread.join(SECONDS)
    assert results == [ConnectionFailure(FailureKind.PROXY, "https_proxy")]


# ---- TLS ----


def test_the_pinned_certificate_is_good_enough(listener):
    server = listener(lambda connection: (upgrade(connection), hang(connection)), tls=True)
    wire = dial(target(server))
    assert isinstance(wire, WebSocketConnection)
    assert wire.pending() is False
    wire.close()


def test_any_other_certificate_than_the_pinned_one_is_refused_in_words(listener):
    server = listener(lambda connection: (upgrade(connection), hang(connection)), tls=True)
    result = dial(replace(target(server), fingerprint="ab" * 32))
    sentence = message("its certificate is not the one in the settings")
    assert result == ConnectionFailure(FailureKind.TLS, sentence, fingerprint=FINGERPRINT)


def test_a_pin_is_never_met_without_encryption(listener):
    server = listener(lambda connection: (upgrade(connection), hang(connection)))
    result = dial(replace(target(server), fingerprint=FINGERPRINT))
    assert isinstance(result, ConnectionFailure)
    assert result.kind is FailureKind.TLS


def test_without_a_pin_a_certificate_that_nobody_vouches_for_is_refused(listener):
    result = dial(replace(target(listener(hang, tls=True)), fingerprint=None))
    assert isinstance(result, ConnectionFailure)
    assert result.kind is FailureKind.TLS
    assert "certificate" in str(result.detail)
    assert result.fingerprint == FINGERPRINT


def test_without_a_pin_a_certificate_that_somebody_vouches_for_will_do(listener, monkeypatch):
    monkeypatch.setenv("WEBSOCKET_CLIENT_CA_BUNDLE", str(TLS / "certificate.pem"))
    server = listener(lambda connection: (upgrade(connection), hang(connection)), tls=True)
    wire = dial(replace(target(server), fingerprint=None))
    assert isinstance(wire, WebSocketConnection)
    wire.close()


def test_wss_to_a_server_without_encryption(listener):
    server = listener(lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    result = dial(Target(f"wss://127.0.0.1:{server.port}", "the test", is_loopback=True, secure=True))
    assert isinstance(result, ConnectionFailure)
    assert result.kind is FailureKind.TLS


def test_ws_to_a_server_with_encryption(listener):
    server = listener(hang, tls=True)
    result = dial(Target(f"ws://127.0.0.1:{server.port}", "the test", is_loopback=True, secure=False))
    assert isinstance(result, ConnectionFailure)
    assert result.kind in (FailureKind.NOT_A_GATEWAY, FailureKind.CONNECTION_LOST)


# ---- reading ----


@pytest.mark.parametrize("tls", [False, True])
def test_messages_arrive_whole_and_in_order(connect, tls):
    sizes = (0, 1, 125, 126, 65535, 65536, 300_000)
    wire = connect(say(b"".join(frame(TEXT, b"m" * size) for size in sizes)), tls=tls)
    assert [len(receive(wire)) for _ in sizes] == list(sizes)
    assert wire.receive() is None


def test_what_tls_has_decrypted_already_is_known_to_be_pending(connect):
    wire = connect(say(frame(TEXT, b"one") + frame(TEXT, b"two")), tls=True)
    assert receive(wire) == b"one"
    assert wire.pending()
    assert not select.select([wire.sock], [], [], 0)[0]
    assert receive(wire) == b"two"
    assert not wire.pending()


def test_half_a_message_is_kept_until_the_rest_is_there(connect):
    rest = threading.Event()
    whole = frame(TEXT, b"x" * 1000)

    def serve(connection):
        connection.sendall(whole[:500])
        rest.wait(SECONDS)
        connection.sendall(whole[500:])
        hang(connection)

    wire = connect(serve)
    assert select.select([wire.sock], [], [], SECONDS)[0]
    assert wire.receive() is None
    assert wire.receive() is None
    rest.set()
    assert receive(wire) == b"x" * 1000


def test_pieces_of_a_message_are_put_together_with_a_ping_between(connect):
    pieces = frame(TEXT, b"one ", fin=False) + frame(PING, b"?") + frame(CONTINUED, b"two")
    assert receive(connect(say(pieces))) == b"one two"


def test_bytes_that_are_not_text_are_handed_on(connect):
    assert receive(connect(say(frame(TEXT, b"\xff\xfe")))) == b"\xff\xfe"


def test_pings_are_answered_with_their_own_words(connect):
    heard, done = [], threading.Event()

    def serve(connection):
        connection.sendall(frame(PING, b"one") + frame(PING) + frame(TEXT, b"end"))
        for opcode, data in read_frames(connection):
            heard.append((opcode, data))
            if len(heard) == 2:
                done.set()

    wire = connect(serve)
    assert receive(wire) == b"end"
    assert done.wait(SECONDS)
    assert heard == [(PONG, b"one"), (PONG, b"")]


def test_a_peer_that_reads_no_answers_to_its_pings_is_left(connect, monkeypatch):
    monkeypatch.setattr(websocket, "WRITE_TIMEOUT", 0.1)

    def shout_pings(connection):
        while True:
            connection.sendall(frame(PING, b"p" * 125) * 100)

    assert closed(connect(shout_pings)).reason == "the other side does not read what is sent to it"


def test_pings_without_end_leave_the_caller_its_turn(connect):
    wire = connect(say(frame(PING, b"!") * 1000 + frame(TEXT, b"end")))
    assert select.select([wire.sock], [], [], SECONDS)[0]
    assert wire.receive() is None
    assert select.select([wire.sock], [], [], SECONDS)[0]
    assert receive(wire) == b"end"


@pytest.mark.parametrize(
    ("payload", "code", "reason"),
    [
        (b"\x03\xf4service restart", 1012, "service restart"),
        (b"\x03\xf0", 1008, ""),
        (b"\x03\xf0" + "자".encode(), 1008, "자"),
        (b"", 1005, ""),
    ],
)
def test_a_close_frame_says_why_and_is_answered_once(connect, payload, code, reason):
    heard, gone = [], threading.Event()

    def serve(connection):
        connection.sendall(frame(CLOSE, payload))
        heard.extend(read_frames(connection))
        gone.set()

    wire = connect(serve)
    ending = closed(wire)
    assert (ending.code, ending.reason) == (code, reason)
    wire.close()
    assert gone.wait(SECONDS)
    assert [opcode for opcode, _ in heard] == [CLOSE]


def test_a_connection_that_just_ends_has_no_code(connect):
    ending = closed(connect(lambda _: None))
    assert ending.code is None
    wire = connect(lambda _: None)
    assert closed(wire).code is None
    with pytest.raises(Closed):
        _ = wire.sock


BROKEN = {
    "a bit that must not be set": b"\xf1\x00",
    "an opcode that there is not": frame(0x3),
    "a piece of nothing": frame(CONTINUED, b"x"),
    "a message within a message": frame(TEXT, b"x", fin=False) + frame(TEXT, b"y"),
    "half a code in a close frame": frame(CLOSE, b"\x03"),
    "a ping in pieces": frame(PING, b"x", fin=False),
}


@pytest.mark.parametrize("name", BROKEN)
def test_frames_against_the_rules_end_the_connection(connect, name):
    assert closed(connect(say(BROKEN[name]))).code is None


def test_a_message_of_25_mb_is_read(connect):
    assert len(receive(connect(say(frame(TEXT, b"m" * 25_000_000))))) == 25_000_000


def test_a_larger_message_than_any_gateway_sends_is_refused_before_it_is_all_there(connect):
    sent = []

    def serve(connection):
        connection.sendall(b"\x81\x7f" + (1 << 40).to_bytes(8, "big"))  # a text of 1 TB begins
        while True:
            sent.append(connection.send(b"m" * 1_000_000))

    ending = closed(connect(serve))
    assert ending.reason == "a message was larger than any gateway sends"
    assert sum(sent) < 2 * websocket.MAX_MESSAGE


def test_nor_may_it_come_in_pieces_with_pings_between(connect, monkeypatch):
    monkeypatch.setattr(websocket, "MAX_MESSAGE", 3_000_000)
    piece = frame(CONTINUED, b"m" * 60_000, fin=False) + frame(PING)

    def serve(connection):
        connection.sendall(frame(TEXT, b"m", fin=False))
        while True:
            connection.sendall(piece)

    assert closed(connect(serve)).reason == "a message was larger than any gateway sends"


def test_until_the_login_a_message_is_small(connect):
    wire = connect(say(frame(TEXT, b"m" * 1_000_000) + frame(TEXT, b"m" * 1_100_000)), logged_in=False)
    assert len(receive(wire)) == 1_000_000
    assert closed(wire).reason == "a message was larger than any gateway sends"


@pytest.mark.parametrize("piece", [b"", b"m"])
def test_a_message_has_a_limited_number_of_fragments(connect, piece):
    fragments = frame(TEXT, b"", fin=False) + frame(CONTINUED, piece, fin=False) * websocket.MAX_FRAGMENTS
    assert closed(connect(say(fragments))).reason == "a message was larger than any gateway sends"


def test_a_message_in_many_fragments_is_read(connect):
    fragments = frame(TEXT, b"", fin=False) + frame(CONTINUED, b"m", fin=False) * 5_000
    wire = connect(say((fragments + frame(CONTINUED)) * 3))
    assert [receive(wire) for _ in range(3)] == [b"m" * 5_000] * 3


@pytest.mark.parametrize(
    ("first", "rest"),
    [(frame(TEXT, b"m", fin=False), frame(CONTINUED, b"m")), (b"\x81\x02m", b"m")],
    ids=["fragments", "bytes"],
)
def test_what_is_not_whole_after_a_moment_waits_for_the_next_call(connect, monkeypatch, first, rest):
    wire = connect(say(first + rest))
    assert select.select([wire.sock], [], [], SECONDS)[0]
    monkeypatch.setattr(websocket, "READ_SECONDS", 0.0)
    assert wire.receive() is None
    monkeypatch.setattr(websocket, "READ_SECONDS", SECONDS)
    assert receive(wire) == b"mm"


def test_half_a_message_that_drips_is_kept_in_one_piece(connect, monkeypatch):
    monkeypatch.setattr(websocket, "_MAX_PIECES", 0)

    def drip(connection):
        for byte in frame(TEXT, b"m" * 200):
            connection.sendall(bytes([byte]))
        hang(connection)

    assert receive(connect(drip)) == b"m" * 200


def test_many_messages_may_be_more_than_one_may(connect, monkeypatch):
    monkeypatch.setattr(websocket, "MAX_MESSAGE", 10_000)
    wire = connect(say(frame(TEXT, b"m" * 5_000) * 20))
    assert [len(receive(wire)) for _ in range(20)] == [5_000] * 20


# ---- writing ----


@pytest.mark.parametrize("tls", [False, True])
def test_what_is_sent_arrives_masked_and_whole(connect, tls):
    heard, done = [], threading.Event()

    def serve(connection):
        for opcode, data in read_frames(connection):
            heard.append((opcode, data))
            if len(heard) == 2:
                done.set()

    wire = connect(serve, tls=tls)
    write(wire, "안녕", 1)
    write(wire, "x" * 500_000, 1)
    assert done.wait(SECONDS)
    assert heard == [(TEXT, "안녕".encode()), (TEXT, b"x" * 500_000)]


def test_writing_to_a_peer_that_never_reads_ends(connect, monkeypatch):
    monkeypatch.setattr(websocket, "WRITE_TIMEOUT", 0.1)
    over, gone = threading.Event(), threading.Event()

    def serve(_):
        over.wait(SECONDS)
        gone.set()

    wire = connect(serve)
    with pytest.raises(Closed):
        write(wire, "x" * 500_000, 1000)
    wire.close()
    assert not gone.is_set()
    over.set()


@pytest.mark.parametrize("tls", [False, True])
def test_a_peer_that_reads_later_gets_all_in_order(connect, tls):
    reads, done, heard = threading.Event(), threading.Event(), []

    def serve(connection):
        reads.wait(SECONDS)
        for opcode, data in read_frames(connection):
            heard.append((opcode, data))
            if len(heard) == 21:
                done.set()

    wire = connect(serve, tls=tls)
    for n in range(20):
        wire.send(str(n) * 500_000)
    assert wire.has_unsent
    reads.set()
    write(wire, "end", 1)
    assert done.wait(SECONDS)
    assert heard == [*((TEXT, str(n).encode() * 500_000) for n in range(20)), (TEXT, b"end")]


def test_what_waits_for_a_peer_is_bounded(connect):
    over = threading.Event()
    wire = connect(lambda _: over.wait(SECONDS))
    with pytest.raises(Closed) as ending:
        fill(wire, 100)
    assert ending.value.reason == "the other side does not read what is sent to it"
    assert len(wire._unsent) < websocket.MAX_UNSENT + 2_000_000
    over.set()


def test_nothing_waits_for_a_peer_that_does_not_read(connect):
    reads, heard, gone = threading.Event(), bytearray(), threading.Event()

    def serve(connection):
        reads.wait(SECONDS)
        while data := connection.recv(65536):
            heard.extend(data)
        gone.set()

    wire = connect(serve)
    fill(wire, 10)
    assert wire.has_unsent
    assert wire.sock.gettimeout() == 0
    wire.close()
    reads.set()
    assert gone.wait(SECONDS)
    assert 0 < len(heard) < 10_000_000  # half a frame, and no close frame within it


def test_of_several_pings_the_last_one_is_answered(connect):
    reads, done, heard = threading.Event(), threading.Event(), []

    def serve(connection):
        connection.sendall(frame(TEXT, b"go"))
        connection.sendall(b"".join(frame(PING, str(n).encode()) for n in range(1000)) + frame(TEXT, b"end"))
        reads.wait(SECONDS)
        for opcode, data in read_frames(connection):
            if opcode == PONG:
                heard.append(data)
                done.set()

    wire = connect(serve)
    assert receive(wire) == b"go"
    fill(wire, 10)
    assert receive(wire) == b"end"
    reads.set()
    write(wire, "end", 1)
    assert done.wait(SECONDS)
    assert heard[0] == b"999"


def test_writing_to_a_peer_that_is_gone_is_reported(connect):
    wire = connect(lambda _: None)
    with pytest.raises(Closed):
        write(wire, "x" * 100_000, 100)


def test_hanging_up_says_goodbye_and_can_be_done_twice(connect):
    heard, gone = [], threading.Event()

    def serve(connection):
        heard.extend(read_frames(connection))
        gone.set()

    wire = connect(serve)
    wire.close()
    assert gone.wait(SECONDS)
    assert heard == [(CLOSE, (1000).to_bytes(2, "big"))]
    wire.close()
    with pytest.raises(Closed):
        wire.send("too late")
