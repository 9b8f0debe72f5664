from __future__ import annotations

import pytest

from tray.core.errors import Cause, Phase, Trouble

LASTING = {
    Cause.ADDRESS,
    Cause.KEY,
    Cause.TOKEN_MISSING,
    Cause.TOKEN_WRONG,
    Cause.PASSWORD_MISSING,
    Cause.PASSWORD_WRONG,
    Cause.DEVICE,
    Cause.REFUSED,
}
"""Trying again cannot help, or locks us out, before something changes on this side."""

WAITING = {
    Cause.PAIRING,
    Cause.RATE_LIMITED,
    Cause.TLS,
    Cause.CLOCK,
    Cause.ORIGIN,
    Cause.PROTOCOL,
    Cause.SCOPE,
}
"""Something may change at the gateway's end."""

PHASES = {
    Phase.NOT_SET_UP: {Cause.NOT_FOUND},
    Phase.CONNECTING: {Cause.STARTING, Cause.RESTARTING},
    Phase.DOWN: {
        Cause.NOT_RUNNING,
        Cause.FOREIGN,
        Cause.UNREACHABLE,
        Cause.PROXY,
        Cause.STOPPED,
        Cause.UNANSWERED,
        Cause.SILENT,
        Cause.LOST,
    },
    Phase.REFUSED: LASTING | WAITING,
}


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_looks_like_something_and_lasts_or_not(cause):
    (phase,) = [phase for phase, causes in PHASES.items() if cause in causes]
    assert Trouble(cause).phase is phase
    assert Trouble(cause).lasts is (cause in LASTING)
