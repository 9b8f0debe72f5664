from __future__ import annotations

import pytest

from tray.demo.approvals import Approvals
from tray.demo.methods import Refused


@pytest.fixture
def events():
    return []


@pytest.fixture
def approvals(events):
    return Approvals(lambda name, payload: events.append((name, payload)))


def test_a_command_waits_until_a_word_is_given(approvals, events):
    identity = approvals.ask("ls", "agent:main:main", warningText="odd")
    (entry,) = approvals.listing()
    assert events == [("exec.approval.requested", entry)]
    assert entry["request"]["command"] == "ls"
    assert entry["request"]["warningText"] == "odd"
    assert approvals.resolve({"id": identity, "decision": "deny"}) == {"ok": True}
    assert events[1][0] == "exec.approval.resolved"
    assert approvals.listing() == []
    with pytest.raises(Refused, match="unknown"):
        approvals.resolve({"id": identity, "decision": "deny"})
    assert approvals.decisions == [(identity, "deny")]


@pytest.mark.parametrize(("approved", "word"), [(True, "approved"), (False, "rejected")])
def test_a_device_waits_until_a_word_is_given(approvals, events, approved, word):
    identity = approvals.knock("laptop")
    assert [entry["requestId"] for entry in approvals.devices()["pending"]] == [identity]
    approvals.let_in({"requestId": identity}, approved=approved)
    assert [name for name, _ in events] == ["device.pair.requested", "device.pair.resolved"]
    assert events[1][1]["decision"] == word
    with pytest.raises(Refused, match="unknown"):
        approvals.let_in({"requestId": identity}, approved=approved)


def test_a_start_forgets_what_waited(approvals):
    approvals.ask("ls", "agent:main:main")
    approvals.knock("laptop")
    approvals.forget()
    assert (approvals.listing(), approvals.devices()["pending"]) == ([], [])
