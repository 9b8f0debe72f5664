from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.protocol.channels import MAX_TROUBLES, Channels, ChannelsStatus, ChannelTrouble

WELL = {"accountId": "default", "enabled": True, "configured": True, "running": True, "connected": True}
ERROR = "401 Unauthorized"


def read(**payload):
    return ChannelsStatus().read(payload).troubles


def accounts(*listed):
    return read(channelLabels={"telegram": "Telegram"}, channelAccounts={"telegram": list(listed)})


def test_what_is_sent_is_what_every_gateway_accepted(release):
    recorded = release.recording("channels.status")
    (sent,) = recorded.requests("channels.status")
    assert ChannelsStatus().params() == sent["params"]
    assert ChannelsStatus().read(recorded.answer("channels.status")["payload"]) == Channels()


@pytest.mark.parametrize(
    ("account", "what"),
    [
        ({"connected": False, "lastError": ERROR}, ERROR),
        ({"running": False, "lastError": ERROR}, ERROR),
        ({"connected": False, "healthState": "disconnected", "lastError": ERROR}, ERROR),
        ({"healthState": "stale-socket"}, "stale-socket"),
        ({"healthState": "stuck"}, "stuck"),
        ({"running": False, "healthState": "not-running"}, "not-running"),
    ],
)
def test_an_account_that_is_not_healthy_is_a_trouble(account, what):
    assert accounts({**WELL, **account}) == (ChannelTrouble("Telegram", what),)


@pytest.mark.parametrize(
    "account",
    [
        {},
        {"lastError": ERROR},
        {"connected": False},
        {"connected": False, "lastError": ERROR, "enabled": False},
        {"connected": False, "lastError": ERROR, "configured": False},
        {"connected": False, "lastError": ERROR, "healthState": "healthy"},
        {"healthState": "not-running"},
        {"healthState": "startup-connect-grace", "connected": False, "lastError": ERROR},
        {"healthState": 7},
    ],
)
def test_an_account_that_is_well_or_not_meant_to_work_is_none(account):
    assert accounts({**WELL, **account}) == ()


def test_the_gateways_own_findings_go_first():
    found = {
        "channel": "telegram",
        "accountId": "default",
        "kind": "auth",
        "message": "No token.",
        "fix": "Set it.",
    }
    bad = {**WELL, "connected": False, "lastError": ERROR}
    assert read(
        channelLabels={"telegram": "Telegram"},
        statusIssues=[found, {**found, "message": "Again."}, {"message": "whose?"}, {"channel": "irc"}],
        channelAccounts={"telegram": [bad], "slack": [WELL, bad, bad], "": [bad]},
    ) == (
        ChannelTrouble("Telegram", "No token.", "Set it."),
        ChannelTrouble("irc"),
        ChannelTrouble("slack", ERROR),
    )


def test_an_endless_answer_is_bounded():
    issues = [{"channel": f"c{number}"} for number in range(MAX_TROUBLES + 5)]
    assert len(read(statusIssues=issues)) == MAX_TROUBLES


@given(data=st.data())
def test_a_spoilt_answer_is_still_read(spoil, data):
    payload = {
        "channelLabels": {"telegram": "Telegram"},
        "statusIssues": [{"channel": "irc", "message": "m", "fix": "f"}],
        "channelAccounts": {"telegram": [{**WELL, "connected": False, "lastError": ERROR}]},
    }
    for trouble in ChannelsStatus().read(spoil(data, payload)).troubles:
        assert all(isinstance(part, str) for part in (trouble.channel, trouble.what, trouble.fix))
