"""Figures: how long a change takes from the gateway to the view, through the real loop, at several rates."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from tests.bench.clients import bare
from tests.bench.figure import Figure, Peer, times
from tests.bench.ground import ROOT
from tests.bench.live import live_loop
from tray.core.commands import Ask
from tray.core.events import CommandReceived
from tray.i18n.words import Words
from tray.runtime.clock import now
from tray.settings.settings import Settings
from tray.view.tray_view import view

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tray.core.state import State

_PATIENCE = 30.0
_FLOOD = 2000
_NOBODY = "run-of-nobody"


class _Pusher:
    """The process that pushes events; see tests/bench/clients/pusher.py."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.url, self.token = self._line()

    def start(self, rate: int, count: int, run: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{rate} {count} {run}\n")
        self._process.stdin.flush()

    def late(self, seen_at: list[float]) -> list[float]:
        """The milliseconds from each event's push to the moment at which it was seen."""
        return [(seen - pushed) * 1000 for seen, pushed in zip(seen_at, self._line(), strict=True)]

    def _line(self) -> list[float]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the simulated gateway has ended")
        return json.loads(line)


def measure(rates: Iterable[int], seconds: float) -> tuple[Figure, ...]:
    """Push events at each rate for so many seconds (ten events at least): median and 99th percentile."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.clients.pusher"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        pusher = _Pusher(process)
        figures = [figure for rate in rates for figure in _at(pusher, rate, max(10, int(rate * seconds)))]
        assert process.stdin is not None
        process.stdin.close()
    return tuple(figures)


def _at(pusher: _Pusher, rate: int, count: int) -> tuple[Figure, Figure]:
    ours, theirs = _viewed(pusher, rate, count), _received(pusher, rate, count)
    note = (
        "event to view: from the call that sends it in a simulated gateway, which is another process, until "
        "the view is made, through the real loop; bare client: until websocket-client and json.loads have it"
    )
    name = f"event to view, {rate:,} a second"
    middle, late = statistics.median(ours), _percentile(ours)
    bare_middle, bare_late = (
        Peer("bare client", each) for each in (statistics.median(theirs), _percentile(theirs))
    )
    median = Peer("the median", middle)
    target = times(6, median) if rate >= _FLOOD else None
    return (
        Figure(f"{name}, median of {count}", "ms", middle, (bare_middle,), None, note),
        Figure(f"{name}, 99th percentile", "ms", late, (median, bare_late), target, note),
    )


def _viewed(pusher: _Pusher, rate: int, count: int) -> list[float]:
    words = Words()
    environ = {**os.environ, "CLAWTRAY_URL": pusher.url, "CLAWTRAY_TOKEN": pusher.token}
    loop = live_loop(environ, Settings(), seed=f"{rate:08x}")
    asked = pushing = False
    seen_at: list[float] = []
    patience = time.monotonic() + count / rate + _PATIENCE

    def observe(state: State) -> bool:
        nonlocal asked, pushing
        view(state, now(), words)
        if time.monotonic() >= patience:
            raise TimeoutError(f"{len(seen_at)} of {count} events were seen")
        if not asked and state.gateway.snapshot.read_at is not None:
            asked = True
            loop.post(CommandReceived(Ask("[[bench]]")))
        if not state.profile.prompts:
            return False
        answer = state.profile.prompts[-1].answer
        if not pushing and answer:  # the run has said its first words, and now holds
            pushing = True
            pusher.start(rate, count, state.profile.prompts[-1].id)
        if answer.isdecimal():
            seen_at.extend([time.monotonic()] * (int(answer) + 1 - len(seen_at)))
        return len(seen_at) == count

    loop.run(observe, lambda: patience)
    return pusher.late(seen_at)


def _received(pusher: _Pusher, rate: int, count: int) -> list[float]:
    socket = bare.sign_in(pusher.url, pusher.token)
    pusher.start(rate, count, _NOBODY)
    seen_at: list[float] = []
    while len(seen_at) < count:
        payload = json.loads(socket.recv()).get("payload", {})
        if payload.get("runId") == _NOBODY:
            seen_at.append(time.monotonic())
    socket.close()
    return pusher.late(seen_at)


def _percentile(late: list[float]) -> float:
    return statistics.quantiles(late, n=100, method="inclusive")[98]
