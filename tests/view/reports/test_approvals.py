from __future__ import annotations

import pytest

from tray.core.model import Approval, ApprovalStatus
from tray.protocol.approvals import Decision, ExecRequest, PairingRequest, RequestKind
from tray.view.reports import approvals

COMMAND = ExecRequest(
    "c1",
    "rm -rf build\nls",
    "/home/me",
    "gateway",
    "main",
    "agent:main:main",
    ("odd",),
    created_ms=0,
    expires_ms=1000,
)
DEVICE = PairingRequest("d1", "laptop", "linux", "operator", ("operator.read",), "192.0.2.7", 0)


@pytest.fixture
def state(make):
    requests = COMMAND, DEVICE, ExecRequest("c2", "ls", session_key="agent:main:other")
    return make.connected(make.session(), approvals=tuple(Approval("default", each) for each in requests))


def test_as_json(state):
    said = approvals.waiting(state)
    assert said["schema"] == 1
    assert said["approvals"][0] == {
        "id": "c1",
        "kind": "exec",
        "command": "rm -rf build\nls",
        "cwd": "/home/me",
        "host": "gateway",
        "agent": "main",
        "session": "agent:main:main",
        "warnings": ["odd"],
        "decisions": ["allow-once", "allow-always", "deny"],
        "created_at": "1970-01-01T00:00:00.000Z",
        "expires_at": "1970-01-01T00:00:01.000Z",
    }
    assert said["approvals"][1] == {
        "id": "d1",
        "kind": "pairing",
        "name": "laptop",
        "platform": "linux",
        "role": "operator",
        "scopes": ["operator.read"],
        "address": "192.0.2.7",
        "created_at": "1970-01-01T00:00:00.000Z",
    }


def test_as_text(make, state, words):
    blocks = approvals.waiting_text(state, make.now(), words).split("\n\n")
    assert blocks[0].splitlines() == [
        "rm -rf build",
        "  ls",
        "  Session: main",
        "  Runs on: gateway",
        "  Folder: /home/me",
        "  Warning: odd",
        "  clawtray approve c1",
    ]
    assert blocks[1].splitlines()[0] == "Device access: laptop"
    assert blocks[2].splitlines()[1] == "  Session: other"
    assert approvals.waiting_text(make.connected(), make.now(), words) == "No approvals waiting"


@pytest.mark.parametrize(
    ("state_", "outcome"),
    [
        (ApprovalStatus.DECIDED, "done"),
        (ApprovalStatus.GONE, "gone"),
        (ApprovalStatus.EXPIRED, "gone"),
        (ApprovalStatus.UNKNOWN, "unknown"),
        (ApprovalStatus.WAITING, "failed"),
    ],
)
def test_results_of_decisions(make, words, state_, outcome):
    approval = Approval("default", COMMAND, state_, Decision.DENY)
    said = approvals.decided(approval, make.connected(), words)
    assert (said["id"], said["decision"], said["outcome"]) == ("c1", "deny", outcome)
    assert (said["reason"] is None) is (outcome == "done")
    assert approvals.decided_text(approval, make.connected(), words).startswith("Run: rm -rf build\\nls: ")


def test_an_approval_without_a_decision(make, words):
    said = approvals.decided(Approval("default", COMMAND), make.connected(), words)
    assert said["decision"] is None


def test_each_kind_is_named_and_a_question_is_answered_elsewhere(make, words):
    question = ExecRequest("q1", "Which?", decisions=(), kind=RequestKind.QUESTION)
    waits = (question, PairingRequest("n1", "phone", node=True))
    state = make.connected(make.session(), approvals=tuple(Approval("default", each) for each in waits))
    assert [each["kind"] for each in approvals.waiting(state)["approvals"]] == ["question", "node"]
    first, second = approvals.waiting_text(state, make.now(), words).split("\n\n")
    assert first.splitlines() == ["Which?", "  This is a question. Answer it in the dashboard."]
    assert "clawtray approve n1" in second
