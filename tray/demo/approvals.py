"""Approvals of the simulated gateway: commands to run, and devices that ask for access.

Knows no session and no run: what is allowed is not done, it only waits no longer.
"""

import itertools
import threading

from tray.demo.methods import Refused
from tray.demo.runs import Emit
from tray.demo.schema import Json, now_ms

LIFETIME_MS = 30 * 60 * 1000
_GONE = "unknown or expired approval id"


class Approvals:
    """Those that wait, and the answers to the methods of this family."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._commands: dict[str, Json] = {}
        self._devices: dict[str, Json] = {}
        self.decisions: list[tuple[str, str]] = []
        """Every word that was taken: the id and the word, the oldest first."""

    def ask(self, command: str, key: str, **more: object) -> str:
        """An agent wants to run a command; the request's id. `more` is of the request, as on the wire."""
        request: Json = {"command": command, "cwd": "/home/demo", "host": "gateway", "agentId": "main"}
        request |= {"sessionKey": key, "allowedDecisions": ["allow-once", "allow-always", "deny"], **more}
        at = now_ms()
        with self._lock:
            identity = f"approval-{next(self._numbers)}"
            entry: Json = {
                "id": identity,
                "request": request,
                "createdAtMs": at,
                "expiresAtMs": at + LIFETIME_MS,
            }
            self._commands[identity] = entry
        self._emit("exec.approval.requested", entry)
        return identity

    def knock(self, name: str) -> str:
        """A device wants to be let in; the id of the request."""
        with self._lock:
            identity = f"pairing-{next(self._numbers)}"
            entry: Json = {
                "requestId": identity,
                "displayName": name,
                "platform": "linux",
                "role": "operator",
            }
            entry |= {"scopes": ["operator.read"], "remoteIp": "192.0.2.7", "silent": False, "ts": now_ms()}
            self._devices[identity] = entry
        self._emit("device.pair.requested", entry)
        return identity

    def forget(self) -> None:
        """The gateway was restarted: nothing waits any more."""
        with self._lock:
            self._commands.clear()
            self._devices.clear()

    def listing(self) -> list[Json]:
        """The answer to `exec.approval.list`."""
        with self._lock:
            return list(self._commands.values())

    def devices(self) -> Json:
        """The answer to `device.pair.list`."""
        with self._lock:
            return {"pending": list(self._devices.values()), "paired": []}

    def resolve(self, params: Json) -> Json:
        """The answer to `exec.approval.resolve`.

        Raises:
            Refused: Nothing waits under this id.
        """
        with self._lock:
            entry = self._commands.pop(params["id"], None)
            if entry is None:
                raise Refused("INVALID_REQUEST", _GONE, details={"reason": "APPROVAL_NOT_FOUND"})
            self.decisions.append((params["id"], params["decision"]))
        resolved = {"id": params["id"], "decision": params["decision"], "resolvedBy": "ClawTray"}
        self._emit("exec.approval.resolved", resolved | {"ts": now_ms()})
        return {"ok": True}

    def let_in(self, params: Json, *, approved: bool) -> Json:
        """The answer to `device.pair.approve` and `device.pair.reject`.

        Raises:
            Refused: Nothing waits under this id.
        """
        decision = "approved" if approved else "rejected"
        with self._lock:
            entry = self._devices.pop(params["requestId"], None)
            if entry is None:
                raise Refused("INVALID_REQUEST", "unknown requestId")
            self.decisions.append((params["requestId"], decision))
        resolved = {"requestId": params["requestId"], "decision": decision, "ts": now_ms()}
        self._emit("device.pair.resolved", resolved)
        return {"requestId": params["requestId"], "device": entry}
