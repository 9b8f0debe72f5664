"""Who is at the other end of a connection, by the tables of Linux."""

from __future__ import annotations

import os
import socket
import sys

import pytest

from tray.system import peer
from tray.system.connection_table import end, owner
from tray.system.peer import User

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="not run: these are the tables of Linux")
HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
OTHER = 123_456


class Sock:
    """A socket, as far as its two ends."""

    def __init__(self, host="127.0.0.1"):
        self._host = host

    def getpeername(self):
        return (self._host, 18789, 0, 0)[: 4 if ":" in self._host else 2]

    def getsockname(self):
        return (self._host, 40_000, 0, 0)[: 4 if ":" in self._host else 2]


def line(here, there, state, uid):
    """A row of a table, addresses as the kernel writes them."""

    def written(host, port):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        packed = socket.inet_pton(family, host)
        words = (packed[at : at + 4] for at in range(0, len(packed), 4))
        return "".join(f"{int.from_bytes(word, sys.byteorder):08X}" for word in words) + f":{port:04X}"

    ends = f"{written(*here)} {written(*there)}"
    return (
        f"   0: {ends} {state} 00000000:00000000 00:00000000 00000000 {uid:5} 0 4583344 1 000 100 0 0 10 0\n"
    )


@pytest.fixture
def tables(tmp_path, monkeypatch):
    """Write the tables for IPv4 and IPv6; None for one that is not there."""

    def write(*texts):
        paths = (tmp_path / "tcp", tmp_path / "tcp6")
        for path, text in zip(paths, texts, strict=True):
            if text is not None:
                path.write_text(HEAD + text, encoding="ascii")
        monkeypatch.setattr(peer, "_TABLES", paths)

    return write


def connection(host, uid):
    return line((host, 40_000), (host, 18789), "01", 0) + line((host, 18789), (host, 40_000), "01", uid)


def test_a_real_connection_to_ourselves_is_no_other_users():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as ours,
        server.accept()[0] as theirs,
    ):
        ends = [end(*sock.getsockname()) for sock in (theirs, ours)]
        assert owner(peer._rows(), *ends) == os.getuid()
        assert peer.other_user(ours) is None


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "fe80::1"])
def test_the_owner_of_the_connection_is_found(tables, host):
    rows = connection(host, OTHER)
    tables(*(("", rows) if ":" in host else (rows, None)))
    assert peer.other_user(Sock(host)) == User(str(OTHER), str(OTHER))


def test_a_server_for_both_kinds_of_addresses_stands_in_the_other_table(tables):
    tables("", connection("::ffff:127.0.0.1", OTHER))
    assert peer.other_user(Sock()).id == str(OTHER)
    assert peer.other_user(Sock("::ffff:127.0.0.1")).id == str(OTHER)


@pytest.mark.parametrize("number", [0, 1, 999, 61_184, 65_519, 65_534])
def test_root_and_services_are_no_other_user(tables, number):
    tables(connection("127.0.0.1", number), "")
    assert peer.other_user(Sock()) is None


@pytest.mark.parametrize(("number", "own"), [(1000, 1001), (60_000, 0), (65_536, 1000)])
def test_everyone_else_is_one_but_for_ourselves(tables, monkeypatch, number, own):
    monkeypatch.setattr(peer.os, "getuid", lambda: own)
    tables(connection("127.0.0.1", number) + connection("127.0.0.2", own), "")
    assert peer.other_user(Sock()).id == str(number)
    assert peer.other_user(Sock("127.0.0.2")) is None


def test_a_user_is_called_by_its_name(tables, monkeypatch):
    monkeypatch.setattr(peer, "_FIRST_USER", 0)
    monkeypatch.setattr(peer.os, "getuid", lambda: OTHER)
    tables(connection("127.0.0.1", 0), "")
    assert peer.other_user(Sock()) == User("0", "root")


@pytest.mark.parametrize("texts", [(None, None), ("", ""), (connection("127.0.0.2", OTHER), "")])
def test_where_the_system_does_not_tell_nobody_is_refused(tables, texts):
    tables(*texts)
    assert peer.other_user(Sock()) is None


def test_a_connection_that_is_over_belongs_to_nobody():
    with socket.socket() as sock:
        assert peer.other_user(sock) is None
