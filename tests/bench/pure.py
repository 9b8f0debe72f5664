"""Figures of pure code: a list of sessions from text to menu, every level of a long menu, and `view()`."""

from __future__ import annotations

import gc
import json
import statistics
import time
from typing import TYPE_CHECKING

from tests.bench.figure import Figure, Peer, at_most, times
from tests.bench.listing import AT, LISTED, WORDS, decide, listed, made, open_menu, read, waiting
from tests.parts import having
from tray.core.model import ActionError, PastNotification, SwitchFailed
from tray.core.notifications.delivery import MAX_RECENT
from tray.view.menu.menu import menu
from tray.view.tray_view import view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tray.view.menu.item import Path

_REPEATS = 9
_MANY = 10_000
_VIEWS = 2_000
"""Views timed at once: one is too short for the clock."""


def measure_sessions(counts: Iterable[int]) -> tuple[Figure, ...]:
    """Time lists of so many sessions, and the whole menu."""
    return (*(_list(count) for count in counts), _whole_menu())


def _list(sessions: int) -> Figure:
    """Time the whole way and its stations; medians."""
    text, before = made(sessions), waiting(sessions)
    answer, state = read(text, sessions), listed(sessions)

    def show() -> None:
        view(state, AT, WORDS)
        open_menu(state)

    loads, *taken = _milliseconds(
        lambda: json.loads(text), lambda: read(text, sessions), lambda: decide(before, answer), show
    )
    stations = ("read", "update", "view and menu")
    parts = ", ".join(f"{name} {took:.3g} ms" for name, took in zip(stations, taken, strict=True))
    note = (
        f"{sessions} sessions: {len(text) / 1e6:.3g} MB of text to frame, rows, state, view and two levels "
        f"of the menu, median of {_REPEATS}: {parts}"
    )
    peer = Peer("json.loads alone", loads)
    target = times(1.5, peer) if sessions >= _MANY else None
    return Figure(f"{sessions:,} sessions, text to menu", "ms", sum(taken), (peer,), target, note)


def _whole_menu() -> Figure:
    """Time every level of the menu of 200 sessions, as backends make it that cannot make one at a time."""
    state = listed(LISTED)

    def levels(path: Path = ()) -> int:
        return 1 + sum(levels(item.path) for item in menu(state, path, AT, WORDS) if item.path is not None)

    whole, opening = _milliseconds(levels, lambda: open_menu(state))
    note = f"whole menu: all {levels()} levels of it, median of {_REPEATS}"
    peers = (Peer("the two levels that open first", opening),)
    return Figure(f"{LISTED} sessions, whole menu", "ms", whole, peers, at_most(100, "ms"), note)


def measure_view() -> tuple[Figure, ...]:
    """Time `view()` with and without notifications that are remembered."""
    few = listed(10)
    alert = SwitchFailed("agent:main:main", "fake/alpha", ActionError.GATEWAY, "no such model")
    many = having(
        few, recent=tuple(PastNotification(alert, AT.wall, deferred=False) for _ in range(MAX_RECENT))
    )

    def views(state: object) -> Callable[[], object]:
        return lambda: [view(state, AT, WORDS) for _ in range(_VIEWS)]

    without, full = (took / _VIEWS * 1000 for took in _milliseconds(views(few), views(many)))
    peer = Peer("with none", without)
    note = f"view(): of 10 sessions, mean of {_VIEWS}, median of {_REPEATS} of those"
    name = f"view(), {MAX_RECENT} remembered notifications"
    return (Figure(name, "us", full, (peer,), times(1.1, peer), note),)


def _milliseconds(*works: Callable[[], object]) -> list[float]:
    """The median of each, taken in turn, so that a busy moment of the machine meets all of them."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(_REPEATS):
        for work, times_of in zip(works, taken, strict=True):
            gc.collect()
            start = time.perf_counter()
            work()
            times_of.append((time.perf_counter() - start) * 1000)
    return [statistics.median(each) for each in taken]
