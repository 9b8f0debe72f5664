"""An address tried layer by layer, against servers that are what they should not be."""

from __future__ import annotations

import socket
import threading

import pytest

from tests.servers import FINGERPRINT, Listener, babble, hang, reply, shout
from tray.core.connection.diagnosis import Layer
from tray.net.probe import probe
from tray.settings.target import Target

PAGE = b"HTTP/1.1 404 Not Found\r\nServer: nginx\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch):
    for name in ("http_proxy", "https_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def at(url, **more):
    return Target(url, "the test", is_loopback=True, secure=url.startswith("wss"), **more)


def test_a_server_says_what_it_is():
    with Listener(reply(PAGE)) as server:
        found = probe(at(server.url), 5.0)
    assert (found.failed, found.error) == (None, None)
    assert found.addresses == ("127.0.0.1",)
    assert found.http == (404, "nginx")
    assert found.certificate is None
    assert list(found.seconds) == [Layer.NAME, Layer.TCP, Layer.HTTP]
    assert all(seconds >= 0 for seconds in found.seconds.values())


def test_a_name_that_stands_for_nothing():
    found = probe(at("ws://no.such.host.invalid:1"), 5.0)
    assert found.failed is Layer.NAME
    assert found.error
    assert (found.addresses, found.http) == ((), None)


def test_a_name_that_is_none():
    assert probe(at(f"ws://{'x' * 70}.example:1"), 5.0).failed is Layer.NAME


def test_a_port_that_is_closed():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    found = probe(at(f"ws://127.0.0.1:{port}"), 5.0)
    assert found.failed is Layer.TCP
    assert "refused" in str(found.error)


def test_a_certificate_that_nobody_vouches_for_is_shown_and_ends_nothing():
    with Listener(reply(PAGE), tls=True) as server:
        found = probe(at(server.url), 5.0)
    assert found.failed is None
    assert found.certificate.fingerprint == FINGERPRINT
    assert found.certificate.objection
    assert found.http == (404, "nginx")
    assert list(found.seconds) == [Layer.NAME, Layer.TCP, Layer.TLS, Layer.HTTP]


def test_encryption_with_a_server_that_has_none():
    with Listener(shout) as server:
        found = probe(at(f"wss://127.0.0.1:{server.port}"), 5.0)
    assert found.failed is Layer.TLS
    assert found.certificate is None


@pytest.mark.parametrize("serve", [babble, reply(b""), reply(b"\r\n\r\n")])
def test_a_server_that_speaks_no_http(serve):
    with Listener(serve) as server:
        found = probe(at(server.url), 5.0)
    assert found.failed is Layer.HTTP
    assert found.error
    assert len(str(found.error)) <= 200


def test_a_server_that_says_nothing_is_left_when_the_time_is_over():
    with Listener(hang) as server:
        found = probe(at(server.url), 0.05)
    assert (found.failed, str(found.error)) == (Layer.HTTP, "timed out")


def drip(connection):
    """Begin a response, and go on with it byte by byte for ever."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    pace = threading.Event()
    while not pace.wait(0.02):
        connection.sendall(b"a")


@pytest.mark.parametrize("tls", [True, False])
def test_a_server_that_drips_is_left_when_the_time_of_the_layer_is_over(tls):
    with Listener(drip, tls=tls) as server:
        found = probe(at(server.url), 2.0)
    assert (found.failed, str(found.error)) == (Layer.HTTP, "timed out")


def test_a_resolver_that_hangs_is_left_alone(monkeypatch):
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(30.0))
    found = probe(at("ws://gateway.example:1"), 0.05)
    over.set()
    assert (found.failed, str(found.error)) == (Layer.NAME, "timed out")


def test_each_address_gets_its_share_of_the_time(monkeypatch):
    """The first is a port whose queue is full, so that nothing answers there."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, Listener(reply(PAGE)) as server:
        queued = [socket.socket() for _ in range(3)]
        for each in queued:
            each.settimeout(0)
            each.connect_ex(full.getsockname())
        found = [
            (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port))
            for port in (full.getsockname()[1], server.port)
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        assert probe(at(server.url), 2.0).http == (404, "nginx")
        for each in queued:
            each.close()


@pytest.mark.parametrize(
    ("url", "environment", "named"),
    [
        ("wss://no.such.host.invalid", {"https_proxy": "http://user:secret@proxy.invalid:1"}, "https_proxy"),
        ("ws://no.such.host.invalid", {"HTTP_PROXY": "http://proxy.invalid:1"}, "HTTP_PROXY"),
        ("ws://no.such.host.invalid", {"HTTPS_PROXY": "http://proxy.invalid:1"}, None),
        ("wss://no.such.host.invalid", {"HTTPS_PROXY": "http://p.invalid:1", "NO_PROXY": ".invalid"}, None),
        ("wss://no.such.host.invalid", {}, None),
    ],
)
def test_a_proxy_in_the_way_is_named_and_its_password_is_not(monkeypatch, url, environment, named):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    found = probe(Target(url, "the test", is_loopback=False, secure=url.startswith("wss")), 5.0)
    assert found.proxy == named
    assert "secret" not in repr(found)


def test_within_this_computer_no_proxy_is_in_the_way(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://proxy.invalid:1")
    with Listener(reply(PAGE)) as server:
        assert probe(at(server.url), 5.0).proxy is None
