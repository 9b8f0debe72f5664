"""ClawTray leans on names of websocket-client that are none of its interface, to bound what a peer sends."""

from __future__ import annotations

import inspect
import socket
from contextlib import suppress
from importlib.metadata import version

import pytest
import websocket
from websocket import _http, _url

WHY = (
    f"websocket-client {version('websocket-client')} has changed {{}}, which tray/net/websocket.py needs to "
    "bound what a peer sends: read its source, then change both."
)


@pytest.fixture
def pair():
    """Both ends of a connection; ours does not wait."""
    ours, theirs = socket.socketpair()
    ours.settimeout(0)
    with ours, theirs:
        yield ours, theirs


def test_a_connection_is_made_apart_from_the_upgrade():
    """So that the response to the upgrade can be counted while it is read."""
    assert list(inspect.signature(_http.connect).parameters) == ["url", "options", "proxy", "socket"], (
        WHY.format("websocket._http.connect")
    )
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"ws://127.0.0.1:{server.getsockname()[1]}"
        found, *_ = _http.connect(url, websocket.WebSocket().sock_opt, _http.proxy_info(), None)
        with found, server.accept()[0]:
            assert isinstance(found, socket.socket), WHY.format("what websocket._http.connect returns")


def test_a_connection_that_is_given_is_used_as_it_is():
    given = object()
    found, *_ = _http.connect("ws://127.0.0.1:1", websocket.WebSocket().sock_opt, _http.proxy_info(), given)
    assert found is given, WHY.format("what websocket._http.connect does with a socket")


def test_the_upgrade_reads_by_the_connection_that_is_given():
    sizes = []

    class Counted:
        def recv(self, size):
            sizes.append(size)
            return b""

        def __getattr__(self, name):
            return lambda *_: 1000  # whatever is written

    with suppress(websocket.WebSocketException):
        websocket.WebSocket().connect("ws://127.0.0.1:1", socket=Counted(), suppress_origin=True)
    assert sizes, WHY.format("how WebSocket.connect reads")


@pytest.mark.parametrize("name", ["sock", "sock_opt", "frame_buffer", "connected"])
def test_a_websocket_has_this_attribute(name):
    assert hasattr(websocket.WebSocket(), name), WHY.format(f"WebSocket.{name}")


def test_a_proxy_is_given_by_options_or_by_the_environment(monkeypatch):
    options = {"http_proxy_host": "unused", "http_proxy_port": 1, "http_no_proxy": ["*"]}
    proxy = _http.proxy_info(**options)
    assert (proxy.proxy_host, proxy.proxy_port, proxy.no_proxy) == ("unused", 1, ["*"]), WHY.format(
        "websocket._http.proxy_info"
    )
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    host, *_ = _url.get_proxy_info("gateway.example", is_secure=False)
    assert host == "proxy.example", WHY.format("websocket._url.get_proxy_info")


def test_a_frame_is_read_by_a_function_that_ours_replaces(pair):
    ours, theirs = pair
    peer = websocket.WebSocket(enable_multithread=False, skip_utf8_validation=True)
    peer.sock = ours
    sizes = []
    read = peer.frame_buffer.recv

    def counted(size):
        sizes.append(size)
        return read(size)

    peer.frame_buffer.recv = counted
    theirs.sendall(b"\x81\x05hello")
    assert peer.recv_frame().data == b"hello"
    assert sizes == [2, 5], WHY.format("frame_buffer.recv")


def test_half_a_frame_is_kept_in_pieces_that_ours_joins(pair):
    ours, theirs = pair
    peer = websocket.WebSocket(enable_multithread=False, skip_utf8_validation=True)
    peer.sock = ours
    theirs.sendall(b"\x81\x05he")
    with pytest.raises(BlockingIOError):
        peer.recv_frame()
    assert peer.frame_buffer.recv_buffer == [b"he"], WHY.format("frame_buffer.recv_buffer")
    theirs.sendall(b"llo")
    assert peer.recv_frame().data == b"hello"
