"""Figure: how long a change takes from the gateway to the view, through the real loop, at several rates."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from tests.bench.figure import Figure
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


def measure(rates: Iterable[int], seconds: float) -> tuple[Figure, ...]:
    """Push events at each rate for so many seconds (ten events at least): median and 99th percentile."""
    pusher = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.pusher"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with pusher:
        assert pusher.stdin is not None
        url, token = json.loads(_line(pusher))
        figures = [f for rate in rates for f in _at(pusher, url, token, rate, max(10, int(rate * seconds)))]
        pusher.stdin.close()
    return tuple(figures)


def _at(pusher: subprocess.Popen[str], url: str, token: str, rate: int, count: int) -> tuple[Figure, Figure]:
    words = Words()
    environ = {**os.environ, "CLAWTRAY_URL": url, "CLAWTRAY_TOKEN": token}
    loop = live_loop(environ, Settings(), seed=f"{rate:08x}")
    asked = pushing = False
    seen_at: list[float] = []
    patience = time.monotonic() + count / rate + _PATIENCE

    def observe(state: State) -> bool:
        nonlocal asked, pushing
        view(state, now(), words)
        if time.monotonic() >= patience:
            raise TimeoutError(f"{len(seen_at)} of {count} events were seen")
        if not asked and state.snapshot.read_at is not None:
            asked = True
            loop.post(CommandReceived(Ask("[[bench]]")))
        if not state.prompts:
            return False
        answer = state.prompts[-1].answer
        if not pushing and answer:  # the run has said its first words, and now holds
            pushing = True
            assert pusher.stdin is not None
            pusher.stdin.write(f"{rate} {count} {state.prompts[-1].id}\n")
            pusher.stdin.flush()
        if answer.isdecimal():
            seen_at.extend([time.monotonic()] * (int(answer) + 1 - len(seen_at)))
        return len(seen_at) == count

    loop.run(observe, lambda: patience)
    pushed_at = json.loads(_line(pusher))
    late = [(seen - pushed) * 1000 for seen, pushed in zip(seen_at, pushed_at, strict=True)]
    note = (
        "event to view: from the call that sends it in a simulated gateway, which is another process, until "
        "the view is made, through the real loop"
    )
    name = f"event to view, {rate:,} a second"
    return (
        Figure(f"{name}, median of {count}", "ms", statistics.median(late), note=note),
        Figure(
            f"{name}, 99th percentile",
            "ms",
            statistics.quantiles(late, n=100, method="inclusive")[98],
            note=note,
        ),
    )


def _line(pusher: subprocess.Popen[str]) -> str:
    assert pusher.stdout is not None
    line = pusher.stdout.readline()
    if not line:
        raise RuntimeError("the simulated gateway has ended")
    return line
