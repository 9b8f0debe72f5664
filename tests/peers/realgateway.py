"""Runs a real gateway of the npm registry on loopback, in a throwaway HOME, before the fake provider."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shlex
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Self

import websockets
from nacl.signing import SigningKey

from build.cache import cache_directory
from build.node import install_node
from build.throwaway import ThrowawayDirectory, until
from tests.peers.fakeprovider import FakeProvider
from tests.peers.npm import install_package
from tests.peers.operator_client import RefusedError, signed_in

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from tests.peers.operator_client import OperatorClient

_START_TIMEOUT = 120.0
_STOP_TIMEOUT = 30.0
_RESTART_TIMEOUT = 60.0  # 2026.5 and 2026.7 restart no sooner than 30 s after the last time


class GatewayError(Exception):
    """The gateway did not do what was asked; the text ends with its log."""


class Gateway:
    """A gateway `clawdbot@X` or `openclaw@X`, as a context manager: entering starts it, leaving removes it.

    It keeps port, token and state over kill, stop and start. Raises NotAvailableError where it cannot be had.
    Its `release` compares as a tuple, such as (2026, 9, 6). `settings` come on top of the `gateway`
    section of its configuration; with `tls` enabled in them, its address is encrypted. `also` holds
    other sections.
    """

    def __init__(self, spec: str, *, also: dict[str, Any] | None = None, **settings: Any) -> None:
        self.spec = spec
        self._settings = settings
        self._also = also or {}
        self.name, _, version = spec.partition("@")
        self.release = tuple(int(part) for part in version.partition("-")[0].split("."))
        self.token = secrets.token_hex(16)
        self._key = SigningKey.generate() if "trustedProxies" in settings else None
        self.port = _free_port()
        self.url = f"{'wss' if 'tls' in settings else 'ws'}://127.0.0.1:{self.port}"
        self._node = install_node()
        self._package = install_package(spec)
        self.provider = FakeProvider()
        self._directory = ThrowawayDirectory(self.name)
        self.home = self._directory.home
        self.config_path = self.home / f".{self.name}" / f"{self.name}.json"
        self._log_path = self._directory.path / "output.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.starts = 0

    def __enter__(self) -> Self:
        self.provider.__enter__()
        self.config_path.parent.mkdir()
        self.config_path.write_text(json.dumps(self._config(), indent=2))
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.kill()
        finally:
            self.provider.__exit__()
            self._directory.remove()

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended since."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it and wait until it takes a connection that may act. Raises GatewayError."""
        with self._log_path.open("ab") as log:
            self._process = subprocess.Popen(
                self._command("gateway"),
                env=self.environment(),
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.starts += 1
        self.wait_ready()

    def stop(self) -> None:
        """Ask it to stop in order, as a service would, and wait for the end. Raises GatewayError."""
        assert self._process is not None
        self._directory.signal_all(signal.SIGTERM)
        try:
            self._process.wait(_STOP_TIMEOUT)
        except subprocess.TimeoutExpired as error:
            raise GatewayError(f"{self.spec} did not stop\n{self.log_tail()}") from error
        self.kill()

    def kill(self) -> None:
        """SIGKILL everything that it runs; returns when nothing of it is left and its port is free."""
        if self._process is None:
            return
        self._directory.end_all()
        self._process.wait(_STOP_TIMEOUT)
        self._process = None
        # Killed while it writes its sessions down, 2026.1 leaves a lock for which the next one waits in vain.
        for lock in self.home.rglob("sessions.json.lock"):
            lock.unlink()
        # A process loses its environment, by which it is found, a moment before its sockets.
        until(lambda: _is_free(self.port), _STOP_TIMEOUT, f"port {self.port} is free")

    def signal(self, number: int) -> None:
        """Send a signal to all that it runs."""
        self._directory.signal_all(number)

    def restart(self) -> dict[str, Any]:
        """Have it restart in order; the payload of the `shutdown` that announced it. Raises GatewayError."""
        assert self._process is not None
        announced: dict[str, Any] = {}
        with self.connect() as client:
            if self.release >= (2026, 5):
                client.request("gateway.restart.request", {"reason": "test"})
            elif sys.platform != "win32":
                os.kill(self._process.pid, signal.SIGUSR1)
            with contextlib.suppress(websockets.ConnectionClosed):
                while True:
                    frame = client.receive(timeout=_RESTART_TIMEOUT)
                    if frame.get("event") == "shutdown":
                        announced = frame["payload"]
        if not announced:
            raise GatewayError(f"{self.spec} did not announce its restart\n{self.log_tail()}")
        self.wait_ready()
        return announced

    def rotate_token(self) -> None:
        """Write another token into its configuration; it counts from the next start on."""
        self.token = secrets.token_hex(16)
        config = json.loads(self.config_path.read_text())
        config["gateway"]["auth"]["token"] = self.token
        self.config_path.write_text(json.dumps(config, indent=2))

    def compact(self, key: str) -> None:
        """Compact a session: before 2026.3 that only trims lines, later the model summarises."""
        params = {"key": key, "maxLines": 1} if self.release < (2026, 3) else {"key": key}
        with self.connect() as client:
            result = client.request("sessions.compact", params)
        if not result["compacted"]:
            raise GatewayError(f"{self.spec} did not compact: {result}\n{self.log_tail()}")

    @property
    def auth(self) -> dict[str, str]:
        """What logs in, in the mode that its settings choose."""
        settings = self._settings.get("auth", {"mode": "token"})
        match settings.get("mode"):
            case "token":
                return {"token": self.token}
            case "password":
                return {"password": settings["password"]}
            case _:
                return {}

    def connect(self) -> AbstractContextManager[OperatorClient]:
        """A connection of its own, with every scope."""
        return signed_in(self.url, self.auth, self._key)

    def cli(self, *args: str, timeout: float = 120.0) -> subprocess.CompletedProcess[str]:
        """Run the package's own command line in the gateway's environment."""
        return subprocess.run(
            self._command(*args),
            env=self.environment(),
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def cli_command(self) -> str:
        """Its own command line as a shell writes it."""
        return shlex.join(self._command())

    def log_tail(self, characters: int = 3000) -> str:
        """The end of what it printed."""
        return self._log_path.read_text(errors="replace")[-characters:]

    def wait_ready(self) -> None:
        """Wait until it takes a connection that may act. Raises GatewayError."""
        process = self._process
        assert process is not None

        def answers() -> bool:
            if process.poll() is not None:
                raise GatewayError(f"{self.spec} exited with {process.returncode}\n{self.log_tail()}")
            try:
                with self.connect() as client:
                    client.request("sessions.list", {})
            except RefusedError as refused:
                # 2026.2 takes nobody for local once it trusts a proxy there; its own command line still is.
                if refused.pairing is not None:
                    self.cli("devices", "approve", refused.pairing)
                return False
            except (OSError, websockets.WebSocketException):
                return False
            return True

        try:
            until(answers, _START_TIMEOUT, f"{self.spec} answers")
        except TimeoutError as error:
            raise GatewayError(f"{error}\n{self.log_tail()}") from error

    def _command(self, *args: str) -> list[str]:
        entries: dict[str, str] = json.loads((self._package / "package.json").read_text())["bin"]
        return [str(self._node), str(self._package / entries[self.name]), *args]

    def environment(self) -> dict[str, str]:
        """What its own user has in the environment."""
        prefix = self.name.upper()
        return {
            "PATH": f"{self._node.parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.home),
            "TMPDIR": str(self._directory.path),
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
            "NODE_COMPILE_CACHE": str(cache_directory() / "compiled"),
            f"{prefix}_NO_RESPAWN": "1",
            f"{prefix}_NO_AUTO_UPDATE": "1",
            f"{prefix}_DISABLE_BONJOUR": "1",
            f"{prefix}_SKIP_CHANNELS": "1",
            f"{prefix}_SKIP_BROWSER_CONTROL_SERVER": "1",
            f"{prefix}_SKIP_CANVAS_HOST": "1",
            f"{prefix}_SKIP_GMAIL_WATCHER": "1",
        }

    def _config(self) -> dict[str, Any]:
        """fake/hidden is at the provider, but may not be chosen; other/delta may fail and harm no other.

        The agent `spare` uses that one, and falls back.
        """
        provider = {"baseUrl": self.provider.url, "apiKey": "fake-key", "api": "openai-completions"}
        fake = [
            _model("alpha", 200_000),
            _model("beta", 64_000),
            _model("gamma", 64_000, reasoning=True),
            _model("hidden", 64_000),
        ]
        providers = {
            "fake": {**provider, "models": fake},
            "other": {**provider, "models": [_model("delta", 128_000)]},
        }
        return {
            "gateway": {
                "mode": "local",
                "port": self.port,
                "bind": "loopback",
                "auth": {"mode": "token", "token": self.token},
                **self._settings,
            },
            "models": {"mode": "replace", "providers": providers},
            "agents": {
                "defaults": {
                    "workspace": str(self.home / "workspace"),
                    "skipBootstrap": True,
                    "heartbeat": {"every": "0m"},  # no runs but ours
                    "model": {"primary": "fake/alpha"},
                    "models": {
                        "fake/alpha": {},
                        "fake/beta": {"alias": "bee"},
                        "fake/gamma": {},
                        "other/delta": {},
                    },
                },
                "list": [
                    {"id": "main", "default": True},
                    {"id": "spare", "model": {"primary": "other/delta", "fallbacks": ["fake/alpha"]}},
                ],
            },
            "tools": {"exec": {"host": "gateway", "security": "allowlist", "ask": "always"}},
            "commands": {"restart": True},  # clawdbot ignores SIGUSR1 without it
            "plugins": {"enabled": False},  # clawdbot compiles all of them at every start, for 40 s
            "logging": {"file": str(self._directory.path / "gateway.log")},  # the default is shared by all
            **self._also,
        }


def _model(name: str, context_window: int, *, reasoning: bool = False) -> dict[str, Any]:
    return {
        "id": name,
        "name": f"Fake {name.title()}",
        "reasoning": reasoning,
        "input": ["text"],
        "cost": {"input": 3, "output": 15, "cacheRead": 0.3, "cacheWrite": 3.75},
        "contextWindow": context_window,
        "maxTokens": 4096,
    }


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
