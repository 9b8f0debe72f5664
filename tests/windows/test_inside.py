"""Runs tests in Windows' Python: those of what only Windows has, and unit tests that touch the system."""

from __future__ import annotations

import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from build.wine import CHECKOUT, Windows
from tests.windows.conftest import CHECKS

_HERE = Path(__file__).parent
_INSIDE = sorted(path.relative_to(CHECKOUT).as_posix() for path in (_HERE / "inside").glob("test_*.py"))
_AS_WELL = [
    "tests/system/test_win32_names.py",
    "tests/runtime/test_app.py",
    "tests/discovery/test_config_files.py",
    "tests/storage/test_log_file.py",
    "tests/cli/test_auth.py",
    "tests/gui/test_ipc.py",
    "tests/runtime/test_mailbox.py",
    "tests/storage/test_files.py",
    "tests/runtime/test_worker.py",
]
_TIMEOUT = 400.0


@pytest.fixture(scope="module")
def results(tools, building, tmp_path_factory, pytestconfig):
    """What pytest reported inside Windows: the test cases of each file; while they run, the build goes on."""
    report = tmp_path_factory.mktemp("inside") / "report.xml"
    options = ["-v", "-p", "no:cacheprovider", "-o", "junit_family=xunit1"]
    files = [CHECKOUT / name for name in (*_INSIDE, *_AS_WELL)]
    with Windows(tools) as windows:
        try:
            done = windows.python("-m", "pytest", *options, "--junitxml", report, *files, timeout=_TIMEOUT)
        except subprocess.TimeoutExpired as error:
            pytest.fail(f"it hung after\n{error.output}\n{error.stderr}")
    assert report.exists(), done.stdout + done.stderr
    cases = list(ET.parse(report).getroot().iter("testcase"))
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    pytestconfig.stash[CHECKS] = len(cases)
    return cases


@pytest.mark.parametrize("name", [*_INSIDE, *_AS_WELL])
def test_all_of_it_passes_on_windows(results, name):
    mine = [case for case in results if case.get("file", "").replace("\\", "/") == name]
    assert mine, "none of it ran"
    bad = {"failure", "error", "skipped"} if name in _INSIDE else {"failure", "error"}
    unhappy = [
        f"{case.get('name')}: {outcome.tag}\n{outcome.text or outcome.get('message')}"
        for case in mine
        for outcome in case
        if outcome.tag in bad
    ]
    assert not unhappy, "\n\n".join(unhappy)
