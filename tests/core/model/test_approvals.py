from __future__ import annotations

import pytest

from tray.core.model import Approval, ApprovalStatus
from tray.protocol.approvals import ExecRequest


@pytest.mark.parametrize("state", list(ApprovalStatus))
def test_an_approval_waits_until_it_is_known_to_have_ended(state):
    assert state.waits is (state in (ApprovalStatus.WAITING, ApprovalStatus.DECISION_SENT))


def test_an_approval_has_the_id_of_its_request():
    assert Approval("default", ExecRequest("c1", "ls")).id == "c1"
