"""Figure: what one poll of the sessions costs the processor, beside the way of the gateway's API guide."""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Final

from tests.bench.figure import Figure
from tests.bench.ground import ROOT, SESSIONS, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from tests.peers.realgateway import Gateway

    Cost: TypeAlias = Callable[[list[str], Mapping[str, str]], float]

_PERF: Final = ["perf", "stat", "--field-separator", ",", "--event", "instructions:u"]
_VALGRIND: Final = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
_COUNTED: Final = re.compile(r"^(\d+),.*instructions|I +refs: +([\d,]+)", re.MULTILINE)


def measure(gateway: Gateway, polls: int) -> tuple[Figure, ...]:
    """Count for one poll and for some more; the difference is free of what it costs to start."""
    counter = _counter()
    with environment(gateway.url, gateway.token) as env:
        env["PYTHONHASHSEED"] = "0"
        clients = [[sys.executable, "-m", f"tests.bench.{module}"] for module in ("poll_ours", "poll_guide")]
        for client in clients:
            _cpu([*client, "1"], env)  # Python compiles what it has not compiled before
        seconds = [_one(client, polls, _cpu, env) for client in clients]
        instructions = [_one(client, polls, counter, env) for client in clients] if counter else []
    note = (
        f"one poll: the cost of {polls + 1} polls less that of 1, {SESSIONS} sessions; instructions in user "
        "space, by perf or valgrind; ours: the live loop, connected, the view rebuilt; beside: the API "
        "guide's client, a new connection by asyncio and websockets for every poll"
    )
    figures = (Figure("one poll, CPU", "ms", seconds[0] * 1000, seconds[1] * 1000, "", note),)
    return (
        *figures,
        *(Figure("one poll", "instructions", *instructions, "", note) for _ in instructions[:1]),
    )


def _one(client: list[str], polls: int, cost: Cost, env: Mapping[str, str]) -> float:
    return (cost([*client, str(polls + 1)], env) - cost([*client, "1"], env)) / polls


def _counter() -> Cost | None:
    """The best counter of instructions that there is. Virtual machines often lack what perf needs."""
    if shutil.which(_PERF[0]):
        said = subprocess.run([*_PERF, "true"], capture_output=True, text=True, check=False).stderr
        if _COUNTED.search(said):
            return lambda command, env: _instructions([*_PERF, *command], env)
    if shutil.which(_VALGRIND[0]):
        return lambda command, env: _instructions([*_VALGRIND, *command], env)
    return None


def _instructions(command: list[str], env: Mapping[str, str]) -> float:
    said = _run(command, env).stderr
    found = _COUNTED.search(said)
    if found is None:
        raise RuntimeError(f"{command[0]} did not count:\n{said}")
    return int((found[1] or found[2]).replace(",", ""))


def _cpu(command: list[str], env: Mapping[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    _run(command, env)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _run(command: list[str], env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=env, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
    )
