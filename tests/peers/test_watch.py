from __future__ import annotations

import queue
import signal
import threading
import time

import pytest

_SECONDS = 60.0  # openclaw 2026.9.6 takes 20 s for a restart on two busy cores
_RESTARTING = "The gateway is restarting."


class Watch:
    """`clawtray watch` through a pipe, which writes a line for each change."""

    def __init__(self, clawtray, **environment):
        self._clawtray = clawtray
        self._process = clawtray.start("watch", **environment)
        self._lines = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self):
        for line in self._process.stdout:
            self._lines.put(line)

    def says(self, words):
        """Wait for the next line with these words in it, and give the lines before it."""
        give_up_at = time.monotonic() + _SECONDS
        passed = []
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, give_up_at - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no line with {words!r}, only {passed}") from None
            if words in line:
                return passed
            passed.append(line)

    def interrupt(self):
        """Have its user end it."""
        self._process.send_signal(signal.SIGINT)
        self._reader.join(_SECONDS)
        return self._clawtray.finish(self._process)

    def kill(self):
        with self._process:
            self._process.kill()
            self._reader.join()


@pytest.fixture
def watch(clawtray):
    started = Watch(clawtray)
    yield started
    started.kill()


def test_the_line_follows_the_figure_until_its_user_has_seen_enough(client, watch, key):
    watch.says("connected")
    client.run(key, "[[usage:30000,200]]")
    watch.says("15% of 200k")
    client.run(key, "[[usage:50000,200]]")
    watch.says("25% of 200k")

    outcome = watch.interrupt()

    assert (outcome.code, outcome.stderr) == (130, "")


def test_an_announced_restart_is_no_outage(gateway, client, watch, key):
    client.run(key, "[[usage:30000,200]]")
    watch.says("15% of 200k")

    gateway.restart()

    watch.says(_RESTARTING)
    assert not any("not running" in line for line in watch.says("15% of 200k"))
    # clawdbot gives up where a client keeps its half of a closed connection open.
    assert gateway.is_running
    assert "shutdown timed out" not in gateway.log_tail()


def test_killed_and_back(gateway, client, watch, key):
    client.run(key, "[[usage:30000,200]]")
    watch.says("15% of 200k")

    gateway.kill()
    watch.says("the gateway is not running")
    gateway.start()

    watch.says("15% of 200k")
    assert watch.interrupt().code == 130
