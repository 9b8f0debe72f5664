from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.protocol.approvals import (
    ApprovalRequested,
    ApprovalResolved,
    Decision,
    ExecApprovalList,
    ExecApprovalResolve,
    ExecRequest,
    ExecRequests,
    NodePairingApprove,
    NodePairingList,
    NodePairingReject,
    PairingApprove,
    PairingList,
    PairingReject,
    PairingRequest,
    PairingRequests,
    PluginApprovalList,
    PluginApprovalResolve,
    QuestionList,
    RequestKind,
    SystemApprovalList,
    SystemApprovalResolve,
    is_blank,
    is_gone,
    read_event,
)
from tray.protocol.frames import Response, parse
from tray.protocol.requests import Done

LISTS = ("2026.5.7", "2026.7.1", "2026.9.6")
"""The releases that can say which commands wait."""


def frame(written):
    import json  # noqa: PLC0415 - here alone

    return parse(json.dumps(written))


def test_an_event_announces_a_waiting_command(release):
    events = release.recording("exec-approval").events("exec.approval.requested")
    if release.name == "2026.2.26":  # its recording was spoilt: its own agent had to be paired first
        assert events == []
        return
    notified = frame(events[0])
    assert isinstance(notified, ApprovalRequested)
    request = notified.request
    assert (request.command, request.cwd) == ("echo approved-by-tray", "/STATE/workspace")
    assert (request.host, request.agent_id, request.session_key) == ("gateway", "main", "agent:main:main")
    assert request.expires_ms - request.created_ms == (120_000 if release.name < "2026.2" else 1_800_000)
    assert request.decisions == (Decision.ALLOW_ONCE, Decision.DENY)  # also where no release says so
    assert request.warnings == ()


def test_a_list_says_the_same_as_the_event(release):
    recording = release.recording("exec-approval")
    lists = recording.answers("exec.approval.list")
    if release.name not in LISTS:
        assert all(not answer["ok"] for answer in lists)
        return
    answer = frame(lists[0])
    assert isinstance(answer, Response)
    (request,) = ExecApprovalList().decode(answer.payload).requests
    assert ApprovalRequested(request) == frame(recording.events("exec.approval.requested")[0])


def test_a_decision_is_announced_to_all_clients(release):
    events = release.recording("exec-approval").events("exec.approval.resolved")
    if events:
        notified = frame(events[0])
        assert isinstance(notified, ApprovalResolved)
        assert notified.decision is Decision.ALLOW_ONCE


def test_a_late_decision_is_distinguished_from_a_refused_one(release):
    answers = release.recording("exec-approval").answers("exec.approval.resolve")
    failures = [frame(answer).error_response for answer in answers if not answer["ok"]]
    for error_response in failures:
        assert is_gone(error_response.message, error_response.detail) is (
            "invalid decision" not in error_response.message
        )
    assert release.name == "2026.2.26" or len(failures) == 3


def test_a_device_that_waits(release):
    recording = release.recording("device.pair")
    waiting = PairingList().read(recording.answer("device.pair.list")["payload"]).requests
    request = waiting[0]
    assert (request.name, request.platform, request.role) == ("Tray Test", "win32", "operator")
    assert request.scopes == ("operator.read", "operator.write")
    assert request.address == "10.1.2.3"
    assert request.created_ms
    notified = frame(recording.events("device.pair.resolved")[0])
    assert notified == ApprovalResolved(request.id, Decision.ALLOW_ONCE)


def test_what_is_sent():
    assert ExecApprovalList().params() == PairingList().params() == {}
    assert ExecApprovalResolve("a", Decision.DENY).params() == {"id": "a", "decision": "deny"}
    assert PairingApprove("a").params() == PairingReject("a").params() == {"requestId": "a"}
    for word in (ExecApprovalResolve("a", Decision.DENY), PairingApprove("a"), PairingReject("a")):
        assert word.read({"ok": True}) == Done()
        assert not word.spends


@pytest.mark.parametrize(
    ("name", "payload", "notified"),
    [
        ("device.pair.requested", {"requestId": "a", "silent": True}, None),
        ("device.pair.requested", {"displayName": "nobody"}, None),
        ("exec.approval.requested", {"id": "a", "request": {}}, None),
        ("exec.approval.requested", {"request": {"command": "ls"}}, None),
        ("exec.approval.resolved", {}, None),
        (
            "device.pair.resolved",
            {"requestId": "a", "decision": "rejected"},
            ApprovalResolved("a", Decision.DENY),
        ),
        ("exec.approval.resolved", {"id": "a", "decision": "?"}, ApprovalResolved("a", None)),
        ("exec.approval.resolved", {"id": "a", "decision": "deny"}, ApprovalResolved("a", Decision.DENY)),
        ("cron", {"id": "a"}, None),
    ],
)
def test_events(name, payload, notified):
    assert read_event(name, payload) == notified


@pytest.mark.parametrize("code", ["APPROVAL_NOT_FOUND", "APPROVAL_ALREADY_RESOLVED"])
def test_a_code_says_that_a_decision_came_too_late_whatever_the_sentence_is(code):
    error = {"code": "INVALID_REQUEST", "message": "no such request", "details": {"reason": code}}
    refused = frame({"type": "res", "id": "1", "ok": False, "error": error}).error_response
    assert is_gone(refused.message, refused.detail)
    assert not is_gone(refused.message, None)


@pytest.mark.parametrize("command", ["", " ", "\n\t", "\u3164", "\u2800\u200b", "\ufe0f"])
@pytest.mark.parametrize("offered", [[], ["allow-once", "allow-always"], ["allow-once", "deny"]])
def test_a_command_that_shows_nothing_can_only_be_denied(command, offered):
    request = {"command": command, "host": "gateway", "allowedDecisions": offered}
    notified = read_event("exec.approval.requested", {"id": "a", "request": request})
    assert notified.request.decisions == (Decision.DENY,)
    assert is_blank(command)


@pytest.mark.parametrize(
    ("said", "decisions"),
    [
        ({}, tuple(Decision)),
        ({"ask": "on-miss"}, tuple(Decision)),
        ({"ask": "always"}, (Decision.ALLOW_ONCE, Decision.DENY)),
        ({"ask": "always", "allowedDecisions": ["allow-always", "deny"]}, tuple(Decision)[1:]),
    ],
)
def test_a_gateway_that_always_asks_keeps_no_decision_for_the_next_time(said, decisions):
    request = {"command": "ls", **said}
    notified = read_event("exec.approval.requested", {"id": "a", "request": request})
    assert notified.request.decisions == decisions


@pytest.mark.parametrize("command", [":", " ls", "\u3164x", "e\u0301"])
def test_a_command_that_shows_anything_is_not_blank(command):
    assert not is_blank(command)


def test_warnings_are_read_wherever_they_stand():
    request = {"command": "ls", "warningText": "odd", "commandAnalysis": {"warningLines": ["very", 1]}}
    notified = read_event("exec.approval.requested", {"id": "a", "request": request})
    assert notified == ApprovalRequested(ExecRequest("a", "ls", warnings=("odd", "very")))


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    ("id", "requestId", "request", "command", "list", "pending", "decision", "silent")
                ),
                inner,
            )
        ),
    )
)
def test_readers_are_total(value):
    payload = value if isinstance(value, dict) else {"list": value}
    assert isinstance(ExecApprovalList().read(payload), ExecRequests)
    assert isinstance(PairingList().read(payload), PairingRequests)
    for name in ("exec.approval.requested", "device.pair.requested", "exec.approval.resolved"):
        read_event(name, payload)


def test_a_command_too_long_to_be_shown_can_only_be_denied():
    request = {
        "command": "x" * 60_000,
        "warningText": "w" * 2_000,
        "commandAnalysis": {"warningLines": ["w"] * 50},
    }
    (read,) = ExecApprovalList().read({"list": [{"id": "a", "request": request}]}).requests
    assert read.command == "x" * 50_000 + " …"
    assert read.decisions == (Decision.DENY,)
    assert read.warnings == ("w" * 1_000, *["w"] * 19)


def test_a_device_has_a_limited_number_of_scopes():
    (read,) = PairingList().read({"pending": [{"requestId": "a", "scopes": ["s"] * 50}]}).requests
    assert read.scopes == ("s",) * 20


PLUGIN = {
    "id": "p1",
    "request": {"title": "Send mail", "description": "To all", "sessionKey": "agent:main:main"},
}
SYSTEM = {"id": "s1", "request": {"title": "Fix", "description": "Port", "command": "set port"}}
QUESTION = {
    "id": "q1",
    "status": "pending",
    "sessionKey": "agent:main:main",
    "questions": [{"questionId": "a", "question": "Which one?"}, {"question": "When?"}],
    "createdAtMs": 5,
}
NODE = {"requestId": "n1", "nodeId": "x", "displayName": "phone", "commands": ["camera.snap"], "ts": 7}
ONCE_OR_NOT = (Decision.ALLOW_ONCE, Decision.DENY)
KINDS = [
    (
        PluginApprovalList(),
        "plugin.approval.requested",
        PLUGIN,
        ExecRequest(
            "p1",
            "Send mail\nTo all",
            session_key="agent:main:main",
            decisions=ONCE_OR_NOT,
            kind=RequestKind.PLUGIN,
        ),
    ),
    (
        SystemApprovalList(),
        "openclaw.approval.requested",
        SYSTEM,
        ExecRequest("s1", "Fix\nPort\nset port", decisions=ONCE_OR_NOT, kind=RequestKind.SYSTEM_AGENT),
    ),
    (
        QuestionList(),
        "question.requested",
        QUESTION,
        ExecRequest(
            "q1",
            "Which one?\nWhen?",
            session_key="agent:main:main",
            decisions=(),
            created_ms=5,
            kind=RequestKind.QUESTION,
        ),
    ),
    (
        NodePairingList(),
        "node.pair.requested",
        NODE,
        PairingRequest("n1", "phone", scopes=("camera.snap",), created_ms=7, node=True),
    ),
]


@pytest.mark.parametrize(("listing", "event", "payload", "read"), KINDS)
def test_all_that_waits_for_a_person_is_read_from_lists_and_events(listing, event, payload, read):
    answer = {"list": [payload, {}], "questions": [payload, {}], "pending": [payload, {}]}
    assert listing.read(answer).requests == (read,)
    assert read_event(event, payload) == ApprovalRequested(read)
    assert read_event(event, {}) is None
    resolved = {"id": read.id, "requestId": read.id, "decision": "deny"}
    gone = ApprovalResolved(read.id, Decision.DENY)
    assert read_event(event.replace("requested", "resolved"), resolved) == gone


def test_what_says_nothing_can_only_be_denied_and_an_answered_question_waits_no_longer():
    silent = read_event("plugin.approval.requested", {"id": "p", "request": {"pluginId": "x"}})
    assert silent.request.decisions == (Decision.DENY,)
    assert read_event("question.requested", {**QUESTION, "status": "answered"}) is None


def test_what_is_sent_for_each_kind():
    assert PluginApprovalResolve("a", Decision.DENY).params() == {"id": "a", "decision": "deny"}
    system = {"id": "a", "decision": "deny", "kind": "system-agent"}
    assert SystemApprovalResolve("a", Decision.DENY).params() == system
    assert NodePairingApprove("a").params() == NodePairingReject("a").params() == {"requestId": "a"}
