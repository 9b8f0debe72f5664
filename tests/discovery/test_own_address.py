"""The address at which a gateway of this computer listens."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tray.core.model import ConnectionFailure, FailureKind
from tray.discovery import own_address
from tray.discovery.own_address import where_it_listens
from tray.discovery.resolver import Environment, TargetResolver
from tray.settings.settings import Profile
from tray.settings.target import TAILNET, Target

ELSEWHERE = "127.0.0.7"
FOREIGN = "192.0.2.1"
"""An address of nobody's computer."""


@contextlib.contextmanager
def _listening(host: str, port: int = 0) -> Iterator[int]:
    with socket.create_server((host, port)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def port() -> int:
    """A port at which nothing listens."""
    with _listening("127.0.0.1") as port:
        return port


def _target(port: int, bind: str | None) -> Target:
    return Target(f"ws://127.0.0.1:{port}", "the file", is_loopback=True, secure=False, bind=bind)


def test_loopback_comes_first(port: int) -> None:
    with _listening("127.0.0.1", port), _listening(ELSEWHERE, port):
        assert where_it_listens(_target(port, ELSEWHERE), None) == _target(port, ELSEWHERE)


def test_the_configured_address_is_called_where_loopback_refuses(port: int) -> None:
    with _listening(ELSEWHERE, port):
        found = where_it_listens(_target(port, ELSEWHERE), None)
    assert (found.url, found.is_loopback) == (f"ws://{ELSEWHERE}:{port}", True)
    assert "may ask for pairing" in str(found.source)


@pytest.mark.parametrize("bind", [None, FOREIGN])
def test_no_address_of_another_computer_is_called(
    port: int, monkeypatch: pytest.MonkeyPatch, bind: str
) -> None:
    monkeypatch.setattr(own_address, "_listens", lambda host, _port: host == FOREIGN)
    assert where_it_listens(_target(port, bind), None) == _target(port, bind)


def test_a_gateway_that_is_down_stays_where_it_was(port: int) -> None:
    target = _target(port, ELSEWHERE)
    with _listening(ELSEWHERE, port):
        last = where_it_listens(target, None)
    assert where_it_listens(target, last) == last
    assert where_it_listens(target, None) == target


@pytest.mark.parametrize(
    ("source", "host"),
    [("100.101.102.103", "100.101.102.103"), ("192.168.1.5", "127.0.0.1"), (None, "127.0.0.1")],
)
def test_only_an_address_of_the_tailnet_is_one(
    port: int, monkeypatch: pytest.MonkeyPatch, source: str | None, host: str
) -> None:
    monkeypatch.setattr(own_address, "_source_address", lambda _host: source)
    monkeypatch.setattr(own_address, "_listens", lambda host, _port: host == source)
    assert where_it_listens(_target(port, TAILNET), None).url == f"ws://{host}:{port}"


def test_an_address_of_this_computer_is_its_own_source() -> None:
    assert own_address._source_address("127.0.0.1") == "127.0.0.1"
    assert own_address._source_address(FOREIGN) != FOREIGN
    assert own_address._source_address("256.0.0.1") is None


def test_the_resolver_names_profiles_where_nothing_else_is_found(tmp_path: Path) -> None:
    folder = tmp_path / ".openclaw-work"
    folder.mkdir()
    (folder / "openclaw.json").write_text("{}")
    event = TargetResolver(Environment({}, tmp_path, persistent=False)).find(Profile())
    assert event.target is None
    assert event.failure == ConnectionFailure(FailureKind.NOT_FOUND, profiles=("work",))


def test_the_resolver_looks_again_at_each_attempt(tmp_path: Path, port: int) -> None:
    folder = tmp_path / ".openclaw"
    folder.mkdir()
    text = f"{{gateway: {{port: {port}, bind: 'custom', customBindHost: '{ELSEWHERE}'}}}}"
    (folder / "openclaw.json").write_text(text)
    resolver = TargetResolver(Environment({}, tmp_path, persistent=False))

    def found() -> tuple[str, int]:
        event = resolver.find(Profile())
        assert event.target is not None
        return event.target.url, event.revision

    assert found() == (f"ws://127.0.0.1:{port}", 1)
    with _listening(ELSEWHERE, port):
        assert found() == (f"ws://{ELSEWHERE}:{port}", 2)
    assert found() == (f"ws://{ELSEWHERE}:{port}", 2)
    with _listening("127.0.0.1", port):
        assert found() == (f"ws://127.0.0.1:{port}", 3)
