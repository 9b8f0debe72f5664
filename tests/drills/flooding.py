"""A gateway that floods its client: ``python -m tests.drills.flooding NAME`` prints its address.

From its first list of sessions on, each connection gets one kind of message as fast as the client takes it;
requests are answered beside that. It prints a line when the first flood starts and, when standard input ends,
how many messages it sent.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import sys
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from websockets.exceptions import ConnectionClosed

from tests.blackbox.fake_gateway import FakeGateway, event, hello, listing

if TYPE_CHECKING:
    from websockets.sync.server import ServerConnection

KEY = "agent:main:main"
_TEXT = "x" * 200
_LIST_OF_LISTS = "[" + "[]," * 300_000 + "[]]"


def _agent(number: int, stream: str, data: Mapping[str, object], key: str = KEY) -> str:
    return event("agent", {"runId": f"r{number}", "sessionKey": key, "stream": stream, "data": data})


FLOODS: Mapping[str, Callable[[int], str]] = {
    "changes": lambda number: event("sessions.changed", {"sessionKey": f"agent:main:{number}"}),
    "runs": lambda number: _agent(number, "lifecycle", {"phase": "start"}, f"agent:main:{number}"),
    "texts": lambda number: _agent(0, "assistant", {"text": _TEXT * 20, "delta": f"{number}"}),
    "compactions": lambda number: _agent(
        number, "compaction", {"phase": "end", "completed": True}, f"agent:main:{number}{_TEXT}"
    ),
    "approvals": lambda number: event(
        "exec.approval.requested", {"id": f"{number}", "request": {"command": f"{number} {_TEXT}"}}
    ),
    "devices": lambda number: event(
        "device.pair.requested", {"requestId": f"{number}", "displayName": _TEXT}
    ),
    "answers to nothing": lambda number: f'{{"type":"res","id":"{number}","ok":true,"payload":{{}}}}',
    "messages of 4 MB": lambda number: event("health", {"number": number, "filling": "x" * 4_000_000}),
    "many small values": lambda number: (
        f'{{"type":"event","event":"health","seq":{number},"payload":{_LIST_OF_LISTS}}}'
    ),
}
"""The messages of each flood by their number."""


def main(name: str) -> None:
    """Serve until standard input ends."""
    logging.disable()  # a client that is killed is no fault here
    started, sent = threading.Event(), 0

    def flood(connection: ServerConnection) -> None:
        nonlocal sent
        with contextlib.suppress(ConnectionClosed):
            for number in itertools.count():
                connection.send(FLOODS[name](number))
                sent += 1

    def start(connection: ServerConnection) -> None:
        if not started.is_set():
            started.set()
            _say("started")
        threading.Thread(target=flood, args=(connection,), daemon=True).start()

    def welcome(params: Mapping[str, object]) -> object:
        gateway.then["sessions.list"] = start
        return hello(params)

    with FakeGateway(connect=welcome, sessions__list=listing({"totalTokens": 20_000})) as gateway:
        _say(gateway.url)
        sys.stdin.read()
        _say(f"{sent}")
        os._exit(0)  # a thread may be waiting for a client that takes nothing


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
