"""A quota of a subscription is shown with the name of its plan, where the provider tells that."""

from __future__ import annotations

import json

import pytest

from tests.blackbox.fake_gateway import FakeGateway, listing


def usage(clawtray, plan, *arguments):
    """The lines that `usage` prints where a provider has this plan."""
    windows = [{"label": "5h", "usedPercent": 40}]
    provider = {"provider": "anthropic", "displayName": "Claude", "windows": windows, "plan": plan}
    with FakeGateway(
        sessions__list=listing({}), usage__cost={"daily": []}, usage__status={"providers": [provider]}
    ) as gateway:
        command = clawtray(gateway, "usage", *arguments)
        assert command.ended() == 0
    return command.lines


@pytest.mark.parametrize(("plan", "said"), [("Max", "40%  plan: Max"), (None, "40%"), (7, "40%")])
def test_a_quota_has_its_plan_beside_it(clawtray, plan, said):
    (line,) = [line for line in usage(clawtray, plan) if line.startswith("Claude 5h")]
    assert line.removeprefix("Claude 5h").strip() == said


def test_other_programs_get_it_as_well(clawtray):
    (quota,) = json.loads("".join(usage(clawtray, "Max", "--json")))["quotas"]
    assert quota["plan"] == "Max"
