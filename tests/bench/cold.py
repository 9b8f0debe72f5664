"""Figures: a cold `status --json`, from nothing to the answer, beside scripts and the gateway's command."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench import wheel
from tests.bench.figure import Figure, Peer, Target, times
from tests.bench.ground import client, environment
from tests.peers.relay import Relay

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.peers.operator_client import OperatorClient
    from tests.peers.realgateway import Gateway

_TIMED = Path(__file__).with_name("timed.py")
_OURS, _GUIDE, _FLOOR = "ours", "the guide's script", "imports alone"
_IMPORTS = "import msgspec, websocket"
_ASKED = 9
"""How often each request is sent, for a median."""


@dataclass(frozen=True, slots=True)
class _Run:
    wall: float
    cpu: float
    peak_mb: float


def measure(gateway: Gateway, runs: int) -> tuple[Figure, ...]:
    """Run all in turn, one uncounted round first, and compare the medians."""
    programs = wheel.programs()
    python = programs / "python"
    # What the tests set to make gateways start faster, nobody sets at home.
    plain = {name: gateway.environment()[name] for name in ("PATH", "HOME", "TMPDIR", "LANG")}
    with environment(gateway.url, gateway.token) as env:
        commands = {
            _OURS: ([str(programs / "clawtray"), "status", "--json"], env),
            _GUIDE: (client("guide", python=python), env),
            "bare websocket-client": (client("bare", python=python), env),
            _FLOOR: ([str(python), "-c", _IMPORTS], env),
            f"{gateway.name}'s command": (
                gateway._command("gateway", "call", "sessions.list", "--json"),
                plain,
            ),
        }
        rounds = [
            {name: _run(*command, answers=name != _FLOOR) for name, command in commands.items()}
            for _ in range(runs + 1)
        ][1:]
        requests = _requests(commands[_OURS][0], env, gateway)
    note = (
        f"cold status: {runs} runs of each in turn, medians, after one that is not counted; all in Python "
        "from an environment that holds our wheel alone; the script is tests/bench/clients/guide.py; imports "
        f"are `{_IMPORTS}`; the command is `{gateway.name} gateway call sessions.list --json`; the peak is "
        "that of the largest process"
    )
    wall, cpu, peak = (_medians(rounds, what) for what in ("wall", "cpu", "peak_mb"))
    return (
        Figure("cold status --json, wall", "ms", *_compared(wall), note),
        Figure("cold status --json, CPU", "ms", *_compared(cpu), note),
        Figure("cold status --json, peak memory", "MB", peak.pop(_OURS), _peers(peak), None, note),
        *requests,
    )


def _compared(medians: dict[str, float]) -> tuple[float, tuple[Peer, ...], Target]:
    peers = _peers({name: value * 1000 for name, value in medians.items() if name != _OURS})
    return medians[_OURS] * 1000, peers, times(1.0, peers[0])


def _peers(values: Mapping[str, float]) -> tuple[Peer, ...]:
    return tuple(Peer(name, value) for name, value in values.items())


def _medians(rounds: list[dict[str, _Run]], what: str) -> dict[str, float]:
    return {name: statistics.median(getattr(each[name], what) for each in rounds) for name in rounds[0]}


def _requests(command: list[str], env: Mapping[str, str], gateway: Gateway) -> tuple[Figure, ...]:
    """Count the requests that `status` sends, and time those that the guide's script does not send."""
    sent: list[dict[str, Any]] = []

    def note(frame: dict[str, Any]) -> dict[str, Any]:
        sent.append(frame)
        return frame

    with Relay(gateway.url, rewrite=note) as relay:
        _run(command, {**env, "CLAWTRAY_URL": relay.url}, answers=True)
    guide = Peer(_GUIDE, 2)
    methods = ", ".join(frame["method"] for frame in sent)
    text = f"requests of status: {methods}; each is timed on a connection that is up, median of {_ASKED}"
    figures = [Figure("cold status --json, requests", "requests", len(sent), (guide,), None, text)]
    with gateway.connect() as operator:
        listing = Peer("sessions.list", _asked(operator, "sessions.list", {"limit": 10}))
        figures += [
            Figure(f"request beyond the guide's: {frame['method']}", "ms", took, (listing,), None, text)
            for frame in sent
            if frame["method"] not in {"connect", "sessions.list"}
            for took in [_asked(operator, frame["method"], frame.get("params", {}))]
        ]
    return tuple(figures)


def _asked(operator: OperatorClient, method: str, params: dict[str, Any]) -> float:
    taken = []
    for _ in range(_ASKED):
        start = time.perf_counter()
        operator.request(method, params)
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def _run(command: list[str], env: Mapping[str, str], *, answers: bool) -> _Run:
    """Run a command once; one that `answers` has to print sessions."""
    result = subprocess.run(
        [sys._base_executable, "-I", "-S", str(_TIMED), *command],
        env=env,
        cwd=env["HOME"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    *printed, last = result.stdout.splitlines()
    wall, peak_kb, cpu, code = (float(number) for number in last.split())
    if code or (answers and '"sessions"' not in "".join(printed)):
        raise RuntimeError(f"{' '.join(command)} exited with {code:.0f}\n{result.stdout}{result.stderr}")
    return _Run(wall, cpu, peak_kb / 1024)
