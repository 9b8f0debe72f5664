"""Figures: the way of a very long list from the wire to the menu, and every level of a long one's menu."""

from __future__ import annotations

import gc
import json
import statistics
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.bench.figure import Figure
from tray.core.events import ReplyReceived
from tray.core.model import Connection, Mode, Now, Pending, Step
from tray.core.state import State
from tray.core.update import update
from tray.i18n.words import Words
from tray.protocol import frames
from tray.protocol.models import Model
from tray.protocol.sessions import SessionsList
from tray.settings.settings import Settings
from tray.view.menu.item import Path
from tray.view.menu.menu import menu
from tray.view.tray_view import view

if TYPE_CHECKING:
    from collections.abc import Callable

_REPEATS = 9
_LISTED = 200
"""As many sessions as the tray asks for."""
_AT = datetime(2026, 9, 6, 12, tzinfo=UTC)


def measure(sessions: int) -> tuple[Figure, ...]:
    """Time the whole way and its stations; medians."""
    text, request, now, words = _text(sessions), SessionsList(sessions), Now(1000.0, _AT), Words()
    link = Connection(step=Step.CONNECTED, due_at=None, last_message_at=now.mono)
    waiting = State(
        Settings(),
        Mode.LIVE,
        seed="0",
        connection=link,
        pending=(Pending("r-1", request, now.mono, now.mono + 30),),
    )

    def read() -> object:
        frame = frames.parse(text)
        assert isinstance(frame, frames.Response)
        return request.decode(frame.payload)

    answer = read()

    def decide() -> State:
        return update(waiting, ReplyReceived("r-1", answer), now)[0]

    state = decide()
    assert len(state.snapshot.sessions) == sessions

    def show() -> None:
        view(state, now, words)
        assert menu(state, (), now, words)
        assert menu(state, ("sessions",), now, words)

    parsing = _milliseconds(lambda: json.loads(text))
    parts = {"read": read, "update": decide, "view and menu": show}
    times = {name: _milliseconds(part) for name, part in parts.items()}
    stations = ", ".join(f"{name} {milliseconds:.0f} ms" for name, milliseconds in times.items())
    note = (
        f"{sessions} sessions: {len(text) / 1e6:.1f} MB of text to frame, rows, state, view and two levels "
        f"of the menu, median of {_REPEATS}; beside: json.loads alone; ours is made of {stations}"
    )
    name = f"{sessions:,} sessions, list to menu"
    return (Figure(name, "ms", sum(times.values()), parsing, "", note), _whole_menu())


def _whole_menu() -> Figure:
    """Time every level of the menu of 200 sessions, as backends make it that cannot make one at a time."""
    now, words = Now(1000.0, _AT), Words()
    request = SessionsList(_LISTED)
    link = Connection(step=Step.CONNECTED, due_at=None, last_message_at=now.mono)
    pending = (Pending("r-1", request, now.mono, now.mono + 30),)
    models = tuple(Model(f"fake/model-{number}", 200_000) for number in range(100))
    waiting = State(Settings(), Mode.LIVE, seed="0", connection=link, pending=pending, models=models)
    frame = frames.parse(_text(_LISTED))
    assert isinstance(frame, frames.Response)
    state = update(waiting, ReplyReceived("r-1", request.decode(frame.payload)), now)[0]

    def levels(path: Path = ()) -> int:
        return 1 + sum(levels(item.path) for item in menu(state, path, now, words) if item.path is not None)

    opening = _milliseconds(lambda: [menu(state, path, now, words) for path in ((), ("sessions",))])
    note = f"all {levels()} levels of it, median of {_REPEATS}; the two that open first take {opening:.1f} ms"
    name = f"{_LISTED} sessions, whole menu"
    return Figure(name, "ms", _milliseconds(levels), goal="under 100 ms", note=note)


def _milliseconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(_REPEATS):
        gc.collect()
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def _text(sessions: int) -> str:
    """An answer to sessions.list as OpenClaw 2026.9.6 gives it."""
    rows = [_row(number) for number in range(sessions)]
    defaults = {"modelProvider": "fake", "model": "alpha", "contextTokens": 200_000}
    payload = {"ts": 0, "count": sessions, "defaults": defaults, "sessions": rows}
    return json.dumps({"type": "res", "id": "r-1", "ok": True, "payload": payload})


def _row(number: int) -> dict[str, object]:
    return {
        "key": f"agent:main:session-{number}",
        "kind": "direct",
        "label": f"Session {number}",
        "agentId": "main",
        "isMain": False,
        "isBackground": number % 10 == 0,
        "sessionId": f"00000000-0000-4000-8000-{number:012}",
        "updatedAt": int(_AT.timestamp() * 1000) - number * 1000,
        "systemSent": True,
        "inputTokens": number % 150_000,
        "outputTokens": 50,
        "totalTokens": number % 150_000 + 1,
        "totalTokensFresh": number % 7 != 0,
        "contextTokens": 200_000,
        "modelProvider": "fake",
        "model": "alpha",
        "status": "done",
        "hasActiveRun": False,
        "thinkingLevel": "off",
        "deliveryContext": {"channel": "webchat"},
    }
