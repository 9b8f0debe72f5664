from __future__ import annotations

import pytest

from tray.core.model import ConnectionFailure, FailureKind, Phase

LASTING = {
    FailureKind.ADDRESS,
    FailureKind.DEVICE_KEY,
    FailureKind.TOKEN_MISSING,
    FailureKind.TOKEN_WRONG,
    FailureKind.PASSWORD_MISSING,
    FailureKind.PASSWORD_WRONG,
    FailureKind.DEVICE_REJECTED,
    FailureKind.REFUSED,
}
"""Trying again cannot help, or locks us out, before something changes on this side."""

WAITING = {
    FailureKind.PAIRING,
    FailureKind.RATE_LIMITED,
    FailureKind.TLS,
    FailureKind.OTHER_USER,
    FailureKind.CLOCK_SKEW,
    FailureKind.ORIGIN_REJECTED,
    FailureKind.PROTOCOL,
    FailureKind.SCOPE,
}
"""Something may change at the gateway's end."""

PHASES = {
    Phase.NOT_SET_UP: {FailureKind.NOT_FOUND},
    Phase.CONNECTING: {FailureKind.STARTING, FailureKind.RESTARTING},
    Phase.DOWN: {
        FailureKind.NOT_RUNNING,
        FailureKind.NOT_A_GATEWAY,
        FailureKind.UNREACHABLE,
        FailureKind.PROXY,
        FailureKind.STOPPED,
        FailureKind.NO_RESPONSE,
        FailureKind.NO_MESSAGES,
        FailureKind.CONNECTION_LOST,
    },
    Phase.REFUSED: LASTING | WAITING,
}


@pytest.mark.parametrize("cause", list(FailureKind))
def test_every_cause_looks_like_something_and_lasts_or_not(cause):
    (phase,) = [phase for phase, causes in PHASES.items() if cause in causes]
    assert ConnectionFailure(cause).phase is phase
    assert ConnectionFailure(cause).is_persistent is (cause in LASTING)
