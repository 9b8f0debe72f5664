"""Runs ClawTray as its users do: by its command line. No test in this folder imports any of its code."""

from __future__ import annotations

import contextlib
import os
import queue
import re
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
LOOKS = 20
"""How often a program has to be found asleep, one time after another, until it counts as idle."""
EXIT_CODE_OF_CTRL_C = 130
ESCAPES = re.compile(r"\x1b\[[?0-9;]*[A-Za-z]")


class Running:
    """A command that goes on until it is ended, and the lines that it has printed so far.

    With `columns`, it writes on a terminal of that width; escape sequences are left out of the lines, and
    kept in `printed`.
    With `typed`, its standard input is a terminal at which that was typed. With `into`, its standard output
    goes into that file.
    """

    def __init__(self, command, env, columns=None, typed=None, cwd=CHECKOUT, into=None):
        ours, theirs = os.pipe() if columns is None else terminal(columns)
        self._keys, keyboard = (None, subprocess.DEVNULL) if typed is None else terminal(80)
        if typed is not None:
            os.write(self._keys, typed.encode())
        with os.fdopen(theirs, "wb") as out:
            self._process = subprocess.Popen(
                command, cwd=cwd, env=env, stdin=keyboard, stdout=into or out, stderr=out
            )
        if typed is not None:
            os.close(keyboard)
        self.lines, self.printed = [], []
        self._new = queue.SimpleQueue()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._read, args=(ours,))
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

    @property
    def pid(self):
        return self._process.pid

    def wait_until_idle(self):
        """Return when the program waits for something, asleep at each of several looks, or has ended."""
        give_up_at = time.monotonic() + SECONDS
        asleep = 0
        while asleep < LOOKS and self._process.poll() is None:
            assert time.monotonic() < give_up_at, "the program never rests"
            state = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()[0]
            asleep = asleep + 1 if state == "S" else 0
            self._ended.wait(0.01)

    def interrupt(self):
        """Press Ctrl+C; return the exit code. All lines are known then."""
        self._process.send_signal(signal.SIGINT)
        return self.ended()

    def ended(self, seconds=SECONDS):
        """Wait until it ends by itself; return the exit code. All lines are known then."""
        code = self._process.wait(seconds)
        self._thread.join()
        while (line := self._new.get()) is not None:
            self.lines.append(line)
        return code

    def code(self):
        """Return the exit code of a command that ends by itself."""
        return self._process.wait(SECONDS)

    @property
    def peak_memory(self):
        """The most megabytes that it has had in memory at once; Linux only."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        return int(re.search(r"VmHWM:\s*(\d+) kB", status)[1]) // 1024

    def end(self):
        self._process.kill()
        self._process.wait()
        self._thread.join()
        if self._keys is not None:
            os.close(self._keys)

    def _read(self, ours):
        # A terminal of which the other end is closed gives an error, where a pipe ends.
        with os.fdopen(ours, encoding="utf-8") as said, contextlib.suppress(OSError):
            for line in said:
                self.printed.append(line)
                self._new.put(ESCAPES.sub("", line).rstrip("\r\n"))
        self._new.put(None)
        self._ended.set()


def terminal(columns):
    """Both ends of a terminal: ours, and the program's."""
    import pty  # noqa: PLC0415 - not on Windows
    import termios  # noqa: PLC0415 - as above

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, columns))
    return ours, theirs


@pytest.fixture
def clawtray(tmp_path):
    """Start a command of ClawTray before a gateway; more variables of its environment, None without one.

    `program` is what Python is to run in its place.
    """
    with contextlib.ExitStack() as ending:

        def start(
            gateway,
            *arguments,
            program=("-m", "tray"),
            columns=None,
            typed=None,
            cwd=CHECKOUT,
            into=None,
            **variables,
        ):
            # The installed command does not look into the current folder for its code either.
            command = [sys.executable, "-P", *program, *arguments]
            hidden = {"COLUMNS", "LINES"} | {name for name in os.environ if "CLAW" in name}
            env = {
                **{name: value for name, value in os.environ.items() if name not in hidden},
                "HOME": str(tmp_path),
                "USERPROFILE": str(tmp_path),
                "CLAWTRAY_HOME": str(tmp_path / "ClawTray"),
                "CLAWTRAY_URL": gateway.url,
                "CLAWTRAY_TOKEN": TOKEN,
                "PYTHONPATH": str(CHECKOUT),
                "LC_ALL": "C.UTF-8",
                "TERM": "xterm",
                **variables,
            }
            env = {name: value for name, value in env.items() if value is not None}
            running = Running(command, env, columns, typed, cwd, into)
            ending.callback(running.end)
            return running

        yield start
