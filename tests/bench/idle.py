"""Figures: what our processes cost while nothing happens: processor, memory, disk, traffic.

Linux only; needs `ss` of iproute2. Each is beside a program with the same libraries that does nothing.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import wheel
from tests.bench.figure import Figure, Peer, above, at_most
from tests.bench.ground import ROOT, client, environment
from tests.desktop.screen import Screen, missing, until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.peers.realgateway import Gateway

_SETTLE = 10.0
"""Seconds after the connection that do not count; no more than those that do."""
_CONNECT_TIMEOUT = 120.0
_MB = 1024 * 1024
_ASK = "import pystray; print(pystray.Icon.__module__.rpartition('.')[2])"
_OF_A_CORE = 0.05
_FLOOR = "doing nothing"


@dataclass(frozen=True, slots=True)
class _Kind:
    """A way in which ClawTray idles.

    Attributes:
        name: Of its figures.
        backend: What of pystray shows the icon; empty without one.
        extra: Megabytes that it may need above the program that does nothing.
    """

    name: str
    backend: str
    extra: float


_KINDS = (
    _Kind("watch", "", 4),
    _Kind("icon (xorg)", "xorg", 6),
    _Kind("icon (GTK)", "appindicator", 10),
)


@dataclass(frozen=True, slots=True)
class _Sample:
    """Seconds and bytes since the start of the process, except for its memory."""

    cpu: float
    resident: int
    private: int
    disk: int
    traffic: int


@dataclass(frozen=True, slots=True)
class _Started:
    """A way to idle, our process, and the one that does nothing."""

    kind: _Kind
    ours: int
    floor: int


def measure(gateway: Gateway, seconds: float) -> tuple[Figure, ...]:
    """Leave them alone for so many seconds, all at the same time, ours connected to the gateway."""
    with environment(gateway.url, gateway.token) as env, _started(env) as started:
        for each in started:
            # Not by the clock: beside other suites a start takes many times as long.
            until(lambda pid=each.ours: _connections(pid), f"{each.kind.name} is connected", _CONNECT_TIMEOUT)
        settle = min(_SETTLE, seconds)
        _pause(settle)
        before = {pid: _sample(pid) for each in started for pid in (each.ours, each.floor)}
        _pause(seconds)
        after = {pid: _sample(pid) for pid in before}
        used = ", ".join(
            f"{each.kind.name}: pystray's backend {_backend_in(each.ours)}"
            for each in started
            if each.kind.backend
        )
    note = (
        f"idle: ours connected to the real gateway, {seconds:.0f} s, after {settle:.0f} s that do not count; "
        "memory at the end; disk: bytes written to it; traffic: of the connection; all from an "
        "environment that holds our wheel alone; doing nothing: a program that loads the same libraries, and "
        "shows an icon with a menu of ten rows where ours does "
        f"(tests/bench/clients/floor.py); {used or 'no icon could be measured'}"
    )
    return tuple(
        figure
        for each in started
        for figure in _figures(
            each.kind,
            (before[each.ours], after[each.ours]),
            (before[each.floor], after[each.floor]),
            seconds,
            note,
        )
    )


def _figures(
    kind: _Kind, ours: tuple[_Sample, _Sample], floor: tuple[_Sample, _Sample], seconds: float, note: str
) -> tuple[Figure, ...]:
    (start, end), (floor_start, floor_end) = ours, floor
    cpu = (end.cpu - start.cpu) / seconds * 100
    floor_cpu = Peer(_FLOOR, (floor_end.cpu - floor_start.cpu) / seconds * 100)
    resident = Peer(_FLOOR, floor_end.resident / _MB)
    private = Peer(_FLOOR, floor_end.private / _MB)
    disk = Peer(_FLOOR, floor_end.disk - floor_start.disk)
    traffic = (end.traffic - start.traffic) / seconds
    name = f"idle {kind.name}"
    return (
        Figure(f"{name}, of a core", "%", cpu, (floor_cpu,), at_most(_OF_A_CORE, "%"), note),
        Figure(
            *(f"{name}, resident", "MB", end.resident / _MB, (resident,)),
            *(above(kind.extra, "MB", resident), note),
        ),
        Figure(f"{name}, private", "MB", end.private / _MB, (private,), None, note),
        Figure(f"{name}, disk writes", "bytes", end.disk - start.disk, (disk,), at_most(0, "bytes"), note),
        Figure(f"{name}, traffic", "bytes/s", traffic, (), None, note),
    )


@contextlib.contextmanager
def _started(env: Mapping[str, str]) -> Iterator[list[_Started]]:
    """Start each that this machine can show, and name those that it cannot."""
    programs = wheel.programs()
    python = programs / "python"
    with contextlib.ExitStack() as undo:
        directory = Path(undo.enter_context(tempfile.TemporaryDirectory()))
        lacking = missing()
        if lacking is None:
            env = {**undo.enter_context(Screen(directory / "screen")).environment, **env}
        started = []
        for kind in _KINDS:
            home = {**env, "PYSTRAY_BACKEND": kind.backend} if kind.backend else dict(env)
            why = (lacking or _other_backend(kind.backend, python, home)) if kind.backend else None
            if why is not None:
                sys.stderr.write(f"{kind.name} is not measured: {why}\n")
                continue
            commands = (
                [str(programs / "clawtray"), *([] if kind.backend else ["watch"])],
                client("floor", *(["icon"] if kind.backend else []), python=python),
            )
            pids = []
            for number, command in enumerate(commands):
                log = undo.enter_context((directory / f"{kind.name} {number}.log").open("wb"))
                process = subprocess.Popen(
                    command, env=home, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log
                )
                undo.callback(_end, process)
                pids.append(process.pid)
            started.append(_Started(kind, *pids))
        yield started


def _other_backend(wanted: str, python: Path, env: Mapping[str, str]) -> str | None:
    """Why pystray does not show an icon with this backend, as without PyGObject; None if it does."""
    asked = subprocess.run(
        [str(python), "-c", _ASK], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )
    found = asked.stdout.strip().lstrip("_")
    if found == wanted:
        return None
    complaint = (asked.stderr.strip().splitlines() or [f"pystray uses {found}"])[-1]
    return f"{complaint}; `uv sync --group desktop` installs PyGObject"


def _backend_in(pid: int) -> str:
    """The backend by the libraries that a process has loaded."""
    loaded = Path("/proc", str(pid), "maps").read_text()
    return next(
        (name for name in ("appindicator", "gtk") if f"lib{name}" in loaded or f"-{name}" in loaded), "xorg"
    )


def _sample(pid: int) -> _Sample:
    folder = Path("/proc", str(pid))
    taken = (folder / "stat").read_text().rpartition(")")[2].split()[11:13]
    memory = _fields(folder / "smaps_rollup")
    return _Sample(
        cpu=sum(int(ticks) for ticks in taken) / os.sysconf("SC_CLK_TCK"),
        resident=memory["Rss"] * 1024,
        private=(memory["Private_Clean"] + memory["Private_Dirty"]) * 1024,
        disk=_fields(folder / "io")["write_bytes"],
        traffic=_traffic(pid),
    )


def resident(pid: int) -> int:
    """The bytes of memory that a process has now."""
    return _fields(Path("/proc", str(pid), "smaps_rollup"))["Rss"] * 1024


def _fields(file: Path) -> dict[str, int]:
    return {
        name: int(number) for name, number in re.findall(r"^(\w+): +(\d+)", file.read_text(), re.MULTILINE)
    }


def _connections(pid: int) -> list[str]:
    """What `ss` tells of the TCP connections of a process."""
    said = subprocess.run(["ss", "-tinpHO"], capture_output=True, text=True, check=True).stdout
    return [line for line in said.splitlines() if f"pid={pid}," in line]


def _traffic(pid: int) -> int:
    lines = _connections(pid)
    return sum(int(number) for line in lines for number in re.findall(r"bytes_(?:sent|received):(\d+)", line))


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait()


def _pause(seconds: float) -> None:
    """Let the time pass, by an event that nobody sets."""
    deadline = time.monotonic() + seconds
    threading.Event().wait(max(0.0, deadline - time.monotonic()))
