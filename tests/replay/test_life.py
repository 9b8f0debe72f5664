"""Seventy-two simulated hours: the notifications are exactly what truly happened, each once, none missed.

The life is drawn by chance from a fixed seed: turns, compactions, new sessions, losses of the connection,
figures that waver, and figures that are wrong. What must be notified is worked out beside it, from the true
figures alone.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest

from tests.core.playbook import MAIN, Playbook, row
from tray.core.events import ConnectionDropped, EventReceived
from tray.core.model import ThresholdCrossed
from tray.protocol.frames import Heartbeat, SessionsChanged
from tray.protocol.runs import Compacting
from tray.protocol.sessions import SessionsList

HOURS = 72
STEP = 30.0
"""Seconds between two signs of life of the gateway."""
WINDOW = 200_000


@dataclass
class Truth:
    """What really is, and what must be notified of it.

    Attributes:
        used: Tokens in the context.
        session_id: Changes when the session is reset.
        level: The highest threshold that was passed and not left again.
        seen: The session id of the last true figure that was delivered.
        due: The levels that had to be notified, in order.
    """

    used: int = 20_000
    session_id: int = 1
    level: int = 0
    observations: int | None = None
    due: list[int] = field(default_factory=list)

    def deliver(self) -> None:
        """The true figure is read: a rise past a threshold has to be notified, unless nobody saw it rise."""
        percent = self.used * 100 / WINDOW
        reached = 2 if percent >= 90 else 1 if percent >= 75 else 0
        if self.observations != self.session_id:
            self.level = reached
        elif reached > self.level:
            self.level = reached
            self.due.append(reached)
        elif percent < 70:
            self.level = 0
        elif percent < 85:
            self.level = min(self.level, 1)
        self.observations = self.session_id


class Life:
    """A session over the hours, and the tray that watches it."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.truth = Truth()
        self.play = Playbook()
        self.notified: list[int] = []
        self.happened: dict[str, int] = {}
        self.void: int | None = None
        self.play.up(self._row(wrong=False))

    def hour(self) -> None:
        for _ in range(int(3600 / STEP)):
            self.play >> EventReceived(Heartbeat("tick"))
            if self.chance.random() < 0.1:
                self._something_happens()
            self._settle()
            self.play.wait(STEP)
            self._settle()

    def _something_happens(self) -> None:
        what = self.chance.choices(
            ("turn", "wrong", "compaction", "reset", "loss"), weights=(70, 15, 5, 3, 7)
        )[0]
        self.happened[what] = self.happened.get(what, 0) + 1
        match what:
            case "turn":
                grown = self.truth.used + self.chance.randint(1_000, 12_000)
                self.truth.used = min(grown, WINDOW - 1_000)
                self.void = None
            case "compaction":
                self.void = self.truth.used
                self.play >> EventReceived(Compacting(MAIN, done=True))
                self.truth.used = self.chance.randint(8_000, 60_000)
            case "reset":
                self.truth.session_id += 1
                self.truth.used = self.chance.randint(3_000, 30_000)
                self.void = None
            case "loss":
                self.play >> ConnectionDropped(None, "")
                self._note()
                self.play.up(self._row(wrong=False))
        self._note()
        if what != "loss":
            self.play >> EventReceived(SessionsChanged(MAIN))
            self._note()
            self.play.wait(1.0)
            self._settle(wrong=what == "wrong")

    def _settle(self, *, wrong: bool = False) -> None:
        """Answer the reading that is asked for, if one is."""
        self._note()
        if self.play.pending(SessionsList) is not None:
            self.play.read(self._row(wrong=wrong))
            self._note()

    def _row(self, *, wrong: bool):
        """The session as the gateway lists it: true but wavering, or wrong in one of the reported ways."""
        identity = f"session-{self.truth.session_id}"
        if self.void is not None and self.chance.random() < 0.5:
            return row(used=self.void, session_id=identity)  # the figure from before the compaction
        self.void = None
        if wrong:
            used, fresh = self.chance.choice(
                ((WINDOW * 3, True), (WINDOW, None), (self.truth.used + WINDOW // 2, False), (None, None))
            )
            return row(used=used, fresh=fresh, session_id=identity, has_run=True)
        wavering = self.chance.randint(-400, 400)
        self.truth.used = max(2_000, min(self.truth.used + wavering, WINDOW - 1))
        self.truth.deliver()
        return row(used=self.truth.used, session_id=identity)

    def _note(self) -> None:
        """Take note of what was notified."""
        self.notified += [e.level for e in self.play.skip() if isinstance(e, ThresholdCrossed)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_three_days_of_a_session(seed):
    life = Life(seed)
    for _ in range(HOURS):
        life.hour()
    assert life.notified == life.truth.due
    assert len(life.notified) > 5  # it was no quiet life
    assert set(life.happened) == {"turn", "wrong", "compaction", "reset", "loss"}
