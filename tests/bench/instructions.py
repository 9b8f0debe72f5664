"""Counts the instructions of pure work, and compares them with those of the last release.

Unlike times, they are nearly the same in every run and on every machine, so that a growth can fail. Another
build of Python needs more or fewer of them: so does work that has nothing of ours, counted in the same run.
"""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from tests.bench.counter import run, valgrind
from tests.bench.ground import ROOT, client

if TYPE_CHECKING:
    from collections.abc import Mapping

RECORDED = Path(__file__).with_name("instructions.json")
GROWTH = 1.10
"""A count may be so many times the last one. On one build of Python it varies by less than 1 %."""
_GROWTH_ELSEWHERE = 1.25
"""What is allowed on another build, where the scale is up to a tenth wrong."""
_PYTHON = "python"
_RECORD = "`uv run poe bench --record` records them, for a release"


class Counts(TypedDict):
    """What was counted for the last release, and on which build of Python."""

    python: str
    counts: dict[str, int]


def check() -> int:
    """Print each count beside that of the last release; return 1 if one has grown too much."""
    recorded: Counts = json.loads(RECORDED.read_text(encoding="utf-8"))
    counts = count()
    if counts is None:
        required = bool(os.environ.get("CLAWTRAY_REQUIRE"))
        sys.stdout.write("not run: there is no valgrind; tests/bench/apt.txt lists what to install\n")
        return int(required)
    lines, grown = compare(counts, recorded)
    sys.stdout.write("\n".join(lines) + "\n")
    return int(grown)


def record() -> int:
    """Write the counts of today into the file of the last release."""
    counts = count()
    if counts is None:
        sys.stdout.write("not run: there is no valgrind\n")
        return 1
    recorded: Counts = {"python": sys.version, "counts": counts}
    RECORDED.write_text(json.dumps(recorded, indent=2) + "\n", encoding="utf-8")
    return 0


def count() -> dict[str, int] | None:
    """The instructions of each work; None without valgrind."""
    counter = valgrind()
    if counter is None:
        return None
    env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONPATH": str(ROOT)}
    # This does all of it once, so that what Python loads late is compiled before anything is counted.
    repeats: dict[str, int] = json.loads(run(client("work"), env).stdout)
    runs = [(_PYTHON, 0), *repeats.items()]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        base, *totals = pool.map(lambda each: counter(client("work", *each), env), runs)
    return {
        name: round((total - base) / times)
        for (name, times), total in zip(repeats.items(), totals, strict=True)
    }


def compare(counts: Mapping[str, int], recorded: Counts) -> tuple[list[str], bool]:
    """Return a line for each count, and whether one has grown too much or was never recorded."""
    before = recorded["counts"]
    same = sys.version == recorded["python"]
    scale = 1.0 if same else counts[_PYTHON] / before[_PYTHON]
    growth = GROWTH if same else _GROWTH_ELSEWHERE
    lines, failed = ["instructions, beside those of the last release:"], False
    if not same:
        lines.append(f"(scaled: this build of Python needs {scale:.2f}x as many for work that is not ours)")
    for name, now in counts.items():
        if name == _PYTHON:
            continue
        if name not in before:
            lines.append(f"{name:<10}{now:>12,}  never recorded; {_RECORD}")
            failed = True
            continue
        expected = before[name] * scale
        grown = not 0 < now <= expected * growth  # what costs nothing was not counted
        verdict = f"  has grown by more than {growth - 1:.0%}; {_RECORD}" if grown else ""
        lines.append(f"{name:<10}{now:>12,}  {now / expected:.3f}x{verdict}")
        failed |= grown
    return lines, failed
