"""ClawTray's own session is not what the user wants to watch, and has one name."""

from __future__ import annotations

import time

import pytest

from tests.blackbox.fake_gateway import FakeGateway, listing

OK = 0


@pytest.mark.parametrize("key", ["agent:main:tray", "agent:main:tray-summaries"])
def test_own_sessions_never_take_the_icon(clawtray, key):
    now = int(time.time() * 1000)
    own = {"key": key, "label": None, "isMain": False, "totalTokens": 190_000, "updatedAt": now}
    rows = listing(own, {"totalTokens": 40_000, "updatedAt": now - 60_000})
    with FakeGateway(sessions__list=rows) as gateway:
        status = clawtray(gateway, "status")
        status.until(lambda line: line.replace(" %", "%").startswith("main  20%"))
        assert status.code() == OK


def test_the_own_session_is_called_as_its_key_is_written_however_the_gateway_names_it(clawtray):
    own = {"key": "agent:main:tray", "label": None, "displayName": "gateway-client", "isMain": False}
    with FakeGateway(sessions__list=listing(own, {})) as gateway:
        line = clawtray(gateway, "sessions").until(lambda line: "agent:main:tray" in line)
    assert line.split()[0] == "tray"
