"""Runs the test suites and says in a table what ran, and what did not and why.

Use: ``python tests/suites.py [SUITE ...]``; without a name, all. One follows the other, but for the longest,
which goes on beside them. A suite whose ground is missing on this machine is "not run";
``CLAWTRAY_REQUIRE=xvfb,peers`` makes that a failure. What the ground is, each suite's own conftest.py knows.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parent.parent
SUITES: Mapping[str, tuple[str, ...]] = {
    "unit": (
        "-p",
        "tests.coverage_law",
        "tests",
        "--ignore=tests/desktop",
        "--ignore=tests/peers",
        "--ignore=tests/windows",
    ),
    "xvfb": ("tests/desktop",),
    "peers": ("tests/peers",),
    "windows": ("tests/windows",),
}
"""The arguments that pytest gets for each suite."""

_BESIDE = "peers"
"""The longest, which mostly waits for gateways: it goes on beside the others, and its output comes last."""
_NO_TESTS_COLLECTED = 5


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
        """Say it in one line of the table."""
        if not self.passed and not self.failed:
            return f"not run: {self.reason}"
        line = f"{self.passed} passed, {self.failed} failed, {self.seconds:.0f} s"
        return f"{line}; {self.skipped} not run: {self.reason}" if self.skipped else line


def run(suite: str, into: IO[str] | None = None) -> Outcome:
    """Run one suite with pytest, its output going where ours goes, or into a file."""
    print(f"\n=== {suite}", file=into, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", *SUITES[suite], f"--junitxml={report}"]
        started_at = time.monotonic()
        exit_code = subprocess.run(command, cwd=ROOT, stdout=into, stderr=into, check=False).returncode
        seconds = time.monotonic() - started_at
        text = report.read_text(encoding="utf-8") if report.exists() else ""
    return read(suite, exit_code, text, seconds)


def run_all(suites: list[str]) -> list[Outcome]:
    """Run these, the outcomes being in their order."""
    if _BESIDE not in suites or len(suites) == 1:
        return [run(suite) for suite in suites]
    with ThreadPoolExecutor(1) as beside, tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        print(f"\n{_BESIDE} goes on beside the others; its output comes last", flush=True)
        going_on = beside.submit(run, _BESIDE, said)
        outcomes = {suite: run(suite) for suite in suites if suite != _BESIDE}
        outcomes[_BESIDE] = going_on.result()
        said.seek(0)
        print(said.read(), end="", flush=True)
    return [outcomes[suite] for suite in suites]


def read(suite: str, exit_code: int, report: str, seconds: float = 0.0) -> Outcome:
    """Read what pytest said: its exit code, and its report in JUnit's form (empty if it wrote none)."""
    cases = list(ET.fromstring(report).iter("testcase")) if report else []
    failed = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
    reasons = [skip.get("message", "") for case in cases if (skip := case.find("skipped")) is not None]
    passed = len(cases) - failed - len(reasons)
    if exit_code not in {0, _NO_TESTS_COLLECTED}:
        failed = failed or 1
    reason = reasons[0].removeprefix("not run: ") if reasons else "there is no test"
    return Outcome(suite, passed, failed, len(reasons), reason, seconds)


def main(names: list[str]) -> int:
    """Run the named suites, print the table, and give the exit code: 0 if nothing failed."""
    must_run = frozenset(os.environ.get("CLAWTRAY_REQUIRE", "").replace(",", " ").split())
    for name in (*names, *must_run):
        if name not in SUITES:
            print(f"There is no suite {name}. There are: {', '.join(SUITES)}.", file=sys.stderr)
            return 2
    outcomes = run_all(names or list(SUITES))
    print()
    for outcome in outcomes:
        print(f"{outcome.suite:<7} {outcome.describe()}")
    failed = sum(outcome.failures(must_run) for outcome in outcomes)
    print(f"{sum(outcome.passed for outcome in outcomes)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
