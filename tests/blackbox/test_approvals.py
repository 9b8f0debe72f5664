"""What waits for the user: found by the beginning of its id, never called gone while it waits."""

from __future__ import annotations

import json

import pytest

from tests.blackbox.fake_gateway import FakeGateway, RefusedError, listing

FIRST, SECOND = "3d43a1c8-0000-4000-8000-000000000001", "3d9bf2aa-0000-4000-8000-000000000002"


def command(identity, text="ls", **more):
    """A waiting command as the gateway lists it."""
    request = {"command": text, "host": "gateway", "allowedDecisions": ["allow-once", "deny"], **more}
    return {"id": identity, "request": request, "createdAtMs": 1, "expiresAtMs": 2**50}


def waiting(*commands, **answers):
    """A gateway at which these commands wait."""
    lists = {
        "sessions__list": listing({}),
        "exec__approval__list": list(commands),
        "plugin__approval__list": [],
        "openclaw__approval__list": [],
        "question__list": {"questions": []},
        "device__pair__list": {"pending": [], "paired": []},
        "node__pair__list": {"pending": [], "paired": []},
        "exec__approval__resolve": {"ok": True},
    }
    return FakeGateway(**{**lists, **answers})


def resolved(gateway):
    return [params for method, params in gateway.requests if method.endswith(".resolve")]


@pytest.mark.parametrize(
    ("given", "decided"), [("3d43a1", FIRST), (FIRST, FIRST), ("3d9", SECOND), ("3d", None), ("1", None)]
)
def test_the_beginning_of_an_id_is_enough_if_no_other_id_begins_so(clawtray, given, decided):
    with waiting(command(FIRST), command(SECOND)) as gateway:
        approve = clawtray(gateway, "approve", given)
        code = approve.ended()
    assert code == (0 if decided else 1)
    expected = [] if decided is None else [{"id": decided, "decision": "allow-once"}]
    assert resolved(gateway) == expected
    said = "\n".join(approve.lines)
    assert "No longer waiting" not in said
    if given == "1":
        assert "clawtray approvals" in said
    if given == "3d":
        assert FIRST in said
        assert SECOND in said


@pytest.mark.parametrize("text", [" ", "\u3164", "\u2800\n"])
def test_a_command_that_nobody_can_read_is_not_allowed(clawtray, text):
    with waiting(command(FIRST, text)) as gateway:
        assert clawtray(gateway, "approve", FIRST).ended() == 1
        assert resolved(gateway) == []
        assert clawtray(gateway, "approve", FIRST, "--deny").ended() == 0
    assert resolved(gateway) == [{"id": FIRST, "decision": "deny"}]


def test_what_a_gateway_that_always_asks_would_forget_is_not_offered(clawtray):
    with waiting(command(FIRST, ask="always", allowedDecisions=[])) as gateway:
        listed = clawtray(gateway, "approvals", "--json")
        assert listed.ended() == 0
        assert clawtray(gateway, "approve", FIRST, "--always").ended() == 1
        assert resolved(gateway) == []
        assert clawtray(gateway, "approve", FIRST).ended() == 0
    (approval,) = json.loads("\n".join(listed.lines))["approvals"]
    assert approval["decisions"] == ["allow-once", "deny"]
    assert resolved(gateway) == [{"id": FIRST, "decision": "allow-once"}]


def test_an_approval_that_is_gone_is_known_by_the_code_of_the_refusal(clawtray):
    def refuse(_):
        raise RefusedError("INVALID_REQUEST", "no such request", details={"reason": "APPROVAL_NOT_FOUND"})

    with waiting(command(FIRST), exec__approval__resolve=refuse) as gateway:
        approve = clawtray(gateway, "approve", FIRST)
        assert approve.ended() == 1
    assert any("No longer waiting" in line for line in approve.lines)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_status_counts_what_waits(clawtray, number):
    commands = [command(FIRST), command(SECOND)][:number]
    with waiting(*commands) as gateway:
        status = clawtray(gateway, "status")
        assert status.ended() == 0
        as_json = clawtray(gateway, "status", "--json")
        assert as_json.ended() == 0
    assert any("clawtray approvals" in line for line in status.lines) is bool(number)
    assert json.loads("\n".join(as_json.lines))["approvals"] == number


def test_a_list_that_is_refused_is_not_taken_for_an_empty_one(clawtray):
    def locked(_):
        raise RefusedError("UNAVAILABLE", "the store is locked")

    with waiting(exec__approval__list=locked) as gateway:
        approvals = clawtray(gateway, "approvals")
        assert approvals.ended() == 1
        status = clawtray(gateway, "status", "--json")
        assert status.ended() == 0
    assert not any("No approvals" in line for line in approvals.lines)
    assert json.loads("\n".join(status.lines))["approvals"] is None


def test_the_console_says_when_commands_cannot_wait(clawtray):
    with waiting() as gateway:
        approvals = clawtray(gateway, "approvals")
        assert approvals.ended() == 0
    assert any("only while a client is connected" in line for line in approvals.lines)


PLUGIN = {
    "id": "plugin-1",
    "request": {
        "title": "Send a mail",
        "description": "To everybody",
        "allowedDecisions": ["allow-once", "deny"],
    },
    "createdAtMs": 1,
    "expiresAtMs": 2**50,
}
SYSTEM = {
    **PLUGIN,
    "id": "system-1",
    "request": {"title": "Repair", "description": "x", "command": "set port 1"},
}
NODE = {"requestId": "node-1", "nodeId": "x", "displayName": "phone", "ts": 1}
QUESTION = {
    "id": "question-1",
    "status": "pending",
    "questions": [{"questionId": "a", "question": "Which branch?"}],
    "createdAtMs": 1,
    "expiresAtMs": 2**50,
}
OTHERS = {
    "plugin__approval__list": [PLUGIN],
    "openclaw__approval__list": [SYSTEM],
    "question__list": {"questions": [QUESTION]},
    "node__pair__list": {"pending": [NODE], "paired": []},
    "plugin__approval__resolve": {"ok": True},
    "approval__resolve": {"ok": True},
    "node__pair__approve": {"requestId": "node-1"},
}


def test_all_that_waits_for_a_person_is_listed_and_counted(clawtray):
    with waiting(**OTHERS) as gateway:
        approvals = clawtray(gateway, "approvals")
        assert approvals.ended() == 0
        status = clawtray(gateway, "status", "--json")
        assert status.ended() == 0
    said = "\n".join(approvals.lines)
    assert all(text in said for text in ("Send a mail", "set port 1", "Which branch?", "phone"))
    assert json.loads("\n".join(status.lines))["approvals"] == 4


@pytest.mark.parametrize(
    ("identity", "method", "params"),
    [
        ("plugin-1", "plugin.approval.resolve", {"id": "plugin-1", "decision": "allow-once"}),
        (
            "system-1",
            "approval.resolve",
            {"id": "system-1", "decision": "allow-once", "kind": "system-agent"},
        ),
        ("node-1", "node.pair.approve", {"requestId": "node-1"}),
    ],
)
def test_each_kind_is_answered_by_its_own_method(clawtray, identity, method, params):
    with waiting(**OTHERS) as gateway:
        assert clawtray(gateway, "approve", identity).ended() == 0
    assert (method, params) in gateway.requests


def test_a_question_is_not_answered_with_a_yes(clawtray):
    with waiting(**OTHERS) as gateway:
        approve = clawtray(gateway, "approve", "question-1")
        assert approve.ended() == 1
    assert resolved(gateway) == []
    assert any("dashboard" in line for line in approve.lines)
