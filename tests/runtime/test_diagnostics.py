"""The diagnostics as they are gathered: what the network, the log and the system add, and what stays here."""

from __future__ import annotations

import getpass
import socket

import pytest

from tests.conftest import TOKEN
from tests.servers import Listener, reply
from tray.core.model import Mode
from tray.core.state import Process, State
from tray.runtime.clock import now
from tray.runtime.diagnostics import Local, gather
from tray.settings.settings import Settings
from tray.settings.target import Secrets
from tray.view.reports.diagnostics import LOG_LINES

PAGE = b"HTTP/1.1 404 Not Found\r\nServer: nginx\r\nContent-Length: 0\r\n\r\n"
STATE = State(Settings(), Mode.ONE_SHOT, Process("5eed"))


@pytest.fixture
def local(tmp_path):
    return Local(
        tmp_path, Secrets("t0ken-of-the-test", "passw0rd", device="d3vice"), None, tmp_path / "a.log"
    )


def test_the_log_is_read_across_its_two_files(local, tmp_path):
    (tmp_path / "a.log.1").write_text("".join(f"old {n}\n" for n in range(LOG_LINES)))
    (tmp_path / "a.log").write_text(
        f"passw0rd in {tmp_path}\nt0ken-of-the-test d3vice \xff\n", encoding="latin-1"
    )
    lines = gather(STATE, local, now()).splitlines()
    assert lines[-2:] == ["  [secret] in ~", "  [secret] [secret] \ufffd"]
    assert lines[-LOG_LINES] == "  old 2"


def test_without_a_log(local):
    assert gather(STATE, local, now()).splitlines()[-1] == "  empty"


def test_a_user_without_a_name(local, monkeypatch):
    def nobody():
        raise OSError

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert "Python: 3" in gather(STATE, local, now())


def test_a_library_that_is_not_there_is_left_out(local, monkeypatch):
    monkeypatch.setattr("tray.runtime.diagnostics.PACKAGES", ("pillow", "no-such-library"))
    text = gather(STATE, local, now())
    assert "packages: pillow" in text
    assert "no-such-library" not in text


def test_the_console_prints_them(gateway, clawtray):
    gateway.set_session("agent:main:main", displayName="my secret plan")
    result = clawtray("diagnostics")
    assert (result.code, result.err) == (0, "")
    assert "  step: Connected, attempt 1" in result.out
    for private in (TOKEN, "my secret plan", "agent:main", getpass.getuser() + "\n"):
        assert private not in result.out


def test_they_are_of_most_use_without_a_connection(clawtray):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    result = clawtray("--timeout", "2", "--url", f"ws://127.0.0.1:{port}", "diagnostics")
    assert result.code == 0
    assert "   X  Port" in result.out


def test_another_server_is_named_by_what_it_calls_itself(clawtray):
    with Listener(reply(PAGE)) as server:
        result = clawtray("--timeout", "5", "--url", server.url, "diagnostics")
    assert "nginx" in result.out
