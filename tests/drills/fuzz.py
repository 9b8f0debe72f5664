"""Frames that no gateway ever sent: recorded ones, damaged, go through reader, core and view.

`python -m tests.drills.fuzz RUNS` has atheris damage them instead, guided by what the code does with each; it
needs the dependency group `fuzz`.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.drills.drill import Drill
from tray.core.commands import Ask, OpenMenu, ReadApprovals, ReadUsage, UseModel
from tray.core.effects import Send
from tray.core.events import (
    CommandReceived,
    EventReceived,
    LoggedIn,
    ReplyReceived,
    RequestFailed,
    SocketOpened,
    TargetResolved,
    Tick,
)
from tray.core.model import AwaitingChallenge, Connected, Dialing, Discovering, LoggingIn, Mode, Now, Waiting
from tray.core.state import Process, State
from tray.core.update import update
from tray.i18n.words import Words
from tray.protocol import frames, handshake
from tray.protocol.frames import Challenge, Frame, Response
from tray.protocol.json_fields import payload
from tray.protocol.requests import Request
from tray.settings.settings import Settings
from tray.settings.target import Target
from tray.values import replace
from tray.view.menu.item import Item
from tray.view.menu.menu import menu
from tray.view.text.formatting import TOOLTIP_UNITS
from tray.view.tray_view import view

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tray.core.events import Event

ROOT = Path(__file__).parents[2]
RECORDED = ROOT / "tests" / "frames"
_LOOK_EVERY = 100
_CLICKS = (OpenMenu(), ReadUsage(), ReadApprovals(), Ask("hello"), UseModel("fake/beta"))
_JUNK: tuple[Any, ...] = (
    *(None, True, 0, -1, 10**30, 1e308, float("nan"), [], {}, [[]]),
    *("", "\ud800", "\x1b[31m", "\u202e", "x" * 5000, "[]"),
)


class Loop:
    """The program's pure half, fed by hand: always connected, always with something under way."""

    def __init__(self) -> None:
        self._state = State(Settings(), Mode.LIVE, Process("f022"))
        self._under_way: dict[str, Request] = {}
        self._at = Now(0.0, datetime(2026, 11, 27, 12, tzinfo=UTC))
        self._fed = 0
        self._words = Words()
        hello = json.loads((RECORDED / "2026.9.6" / "connect-with-device.json").read_text(encoding="utf-8"))
        answers = [frame["payload"] for way, frame in hello["frames"] if way == "<" and frame.get("ok")]
        self._hello = replace(handshake.read_hello(answers[-1]), scopes=frozenset(handshake.CONTROL_SCOPES))

    def feed(self, message: bytes) -> None:
        """One message from the gateway. Whatever it is, nothing may raise."""
        self._fed += 1
        self._at = Now(self._at.mono + 0.01, self._at.wall + timedelta(seconds=0.01))
        if not isinstance(self._state.connection.step, Connected):
            self._connect()
        if self._fed % 10 == 0:
            self._take(CommandReceived(_CLICKS[self._fed // 10 % len(_CLICKS)]))
            self._take(Tick())
        self._take(self._understood(frames.parse(message)))
        if self._fed % _LOOK_EVERY == 0:
            self._look()

    def _understood(self, frame: Frame) -> Event:
        if not isinstance(frame, Response):
            return EventReceived(frame)
        handshake.read_hello(payload(frame.payload))
        for known in self._under_way.values():
            known.decode(frame.payload)
        if not self._under_way:
            return EventReceived(frames.Unknown("an answer to nothing"))
        identity = list(self._under_way)[self._fed % len(self._under_way)]
        request = self._under_way.pop(identity)
        if frame.error_response is not None:
            return RequestFailed(identity, frame.error_response)
        return ReplyReceived(identity, request.decode(frame.payload))

    def _connect(self) -> None:
        self._under_way.clear()
        target = Target("ws://127.0.0.1:18789", "the drill", is_loopback=True, secure=False)
        for _ in range(20):
            link = self._state.connection
            match link.step:
                case Connected():
                    return
                case Waiting():
                    self._at = Now(self._at.mono + 600.0, self._at.wall + timedelta(seconds=600))
                    self._take(Tick())
                case Discovering():
                    self._take(TargetResolved(target, link.revision + 1))
                case Dialing():
                    self._take(SocketOpened(link.attempt))
                case AwaitingChallenge():
                    self._take(EventReceived(Challenge("nonce", None)))
                case LoggingIn():
                    self._take(LoggedIn(self._hello))
        raise AssertionError(f"it does not connect any more: {self._state.connection.step}")

    def _take(self, event: Event) -> None:
        self._state, effects = update(self._state, event, self._at)
        for effect in effects:
            if isinstance(effect, Send):
                self._under_way[effect.id] = effect.request
        while len(self._under_way) > 50:
            del self._under_way[next(iter(self._under_way))]

    def _look(self) -> None:
        """Draw all that a person could see of it."""
        seen = view(self._state, self._at, self._words)
        assert len(seen.tooltip.encode("utf-16-le")) // 2 <= TOOLTIP_UNITS
        for path in _paths(menu(self._state, (), self._at, self._words)):
            for item in menu(self._state, path, self._at, self._words):
                assert item.text.replace("\t", "").isprintable()


def _paths(items: tuple[Item, ...]) -> Iterator[tuple[str, ...]]:
    yield ()
    yield from (item.path for item in items if item.path is not None)


def recorded() -> list[bytes]:
    """Every frame that gateways sent in the recordings."""
    texts: set[bytes] = set()
    for path in sorted(RECORDED.glob("*/*.json")):
        conversation = json.loads(path.read_text(encoding="utf-8"))
        texts.update(json.dumps(frame).encode() for way, frame in conversation["frames"] if way == "<")
    return sorted(texts)


def damaged(seeds: list[bytes], chance: random.Random) -> bytes:
    """One of them, with a value exchanged, a member lost or doubled, or bytes gone wrong."""
    seed = chance.choice(seeds)
    if chance.random() < 0.3:
        return _spoilt(bytearray(seed), chance)
    frame = json.loads(seed)
    for _ in range(chance.randint(1, 4)):
        _exchange(frame, chance, seeds)
    return json.dumps(frame).encode("utf-8", "replace")


def _spoilt(data: bytearray, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data[: chance.randint(1, len(data))] if chance.random() < 0.3 else data)


def _exchange(frame: Any, chance: random.Random, seeds: list[bytes]) -> None:
    """Change one value somewhere within."""
    node = frame
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return
        key = chance.choice(keys)
        inner = node[key]
        if isinstance(inner, dict | list) and inner and chance.random() < 0.8:
            node = inner
            continue
        fate = chance.random()
        if fate < 0.2 and isinstance(node, dict):
            del node[key]
        elif fate < 0.3:
            node[key] = json.loads(chance.choice(seeds))
        else:
            node[key] = deepcopy(chance.choice(_JUNK))
        return


def mutated(times: int, seed: int = 1) -> Drill:
    """So many damaged frames, one after the other, through one program."""
    chance = random.Random(seed)
    seeds, loop = recorded(), Loop()
    found: list[str] = []
    done = 0
    for done in range(1, times + 1):
        message = damaged(seeds, chance)
        try:
            loop.feed(message)
        except Exception as error:  # noqa: BLE001 - any is what is looked for
            found.append(f"frame {done}: {type(error).__name__}: {error}: {message[:300]!r}")
            break
    note = f"fuzz: {len(seeds):,} recorded frames, damaged at random; lost is an exception"
    return Drill("fuzzed frames, damaged", done, len(found), found=tuple(found), note=note)


def guided(times: int) -> Drill:
    """So many frames of atheris, in a process of its own.

    Raises:
        ModuleNotFoundError: It is not installed.
    """
    import atheris  # noqa: F401, PLC0415 - to know that before a process is started

    with tempfile.TemporaryDirectory() as corpus:
        for number, text in enumerate(recorded()):
            (Path(corpus) / str(number)).write_bytes(text)
        command = [sys.executable, "-m", "tests.drills.fuzz", str(times), corpus]
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False
        )
    tail = (done.stdout + done.stderr)[-2000:]
    found = () if done.returncode == 0 and f"Done {times} runs" in tail else (tail,)
    note = "fuzz by atheris: started with the recorded frames, guided by coverage; lost is an exception"
    return Drill("fuzzed frames, guided", times, len(found), found=found, note=note)


def _by_atheris(times: str, corpus: str) -> None:
    import atheris  # noqa: PLC0415 - a dependency of this way alone

    atheris.instrument_all()
    loop = Loop()
    options = [
        sys.argv[0],
        f"-runs={times}",
        "-max_len=20000",
        "-rss_limit_mb=4096",
        f"-artifact_prefix={corpus}/",
        corpus,
    ]
    atheris.Setup(options, loop.feed)
    atheris.Fuzz()


if __name__ == "__main__":
    _by_atheris(sys.argv[1], sys.argv[2])
