"""Figure: a cold `status --json`, from nothing to the answer, beside the gateway's own command line."""

from __future__ import annotations

import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.figure import Figure
from tests.bench.ground import ROOT, clawtray, environment

if TYPE_CHECKING:
    from tests.peers.realgateway import Gateway

_TIMED = Path(__file__).with_name("timed.py")


@dataclass(frozen=True, slots=True)
class _Run:
    wall: float
    peak_kb: float
    cpu: float


def measure(gateway: Gateway, runs: int) -> tuple[Figure, ...]:
    """Run both in turn, one uncounted pair first, and compare the medians."""
    command = gateway._command("gateway", "call", "sessions.list", "--json")
    # What the tests set to make gateways start faster, nobody sets at home.
    plain = {name: gateway.environment()[name] for name in ("PATH", "HOME", "TMPDIR", "LANG")}
    ours, theirs = [], []
    with environment(gateway.url, gateway.token) as env:
        for _ in range(runs + 1):
            ours.append(_run(clawtray("status", "--json"), env))
            theirs.append(_run(command, plain))
    note = (
        f"cold status: {runs} runs of each in turn, medians, after one that is not counted; beside "
        f"`{gateway.name} gateway call sessions.list --json`; the peak is that of the largest process"
    )
    return (
        Figure("cold status --json, wall", "s", *_medians(ours, theirs, "wall"), ">= 10x", note),
        Figure("cold status --json, CPU", "s", *_medians(ours, theirs, "cpu"), "", note),
        Figure(
            "cold status --json, peak memory", "MB", *_medians(ours, theirs, "peak_kb", 1 / 1024), "", note
        ),
    )


def _medians(ours: list[_Run], theirs: list[_Run], what: str, scale: float = 1.0) -> tuple[float, float]:
    return (
        scale * statistics.median(getattr(run, what) for run in ours[1:]),
        scale * statistics.median(getattr(run, what) for run in theirs[1:]),
    )


def _run(command: list[str], env: dict[str, str]) -> _Run:
    launcher = [sys._base_executable, "-I", "-S", str(_TIMED)]
    result = subprocess.run(
        launcher + command,
        env=env,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    *printed, last = result.stdout.splitlines()
    wall, peak_kb, cpu, code = (float(number) for number in last.split())
    if code or '"sessions"' not in "".join(printed):
        raise RuntimeError(f"{' '.join(command)} exited with {code:.0f}\n{result.stdout}{result.stderr}")
    return _Run(wall, peak_kb, cpu)
