"""`watch --json`: each change is a line as of `status --json`, and a reader that is slow costs nothing."""

from __future__ import annotations

import itertools
import json
import os
import re
import sys
from pathlib import Path

import pytest

from tests.blackbox.conftest import SECONDS
from tests.blackbox.fake_gateway import FakeGateway, event, listing

CHANGES = 10_000
MB = 1024

LISTS = {
    "exec__approval__list": [],
    "plugin__approval__list": [],
    "openclaw__approval__list": [],
    "question__list": {"questions": []},
    "device__pair__list": {"pending": [], "paired": []},
    "node__pair__list": {"pending": [], "paired": []},
}


def approval(number):
    request = {"command": f"echo {number}", "allowedDecisions": ["allow-once", "deny"]}
    return event("exec.approval.requested", {"id": f"a{number}", "request": request, "expiresAtMs": 2**50})


def waiting(line):
    """How many approvals wait by this line; notifications are on standard error, which comes along."""
    return json.loads(line)["approvals"] if line.startswith("{") else None


def shape(value):
    """What a value consists of, down to the names of its fields."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    return [shape(each) for each in value[:1]] if isinstance(value, list) else value is None


def test_each_change_is_one_object_as_status_prints_it(clawtray):
    with FakeGateway(sessions__list=listing({}), **LISTS) as gateway:
        watch = clawtray(gateway, "watch", "--json")
        watch.until(lambda line: waiting(line) == 0)
        gateway.push("exec.approval.requested", id="a", request={"command": "ls"}, expiresAtMs=2**50)
        watched = json.loads(watch.until(lambda line: waiting(line) == 1))
        status = clawtray(gateway, "status", "--json")
        assert status.ended() == 0
        assert watch.interrupt() == 130
    printed = json.loads("".join(status.lines))
    assert shape(watched) == shape(printed)
    without = {"at": None, "approvals": None}
    assert {**watched, **without} == {**printed, **without}
    objects = [{**json.loads(line), "at": None} for line in watch.lines if line.startswith("{")]
    assert all(one != other for one, other in itertools.pairwise(objects))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="not run: /proc and pipes as on Linux")
def test_a_slow_reader_costs_no_memory_and_gets_the_last_state(clawtray):
    ours, theirs = os.pipe()
    with FakeGateway(sessions__list=listing({}), **LISTS) as gateway, os.fdopen(ours) as reader:
        connections = []
        gateway.then["sessions.list"] = connections.append
        with os.fdopen(theirs, "wb") as out:
            watch = clawtray(gateway, "watch", "--json", into=out)
        while json.loads(reader.readline())["approvals"] != 0:
            pass
        (connection,) = connections
        for number in range(CHANGES):
            gone = event("exec.approval.resolved", {"id": f"a{number - 1}", "decision": "deny"})
            connection.send(approval(number))
            if number:
                connection.send(gone)
            if number == CHANGES // 10:
                assert connection.ping().wait(SECONDS)
                before = memory(watch.pid)
        for number in range(CHANGES, CHANGES + 6):
            connection.send(approval(number))
        assert connection.ping().wait(SECONDS)  # all of it was read
        assert memory(watch.pid) < before + 20 * MB
        lines = 0
        while json.loads(reader.readline())["approvals"] != 7:
            lines += 1
        assert lines < CHANGES // 10
        assert watch.interrupt() == 130


def memory(pid):
    """The kilobytes that a process has in memory."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s*(\d+) kB", status)[1])
