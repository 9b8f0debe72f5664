"""A playbook: a test of the core as a script. `>>` is an event in, `<<` the next effect out.

Both clocks are in its hand, so nothing ever waits:

    play >> Pushed(SessionsChanged(None))
    play.wait(0.8) << SessionsList(200)

Effects come out in order, and every one must be expected before the next event goes in.
"""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from tray.core import approvals
from tray.core.commands import OpenMenu
from tray.core.effects import (
    Dial,
    LogIn,
    Notify,
    ReadAutostart,
    ReadSettings,
    ResolveTarget,
    SaveState,
    Send,
)
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
from tray.core.model import Discovering, Mode, Now
from tray.core.requests import take
from tray.core.sessions.polling import MAX_SESSIONS
from tray.core.state import Process, State
from tray.core.update import deadline, update
from tray.core.usage import usage
from tray.protocol.cron import CronList
from tray.protocol.frames import Challenge, SessionsChanged
from tray.protocol.handshake import CONTROL_SCOPES, Generation, Hello
from tray.protocol.models import AllowList, Catalogue, ConfigGet, Model, ModelsList
from tray.protocol.requests import Done
from tray.protocol.sessions import SessionList, SessionRow, SessionsList, SessionsSubscribe
from tray.settings.settings import Level, Profile, Settings
from tray.settings.target import Target
from tray.values import replace

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NOON_MS = int(NOON.timestamp() * 1000)
START = 1000.0
"""What the monotonic clock shows at noon."""

HERE = Target("ws://127.0.0.1:18789", "the test", is_loopback=True, secure=False)
FAR = Target("wss://gateway.example:443", "the test", is_loopback=False, secure=True)
PLAIN = Target("ws://gateway.example:80", "the test", is_loopback=False, secure=False)

MAIN, OTHER, SIDE = "agent:main:main", "agent:main:other", "agent:main:tray"
ALPHA, BETA = Model("fake/alpha", 200_000), Model("fake/beta", 64_000, alias="bee")

NEW = Hello(
    protocol=4,
    version="2026.9.6",
    generation=Generation.OPENCLAW,
    scopes=frozenset(CONTROL_SCOPES),
    methods=frozenset({"sessions.subscribe"}),
    tick=30.0,
    main_key=MAIN,
    agent_id="main",
)
"""A release that tells of changes, and lists a model override at once."""
OLD = replace(
    NEW, protocol=3, version=None, generation=Generation.CLAWDBOT, scopes=None, methods=frozenset({"agent"})
)
"""A release that does neither, and does not say what it granted."""


def row(key=MAIN, used=None, **more):
    """A session whose last run filled `used` of 200k tokens; without it, one that never ran."""
    usual = {
        "session_id": "first",
        "model": "fake/alpha",
        "fresh": True,
        "context_limit": 200_000,
        "last_run_tokens": used or 0,
        "updated_ms": NOON_MS,
        "has_run": used is not None,
    }
    return SessionRow(key, used=used, **{**usual, **more})


def old_row(key=MAIN, used=None, **more):
    """The same as 2026.1 lists it: no word on freshness, and a zero where nothing is known."""
    return row(key, used or 0, **{"fresh": None, "has_run": used is not None, **more})


def at_level(level):
    """Settings whose profile has this trust level."""
    return {"profiles": (Profile(level=level),)}


WATCH, ASK = at_level(Level.WATCH), at_level(Level.ASK)


class Playbook:
    """One state, the two clocks, and the effects that nobody has expected yet."""

    opened: ClassVar[list[Playbook]] = []
    """All of the running test, so that each can be checked for effects left over."""

    def __init__(self, target=HERE, *, mode=Mode.LIVE, **settings):
        self.state = State(Settings(**settings), mode, Process("5eed"))
        self.target = target
        self.mono, self.wall = START, NOON
        self.saved = []
        self.settings_read = 0
        self.autostart_read = 0
        self.spends, self.usage_asked = False, 0
        self.decides = False
        self.schedules = False
        self._effects = deque()
        Playbook.opened.append(self)

    # ---- the script ----

    def __rshift__(self, event):
        """Something happens."""
        self.silent()
        self._step(event)
        return self

    def __lshift__(self, expected):
        """The next effect is this one; a request stands for its `Send`, a notice for its `Notify`."""
        assert self._effects, f"nothing came where {expected} was expected"
        effect = _content(self._effects.popleft())
        if isinstance(expected, type):
            assert isinstance(effect, expected), f"{effect} came where {expected.__name__} was expected"
        else:
            assert effect == expected
        return self

    def silent(self):
        """No effect is left."""
        assert not self._effects, f"nobody expected {list(self._effects)}"
        return self

    def skip(self):
        """Whatever came does not matter here; it is returned for a closer look."""
        effects, self._effects = [_content(effect) for effect in self._effects], deque()
        return effects

    def wait(self, seconds):
        """Let time pass, ticking whenever something is due, as the loop does."""
        self.silent()
        until = self.mono + seconds
        for _ in range(500):
            due = deadline(self.state)
            if due is None or due > until:
                break
            self._pass(max(0.0, due - self.mono))
            self._step(Tick())
        else:
            raise AssertionError("always something due")
        self._pass(until - self.mono)
        return self

    def sleep(self, seconds):
        """Let the computer sleep: only the wall clock goes on."""
        self.wall += timedelta(seconds=seconds)
        return self

    # ---- shortcuts ----

    @property
    def now(self):
        return Now(self.mono, self.wall)

    @property
    def connection(self):
        return self.state.connection

    def session(self, key=MAIN):
        return self.state.gateway.snapshot.find(key)

    def prompt(self):
        """The latest prompt."""
        return self.state.profile.prompts[-1]

    def pending(self, kind):
        """The latest request of this kind that is under way; None if there is none."""
        return next(
            (p for p in reversed(self.state.pending) if isinstance(p.request, kind) and not p.late), None
        )

    def answer(self, kind, answer):
        """The gateway answers the latest request of this kind."""
        return self >> ReplyReceived(self.pending(kind).id, answer)

    def decline(self, kind, error_response):
        """The gateway declines the latest request of this kind."""
        return self >> RequestFailed(self.pending(kind).id, error_response)

    def configured(self, revision=1, **more):
        """Settings and secrets were read."""
        return self >> TargetResolved(**{"target": self.target, "revision": revision, **more})

    def dial(self, revision=1, **more):
        """From a wish for a connection to the dial."""
        if not isinstance(self.connection.step, Discovering):
            self >> Tick() << ResolveTarget()
        self.configured(revision, **more) << Dial(self.connection.attempt, self.target)
        return self

    def open(self):
        """The socket stands, and the gateway sends its challenge."""
        self.dial()
        self >> SocketOpened(self.connection.attempt)
        self >> EventReceived(Challenge("nonce", NOON_MS)) << LogIn
        return self

    def connect(self, hello=NEW):
        """All the way up; what is asked for then is left to be expected."""
        self.open()
        return self >> LoggedIn(hello)

    def up(self, *rows, hello=NEW):
        """Connected, and everything that was asked for is answered."""
        self.connect(hello).skip()
        answers = {
            ModelsList: Catalogue((ALPHA, BETA)),
            ConfigGet: AllowList(()),
            SessionsSubscribe: Done(),
            SessionsList: SessionList("fake/alpha", 200_000, rows),
        }
        for kind, answer in answers.items():
            if self.pending(kind) is not None:
                self.answer(kind, answer)
        return self.rest()

    def ask_for_reading(self):
        """Make the core ask for a reading, if it has not."""
        if self.pending(SessionsList) is None:
            self >> EventReceived(SessionsChanged(None))
            self.wait(0.8) << SessionsList(MAX_SESSIONS)
        return self

    def read(self, *rows):
        """A reading arrives."""
        self.ask_for_reading()
        return self.answer(SessionsList, SessionList("fake/alpha", 200_000, rows)).rest()

    def rest(self):
        """The pause after a reading is over, so that the next event causes one as if nothing had been."""
        self.state = self.state.with_snapshot(replace(self.state.gateway.snapshot, rested_at=0.0))
        return self

    def _step(self, event):
        self.state, effects = update(self.state, event, self.now)
        for effect in effects:
            if isinstance(effect, SaveState):
                self.saved.append(effect.text)
            elif isinstance(effect, ReadSettings) and isinstance(event, Tick):
                self.settings_read += 1  # with every reading, so that no script has to say so
            elif isinstance(effect, ReadAutostart) and event != CommandReceived(OpenMenu()):
                self.autostart_read += 1  # with the first event, whatever that is
            elif isinstance(effect, Send) and isinstance(effect.request, usage.REQUESTS) and not self.spends:
                self.usage_asked += 1  # by itself a few seconds after the hello, and when the menu opens
                self.state, _ = take(self.state, effect.id)
            elif (
                isinstance(effect, Send)
                and isinstance(effect.request, approvals.REQUESTS)
                and not self.decides
            ):
                self.state, _ = take(self.state, effect.id)  # with each connection
            elif isinstance(effect, Send) and isinstance(effect.request, CronList) and not self.schedules:
                self.state, _ = take(self.state, effect.id)  # some seconds after the hello
            else:
                self._effects.append(effect)

    def _pass(self, seconds):
        self.mono += seconds
        self.wall += timedelta(seconds=seconds)


def _content(effect):
    match effect:
        case Send():
            return effect.request
        case Notify():
            return effect.alert
        case _:
            return effect
