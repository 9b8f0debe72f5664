from __future__ import annotations

import pytest

from tray.protocol.approvals import PairingApprove, PairingList, PairingReject
from tray.protocol.requests import Done
from tray.protocol.session_actions import SessionsReset, StopCommand
from tray.protocol.sessions import SessionsSubscribe


@pytest.mark.parametrize("request_", [PairingList(), SessionsSubscribe()])
def test_most_requests_spend_nothing_and_some_send_no_parameters(request_):
    assert request_.params() == {}
    assert not request_.spends


@pytest.mark.parametrize(
    "request_", [PairingApprove("1"), PairingReject("1"), SessionsReset("k"), StopCommand("k", "1")]
)
@pytest.mark.parametrize("payload", [{}, {"status": "started"}])
def test_a_simple_request_is_done_whatever_the_response_says(request_, payload):
    assert request_.read(payload) == Done()
