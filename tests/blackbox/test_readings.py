"""How often a gateway is read: rarely where each reading costs it much."""

from __future__ import annotations

import queue
import threading
import time

from tests.blackbox.conftest import SECONDS
from tests.blackbox.fake_gateway import FakeGateway, listing

READING_SECONDS, PAUSE_SECONDS = 1.0, 3.0


def test_events_wait_for_a_pause_of_three_times_the_last_reading(clawtray):
    asked, answered = queue.SimpleQueue(), queue.SimpleQueue()
    busy = threading.Event()

    def slowly(_):
        asked.put(time.monotonic())
        busy.wait(READING_SECONDS)
        answered.put(time.monotonic())
        return listing({})

    with FakeGateway(sessions__list=slowly) as gateway:
        watch = clawtray(gateway, "watch")
        watch.until(lambda line: line.startswith("main"))
        asked.get(timeout=SECONDS)
        gateway.push("sessions.changed", sessionKey="agent:main:main", reason="message")
        assert asked.get(timeout=SECONDS) - answered.get(timeout=SECONDS) >= PAUSE_SECONDS
