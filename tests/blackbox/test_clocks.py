"""The gateway's clock may be wrong by hours, or missing: ages and the login stay right."""

from __future__ import annotations

import json
import time

import pytest

from tests.blackbox.fake_gateway import FakeGateway, listing

HOURS = 3600 * 1000


def now():
    return int(time.time() * 1000)


def at(clock, *rows):
    """A list of sessions from a gateway whose clock shows that; a row says how long ago it was changed."""
    listed = listing(*({**row, "updatedAt": clock - row["updatedAt"]} for row in rows))
    return {"ts": clock, **listed}


@pytest.mark.parametrize("hours", [-8, -2, 2, 30 * 24])
def test_an_age_is_by_the_gateways_own_clock(clawtray, hours):
    with FakeGateway(
        sessions__list=lambda _: at(now() + hours * HOURS, {"updatedAt": 3 * 60_000})
    ) as gateway:
        line = clawtray(gateway, "status").until(lambda line: line.startswith("updated"))
    assert line in ("updated 3 min ago", "updated 4 min ago")


def test_a_session_keeps_the_icon_although_the_gateways_clock_is_days_behind(clawtray):
    rows = (
        {"key": "agent:main:new", "label": "new", "totalTokens": 1000, "updatedAt": 1000},
        {"totalTokens": 100_000, "updatedAt": 60_000},
    )
    with FakeGateway(sessions__list=lambda _: at(now() - 48 * HOURS, *rows)) as gateway:
        status = clawtray(gateway, "status", "--json")
        status.ended()
    assert json.loads("".join(status.lines))["focus"] == "agent:main:main"


def test_a_challenge_without_a_time_is_signed_by_our_own_clock(clawtray):
    before = now()
    with FakeGateway(
        connect__challenge=lambda _: {"nonce": "n", "ts": 0}, sessions__list=listing({})
    ) as gateway:
        clawtray(gateway, "status").ended()
        method, params = gateway.requests[0]
    assert method == "connect"
    assert before <= params["device"]["signedAt"] <= now()
