"""Figures that no gateway should send cost nobody a reading."""

from __future__ import annotations

import json
import time

import pytest

from tests.blackbox.fake_gateway import FakeGateway, listing

QUOTA = {"label": "5h", "usedPercent": 40}


@pytest.mark.parametrize("size", [400, 4_000])
def test_a_number_beyond_any_other_leaves_the_other_quotas(clawtray, size):
    day = {"date": time.strftime("%Y-%m-%d"), "totalTokens": 5, "totalCost": 10**size}
    answers = {
        "sessions__list": listing({}),
        "usage__cost": {"updatedAt": 1, "days": 30, "daily": [day], "totals": {}},
        "usage__status": {
            "updatedAt": 1,
            "providers": [
                {"provider": "one", "displayName": "One", "windows": [{**QUOTA, "usedPercent": 10**size}]},
                {"provider": "two", "displayName": "Two", "windows": [QUOTA]},
            ],
        },
    }
    with FakeGateway(**answers) as gateway:
        command = clawtray(gateway, "usage", "--json")
        assert command.ended() == 0, command.lines
    report = json.loads("\n".join(command.lines))
    assert [quota["provider"] for quota in report["quotas"]] == ["two"]
    assert report["periods"][0]["tokens"] == 5
