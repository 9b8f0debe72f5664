"""What is kept is counted: a year of hostile messages leaves a state of limited size, and few requests."""

from __future__ import annotations

import json
import random
import sys
from datetime import timedelta

import pytest

from tests.core.playbook import HERE, NEW, NOON, OLD, START
from tray.core.commands import Ask, Compact, Decide, OpenMenu, UseModel
from tray.core.effects import Send
from tray.core.events import (
    CommandReceived,
    ConnectionDropped,
    EventReceived,
    LoggedIn,
    LoginRefused,
    ReplyReceived,
    RequestFailed,
    SocketOpened,
    TargetResolved,
    Tick,
)
from tray.core.model import AwaitingChallenge, Connected, Dialing, Discovering, LoggingIn, Mode, Now, Waiting
from tray.core.state import Process, State
from tray.core.update import update
from tray.protocol import frames
from tray.protocol.approvals import Decision
from tray.protocol.handshake import read_hello
from tray.settings.settings import Level, Profile, Settings
from tray.values import replace

DAYS = 365
MESSAGES = 5
"""Messages of a day, and every tenth day ten times as many."""
LONG = "x" * 6_000
MB = 1_000_000
MAX_PENDING = 30


class Year:
    """A program before a gateway that sends whatever can be kept, never the same twice, and too long."""

    def __init__(self, level, hello, seed):
        settings = Settings(profiles=(Profile(level=level),))
        self.state = State(settings, Mode.LIVE, Process("5eed"))
        self.hello = hello
        self.mono, self.wall = START, NOON
        self.pending = 0
        self._chance = random.Random(seed)
        self._sent = []
        self._number = 0

    def day(self, messages):
        """Connect, if need be; then messages, a user's few clicks, and a long silence."""
        while not isinstance(self.state.connection.step, Connected):
            self._connect()
        for _ in range(messages):
            self._pass(self._chance.choice((0.0, 0.0, 0.1, 20.0)))
            self._happen(self._message())
            self._happen(Tick())
        self._happen(CommandReceived(self._click()))
        if self._chance.random() < 0.3:
            self._happen(ConnectionDropped(1006, self._text()))
        self._pass(86_400.0)
        self._happen(Tick())

    def _connect(self):
        match self.state.connection.step:
            case Waiting(due_at):
                self._pass(max(0.0, due_at - self.mono))
                self._happen(Tick())
            case Discovering():
                self._number += 1
                self._happen(TargetResolved(HERE, self._number))
            case Dialing():
                self._happen(SocketOpened(self.state.connection.attempt))
            case AwaitingChallenge():
                self._push("connect.challenge", {"nonce": self._text(), "ts": 2**53})
            case LoggingIn() if self._chance.random() < 0.1:
                error = {
                    "message": self._text(),
                    "retryAfterMs": 2**53,
                    "details": {"requestId": self._text()},
                }
                raw = json.dumps({"type": "res", "id": "login", "ok": False, "error": error})
                self._happen(LoginRefused(frames.parse(raw).error_response))
            case _:
                extra = read_hello({"policy": {"tickIntervalMs": 2**53}, "server": {"version": self._text()}})
                self._happen(LoggedIn(replace(self.hello, tick=extra.tick, version=extra.version)))

    def _message(self):
        if self._sent and self._chance.random() < 0.4:
            identity, request = self._sent.pop(self._chance.randrange(len(self._sent)))
            if self._chance.random() < 0.2:
                error = {"message": self._text(), "code": self._text(), "details": {"code": self._text()}}
                raw = json.dumps({"type": "res", "id": identity, "ok": False, "error": error})
                return RequestFailed(identity, frames.parse(raw).error_response)
            return ReplyReceived(identity, request.decode(json.dumps(self._answer()).encode()))
        return EventReceived(frames.parse(json.dumps(self._event())))

    def _event(self):
        text, key = self._text(), self._key()
        run = {"runId": text, "sessionKey": key}
        receipt = {
            "requested": {"provider": "p", "model": self._text()},
            "effective": {"provider": "q", "model": self._text()},
        }
        asked = {"command": text * 10, "cwd": text, "sessionKey": key, "warningText": text}
        asked["commandAnalysis"] = {"warningLines": [text] * 30}
        name, payload = self._chance.choice(
            (
                ("agent", {**run, "stream": "lifecycle", "data": {"phase": "start"}}),
                (
                    "agent",
                    {**run, "stream": "lifecycle", "data": {"phase": "end", "terminalReceipt": receipt}},
                ),
                ("agent", {**run, "stream": "lifecycle", "data": {"phase": "error", "error": text}}),
                ("agent", {**run, "stream": "assistant", "data": {"text": text}}),
                ("agent", {**run, "stream": "compaction", "data": {"phase": "end", "completed": True}}),
                ("chat", {**run, "state": "error", "errorMessage": text}),
                ("sessions.changed", {"sessionKey": key}),
                ("exec.approval.requested", {"id": text, "request": asked, "expiresAtMs": 2**53}),
                ("exec.approval.resolved", {"id": text, "decision": "deny"}),
                ("device.pair.requested", {"requestId": text, "displayName": text, "scopes": [text] * 30}),
                (text, {"key": key}),
            )
        )
        return {"type": "event", "event": name, "payload": payload}

    def _answer(self):
        """An answer to any request at all."""
        rows = [
            {
                "key": self._key(),
                "sessionId": self._text(),
                "label": self._text(),
                "modelProvider": "p",
                "model": self._text(),
                "totalTokens": self._chance.randrange(200_000),
                "totalTokensFresh": True,
                "contextTokens": 200_000,
                "thinkingLevel": self._text(),
                "updatedAt": self._chance.choice((0, 2**53)),
            }
            for _ in range(10)
        ]
        daily = [{"date": f"{1000 + self._number % 9000}-01-01", "totalTokens": 2**53}]
        windows = [{"label": self._text()[:900], "usedPercent": 95, "resetAt": 2**53} for _ in range(3)]
        return {
            "sessions": rows,
            "models": [{"provider": "p", "id": self._text()} for _ in range(10)],
            "defaults": {"model": self._text(), "contextTokens": 2**53},
            "providers": [{"provider": self._text()[:900], "windows": windows, "error": self._text()}],
            "daily": daily,
            "aggregates": {
                "daily": daily,
                "modelDaily": [{"provider": "p", "model": self._text()[:900], **daily[0]}],
            },
            "list": [{"id": self._text(), "request": {"command": self._text()}} for _ in range(10)],
            "pending": [{"requestId": self._text(), "displayName": self._text()} for _ in range(10)],
            "messages": [{"role": "assistant", "content": self._text()}],
            "status": self._chance.choice(("accepted", "ok", "error")),
            "entry": {"providerOverride": "p", "modelOverride": self._text(), "sessionId": self._text()},
        }

    def _click(self):
        return self._chance.choice(
            (
                OpenMenu(),
                Ask(self._text()),
                Compact(self._key()),
                Decide(self._text(), Decision.ALLOW_ONCE),
                UseModel(f"p/{self._text()}", self._key()),
            )
        )

    def _text(self):
        self._number += 1
        return f"{self._number} {LONG}"

    def _key(self):
        """A session that was listed last, if there is one, or a new one."""
        sessions = self.state.gateway.snapshot.sessions
        if sessions and self._chance.random() < 0.5:
            return self._chance.choice(sessions).key
        return f"agent:main:{self._text()[:900]}"

    def _push(self, name, payload):
        raw = json.dumps({"type": "event", "event": name, "payload": payload})
        self._happen(EventReceived(frames.parse(raw)))

    def _happen(self, event):
        self.state, effects = update(self.state, event, Now(self.mono, self.wall))
        self._sent = [*self._sent, *((e.id, e.request) for e in effects if isinstance(e, Send))][-50:]
        self.pending = max(self.pending, len(self.state.pending))

    def _pass(self, seconds):
        self.mono += seconds
        self.wall += timedelta(seconds=seconds)


def size_of(value, seen):
    """How many bytes a value takes with all that it holds; what several hold counts once."""
    if id(value) in seen:
        return 0
    seen.add(id(value))
    held = ()
    if isinstance(value, tuple | list | frozenset):
        held = value
    elif isinstance(value, dict):
        held = [*value, *value.values()]
    elif hasattr(value, "__struct_fields__"):
        held = [getattr(value, name) for name in value.__struct_fields__]
    return sys.getsizeof(value) + sum(size_of(each, seen) for each in held)


@pytest.mark.parametrize(("level", "hello"), [(Level.WATCH, NEW), (Level.CONTROL, NEW), (Level.CONTROL, OLD)])
def test_a_year_before_a_hostile_gateway_does_not_fill_the_memory(level, hello):
    year = Year(level, hello, seed=f"{level} {hello.protocol}")
    sizes = []
    for day in range(DAYS):
        year.day(MESSAGES * (10 if day % 10 == 0 else 1))
        if day % 10 == 0:
            sizes.append(size_of(year.state, set()))
    assert max(sizes) < 18 * MB
    assert year.pending < MAX_PENDING
