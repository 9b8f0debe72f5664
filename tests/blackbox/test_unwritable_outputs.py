"""An output that takes nothing changes no exit code, and leaves no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.blackbox.conftest import CHECKOUT, SECONDS

FULL = Path("/dev/full")
pytestmark = pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full on this system")
DOWN, MISUSE, FAILED = 40, 2, 1


def run(tmp_path, *arguments, **outputs):
    """Run a command where no gateway listens; give its exit code and what it wrote to its other output."""
    names = {name: value for name, value in os.environ.items() if "CLAW" not in name}
    home = {"HOME": str(tmp_path), "CLAWTRAY_HOME": str(tmp_path / "ClawTray")}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tray", *arguments],
        env={**names, **home, "CLAWTRAY_URL": "ws://127.0.0.1:9", "PYTHONPATH": str(CHECKOUT)},
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        timeout=SECONDS,
        check=False,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **outputs},
    )
    return done.returncode, (done.stdout or b"") + (done.stderr or b"")


def closed():
    """The end of a pipe that nobody reads any more."""
    ours, theirs = os.pipe()
    os.close(ours)
    return os.fdopen(theirs, "wb", buffering=0)


@pytest.mark.parametrize(("arguments", "code"), [(["sessions"], DOWN), (["nonsense"], MISUSE)])
@pytest.mark.parametrize("output", [lambda: FULL.open("wb"), closed], ids=["full", "closed"])
def test_without_standard_error_the_code_says_it(tmp_path, arguments, code, output):
    with output() as nowhere:
        assert run(tmp_path, *arguments, stderr=nowhere) == (code, b"")


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_that_cannot_be_written_is_a_failure_in_words(tmp_path, option):
    with FULL.open("wb") as full:
        code, said = run(tmp_path, option, stdout=full)
    assert (code, said) == (FAILED, b"clawtray: Could not write the output: No space left on device.\n")


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_that_nobody_reads_any_more_is_none(tmp_path, option):
    with closed() as pipe:
        assert run(tmp_path, option, stdout=pipe) == (0, b"")


def test_with_neither_output_a_failure_is_a_failure(tmp_path):
    with FULL.open("wb") as full:
        assert run(tmp_path, "--help", stdout=full, stderr=full) == (FAILED, b"")
