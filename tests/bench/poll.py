"""Figures: what one poll of the sessions costs the processor, beside the way of the gateway's API guide."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

from tests.bench.counter import counter, run
from tests.bench.figure import Figure, Peer, at_most
from tests.bench.ground import ROOT, SESSIONS, client, environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.bench.counter import Cost
    from tests.peers.realgateway import Gateway

_PAUSE = 0.25
"""Seconds between two polls: longer than one takes even under valgrind, so that nothing else counts."""
_TARGET = 1.5e6
_CLIENTS = ("ours", "guide", "bare")
_PEERS = ("the guide's way", "receive and json.loads")


def measure(gateway: Gateway, polls: int) -> tuple[Figure, ...]:
    """Count for one poll and for some more; the difference is free of what it costs to start."""
    count = counter()
    with environment(gateway.url, gateway.token) as env:
        env |= {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}
        for name in _CLIENTS:
            _cpu(client(name, 1, _PAUSE), env)  # Python compiles what it has not compiled before
        seconds = [_one(name, polls, _cpu, env) for name in _CLIENTS]
        # One after the other: the gateway tells each of its clients that another one came or went.
        counted = [_one(name, polls, count, env) for name in _CLIENTS] if count else []
    note = (
        f"one poll: the cost of {polls + 1} polls less that of 1, {SESSIONS} sessions; instructions in user "
        "space, by perf or valgrind; ours: the live loop, connected, the view made again; the guide's way: a "
        "new connection by asyncio and websockets for every poll; receive and json.loads: websocket-client, "
        "connected"
    )
    figures = [Figure("one poll, CPU", "ms", *_compared([each * 1000 for each in seconds]), None, note)]
    if counted:
        target = at_most(_TARGET, "instructions")
        figures.append(Figure("one poll", "instructions", *_compared(counted), target, note))
    return tuple(figures)


def _compared(values: list[float]) -> tuple[float, tuple[Peer, ...]]:
    ours, *theirs = values
    return ours, tuple(Peer(*each) for each in zip(_PEERS, theirs, strict=True))


def _one(name: str, polls: int, cost: Cost, env: Mapping[str, str]) -> float:
    more, fewer = (cost(client(name, count, _PAUSE), env) for count in (polls + 1, 1))
    return (more - fewer) / polls


def _cpu(command: list[str], env: Mapping[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(command, env)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
