"""Runs ClawTray as its users do: by its command line. No test in this folder imports any of its code."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.blackbox.fake_gateway import TOKEN

CHECKOUT = Path(os.environ.get("CLAWTRAY_CHECKOUT", Path(__file__).parents[2]))
"""The tree whose program is run: another one shows whether a test fails where a fault was not mended yet."""
SECONDS = 30.0


class Running:
    """A command that goes on until it is ended, and the lines that it has printed so far."""

    def __init__(self, command, env):
        self._process = subprocess.Popen(
            command,
            cwd=CHECKOUT,
            env=env,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.lines = []
        self._new = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def until(self, holds):
        """Return the first line of which this holds."""
        give_up_at = time.monotonic() + SECONDS
        while True:
            try:
                line = self._new.get(timeout=max(0.0, give_up_at - time.monotonic()))
            except queue.Empty:
                line = None
            if line is None:
                raise AssertionError(f"no such line: {self.lines}")
            self.lines.append(line)
            if holds(line):
                return line

    def interrupt(self):
        """Press Ctrl+C; return the exit code."""
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(SECONDS)

    def end(self):
        self._process.kill()
        self._process.wait()
        self._thread.join()
        self._process.stdout.close()

    def _read(self):
        for line in self._process.stdout:
            self._new.put(line.rstrip("\n"))
        self._new.put(None)


@pytest.fixture
def clawtray(tmp_path):
    """Run a command of ClawTray before a gateway: whole, or (`follow`) while it goes on."""
    with contextlib.ExitStack() as ending:

        def run(gateway, *arguments, follow=False):
            command = [sys.executable, "-m", "tray", *arguments]
            env = {
                **{name: value for name, value in os.environ.items() if "CLAW" not in name},
                "HOME": str(tmp_path),
                "USERPROFILE": str(tmp_path),
                "CLAWTRAY_HOME": str(tmp_path / "ClawTray"),
                "CLAWTRAY_URL": gateway.url,
                "CLAWTRAY_TOKEN": TOKEN,
                "PYTHONPATH": str(CHECKOUT),
                "LC_ALL": "C.UTF-8",
            }
            if not follow:
                return subprocess.run(
                    command,
                    cwd=CHECKOUT,
                    env=env,
                    text=True,
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    timeout=SECONDS,
                    check=False,
                )
            running = Running(command, env)
            ending.callback(running.end)
            return running

        yield run
