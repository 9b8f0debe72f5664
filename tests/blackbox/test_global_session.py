"""Where all users share one session (`session.scope` is `global`), that one is the main session."""

from __future__ import annotations

import time

import pytest

from tests.blackbox import fake_gateway
from tests.blackbox.fake_gateway import FakeGateway, listing

OK, WARNING = 0, 10


def hello(main_key):
    def answer(params):
        recorded = fake_gateway.hello(params)
        defaults = {**recorded["snapshot"]["sessionDefaults"], "mainSessionKey": main_key}
        return {**recorded, "snapshot": {**recorded["snapshot"], "sessionDefaults": defaults}}

    return answer


def sessions(*rows, flags):
    """List the shared session only to those who want it, as every release does."""

    def answer(params):
        listed = listing(*({"updatedAt": int(time.time() * 1000), **row} for row in rows))
        for row in listed["sessions"]:
            if not flags:
                del row["isMain"], row["isBackground"]
        if not params.get("includeGlobal"):
            listed["sessions"] = [row for row in listed["sessions"] if row["key"] != "global"]
        return listed

    return answer


@pytest.mark.parametrize("flags", [True, False])
def test_the_shared_session_is_shown(clawtray, flags):
    shared = {"key": "global", "kind": "global", "label": "all of us", "totalTokens": 150_000}
    with FakeGateway(connect=hello("global"), sessions__list=sessions(shared, flags=flags)) as gateway:
        status = clawtray(gateway, "status")
        status.until(lambda line: line.replace(" %", "%").startswith("all of us  75%"))
        assert status.code() == WARNING


def test_one_that_is_left_over_is_not(clawtray):
    left = {"key": "global", "kind": "global", "label": "all of us", "totalTokens": 150_000}
    rows = sessions(left, {"totalTokens": 40_000}, flags=False)
    with FakeGateway(connect=hello("agent:main:main"), sessions__list=rows) as gateway:
        status = clawtray(gateway, "status")
        status.until(lambda line: line.replace(" %", "%").startswith("main  20%"))
        assert status.code() == OK
