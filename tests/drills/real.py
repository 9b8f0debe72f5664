"""Drills before a real gateway: it is killed, it restarts as it announced, its token changes.

Before each time the session on the icon gets another figure, so that an old one is never taken for the
truth, and a prompt is sent, so that there is something to lose or to do twice.
"""

from __future__ import annotations

import random
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle
from typing import TYPE_CHECKING

from websockets.exceptions import WebSocketException

from tests.drills.drill import Drill
from tests.drills.subject import PATIENCE, Subject, user
from tests.peers.operator_client import RefusedError, signed_in
from tray.core.commands import Pin
from tray.core.model import GatewayDown, GatewayUp, PromptFinished

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.peers.realgateway import Gateway

KEY = "agent:main:drill"
_PERCENTS = cycle(range(10, 70))
"""How full the session is made before each time: another figure than the last time, in the next drill too."""
_WINDOW = 200_000
_NOTIFIED_AFTER = 30.0
"""Seconds of an outage after which it is notified, as the README says."""
_DEFERRED = 360.0
"""Seconds that a restart may wait: some releases let runs end first, for 5 minutes, and 2026.7.1 was seen
to wait as long after a kill in the middle of a run."""
_NOTE = (
    "real gateway: before each time its session gets another figure and a prompt is sent. The seconds count "
    "from the first handshake that the gateway accepts, of another client, until the icon shows the figure"
)


@dataclass(slots=True)
class _Tally:
    """What was found so far."""

    name: str
    to_truth: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    times: int = 0

    def drill(self) -> Drill:
        counts = len(self.lost), len(self.repeated), len(self.false)
        found = (*self.lost, *self.repeated, *self.false)
        return Drill(self.name, self.times, *counts, tuple(self.to_truth), found, _NOTE)


class _Prober:
    """Another client, which finds out when the gateway first accepts a handshake.

    Attributes:
        down_from: When the gateway was gone (mono), once a handshake was accepted.
    """

    def __init__(self, gateway: Gateway, begin: Callable[[], object] = lambda: None) -> None:
        self._gateway, self._begin = gateway, begin
        self._accepted_at: float | None = None
        self.down_from = time.monotonic()
        self._thread = threading.Thread(target=self._try, name="prober")
        self._thread.start()

    def accepted_at(self) -> float:
        """When that was (mono); TimeoutError if it never did."""
        self._thread.join(PATIENCE)
        if self._accepted_at is None:
            raise TimeoutError("the gateway accepted no handshake")
        return self._accepted_at

    def _try(self) -> None:
        self._begin()
        self.down_from = time.monotonic()
        pause = threading.Event()
        give_up_at = time.monotonic() + PATIENCE
        while time.monotonic() < give_up_at:
            try:
                with signed_in(self._gateway.url, self._gateway.auth):
                    self._accepted_at = time.monotonic()
                    return
            except (OSError, WebSocketException, RefusedError, TimeoutError):
                pause.wait(0.05)


def kill(gateway: Gateway, times: int, seed: int = 1) -> Drill:
    """`kill -9` at a moment that nobody chose, and a start."""
    chance = random.Random(seed)

    def strike(_: Subject) -> _Prober:
        threading.Event().wait(chance.uniform(0.0, 0.6))
        gateway.kill()
        prober = _Prober(gateway)
        gateway.start()
        return prober

    return _repeat(gateway, f"{gateway.name}: kill -9", times, strike)


def restart(gateway: Gateway, times: int) -> Drill:
    """A restart in order, which the gateway announces."""

    def strike(subject: Subject) -> _Prober:
        prober = _Prober(gateway, lambda: subject.until(lambda state: not state.connected, _DEFERRED))
        gateway.restart()
        return prober

    return _repeat(gateway, f"{gateway.name}: announced restart", times, strike)


def rotate(gateway: Gateway, times: int) -> Drill:
    """Another token in the gateway's configuration, and a start with it; the program reads it there."""

    def strike(_: Subject) -> _Prober:
        gateway.kill()
        gateway.rotate_token()
        prober = _Prober(gateway)
        gateway.start()
        return prober

    return _repeat(gateway, f"{gateway.name}: token rotated", times, strike)


def _repeat(gateway: Gateway, name: str, times: int, strike: Callable[[Subject], _Prober]) -> Drill:
    tally = _Tally(name)
    with tempfile.TemporaryDirectory() as folder, user(gateway.home, folder), Subject() as subject:
        subject.until(lambda state: state.connected)
        subject.click(Pin(KEY))
        for _ in range(times):
            _once(gateway, subject, strike, next(_PERCENTS), tally)
            tally.times += 1
    return tally.drill()


def _once(
    gateway: Gateway, subject: Subject, strike: Callable[[Subject], _Prober], percent: int, tally: _Tally
) -> None:
    where = f"no. {tally.times + 1}"
    with gateway.connect() as client:
        client.run(KEY, f"[[say:ok]] [[usage:{_WINDOW * percent // 100},10]]")
    subject.until_shown(percent)
    marker = f"marker-{uuid.uuid4().hex[:12]}"
    began = datetime.now(UTC)
    asked = subject.ask(f"{marker} [[say:done]]")
    prober = strike(subject)
    try:
        shown_at = subject.until_shown(percent)
    except TimeoutError as error:
        tally.lost.append(f"{where}: the icon never was right again ({error})")
        return
    tally.to_truth.append(max(0.0, shown_at - prober.accepted_at()))
    try:
        subject.until(lambda _: subject.prompt(asked).state.ended)
    except TimeoutError:
        tally.lost.append(f"{where}: the prompt came to no end ({subject.prompt(asked).state})")
    runs = len(gateway.provider.completions(marker))
    if runs > 1:
        tally.repeated.append(f"{where}: {runs} runs of one prompt")
    notified = subject.notified_since(began)
    was_long = shown_at - prober.down_from >= _NOTIFIED_AFTER
    tally.false += [f"{where}: {notice}" for notice in notified if not _is_true(notice, asked, long=was_long)]
    twice = len(notified) - len({type(notice) for notice in notified})
    tally.repeated += [f"{where}: a notice came twice"] * twice


def _is_true(notice: object, asked: str, *, long: bool) -> bool:
    """Whether this may be notified: how the prompt ended, and an outage that was long."""
    if isinstance(notice, PromptFinished):
        return notice.prompt.id == asked
    return long and isinstance(notice, GatewayDown | GatewayUp)
