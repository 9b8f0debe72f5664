from __future__ import annotations

import pytest

from tests.parts import having
from tray.core.model import ActionError, Approval, ApprovalStatus, Pending
from tray.protocol.approvals import Decision, ExecRequest, PairingList, PairingRequest, RequestKind
from tray.settings.settings import Level
from tray.values import replace
from tray.view.text import approvals

COMMAND = ExecRequest("c1", "rm -rf build", cwd="/home/me", host="gateway", session_key="agent:main:main")
DEVICE = PairingRequest("d1", "laptop", "linux", "operator", ("operator.read",), "192.0.2.7")


def test_one_that_is_longer_than_can_be_shown_does_not_fit():
    assert approvals.fits(replace(COMMAND, command="\n".join("x" * approvals.LINES)))
    assert not approvals.fits(replace(COMMAND, command="\n".join("x" * (approvals.LINES + 1))))
    assert approvals.fits(DEVICE)


def test_titles(words):
    assert approvals.title(COMMAND, words) == "Run: rm -rf build"
    assert approvals.title(ExecRequest("c1", "\u202e"), words) == "Run: \\u202e"
    assert approvals.title(ExecRequest("c1", ""), words) == "Run: ?"
    assert approvals.title(DEVICE, words) == "Device access: laptop"
    assert approvals.title(PairingRequest("d1-and-more-of-it"), words) == "Device access: d1-and-more…"
    assert approvals.title(PairingRequest(""), words) == "Device access: ?"


def test_details_of_a_command(make, words):
    request = replace(COMMAND, warnings=("it deletes",))
    approval = Approval("default", request, due_at=make.now().mono + 125)
    assert approvals.details(approval, "main", make.now(), words) == [
        "Session: main",
        "Runs on: gateway",
        "Folder: /home/me",
        "Warning: it deletes",
        "Expires in 2 min",
    ]
    assert approvals.details(Approval("default", ExecRequest("c1", "ls")), "", make.now(), words) == []
    assert approvals.details(Approval("default", ExecRequest("c1", "ls 안녕")), "", make.now(), words) == [
        "⚠ marks characters that may look like others."
    ]


def test_details_of_a_device(make, words):
    approval = Approval("default", DEVICE, error=ActionError.GATEWAY, detail="not now")
    assert approvals.details(approval, "", make.now(), words) == [
        "linux · operator · 192.0.2.7",
        "operator.read",
        "Gateway error: not now",
    ]
    assert approvals.details(Approval("default", PairingRequest("d1")), "", make.now(), words) == []


def test_the_answers_that_a_gateway_accepts(words):
    assert list(approvals.answers(DEVICE, words)) == [Decision.DENY, Decision.ALLOW_ONCE]
    request = replace(COMMAND, decisions=(Decision.DENY, Decision.ALLOW_ONCE))
    assert list(approvals.answers(request, words)) == [Decision.DENY, Decision.ALLOW_ONCE]
    assert len({*approvals.answers(DEVICE, words).values(), *approvals.answers(request, words).values()}) == 4


def test_how_long_it_has_been_waiting(make, words):
    minute_ago = make.now().ms - 61_000
    assert approvals.age(replace(COMMAND, created_ms=minute_ago), make.now(), words) == "1 min ago"
    assert approvals.age(COMMAND, make.now(), words) == ""


def test_how_many_wait(words):
    assert [approvals.count(number, words) for number in range(3)] == [
        "",
        "An approval is waiting",
        "2 approvals are waiting",
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "waiting"),
        ({"state": ApprovalStatus.DECISION_SENT}, "waiting"),
        ({"error": ActionError.OFFLINE}, "Not connected to the gateway."),
        ({"state": ApprovalStatus.DECIDED, "decision": Decision.DENY}, "denied"),
        ({"state": ApprovalStatus.DECIDED, "decision": Decision.ALLOW_ONCE}, "allowed"),
        ({"state": ApprovalStatus.GONE}, "No longer waiting: decided elsewhere or withdrawn."),
        ({"state": ApprovalStatus.EXPIRED}, "expired"),
        ({"state": ApprovalStatus.UNKNOWN}, "The gateway did not confirm your decision."),
    ],
)
def test_results(words, changes, said):
    assert approvals.outcome(Approval("default", COMMAND, **changes), Level.CONTROL, words) == said


def test_why_it_is_not_known_what_waits(make, words):
    state = make.connected(make.session())
    assert approvals.unread(state, words) == ""
    assert approvals.unread(make.troubled(None), words) == "Not known: not connected to the gateway."
    silent = having(state, approvals_error=(ActionError.NO_REPLY, ""))
    said = "The approvals could not be read. The gateway did not reply."
    assert approvals.unread(silent, words) == said
    pending = replace(state, pending=(Pending("r-1", PairingList(), 0.0, 30.0),))
    assert approvals.unread(pending, words) == "Not known: the gateway has not answered yet."


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        (RequestKind.COMMAND, "Run: ls"),
        (RequestKind.PLUGIN, "Plugin: ls"),
        (RequestKind.SYSTEM_AGENT, "Gateway: ls"),
        (RequestKind.QUESTION, "Question: ls"),
    ],
)
def test_a_title_says_who_asks(words, kind, title):
    assert approvals.title(ExecRequest("c1", "ls", kind=kind), words) == title
