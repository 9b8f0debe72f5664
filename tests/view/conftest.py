"""States as the core would make them, with every part of no interest left at a plausible value."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.parts import having
from tray.core.model import (
    Confidence,
    Connected,
    Connection,
    ConnectionFailure,
    ContextUsage,
    Focus,
    Mode,
    Now,
    Session,
    SessionsSnapshot,
    Waiting,
)
from tray.core.state import GatewayData, Process, State
from tray.i18n.words import Words
from tray.protocol.handshake import ASK_SCOPES, CONTROL_SCOPES, WATCH_SCOPES, Generation, Hello
from tray.protocol.models import Model
from tray.protocol.sessions import SessionRow
from tray.settings.settings import Level, Profile, Settings
from tray.settings.target import Target
from tray.values import replace
from tray.view.menu.item import Item
from tray.view.menu.menu import menu

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SCOPES = {Level.WATCH: WATCH_SCOPES, Level.ASK: ASK_SCOPES, Level.CONTROL: CONTROL_SCOPES}
OPUS = "anthropic/claude-opus-4-5"


class Make:
    """Factories of states and their parts."""

    local = Target("ws://127.0.0.1:18789", "a test", is_loopback=True, secure=False)
    remote = Target("wss://gateway.example", "a test", is_loopback=False, secure=True)
    models = (
        Model(OPUS, 200_000),
        Model("anthropic/claude-sonnet-4-5", 1_000_000),
        Model("local/small", 32_768),
        Model("local/unsized"),
    )

    @staticmethod
    def now(seconds: float = 0.0) -> Now:
        return Now(1000.0 + seconds, NOON + timedelta(seconds=seconds))

    @staticmethod
    def usage(used=124_000, window=200_000, confidence=Confidence.FRESH, stale_reason=None) -> ContextUsage:
        return ContextUsage(used, window, confidence, stale_reason)

    @staticmethod
    def session(name="main", usage=None, *, key=None, model=OPUS, ago=12.0, **row) -> Session:
        """A session that changed `ago` seconds before noon; None for one that does not say when."""
        updated_ms = None if ago is None else int((NOON.timestamp() - ago) * 1000)
        row = SessionRow(key=f"agent:main:{name}" if key is None else key, updated_ms=updated_ms, **row)
        return Session(row, name, model, Make.usage() if usage is None else usage)

    @staticmethod
    def hello(generation=Generation.OPENCLAW, version="2026.9.6") -> Hello:
        main, methods = "agent:main:main", frozenset({"sessions.subscribe"})
        return Hello(4, version, generation, None, methods, 30.0, main, "main")

    @staticmethod
    def settings(level=None, **values) -> Settings:
        return Settings(profiles=(Profile(level=level),), **values)

    @staticmethod
    def connected(*sessions, focus=0, level=Level.CONTROL, granted=None, settings=None, **rest) -> State:
        """Connected at a level, with everything granted; the focus is on the session with that number."""
        asked = SCOPES[level]
        granted = frozenset(asked if granted is None else granted)
        link = Connection(
            step=Connected(0.0, 0.0, asked, granted),
            target=Make.local,
            attempt=1,
            hello=Make.hello(),
        )
        snapshot = SessionsSnapshot(
            sessions=sessions,
            default_model=OPUS,
            read_at=NOON,
            runs=rest.pop("runs", {}),
        )
        state = State(
            settings=Make.settings(level) if settings is None else settings,
            mode=Mode.LIVE,
            process=Process("5eed"),
            gateway=GatewayData(
                snapshot=snapshot,
                models=Make.models,
                focus=Focus(sessions[focus].key) if sessions else Focus(),
                approvals_read=frozenset({"exec.approval.list", "device.pair.list"}),
            ),
            connection=link,
        )
        return having(state, **rest)

    @staticmethod
    def troubled(
        cause, *sessions, detail="", target=local, hello=None, failures=1, settings=None, **rest
    ) -> State:
        """Not connected, because of this; None for the first attempt, which is under way."""
        state = Make.connected(*sessions, settings=settings or Settings())
        failure = None if cause is None else ConnectionFailure(cause, detail, **rest)
        link = Connection(step=Waiting(0.0), failure=failure, target=target, failures=failures, hello=hello)
        return replace(state, connection=link)

    @staticmethod
    def unread(read_error=None) -> State:
        """Connected, and the sessions were never read: not yet, or because the gateway refused that."""
        state = Make.connected()
        return state.with_snapshot(replace(state.gateway.snapshot, read_at=None, read_error=read_error))


@pytest.fixture(scope="session")
def make() -> type[Make]:
    return Make


@pytest.fixture(scope="session")
def words() -> Words:
    return Words()


@pytest.fixture(scope="session")
def level(make):
    """One level of the menu of a state."""

    def opened(state, *path: str) -> tuple[Item, ...]:
        return menu(state, path, make.now(), Words())

    return opened
