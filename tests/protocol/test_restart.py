from __future__ import annotations

import pytest

from tray.protocol.restart import Restarting, RestartRequest


def test_the_request_is_the_recorded_one():
    assert RestartRequest().params() == {"reason": "asked for in ClawTray"}
    assert (RestartRequest.method, RestartRequest.scope) == ("gateway.restart.request", "operator.admin")
    assert not RestartRequest.spends


@pytest.mark.parametrize(
    ("payload", "answer"),
    [
        ({"ok": True, "status": "scheduled", "preflight": {"summary": "safe to restart now"}}, Restarting()),
        (
            {"status": "deferred", "preflight": {"summary": "restart deferred: 2 active runs"}},
            Restarting("restart deferred: 2 active runs"),
        ),
        ({"status": "deferred"}, Restarting("…")),
        ({"status": "deferred", "preflight": []}, Restarting("…")),
        ({}, Restarting()),
    ],
)
def test_what_the_gateway_says_to_it(payload, answer):
    assert RestartRequest().read(payload) == answer
