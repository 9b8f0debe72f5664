"""A stage for the gateway loop: it runs on a thread, and a test waits for the states that it goes through."""

from __future__ import annotations

import threading
import time
from collections import deque

from tests.servers import FINGERPRINT
from tray.core.effects import ResolveTarget
from tray.core.events import CommandReceived, TargetResolved, Tick
from tray.core.model import Mode, Phase
from tray.core.state import Process, State
from tray.runtime.loop import EventLoop
from tray.runtime.mailbox import Mailbox
from tray.settings.settings import Settings
from tray.settings.target import SecretOrigin, Secrets, SecretSource, Target
from tray.values import replace

SECONDS = 60.0


class FakeEffectHandler:
    """Answers `ReadConfig`, and keeps every other effect."""

    def __init__(self, url, token, post):
        secure = url.startswith("wss")
        fingerprint = FINGERPRINT if secure else None
        self.target = Target(url, "the test", is_loopback=True, secure=secure, fingerprint=fingerprint)
        self.login = Secrets(token)
        self.revision = 1
        self.effects, self.device_tokens, self.device_token = [], [], None
        self.origin = SecretOrigin(SecretSource.ENVIRONMENT, "THE_TEST")
        self._post = post

    def run_effect(self, effect, state):
        if isinstance(effect, ResolveTarget):
            known = self.device_token is not None
            self._post(TargetResolved(self.target, self.revision, origin=self.origin, device_token=known))
        else:
            self.effects.append(effect)

    def secrets(self):
        return replace(self.login, device=self.device_token)

    def device_seed(self):
        return bytes(range(32))

    def keep_device_token(self, token, state):
        self.device_tokens.append((state.connection.target.url, token))


class Stage:
    """A loop with its mailbox and its handler. As a context manager it runs; leaving it proves that it ended.

    Attributes:
        turns: How often the loop has come round.
    """

    def __init__(self, url, token="secret", *, mode=Mode.LIVE, **settings):
        self.mailbox = Mailbox()
        self.handler = FakeEffectHandler(url, token, self.mailbox.post)
        self.gateway = EventLoop(
            State(Settings(**settings), mode, Process("5eed")), self.mailbox, self.handler
        )
        self.turns = 0
        self._states = deque([self.gateway.state])
        self._news = threading.Condition()
        self._ending = False
        self._thread = threading.Thread(target=self.gateway.run, args=(self._observe,), name="gateway")

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ending = True
        self.mailbox.post(Tick())
        self._thread.join(SECONDS)
        assert not self._thread.is_alive()
        self.mailbox.close()

    @property
    def state(self):
        return self.gateway.state

    def click(self, command):
        self.gateway.post(CommandReceived(command))

    def until(self, fits):
        """Give the first state that fits: the one that the last such wait ended with, or any after it."""
        ends_at = time.monotonic() + SECONDS
        with self._news:
            while True:
                while self._states:
                    if fits(self._states[0]):
                        return self._states[0]
                    last = self._states.popleft()
                assert self._news.wait(ends_at - time.monotonic()), (
                    f"it never came true; it ended with {last}"
                )

    def until_up(self):
        """Wait until it is connected and has read the sessions since."""
        return self.until(lambda state: is_read(state) and state.connection.failure is None)

    def until_failed(self, phase, cause):
        """Wait until it is in this phase, for this reason."""
        return self.until(
            lambda state: (
                state.connection.phase is phase
                and state.connection.failure is not None
                and state.connection.failure.kind is cause
            )
        )

    def _observe(self, state):
        with self._news:
            self.turns += 1
            if state is not self._last:
                self._states.append(state)
                self._last = state
            self._news.notify_all()
        return self._ending

    _last = None


def is_read(state):
    """Whether it is connected, and everything that it asked for has been answered."""
    return (
        state.connection.phase is Phase.CONNECTED
        and state.gateway.snapshot.read_at is not None
        and not state.pending
    )


def until(fits):
    """Wait until something outside the loop is so."""
    ends_at, pause = time.monotonic() + SECONDS, threading.Event()
    while not fits():
        assert time.monotonic() < ends_at, "it never came true"
        pause.wait(0.005)
