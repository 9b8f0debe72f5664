"""Drills before the simulated gateway: what a real one can hardly be brought to do."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from unittest import mock

from tests.drills.drill import Drill
from tests.drills.subject import Subject, user
from tests.faulty_gateway import FaultyGateway
from tests.servers import TEXT, frame
from tray.core.commands import Pin
from tray.core.model import PromptFinished
from tray.runtime import clock, loop, worker
from tray.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tray.core.model import Now

KEY = "agent:main:drill"
_WINDOW = 200_000
_NOTE = (
    "simulated gateway, 100 times as fast, so that its sign of life comes every second: while the fault "
    "lasts its session gets another figure. The seconds count from its end until the icon shows that"
)


@dataclass(slots=True)
class Clocks:
    """Both clocks of the program, which may be put forward and back."""

    wall: timedelta = timedelta()
    mono: float = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.mono

    def now(self) -> Now:
        real = clock.now()
        return replace(real, mono=real.mono + self.mono, wall=(real.wall + self.wall).astimezone())


@contextmanager
def clocks() -> Iterator[Clocks]:
    """Have the program look at clocks that can be put."""
    put = Clocks()
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(loop, "time", put))
        for module in (loop, worker):
            stack.enter_context(mock.patch.object(module, "now", put.now))
        yield put


@contextmanager
def scene() -> Iterator[tuple[FaultyGateway, Subject]]:
    """A simulated gateway with one session, and the program before it."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        gateway = stack.enter_context(FaultyGateway(speed=100, story=False))
        variables = {"CLAWTRAY_URL": gateway.url, "CLAWTRAY_TOKEN": gateway.token}
        stack.enter_context(user(Path(folder), str(Path(folder) / "ClawTray"), **variables))
        used(gateway, 5)
        subject = stack.enter_context(Subject())
        subject.until(lambda state: state.connected)
        subject.click(Pin(KEY))
        subject.until_shown(5)
        yield gateway, subject


def used(gateway: FaultyGateway, percent: int) -> None:
    """Have the session use so much of its window."""
    total = _WINDOW * percent // 100
    gateway.set_session(KEY, totalTokens=total, contextTokens=_WINDOW, totalTokensFresh=True)


Strike: TypeAlias = Callable[[FaultyGateway, Subject, Callable[[], None]], None]
"""Does something to both; the callable gives the session another figure, while the fault lasts."""


def _faulty(name: str, *, seconds: float = 0.3, **options: object) -> Strike:
    """A fault of the simulated gateway, for so long."""

    def strike(gateway: FaultyGateway, _: Subject, change: Callable[[], None]) -> None:
        gateway.fault(name, **options)
        if name in _AT_THE_DOOR:
            gateway.drop()
        change()
        threading.Event().wait(seconds)
        gateway.clear()

    return strike


_AT_THE_DOOR = ("refuse", "http", "unavailable", "slow_dial", "starting", "no_challenge")


def _dropped(gateway: FaultyGateway, _: Subject, change: Callable[[], None]) -> None:
    gateway.drop()
    change()


def _sent(*pieces: bytes) -> Strike:
    """These bytes are sent to every client, whatever they are, and then all goes on as usual."""

    def strike(gateway: FaultyGateway, _: Subject, change: Callable[[], None]) -> None:
        for client in gateway._welcome():
            for piece in pieces:
                client._outbox.put(piece)
        change()

    return strike


_EVENT = frame(TEXT, b'{"type":"event","event":"health","payload":{"filling":"%s"}}' % (b"x" * 1_000))
_LARGE = frame(TEXT, b'{"type":"event","event":"health","payload":[%s[]]}' % (b"[]," * 8_000_000))


STRIKES: dict[str, Strike] = {
    "cut without a word": _dropped,
    "half a frame": _faulty("half_frame", times=1),
    "garbage": _faulty("garbage", times=1),
    "flood of 2,000 a second": _faulty("flood", rate=2000.0, seconds=1.0, times=1),
    "frame of 25 MB": _faulty("big_frame", size=25_000_000.0, times=1),
    "frames of 24 MB, back to back": _sent(*[_LARGE] * 4),
    "a frame that drips": _sent(*(bytes([byte]) for byte in _EVENT)),
    "a message in endless fragments": _sent(frame(TEXT, b"", fin=False) + frame(0, b"x", fin=False) * 20_000),
    "silence": _faulty("silence", times=1),
    "port closed": _faulty("refuse"),
    "slow loris at the door": _faulty("slow_dial", after=None),
    "still starting": _faulty("starting", retry_after=0.1),
    "no challenge": _faulty("no_challenge"),
    "another program at the port": _faulty("http"),
}
"""What is done to it, by name."""


def drill(name: str, times: int) -> Drill:
    """One of `STRIKES`, so many times."""
    with scene() as (gateway, subject):
        return _repeat(name, times, gateway, subject, STRIKES[name])


def jump(times: int) -> Drill:
    """The clock on the wall is put forward and back, by up to a month."""
    leaps = cycle((timedelta(hours=1), timedelta(hours=-1), timedelta(days=31), timedelta(days=-31)))

    def leap(_: FaultyGateway, __: Subject, change: Callable[[], None]) -> None:
        put.wall += next(leaps)
        change()

    with clocks() as put, scene() as (gateway, subject):
        return _repeat("clock on the wall jumps", times, gateway, subject, leap)


def resume(times: int) -> Drill:
    """The computer slept for an hour: its clocks went on, its connection is dead, and nobody said so."""

    def sleep(gateway: FaultyGateway, _: Subject, change: Callable[[], None]) -> None:
        gateway.fault("silence", times=1)
        change()
        put.wall += timedelta(hours=1)
        put.mono += 3600.0
        gateway.clear()

    with clocks() as put, scene() as (gateway, subject):
        return _repeat("woken after an hour", times, gateway, subject, sleep)


def _repeat(name: str, times: int, gateway: FaultyGateway, subject: Subject, strike: Strike) -> Drill:
    to_truth: list[float] = []
    lost: list[str] = []
    repeated: list[str] = []
    false: list[str] = []
    for number in range(times):
        where, percent = f"no. {number + 1}", 10 + number % 60
        runs, known = gateway.runs, {id(notified) for notified in subject.state.process.recent}
        asked = subject.ask(f"drill {number}")
        strike(gateway, subject, partial(used, gateway, percent))
        over_at = time.monotonic()
        try:
            to_truth.append(max(0.0, subject.until_shown(percent) - over_at))
            subject.until(lambda _, asked=asked: subject.prompt(asked).state.ended)
        except TimeoutError as error:
            lost.append(f"{where}: {error}")
            break
        if gateway.runs - runs > 1:
            repeated.append(f"{where}: {gateway.runs - runs} runs of one prompt")
        notified = [notified.alert for notified in subject.state.process.recent if id(notified) not in known]
        false += [f"{where}: {notice}" for notice in notified if not isinstance(notice, PromptFinished)]
    counts = len(lost), len(repeated), len(false)
    return Drill(name, times, *counts, tuple(to_truth), (*lost, *repeated, *false), _NOTE)
