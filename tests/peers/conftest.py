"""The real gateways of $CLAWTRAY_PEERS, each started once, and the console as its user runs it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from build.commands import NotAvailableError
from build.throwaway import until
from tests.peers.operator_client import OperatorClient, RefusedError
from tests.peers.realgateway import Gateway
from tests.suites import PEERS

if TYPE_CHECKING:
    from collections.abc import Iterator

_PEERS = os.environ.get("CLAWTRAY_PEERS", " ".join(PEERS)).split()
REQUIRED = "peers" in os.environ.get("CLAWTRAY_REQUIRE", "").replace(",", " ").split()
_BROKEN = "Agent database execution admission is closed"
_CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="session", params=_PEERS)
def running_gateway(request) -> Iterator[Gateway]:
    with contextlib.ExitStack() as stack:
        try:
            gateway = stack.enter_context(Gateway(request.param))
        except NotAvailableError as error:
            (pytest.fail if REQUIRED else pytest.skip)(f"not run: {error}")
        yield gateway


@pytest.fixture
def gateway(running_gateway) -> Gateway:
    """A running gateway without sessions."""
    if not running_gateway.is_running:
        running_gateway.start()
    empty(running_gateway)
    for _ in range(3):
        if can_run(running_gateway):
            return running_gateway
        running_gateway.kill()
        running_gateway.start()
    raise AssertionError(f"it runs no agent\n{running_gateway.log_tail()}")


def empty(gateway) -> None:
    """Delete its sessions."""
    with gateway.connect() as client:
        for session in client.request("sessions.list", {})["sessions"]:
            if session["key"] != "agent:main:main":  # cannot be deleted; no test uses it
                client.request("sessions.delete", {"key": session["key"], "deleteTranscript": True})


_proved: dict[Gateway, int] = {}


def can_run(gateway) -> bool:
    """Whether it runs agents after it was killed in the middle of one.

    Now and then 2026.9.6 then refuses every run until it is started again.
    """
    if _proved.setdefault(gateway, 1) == gateway.starts:
        return True
    try:
        with gateway.connect() as client:
            client.run("agent:main:probe", "hello")
    except RefusedError as error:
        if _BROKEN in str(error):
            return False
        raise
    empty(gateway)
    _proved[gateway] = gateway.starts
    return True


@pytest.fixture
def client(gateway) -> Iterator[OperatorClient]:
    with gateway.connect() as connected:
        yield connected


@pytest.fixture
def key() -> str:
    """The canonical key of a session that does not exist yet."""
    return f"agent:main:test-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def marker() -> str:
    """A word to be found again at the provider."""
    return f"marker-{uuid.uuid4().hex[:12]}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a console command ended."""

    code: int
    stdout: str
    stderr: str

    def json(self) -> Any:
        return json.loads(self.stdout)


class Console:
    """The console in a HOME of its own; only its environment names the gateway."""

    def __init__(self, gateway: Gateway, home: Path) -> None:
        self._gateway = gateway
        self._started: list[subprocess.Popen[str]] = []
        self._environment = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "CLAWTRAY_URL": gateway.url,
            "CLAWTRAY_TOKEN": gateway.token,
        }

    def start(
        self, *args: str, program: tuple[str, ...] = ("-m", "tray"), **environment: str
    ) -> subprocess.Popen[str]:
        """A command that goes on while the test does something else; to be ended with `finish`.

        `program` is what Python is to run in its place.
        """
        process = subprocess.Popen(
            [sys.executable, *program, *args],
            cwd=_CHECKOUT,
            env={**self._environment, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._started.append(process)
        return process

    def until_run(self, process: subprocess.Popen[str], marker: str) -> None:
        """Wait until the run of a command has reached the provider, or fail with what was said."""

        def has_started() -> bool:
            return bool(self._gateway.provider.completions(marker)) or process.poll() is not None

        with contextlib.suppress(TimeoutError):
            until(has_started, 90, "the run has started")
        if not self._gateway.provider.completions(marker):
            process.kill()
            pytest.fail(f"the run did not start: {process.communicate()}\n{self._gateway.log_tail()}")
        assert len(self._gateway.provider.completions(marker)) == 1

    def finish(self, process: subprocess.Popen[str], stdin: str = "", timeout: float = 90.0) -> Outcome:
        with process:
            try:
                stdout, stderr = process.communicate(stdin, timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        assert "Traceback" not in stderr, stderr
        assert self._environment["CLAWTRAY_TOKEN"] not in stdout + stderr
        return Outcome(process.returncode, stdout, stderr)

    def __call__(self, *args: str, stdin: str = "", **environment: str) -> Outcome:
        return self.finish(self.start(*args, **environment), stdin)

    def kill(self) -> None:
        """End what a failed test left running."""
        for process in self._started:
            with process:
                process.kill()

    def session(self, key: str) -> dict[str, Any]:
        """What `status --json` says of one session."""
        (row,) = [s for s in self("status", "--json").json()["sessions"] if s["key"] == key]
        return row


@pytest.fixture
def clawtray(gateway, tmp_path) -> Iterator[Console]:
    console = Console(gateway, tmp_path)
    yield console
    console.kill()
