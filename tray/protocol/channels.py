"""Messages about channels, by which people write to the agents: `channels.status`."""

import itertools
from typing import ClassVar

import msgspec

from tray.protocol.json_fields import Json, flag, record, records, string, text
from tray.protocol.requests import Reply, Request

MAX_TROUBLES = 20
"""No sane gateway has more channels in trouble; the others are not kept."""
MAX_ACCOUNTS = 200
"""Accounts that are looked at, of each channel and of all the gateway's own findings."""
_UNWELL = ("not-running", "disconnected", "stale-socket", "stuck", "terminal-disconnect", "blocked")
"""The states of an account, where the gateway names one (2026.7 on), that are neither well nor passing."""


class ChannelTrouble(msgspec.Struct, frozen=True):
    """A channel that is not healthy.

    Attributes:
        channel: Its name.
        what: What is wrong, in the gateway's words; empty if it does not say.
        fix: What to do, in the gateway's words; empty if it does not say.
    """

    channel: str
    what: str = ""
    fix: str = ""


class Channels(Reply, frozen=True):
    """The response to `channels.status`: the channels that are not healthy."""

    troubles: tuple[ChannelTrouble, ...] = ()


class ChannelsStatus(Request[Channels], frozen=True):
    """Read how the channels are, as the gateway knows it: it asks nobody for that.

    Attributes:
        timeout_ms: Accepted everywhere, and without a meaning if nobody is asked.
    """

    method: ClassVar[str] = "channels.status"

    probe: bool = False
    timeout_ms: int = 2000

    def read(self, payload: Json) -> Channels:
        """Read the gateway's own findings (2026.9), and the accounts: one trouble for each channel."""
        labels = record(payload.get("channelLabels"))
        troubles: dict[str, ChannelTrouble] = {}
        for issue in records(payload.get("statusIssues"))[:MAX_ACCOUNTS]:
            if (channel := text(issue, "channel")) is not None:
                found = ChannelTrouble("", text(issue, "message") or "", text(issue, "fix") or "")
                troubles.setdefault(channel, found)
        for channel, accounts in record(payload.get("channelAccounts")).items():
            unwell = (_trouble(account) for account in records(accounts)[:MAX_ACCOUNTS])
            first = next((trouble for trouble in unwell if trouble is not None), None)
            if first is not None and string(channel) is not None:
                troubles.setdefault(channel, first)
        kept = itertools.islice(troubles.items(), MAX_TROUBLES)
        return Channels(
            tuple(
                ChannelTrouble(text(labels, channel) or channel, found.what, found.fix)
                for channel, found in kept
            )
        )


def _trouble(account: Json) -> ChannelTrouble | None:
    """Return what is wrong with an account that is meant to work."""
    if flag(account, "enabled") is False or flag(account, "configured") is False:
        return None
    state, error = text(account, "healthState"), text(account, "lastError")
    stopped = flag(account, "running") is False or flag(account, "connected") is False
    if state in _UNWELL and (state != "not-running" or stopped):
        return ChannelTrouble("", error or state or "")
    return ChannelTrouble("", error) if state is None and stopped and error else None
