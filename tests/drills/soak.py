"""The soak: the program watches a gateway in which much goes on, for long, and must not grow by it."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.drills.drill import Drill
from tray.demo import DemoGateway

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parents[2]
SPEED = 30
_EVERY = 5.0
_WARM = 0.2
"""The part of the time that is not counted: what is read and cached once is no growth."""
_MOST_MB = 2.0
_SESSIONS = 50


@dataclass(frozen=True, slots=True)
class Sample:
    """What the process held at one moment: resident memory in MB, open handles, threads."""

    memory: float
    handles: int
    threads: int


def soak(seconds: float) -> Drill:
    """Watch the simulated gateway for so long; runs, cut connections and changes come all the time."""
    with tempfile.TemporaryDirectory() as home, DemoGateway(speed=SPEED) as gateway:
        for number in range(_SESSIONS):
            gateway.set_session(f"agent:main:soak-{number}", totalTokens=1000 * number, contextTokens=200_000)
        environ = {"HOME": home, "CLAWTRAY_HOME": str(Path(home) / "ClawTray"), "PATH": ""}
        environ |= {"CLAWTRAY_URL": gateway.url, "CLAWTRAY_TOKEN": gateway.token}
        command = [sys.executable, "-m", "tray", "watch"]
        watch = subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            samples = _watched(watch, gateway, seconds)
        finally:
            watch.terminate()
            watch.wait()
    return judged(samples, seconds)


def _watched(watch: subprocess.Popen[bytes], gateway: DemoGateway, seconds: float) -> list[Sample]:
    samples: list[Sample] = []
    ends_at, number = time.monotonic() + seconds, 0
    while time.monotonic() < ends_at:
        number += 1
        gateway.run(f"agent:main:soak-{number % _SESSIONS}", f"soak {number}", total=1000 + number)
        if number % 12 == 0:
            gateway.drop()
        try:
            code = watch.wait(_EVERY)
        except subprocess.TimeoutExpired:
            samples.append(sample(watch.pid))
        else:
            raise RuntimeError(f"it ended by itself, with {code}")
    return samples


def sample(pid: int) -> Sample:
    """What a process holds now, as Linux tells it."""
    status = _status(pid)
    memory = int(status["VmRSS"].split()[0]) / 1024
    return Sample(memory, len(list(Path(f"/proc/{pid}/fd").iterdir())), int(status["Threads"]))


def peak(pid: int) -> float:
    """Return the most resident memory that a process has had so far, in MB, as Linux tells it."""
    return int(_status(pid)["VmHWM"].split()[0]) / 1024


def _status(pid: int) -> dict[str, str]:
    return dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())


def judged(samples: list[Sample], seconds: float) -> Drill:
    """Compare the first third, once warm, with the last: what has grown and stayed is lost."""
    counted = samples[int(len(samples) * _WARM) :]
    third = max(1, len(counted) // 3)
    first, last = _middle(counted[:third]), _middle(counted[-third:])
    grown = []
    if last.memory - first.memory > _MOST_MB:
        grown.append(f"memory grew by {last.memory - first.memory:.1f} MB")
    if last.handles > first.handles:
        grown.append(f"{last.handles - first.handles} handles more")
    if last.threads > first.threads:
        grown.append(f"{last.threads - first.threads} threads more")
    note = (
        f"soak of {seconds / 60:.0f} min before a simulated gateway {SPEED} times as fast, "
        f"{len(samples)} samples: memory {first.memory:.1f} then {last.memory:.1f} MB, "
        f"handles {first.handles} then {last.handles}, threads {first.threads} then {last.threads}; "
        "what grew counts as lost"
    )
    return Drill("soak", len(samples), len(grown), found=tuple(grown), note=note)


def _middle(samples: Iterable[Sample]) -> Sample:
    rows = list(samples)
    return Sample(
        statistics.median(each.memory for each in rows),
        int(statistics.median(each.handles for each in rows)),
        int(statistics.median(each.threads for each in rows)),
    )
