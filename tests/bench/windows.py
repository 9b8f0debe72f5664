"""Figures: how soon a window is seen after the click, and what many of them leave in the program's memory."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.figure import Figure, Peer, above, at_most
from tests.bench.idle import resident
from tests.desktop.screen import Screen, missing, until
from tray.core.events import WindowClosed
from tray.core.model import Mode, Window, WindowKind
from tray.core.state import Process, State
from tray.gui import host, ipc
from tray.i18n.words import Words
from tray.settings.settings import Settings

if TYPE_CHECKING:
    from tray.core.events import Event

_MB = 1024 * 1024
_WARM = 3
"""Windows before the first that counts: the program's own first need of memory is none of theirs."""


def measure(count: int) -> tuple[Figure, ...]:
    """Open and close the panel so many times, one after the other, on a virtual screen."""
    if missing() is not None:
        return ()
    with tempfile.TemporaryDirectory() as directory, Screen(Path(directory) / "screen") as screen:
        os.environ.update(DISPLAY=screen.environment["DISPLAY"], GTK_THEME="Adwaita")
        for number in range(_WARM):
            _open(number)
        before = resident(os.getpid())
        seconds = [_open(_WARM + number) for number in range(count)]
        after = resident(os.getpid())
    note = (
        f"windows: the panel, opened and closed {count} times on a virtual screen; from the wish to the "
        f"first showing, median (the slowest took {max(seconds):.2f} s); memory: of the program, "
        "resident"
    )
    peer = Peer("before them", before / _MB)
    target = above(2, "MB", peer)
    return (
        Figure("panel seen", "s", statistics.median(seconds), (), at_most(0.7, "s"), note),
        Figure("memory after windows", "MB", after / _MB, (peer,), target, note),
    )


def _open(number: int) -> float:
    """Open a window and close it again: the seconds until it was seen."""
    ended: list[Event] = []
    windows = _Watched(ended)
    window = Window(f"window-{number}", WindowKind.PANEL)
    began = time.perf_counter()
    windows.open(window, State(Settings(), Mode.LIVE, process=Process("5eed", windows=(window,))))
    took = until(lambda: windows.seen_at, "the window is seen", 30.0) - began
    windows.close_one(window)
    until(lambda: [event for event in ended if isinstance(event, WindowClosed)], "it is gone", 30.0)
    return took


class _Watched(host.Windows):
    """Windows that note when one is seen."""

    def __init__(self, ended: list[Event]) -> None:
        super().__init__(Words(), ended.append)
        self.seen_at = 0.0

    def open(self, window: Window, state: State) -> None:
        super().open(window, state)
        opened = self._open[window.id]
        receive = opened._receive

        def note(line: str) -> bool:
            if isinstance(ipc.load_from_window(line), ipc.Ready):
                self.seen_at = time.perf_counter()
            return receive(line)

        opened._receive = note  # type: ignore[method-assign]

    def close_one(self, window: Window) -> None:
        """As the user closes it, seen from here: its input ends."""
        self._open[window.id]._lines.put(None)
