"""A channel that is not healthy has one line in `doctor`, and one that is well has none."""

from __future__ import annotations

import json

import pytest

from tests.blackbox.fake_gateway import FakeGateway, RefusedError, listing

ACCOUNT = {"accountId": "default", "enabled": True, "configured": True, "running": True, "connected": True}
ISSUE = {
    "channel": "telegram",
    "accountId": "default",
    "kind": "auth",
    "message": "The bot token is not valid.",
    "fix": "Set a new token.",
}


def status(**more):
    """An answer to `channels.status` with one account."""
    return {
        "channelOrder": ["telegram"],
        "channelLabels": {"telegram": "Telegram"},
        "channelAccounts": {"telegram": [{**ACCOUNT, **more.pop("account", {})}]},
        **more,
    }


def doctor(clawtray, answer):
    """What `doctor` finds of channels, and how often a gateway with this answer was asked."""
    with FakeGateway(sessions__list=listing({}), channels__status=answer) as gateway:
        running = clawtray(gateway, "doctor", "--json")
        assert running.ended() == 0
    layers = json.loads("".join(running.lines))["layers"]
    return [layer for layer in layers if layer["layer"] == "channels"]


@pytest.mark.parametrize(
    ("answer", "said", "advice"),
    [
        (status(statusIssues=[ISSUE]), "The bot token is not valid.", "Set a new token."),
        (
            status(account={"connected": False, "lastError": "401 Unauthorized"}),
            "401 Unauthorized",
            "channels status",
        ),
        (status(account={"healthState": "stuck"}), "stuck", "channels status"),
    ],
)
def test_a_channel_that_is_not_healthy_has_a_line(clawtray, answer, said, advice):
    (line,) = doctor(clawtray, answer)
    assert line["verdict"] == "warning"
    assert "Telegram" in line["said"]
    assert said in line["said"]
    assert advice in line["advice"]


def refused(_):
    raise RefusedError("UNAVAILABLE", "not now")


@pytest.mark.parametrize(
    "answer", [status(), status(account={"enabled": False, "lastError": "off"}), {}, refused]
)
def test_nothing_is_said_of_channels_that_are_well_or_not_known(clawtray, answer):
    assert doctor(clawtray, answer) == []


def test_other_commands_do_not_ask(clawtray):
    with FakeGateway(sessions__list=listing({}), channels__status=status(statusIssues=[ISSUE])) as gateway:
        assert clawtray(gateway, "status").ended() == 0
        assert clawtray(gateway, "doctor").ended() == 0
    assert [method for method, _ in gateway.requests].count("channels.status") == 1
