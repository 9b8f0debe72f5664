"""Figure: what our processes cost while nothing happens: processor, memory, disk, traffic.

Linux only; needs `ss` of iproute2.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.figure import Figure
from tests.bench.ground import ROOT, clawtray, environment
from tests.desktop.screen import Screen, missing, until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.peers.realgateway import Gateway

_SETTLE = 10.0
"""Seconds after the connection that do not count; no more than those that do."""
_CONNECT_TIMEOUT = 120.0
_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Sample:
    """Seconds and bytes since the start of the process, except for its memory."""

    cpu: float
    resident: int
    private: int
    disk: int
    traffic: int


def measure(gateway: Gateway, seconds: float) -> tuple[Figure, ...]:
    """Leave them alone for so many seconds, all at the same time, each connected to the gateway."""
    with environment(gateway.url, gateway.token) as env, _started(env) as processes:
        for name, process in processes.items():
            # Not by the clock: beside other suites a start takes many times as long.
            until(lambda pid=process.pid: _connections(pid), f"{name} is connected", _CONNECT_TIMEOUT)
        settle = min(_SETTLE, seconds)
        _pause(settle)
        before = {name: _sample(process.pid) for name, process in processes.items()}
        _pause(seconds)
        after = {name: _sample(process.pid) for name, process in processes.items()}
    note = (
        f"idle: connected to the real gateway for {seconds:.0f} s, after {settle:.0f} s that do not count; "
        "memory at the end; disk: bytes written to it; traffic: of the connection. tray: the icon on "
        "a virtual screen, with GTK as on a Linux desktop; bare tray: the icon without a toolkit, so without "
        "a menu; watch: in a terminal"
    )
    figures: list[Figure] = []
    for name, end in after.items():
        start = before[name]
        figures += [
            Figure(
                f"idle {name}, of a core", "%", (end.cpu - start.cpu) / seconds * 100, None, "<= 0.05 %", note
            ),
            Figure(f"idle {name}, resident", "MB", end.resident / _MB, None, "<= 32 MB", note),
            Figure(f"idle {name}, private", "MB", end.private / _MB, None, "", note),
            Figure(f"idle {name}, disk writes", "bytes", end.disk - start.disk, None, "0", note),
            Figure(
                f"idle {name}, traffic", "bytes/s", (end.traffic - start.traffic) / seconds, None, "", note
            ),
        ]
    return tuple(figures)


@contextlib.contextmanager
def _started(env: Mapping[str, str]) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    with contextlib.ExitStack() as undo:
        directory = Path(undo.enter_context(tempfile.TemporaryDirectory()))
        commands = {"watch": (clawtray("watch"), env)}
        if missing() is None:
            screen = undo.enter_context(Screen(directory / "screen")).environment
            home = {**screen, **env}
            commands["tray"] = clawtray(), home
            commands["bare tray"] = clawtray(), {**home, "PYSTRAY_BACKEND": "xorg"}
        processes = {}
        for name, (command, environ) in commands.items():
            log = undo.enter_context((directory / f"{name}.log").open("wb"))
            process = subprocess.Popen(
                command, env=environ, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
            undo.callback(_end, process)
            processes[name] = process
        yield processes


def _sample(pid: int) -> _Sample:
    folder = Path("/proc", str(pid))
    times = (folder / "stat").read_text().rpartition(")")[2].split()[11:13]
    memory = _fields(folder / "smaps_rollup")
    return _Sample(
        cpu=sum(int(ticks) for ticks in times) / os.sysconf("SC_CLK_TCK"),
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
