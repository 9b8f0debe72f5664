"""A variable TZ that no time zone has costs no reading."""

from __future__ import annotations

import pytest

from tests.blackbox.fake_gateway import FakeGateway, listing


@pytest.mark.parametrize("zone", ["UTC+167", "UTC-24"])
@pytest.mark.parametrize("command", ["status", "sessions"])
def test_the_sessions_are_shown(clawtray, zone, command):
    with FakeGateway(sessions__list=listing({"updatedAt": 1_790_000_000_000})) as gateway:
        running = clawtray(gateway, command, TZ=zone)
        assert running.ended() == 0, running.lines
    assert any("31%" in line for line in running.lines)
    assert not any("bug" in line for line in running.lines)
