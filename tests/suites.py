"""Runs test suites and prints in a table what ran, and what did not and why.

Use: ``python -m tests.suites [SUITE ...]``: without a name the unit suite, with ``all`` every suite. What can
run beside something else does, and the output of each run is printed whole when it ends. A suite that this
machine cannot run is "not run"; ``CLAWTRAY_REQUIRE=xvfb,peers`` makes that a failure. Each suite's own
conftest.py knows what it needs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as ET

from tests.coverage_rule import own_test_files

ROOT = Path(__file__).parent.parent
_RULE = ("-p", "tests.coverage_rule")
_ON_ALL_CORES = ("-n", "logical", "--dist", "worksteal")
_ELSEWHERE = tuple(
    f"--ignore=tests/{folder}" for folder in ("blackbox", "commands", "desktop", "peers", "windows")
)
SUITES: Mapping[str, tuple[str, ...]] = {
    "unit": (*_ON_ALL_CORES, "tests", *_ELSEWHERE),
    "coverage": (*_RULE, *_ON_ALL_CORES, *own_test_files()),
    "commands": ("tests/commands",),
    "blackbox": ("-n", "2", "tests/blackbox"),  # they wait for most of the time
    "xvfb": ("tests/desktop",),
    "peers": ("tests/peers",),
    "windows": ("tests/windows",),
}
"""The arguments that pytest gets for each suite."""

PEERS = ("clawdbot@2026.1.24-3", "openclaw@2026.9.6")
"""The releases that are tested unless $CLAWTRAY_PEERS names others: the oldest and the newest."""
_GROUPS = 3
"""The files of `peers` are tested on the newest release in so many processes, each with its own gateway."""
_SECONDS: Mapping[str, float] = {
    "test_api": 32,
    "test_addresses": 45,
    "test_approvals": 43,
    "test_ask": 71,
    "test_bad_days": 75,
    "test_causes": 98,
    "test_connection": 47,
    "test_doctor": 10,
    "test_drills": 105,
    "test_lifecycle": 39,
    "test_models": 47,
    "test_modes": 23,
    "test_notifications": 6,
    "test_npm": 1,
    "test_prompts": 11,
    "test_realgateway": 28,
    "test_session_actions": 88,
    "test_status": 34,
    "test_turns": 5,
    "test_usage": 9,
    "test_watch": 29,
}
"""How long the files of `peers` took on the newest release on a busy machine; only the proportions count."""
_USUAL = 30.0
"""What a file is taken to need that was not measured."""
_LONGEST = "windows"
"""The suite that takes longest: beside others it gets the processor first, where that is allowed."""
_NO_TESTS_COLLECTED = 5


@dataclass(frozen=True, slots=True)
class Part:
    """One run of pytest: a suite, or a part of one that can run beside the others.

    Attributes:
        suite: The suite that it belongs to.
        name: The heading above its output.
        arguments: What pytest gets.
        environment: What is added to the environment.
    """

    suite: str
    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a suite went.

    Attributes:
        suite: Its name.
        passed: Tests that passed.
        failed: Tests that failed, or 1 if the run as a whole did.
        skipped: Tests that could not run here.
        reason: Why the first of those could not, in words.
        seconds: How long it took.
    """

    suite: str
    passed: int
    failed: int
    skipped: int
    reason: str
    seconds: float = 0.0

    @property
    def not_run(self) -> int:
        """How many tests were not run; at least 1 if none was."""
        return self.skipped if self.passed or self.failed else max(self.skipped, 1)

    def failures(self, must_run: frozenset[str]) -> int:
        """Count what failed, and of a suite that must run what was not run as well."""
        return self.failed + (self.not_run if self.suite in must_run else 0)

    def describe(self) -> str:
        """Return its line of the table."""
        if not self.passed and not self.failed:
            return f"not run: {self.reason}"
        line = f"{self.passed} passed, {self.failed} failed, {self.seconds:.0f} s"
        return f"{line}; {self.skipped} not run: {self.reason}" if self.skipped else line


def groups(seconds: Mapping[str, float], count: int) -> tuple[tuple[str, ...], ...]:
    """Divide files into groups that take about the same time, given how long each takes."""
    sums, found = [0.0] * count, [[] for _ in range(count)]
    for name in sorted(seconds, key=lambda name: (-seconds[name], name)):
        shortest = sums.index(min(sums))
        sums[shortest] += seconds[name]
        found[shortest].append(name)
    return tuple(tuple(sorted(group)) for group in found if group)


def parts(suite: str, releases: Sequence[str]) -> tuple[Part, ...]:
    """Return the runs that a suite is made of.

    `peers` has one for each release, and more for the newest; `xvfb` one for what is typed and clicked, where
    nothing else should keep the machine busy, and one for pictures.
    """
    if suite == "xvfb":
        looks = sorted((ROOT / "tests/desktop").glob("test_*_looks.py"))
        pictures = [path.relative_to(ROOT).as_posix() for path in looks]
        others = (*SUITES[suite], *(f"--ignore={path}" for path in pictures))
        return (Part(suite, "xvfb", others), Part(suite, "xvfb, pictures", tuple(pictures)))
    if suite != "peers":
        return (Part(suite, suite, SUITES[suite]),)
    *older, newest = releases
    files = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "tests/peers").glob("test_*.py"))]
    expected = {name: _SECONDS.get(Path(name).stem, _USUAL) for name in files}
    return (
        *(Part(suite, f"peers, {each}", SUITES[suite], {"CLAWTRAY_PEERS": each}) for each in older),
        *(
            Part(suite, f"peers, {newest}, group {number}", group, {"CLAWTRAY_PEERS": newest})
            for number, group in enumerate(groups(expected, _GROUPS), 1)
        ),
    )


def run(part: Part, into: IO[str] | None = None) -> Outcome:
    """Run pytest once, its output going where ours goes, or into a file."""
    print(f"\n=== {part.name}", file=into, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", *part.arguments, f"--junitxml={report}"]
        if into is not None and part.suite == _LONGEST and shutil.which("nice"):
            command = ["nice", "-n", "-5", *command]
        environment = {**os.environ, **part.environment}
        started_at = time.monotonic()
        ended = subprocess.run(command, cwd=ROOT, env=environment, stdout=into, stderr=into, check=False)
        seconds = time.monotonic() - started_at
        text = report.read_text(encoding="utf-8") if report.exists() else ""
    return read(part.suite, ended.returncode, text, seconds)


def run_all(suites: Sequence[str], releases: Sequence[str]) -> list[Outcome]:
    """Run suites side by side, but one after the other what uses all cores, and return how each went.

    Where the unit suite runs anyway, the coverage rule is judged in the same run.
    """
    if {"unit", "coverage"} <= set(suites):
        print("The coverage rule is judged in the run of the unit suite.", flush=True)
        suites = [suite for suite in suites if suite != "coverage"]
        lanes = [[Part("unit", "unit, coverage", (*_RULE, *SUITES["unit"]))]]
    else:
        lanes = [
            [part for suite in suites if suite in {"unit", "coverage"} for part in parts(suite, releases)]
        ]
    for suite in suites:
        if suite == "xvfb":
            typed, pictures = parts(suite, releases)
            lanes[0].append(typed)
            lanes.append([pictures])
        elif suite not in {"unit", "coverage"}:
            lanes += [[part] for part in parts(suite, releases)]
    lanes = [lane for lane in lanes if lane]
    if len(lanes) == 1:
        # Many tests wait for most of the time; with nothing beside them, they leave room for more at once.
        more = {"PYTEST_XDIST_AUTO_NUM_WORKERS": str(2 * (os.cpu_count() or 1))}
        done = [run(replace(part, environment={**more, **part.environment})) for part in lanes[0]]
    else:
        printing = threading.Lock()
        names = ", ".join(part.name for lane in lanes for part in lane)
        print(f"\nSide by side, each printed when it ends: {names}", flush=True)
        with ThreadPoolExecutor(len(lanes)) as pool:
            done = [each for lane in pool.map(lambda lane: _run_lane(lane, printing), lanes) for each in lane]
    return [merged(suite, [each for each in done if each.suite == suite]) for suite in suites]


def _run_lane(lane: Iterable[Part], printing: threading.Lock) -> list[Outcome]:
    outcomes = []
    for part in lane:
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
            outcomes.append(run(part, output))
            output.seek(0)
            with printing:
                print(output.read(), end="", flush=True)
    return outcomes


def merged(suite: str, outcomes: Sequence[Outcome]) -> Outcome:
    """Return the outcome of a suite whose parts ran side by side."""
    reasons = [each.reason for each in outcomes if each.skipped] or [each.reason for each in outcomes]
    return Outcome(
        suite,
        sum(each.passed for each in outcomes),
        sum(each.failed for each in outcomes),
        sum(each.skipped for each in outcomes),
        reasons[0],
        max(each.seconds for each in outcomes),
    )


def read(suite: str, exit_code: int, report: str, seconds: float = 0.0) -> Outcome:
    """Return the outcome by pytest's exit code and its report in JUnit's form (empty if it wrote none)."""
    cases = list(ET.fromstring(report).iter("testcase")) if report else []
    failed = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
    reasons = [skip.get("message", "") for case in cases if (skip := case.find("skipped")) is not None]
    passed = len(cases) - failed - len(reasons)
    if exit_code not in {0, _NO_TESTS_COLLECTED}:
        failed = failed or 1
    reason = reasons[0].removeprefix("not run: ") if reasons else "there is no test"
    return Outcome(suite, passed, failed, len(reasons), reason, seconds)


def main(names: Sequence[str]) -> int:
    """Run the named suites, print the table, and return the exit code: 0 if nothing failed."""
    must_run = frozenset(_words(os.environ.get("CLAWTRAY_REQUIRE", "")))
    for name in (*names, *must_run):
        if name not in {*SUITES, "all"}:
            print(f"There is no suite {name}. There are: all, {', '.join(SUITES)}.", file=sys.stderr)
            return 2
    suites = list(SUITES) if "all" in names else list(dict.fromkeys(names)) or ["unit"]
    outcomes = run_all(suites, _words(os.environ.get("CLAWTRAY_PEERS", "")) or PEERS)
    print()
    for outcome in outcomes:
        print(f"{outcome.suite:<8} {outcome.describe()}")
    failed = sum(outcome.failures(must_run) for outcome in outcomes)
    print(f"{sum(outcome.passed for outcome in outcomes)} passed, {failed} failed")
    return 1 if failed else 0


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
