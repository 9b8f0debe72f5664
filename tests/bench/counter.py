"""Counts the instructions that a program executes in user space, by perf or valgrind."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Final

from tests.bench.ground import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    Cost: TypeAlias = Callable[[list[str], Mapping[str, str]], float]

_PERF: Final = ["perf", "stat", "--field-separator", ",", "--event", "instructions:u"]
_VALGRIND: Final = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
_COUNTED: Final = re.compile(r"^(\d+),.*instructions|I +refs: +([\d,]+)", re.MULTILINE)


def counter() -> Cost | None:
    """The best counter of instructions that there is. Virtual machines often lack what perf needs."""
    if shutil.which(_PERF[0]):
        said = subprocess.run([*_PERF, "true"], capture_output=True, text=True, check=False).stderr
        if _COUNTED.search(said):
            return lambda command, env: _instructions([*_PERF, *command], env)
    return valgrind()


def valgrind() -> Cost | None:
    """A counter that counts the same on every machine; None where there is no valgrind."""
    if shutil.which(_VALGRIND[0]) is None:
        return None
    return lambda command, env: _instructions([*_VALGRIND, *command], env)


def run(command: list[str], env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command of which only the cost matters."""
    return subprocess.run(
        command, env=env, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
    )


def _instructions(command: list[str], env: Mapping[str, str]) -> int:
    said = run(command, env).stderr
    found = _COUNTED.search(said)
    if found is None:
        raise RuntimeError(f"{command[0]} did not count:\n{said}")
    return int((found[1] or found[2]).replace(",", ""))
