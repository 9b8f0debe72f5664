"""A simulated gateway in a process of its own, so that it does not share our interpreter's lock.

It prints its address and secret. For each line `RATE COUNT RUN` that it reads, it pushes that many events of
that run at that rate, numbered in their text, and prints when it pushed each (by the clock that all processes
share).
"""

import json
import sys
import threading
import time

from tests.faulty_gateway import FaultyGateway


def main():
    """Serve until standard input ends."""
    with FaultyGateway(story=False) as gateway:
        gateway.fault("run_holds")
        _say([gateway.url, gateway.token])
        for line in sys.stdin:
            rate, count, run = line.split()
            _say(_push(gateway, float(rate), int(count), run))


def _push(gateway, rate, count, run):
    pushed = []
    start = time.monotonic()
    pause = threading.Event()
    for number in range(count):
        pause.wait(max(0.0, start + number / rate - time.monotonic()))
        pushed.append(time.monotonic())
        gateway.push("agent", {"runId": run, "stream": "assistant", "data": {"text": str(number)}})
    return pushed


def _say(value):
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
