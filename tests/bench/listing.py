"""A list of sessions as the gateway sends it, and the pure way that it takes: frame, rows, state, menu."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from tests.bench.ground import ROOT
from tray.core.events import ReplyReceived
from tray.core.model import Connected, Connection, Mode, Now, Pending
from tray.core.state import GatewayData, Process, State
from tray.core.update import update
from tray.i18n.words import Words
from tray.protocol import frames
from tray.protocol.models import Model
from tray.protocol.requests import Reply
from tray.protocol.sessions import SessionsList
from tray.settings.settings import Settings
from tray.values import replace
from tray.view.menu.menu import menu

LISTED = 200
"""As many sessions as the tray asks for."""
AT = Now(1000.0, datetime(2026, 11, 22, 15, 6, 38, tzinfo=UTC))
"""When the answer was recorded."""
WORDS = Words()
_RECORDED = ROOT / "tests/frames/2026.9.6/sessions.list-used.json"
_ID = "r-1"


def recorded() -> bytes:
    """The answer of a real gateway with five sessions."""
    (*_, (_, frame)) = json.loads(_RECORDED.read_text(encoding="utf-8"))["frames"]
    return json.dumps({**frame, "id": _ID}).encode()


def made(sessions: int) -> bytes:
    """An answer of so many sessions, as OpenClaw 2026.9.6 gives it."""
    rows = [_row(number) for number in range(sessions)]
    defaults = {"modelProvider": "fake", "model": "alpha", "contextTokens": 200_000}
    payload = {"ts": 0, "count": sessions, "defaults": defaults, "sessions": rows}
    return json.dumps({"type": "res", "id": _ID, "ok": True, "payload": payload}).encode()


def waiting(sessions: int = LISTED) -> State:
    """The state of a tray that has asked for so many sessions, and knows a hundred models."""
    pending = (Pending(_ID, SessionsList(sessions), AT.mono, AT.mono + 30),)
    models = tuple(Model(f"fake/model-{number}", 200_000) for number in range(100))
    connection = Connection(step=Connected(AT.mono, AT.mono))
    return State(
        Settings(),
        Mode.LIVE,
        connection=connection,
        pending=pending,
        process=Process(seed="0"),
        gateway=GatewayData(models=models),
    )


def read(text: bytes, sessions: int = LISTED) -> Reply:
    """Read the answer to a request for so many sessions, as the loop does."""
    frame = frames.parse(text)
    assert isinstance(frame, frames.Response)
    return SessionsList(sessions).decode(frame.payload)


def decide(state: State, answer: Reply) -> State:
    """Return the state after the answer."""
    return update(state, ReplyReceived(_ID, answer), AT)[0]


def listed(sessions: int) -> State:
    """The state after an answer of so many sessions."""
    state = decide(waiting(sessions), read(made(sessions), sessions))
    assert len(state.gateway.snapshot.sessions) == sessions
    return state


def again(state: State) -> State:
    """The same state, waiting for an answer once more."""
    return replace(state, pending=waiting().pending)


def open_menu(state: State) -> None:
    """Make the two levels of the menu that are opened first."""
    assert menu(state, (), AT, WORDS)
    assert menu(state, ("sessions",), AT, WORDS)


def _row(number: int) -> dict[str, Any]:
    return {
        "key": f"agent:main:session-{number}",
        "kind": "direct",
        "label": f"Session {number}",
        "agentId": "main",
        "isMain": False,
        "isBackground": number % 10 == 0,
        "sessionId": f"00000000-0000-4000-8000-{number:012}",
        "updatedAt": int(AT.wall.timestamp() * 1000) - number * 1000,
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
