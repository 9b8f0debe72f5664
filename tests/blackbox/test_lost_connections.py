"""A command whose gateway goes away says so at once, and what it waits for."""

from __future__ import annotations

import pytest

from tests.blackbox.fake_gateway import FakeGateway, KilledError, listing


@pytest.mark.parametrize("accepted", [True, False])
def test_ask_says_at_once_that_the_connection_broke(clawtray, accepted):
    def agent(params):
        run = {"runId": params["idempotencyKey"], "status": "accepted"}
        raise KilledError(*[run] * accepted)

    with FakeGateway(sessions__list=listing({}), agent=agent) as gateway:
        line = clawtray(gateway, "ask", "Is it done?").until(lambda line: line)
    assert "connection to the gateway broke" in line
    assert "90 s" in line
