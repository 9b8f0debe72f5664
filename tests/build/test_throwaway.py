from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from build.throwaway import ThrowawayDirectory, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="not run: the gateways are run on Linux only")
_CHECKOUT = Path(__file__).parents[2]
# A test run that has started something, and is then killed itself.
_OWNER = """
import subprocess, sys
from build.throwaway import ThrowawayDirectory
directory = ThrowawayDirectory("owned")
child = subprocess.Popen(
    [sys.executable, "-c", "import signal; print('up', flush=True); signal.pause()"],
    env={"HOME": str(directory.home)},
    stdout=subprocess.PIPE,
    start_new_session=True,
)
child.stdout.readline()  # before it is up, its environment is not to be seen
print(directory.path, child.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def owner(tmp_path, monkeypatch):
    monkeypatch.setenv("CLAWTRAY_CACHE", str(tmp_path))
    with subprocess.Popen(
        [sys.executable, "-c", _OWNER],
        cwd=_CHECKOUT,
        env={**os.environ, "CLAWTRAY_CACHE": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def is_alive(pid: int) -> bool:
    try:
        # "Z" is a process that has ended and that nobody has asked about.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_what_a_killed_run_left_is_ended_and_removed_by_the_next(owner):
    path, pid = owner.stdout.readline().split()
    assert is_alive(int(pid))
    owner.kill()
    owner.wait()
    assert is_alive(int(pid))

    ThrowawayDirectory("next").remove()

    until(lambda: not is_alive(int(pid)), 10, "the left process has ended")
    assert not Path(path).exists()


def test_what_a_living_run_uses_is_left_alone(owner):
    path, pid = owner.stdout.readline().split()

    directory = ThrowawayDirectory("next")
    try:
        assert is_alive(int(pid))
        assert Path(path, "home").is_dir()
        directory.end_all()
        assert is_alive(int(pid))
    finally:
        directory.remove()
        owner.kill()
        owner.wait()
        ThrowawayDirectory("sweep").remove()
