"""Every documented `poe` command is run in a short form, so that none stops working unnoticed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from build.commands import NotAvailableError
from tests.bench.ground import RELEASE
from tests.peers.npm import install_package

ROOT = Path(__file__).parents[2]
TASKS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["poe"]["tasks"]
SECONDS = 600.0
_REQUIRED = "commands" in os.environ.get("CLAWTRAY_REQUIRE", "").replace(",", " ").split()

RUN_HERE = {"appicon", "bench", "drills", "icons", "imports", "licences"}
SUITES = {"test", "coverage", "desktop", "peers", "windows"}
"""They run the suites, by the program that runs this one."""
ELSEWHERE = {"static": ".ci/run", "check": ".ci/run", "build": "tests/windows/conftest.py"}
"""What is run where: `check` is made of `static` and suites."""


def poe(*arguments):
    """Run a command as it is documented, and return what it printed."""
    ended = subprocess.run(
        [sys.executable, "-m", "poethepoet", *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture
def release():
    """The gateway that figures and drills are taken on."""
    try:
        install_package(RELEASE)
    except NotAvailableError as error:
        (pytest.fail if _REQUIRED else pytest.skip)(f"not run: {error}")


def test_every_command_is_run_somewhere():
    documents = "".join(
        (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md")
    )
    assert set(re.findall(r"\brun [-\w ]*poe (\w+)", documents)) <= set(TASKS)
    assert set(TASKS) == RUN_HERE | SUITES | ELSEWHERE.keys()
    assert all(re.search(r"tests\.suites\b", TASKS[name]["cmd"]) for name in SUITES)


@pytest.mark.parametrize(
    ("command", "beginning"), [("icons", b"\x89PNG"), ("appicon", b"\0\0\1\0"), ("licences", b"ClawTray")]
)
def test_what_draws_or_writes_a_file(tmp_path, command, beginning):
    poe(command, tmp_path / "file.png")
    assert (tmp_path / "file.png").read_bytes().startswith(beginning)


def test_the_benchmark(release):
    figures = poe("bench", "--quick")
    names = ["event to view", "200 sessions", "view()", "cold status", "idle watch", "one poll"]
    if _REQUIRED:  # they need a screen, and GTK
        names += ["panel seen", "idle icon (xorg)", "idle icon (GTK)"]
    assert [name for name in names if name not in figures] == []


def test_the_times_of_imports():
    table = poe("imports", "--quick")
    for name in ("status: ", "ask: ", "icon: ", "window: "):
        assert name in table
    front_ends = re.findall(r"^\w.*: [\d.]+ ms for \d+ modules", table, re.MULTILINE)
    modules = re.findall(r"^ +[\d.]+ ms  [\w.]+$", table, re.MULTILINE)  # which are slowest differs each time
    assert len(modules) == 10 * len(front_ends)


def test_no_work_needs_more_instructions_than_at_the_last_release():
    counts = poe("bench", "--check")  # where it must run, it fails without valgrind
    if counts.startswith("not run"):
        pytest.skip(counts.strip())
    assert "poll" in counts


def test_the_drills(release):
    table = poe("drills", "--quick")
    for name in ("kill -9", "silence", "flood of changes", "fuzzed frames, damaged", "soak"):
        assert name in table
