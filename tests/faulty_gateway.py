"""The simulated gateway with faults: on request it goes wrong in one of the ways of `tests.faults`."""

from __future__ import annotations

import struct
from http import HTTPStatus

from tests.faults import DOOR, STREAM, Fault, Faults
from tray.demo import DemoGateway, handshake
from tray.demo.behaviour import Behaviour
from tray.demo.client import Client
from tray.demo.schema import Json, now_ms

_WEB_PAGE = "<!doctype html><title>Not a gateway</title><p>This is some other program's web page.</p>"
_HALF_FRAME = struct.pack("!BBH", 0x81, 126, 1_000) + b'{"type":"event","event":"heal'
GARBAGE = (
    "",
    "{not json",
    '"text"',
    "42",
    "null",
    "[]",
    "{}",
    '{"type":5}',
    '{"type":"surprise","payload":{}}',
    '{"type":"event"}',
    '{"type":"event","event":7,"payload":[]}',
    '{"type":"event","event":"agent","payload":"text"}',
    '{"type":"event","event":"agent","payload":{"runId":1,"stream":[],"data":null}}',
    '{"type":"event","event":"chat","payload":{"state":{},"message":7}}',
    '{"type":"event","event":"sessions.changed","payload":{"sessionKey":1,"session":[]}}',
    '{"type":"event","event":"tick","payload":{"ts":1e999}}',
    '{"type":"event","event":"tick","payload":{"ts":NaN}}',
    '{"type":"event","event":"shutdown","payload":{"restartExpectedMs":"soon"}}',
    '{"type":"event","event":"\\ud800","payload":{}}',
    '{"type":"res"}',
    '{"type":"res","id":9,"ok":"yes"}',
    '{"type":"res","id":"nobody","ok":true,"payload":{}}',
    '{"type":"res","id":"nobody","ok":false,"error":"text"}',
    "[" * 100_000,
    '{"type":"event","event":"health","payload":' + '{"a":' * 50_000 + "1" + "}" * 50_000 + "}",
    "9" * 10_000,
)
_BIG_FRAME_BYTES = 25_000_000
_FLOOD_RATE = 1_000.0
_FLOOD_BREATH_SECONDS = 0.02
_FULL = 1_000
"""A client for which so much waits to be written is sent no more of a flood."""
_REJECTION = ("details", "retryable", "retryAfterMs")


class FaultyGateway(DemoGateway):
    """A simulated gateway that can be given faults."""

    def __init__(self, **options) -> None:
        self._faults = Faults()
        self._during = "refuse"
        super().__init__(**options, behaviour=_Faulty(self._faults, self))

    def stop(self) -> None:
        self._stopping.set()  # first: what is released now sees that the gateway is stopping
        self._faults.clear()
        super().stop()

    def fault(self, name: str, *, times: int | None = None, **options: object) -> None:
        """Put a fault of `FAULTS` in force.

        Args:
            name: Its name.
            times: For how many uses (connections, requests or runs); None: until `clear`.
            options: What the fault needs to know, as its line in `FAULTS` says.

        Raises:
            ValueError: There is no fault of that name.
        """
        self._faults.add(name, times, options)
        if name == "refuse":
            super()._shut()
        elif name in STREAM:
            for client in self._welcome():
                if fault := self._faults.take(name):
                    self.upset(client, fault)

    def clear(self, name: str | None = None) -> None:
        """End the faults of that name, or all of them."""
        self._faults.clear(name)
        if name in {None, "run_holds"}:
            self._service.runs.release()
        if name in {None, "refuse"}:
            super()._return()

    def announce_restart(self, expected: float, down_for: float, *, during: str = "refuse") -> None:
        """Restart; meanwhile a client meets the fault `during`: refuse, unavailable or starting."""
        self._during = during
        super().announce_restart(expected, down_for)

    def announce_stop(self) -> None:
        """Stop as the real one does: `shutdown` without a time, close 1012, port closed.

        `clear("refuse")` brings it back.
        """
        self._during = "refuse"
        self._leave({"reason": "gateway stopping"})

    def upset(self, client: Client, fault: Fault) -> None:
        """Do to a client that is in what the fault is called."""
        match fault.name:
            case "silence":
                client.stall()
            case "half_frame":
                client.stall(half_frame=True)
            case "garbage":
                for text in GARBAGE:
                    client.text(text)
            case "big_frame":
                filling = "x" * int(fault.number("size", _BIG_FRAME_BYTES))
                client.event("health", {"ok": True, "filling": filling})
            case "flood":
                self.spawn(lambda: _flood(client, fault))
            case _:
                assert fault.name == "drop", fault.name
                client.finish(1.0)
                client.cut()

    def _shut(self) -> None:
        self.fault(self._during)

    def _return(self) -> None:
        self.clear(self._during)


class _Client(Client):
    """A client to which nothing may be sent any more."""

    _stalled = False

    def stall(self, *, half_frame: bool = False) -> None:
        """Send nothing from now on; with `half_frame`, half a frame before that."""
        self._stalled = True
        if half_frame:
            self._outbox.put(_HALF_FRAME)

    def ping(self) -> None:
        if not self._stalled:
            super().ping()

    def text(self, text: str) -> None:
        if not self._stalled:
            super().text(text)


class _Faulty(Behaviour):
    """Asks for a fault before anything is done right."""

    def __init__(self, faults: Faults, gateway: FaultyGateway) -> None:
        self._take, self._gateway = faults.take, gateway

    def client(self, connection, number):
        return _Client(connection, number)

    def upgrade(self, connection):
        if fault := self._take("slow_dial"):
            after = fault.options.get("after")
            assert after is None or isinstance(after, int | float)
            fault.over.wait(after)
        if self._take("unavailable"):
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "gateway closing\n")
        if self._take("http"):
            page = connection.respond(HTTPStatus.OK, _WEB_PAGE)
            del page.headers["Content-Type"]
            page.headers["Content-Type"] = "text/html; charset=utf-8"
            return page
        return None

    def challenges(self):
        return self._take("no_challenge") is None

    def judge(self, params):
        for name in DOOR:
            if fault := self._take(name):
                raise _turned_by(fault, params)

    def grant(self, scopes):
        return () if self._take("scopes_emptied") else scopes

    def welcome(self):
        pending = [fault for name in sorted(STREAM) if (fault := self._take(name))]

        def upset(client):
            for fault in pending:
                self._gateway.upset(client, fault)

        return upset

    def answers(self, method, client, reply):
        if fault := self._take("die_during", method=method):
            client.cut()
            return not fault.options.get("started")
        if self._take("mute", method=method):
            return True
        if fault := self._take("reject", method=method):
            reply({"ok": False, "error": _rejection(fault)})
            return True
        if fault := self._take("answer", method=method):
            reply({"ok": True, "payload": fault.options.get("payload")})
            return True
        return False

    def model(self, chosen):
        fault = self._take("run_by")
        return fault.text("model", chosen) if fault else chosen

    def failure(self, model):
        fault = self._take("run_fails")
        return fault.text("message", f"{model} request failed (HTTP 401)") if fault else None

    def holds(self):
        return self._take("run_holds") is not None

    def reports_usage(self):
        return self._take("run_unreported") is None

    def compaction_failure(self):
        fault = self._take("compact_fails")
        return fault.text("reason", "The summary failed its quality checks.") if fault else None


def _flood(client: Client, fault: Fault) -> None:
    """Send events at the fault's rate until it is cleared or the client is gone; a slow reader gets fewer."""
    burst = max(1, round(fault.number("rate", _FLOOD_RATE) * _FLOOD_BREATH_SECONDS))
    event = fault.text("event", "tick")
    while client._writer.is_alive() and not fault.over.wait(_FLOOD_BREATH_SECONDS):
        for _ in range(0 if client._outbox.qsize() > _FULL else burst):
            client.event(event, {"ts": now_ms()})


def _rate_limited(retry_after: float) -> handshake.Turned:
    verdict = handshake.turned(
        "INVALID_REQUEST",
        "unauthorized: too many failed authentication attempts (retry later)",
        "AUTH_RATE_LIMITED",
        authReason="rate_limited",
        canRetryWithDeviceToken=False,
        recommendedNextStep="wait_then_retry",
    )
    verdict.error |= {"retryable": True, "retryAfterMs": int(retry_after * 1000)}
    return verdict


def _starting(retry_after: float) -> handshake.Turned:
    error = {
        "code": "UNAVAILABLE",
        "message": "gateway starting; retry shortly",
        "retryable": True,
        "retryAfterMs": int(retry_after * 1000),
        "details": {"reason": "startup-sidecars"},
    }
    return handshake.Turned(error, 1013, "gateway starting")


def _turned_by(fault: Fault, params: Json) -> handshake.Turned:
    """Build the refusal that a fault of the door asks for."""
    match fault.name:
        case "wrong_token":
            return handshake.wrong_token()
        case "pairing":
            return handshake.pairing_required(params, fault.text("request_id", "pairing-1"))
        case "protocol":
            return handshake.protocol_mismatch(params)
        case "rate_limit":
            return _rate_limited(fault.number("retry_after", 300.0))
        case _:
            assert fault.name == "starting", fault.name
            return _starting(fault.number("retry_after", 0.5))


def _rejection(fault: Fault) -> Json:
    error = {
        "code": fault.text("code", "UNAVAILABLE"),
        "message": fault.text("message", "refused on purpose"),
    }
    return error | {name: fault.options[name] for name in _REJECTION if name in fault.options}
