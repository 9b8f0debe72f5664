"""The faults that the simulated gateway can have, by name, and how often each is still to happen.

Knows neither socket nor session: code about to do the right thing asks here first whether to do wrong.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

FAULTS: Mapping[str, str] = {
    # at the door
    "refuse": "the port is closed; connections that stand are kept",
    "http": "a plain web page answers instead of the upgrade to WebSocket",
    "unavailable": "HTTP 503 answers the upgrade",
    "slow_dial": "TCP is accepted, but the upgrade comes `after` seconds (None: never)",
    "starting": "connect is answered UNAVAILABLE with `retry_after` seconds, close 1013",
    "no_challenge": "the challenge is never sent",
    "wrong_token": "any secret is a wrong one, close 1008",
    "pairing": "the device has to be approved first: `request_id`, close 1008",
    "protocol": "no protocol range is good enough, close 1002",
    "rate_limit": "too many wrong secrets: `retry_after` seconds, close 1008",
    "scopes_emptied": "hello-ok grants no scope at all",
    # once a client is in; those that are in when the fault is set have it at once
    "silence": "nothing is sent any more, not even ticks",
    "half_frame": "half a frame is sent, then nothing",
    "garbage": "a series of nonsense is sent, then all goes on as usual",
    "big_frame": "one event of `size` bytes is sent",
    "flood": "`rate` events a second are sent, each of the name `event`",
    "drop": "the socket is cut without a close frame",
    # in the answer to `method`
    "mute": "it is never answered",
    "reject": "it is refused with `code`, `message` and `details`",
    "answer": "it is answered with `payload`, whatever that is",
    "die_during": "the socket is cut when it arrives; with `started` the request is carried out all the same",
    # in a run
    "run_by": "the run is answered by `model` (provider/model) instead of the session's own",
    "run_fails": "the provider fails with `message`",
    "run_holds": "the run stops after its first words until the fault is cleared, or the run is aborted",
    "run_unreported": "the run ends without a report of its usage",
    "compact_fails": "sessions.compact gives up with `reason`",
}
DOOR = frozenset({"wrong_token", "pairing", "protocol", "rate_limit", "starting"})
STREAM = frozenset({"silence", "half_frame", "garbage", "big_frame", "flood", "drop"})


@dataclass(slots=True, eq=False)
class Fault:
    """One fault: its options, how often it is still to happen (None: always), and whether it was cleared."""

    name: str
    options: Mapping[str, object]
    left: int | None
    over: threading.Event = field(default_factory=threading.Event)

    def number(self, option: str, default: float) -> float:
        """Read a numeric option."""
        value = self.options.get(option, default)
        assert isinstance(value, int | float)
        return value

    def text(self, option: str, default: str) -> str:
        """Read an option that is text."""
        return str(self.options.get(option, default))


class Faults:
    """The faults in force. Any thread may ask and any thread may set."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._set: list[Fault] = []

    def add(self, name: str, times: int | None, options: Mapping[str, object]) -> Fault:
        """Put a fault in force for `times` uses (None: until cleared).

        Raises:
            ValueError: There is no fault of that name.
        """
        if name not in FAULTS:
            raise ValueError(f"no fault is called {name!r}; there are {', '.join(FAULTS)}")
        fault = Fault(name, options, times)
        with self._lock:
            self._set.append(fault)
        return fault

    def take(self, name: str, **match: object) -> Fault | None:
        """Use a fault of that name whose options agree with `match`, if one is in force; each use counts."""
        with self._lock:
            for fault in self._set:
                agrees = all(fault.options.get(option) == value for option, value in match.items())
                if fault.name == name and agrees and not fault.over.is_set() and fault.left != 0:
                    if fault.left is not None:
                        fault.left -= 1
                    return fault
        return None

    def clear(self, name: str | None = None) -> None:
        """End the faults of that name, or all: they happen no more, and what waits in one goes on."""
        with self._lock:
            ended = [fault for fault in self._set if name in {None, fault.name}]
            self._set = [fault for fault in self._set if fault not in ended]
        for fault in ended:
            fault.over.set()
