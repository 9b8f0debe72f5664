from __future__ import annotations

import pytest

from tests.core.playbook import Playbook, row
from tests.parts import having
from tray.core.commands import ReadChannels
from tray.core.events import CommandReceived, RequestNotSent
from tray.protocol.channels import Channels, ChannelsStatus, ChannelTrouble
from tray.protocol.frames import ErrorResponse

TROUBLE = ChannelTrouble("Telegram", "401")


@pytest.fixture
def asked(play):
    play.up(row(used=1000))
    assert play.state.gateway.channels is None
    play >> CommandReceived(ReadChannels()) << ChannelsStatus()
    return play


def test_channels_are_read_when_somebody_asks(asked):
    assert asked.answer(ChannelsStatus, Channels((TROUBLE,))).state.gateway.channels == (TROUBLE,)


def test_a_gateway_that_tells_nothing_has_none_to_report(asked):
    asked.state = having(asked.state, channels=(TROUBLE,))
    asked.decline(ChannelsStatus, ErrorResponse("INVALID_REQUEST", "unknown method"))
    assert asked.state.gateway.channels == ()


def test_a_request_that_was_not_sent_has_none_either(asked):
    asked >> RequestNotSent(asked.pending(ChannelsStatus).id)
    assert asked.state.gateway.channels == ()


def test_without_a_connection_nothing_is_asked():
    play = Playbook()
    play >> CommandReceived(ReadChannels())
    assert play.state.gateway.channels == ()
