from __future__ import annotations

import pytest

from tests.core.playbook import NEW
from tray.core.model import Connected, Connection, ConnectionFailure, Dialing, FailureKind, Phase
from tray.protocol.handshake import Generation
from tray.settings.target import Target
from tray.values import replace


@pytest.mark.parametrize(
    ("link", "phase"),
    [
        (Connection(), Phase.CONNECTING),
        (Connection(step=Connected(0.0, 0.0)), Phase.CONNECTED),
        (
            Connection(step=Connected(0.0, 0.0), failure=ConnectionFailure(FailureKind.RESTARTING)),
            Phase.CONNECTED,
        ),
        (Connection(failure=ConnectionFailure(FailureKind.CONNECTION_LOST)), Phase.CONNECTING),
        (Connection(failure=ConnectionFailure(FailureKind.CONNECTION_LOST), failures=1), Phase.DOWN),
        (
            Connection(step=Dialing(0.0), failure=ConnectionFailure(FailureKind.NOT_RUNNING), failures=1),
            Phase.DOWN,
        ),
        (Connection(failure=ConnectionFailure(FailureKind.TOKEN_WRONG), failures=1), Phase.REFUSED),
        (Connection(failure=ConnectionFailure(FailureKind.NOT_FOUND)), Phase.NOT_SET_UP),
    ],
)
def test_the_phase_of_the_connection(link, phase):
    assert link.phase is phase


@pytest.mark.parametrize(
    ("shown", "files", "command"),
    [
        (Generation.UNKNOWN, None, "openclaw"),
        (Generation.UNKNOWN, "moltbot", "moltbot"),
        (Generation.CLAWDBOT, None, "clawdbot"),
        (Generation.OPENCLAW, "clawdbot", "openclaw"),
    ],
)
def test_the_command_is_named_by_the_gateway_or_its_files(shown, files, command):
    target = Target("ws://127.0.0.1:1", "a test", is_loopback=True, secure=False, generation=files)
    refused = Connection(target=target, failure=ConnectionFailure(FailureKind.PAIRING, generation=shown))
    greeted = Connection(target=target, hello=replace(NEW, generation=shown))
    assert (refused.command, greeted.command) == (command, command)
    assert Connection().command == "openclaw"
