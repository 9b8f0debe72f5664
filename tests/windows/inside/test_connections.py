"""Whose process is at the other end of a connection, as Windows tells it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from tray.system import peer
from tray.system.connection_table import end, owner
from tray.system.win32 import connections


@pytest.fixture(params=["127.0.0.1", "::1"])
def pair(request):
    """Both ends of a connection to ourselves."""
    family = socket.AF_INET6 if ":" in request.param else socket.AF_INET
    with (
        socket.create_server((request.param, 0), family=family) as server,
        socket.create_connection(server.getsockname()[:2]) as ours,
        server.accept()[0] as theirs,
    ):
        yield ours, theirs


def test_a_connection_is_owned_by_the_process_at_its_other_end(pair):
    ours, theirs = pair
    ends = [end(*sock.getsockname()[:2]) for sock in (theirs, ours)]
    assert owner(connections.rows(), *ends) == os.getpid()


def test_of_a_port_at_which_nobody_was_called_the_listener_is_known(pair):
    _, theirs = pair
    there = end(*theirs.getsockname()[:2])
    assert owner(connections.rows(), there, (there[0], 1)) == os.getpid()
    assert owner(connections.rows(), (there[0], 1), there) is None


def test_our_own_process_is_no_other_user(pair):
    assert peer.other_user(pair[0]) is None


def test_a_process_belongs_to_a_user_and_to_a_session():
    program = "import sys; print(flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        other.stdout.readline()
        sid, name = connections._sid(other.pid)
        assert sid.startswith("S-1-5-")
        assert name != ""
        assert connections._sid(os.getpid()) == (sid, name)
        sessions = connections._sessions()
        assert sessions[other.pid] == sessions[os.getpid()]
        assert connections.other_user(other.pid) is None
        other.stdin.close()


def test_of_no_process_nothing_is_known():
    assert connections.other_user(0) is None
