from __future__ import annotations

import pytest

from tray.core.trouble import Cause, Phase, Trouble

LASTING = {
    Cause.ADDRESS,
    Cause.INSECURE,
    Cause.TLS,
    Cause.TOKEN_MISSING,
    Cause.TOKEN_WRONG,
    Cause.PASSWORD_MISSING,
    Cause.PASSWORD_WRONG,
    Cause.CLOCK,
    Cause.DEVICE,
    Cause.ORIGIN,
    Cause.PROTOCOL,
    Cause.SCOPE,
    Cause.REFUSED,
}
"""Trying again cannot help before something changes on this side."""

PHASES = {
    Phase.NOT_SET_UP: {Cause.NOT_FOUND},
    Phase.CONNECTING: {Cause.STARTING, Cause.RESTARTING},
    Phase.DOWN: {
        Cause.NOT_RUNNING,
        Cause.FOREIGN,
        Cause.UNREACHABLE,
        Cause.STOPPED,
        Cause.SILENT,
        Cause.LOST,
    },
    Phase.REFUSED: LASTING | {Cause.PAIRING, Cause.RATE_LIMITED},
}


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_looks_like_something_and_lasts_or_not(cause):
    (phase,) = [phase for phase, causes in PHASES.items() if cause in causes]
    assert Trouble(cause).phase is phase
    assert Trouble(cause).lasts is (cause in LASTING)
