from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tray.protocol.cron import CronEvent
from tray.protocol.frames import (
    Challenge,
    ErrorResponse,
    Heartbeat,
    InvalidFrame,
    Response,
    SessionsChanged,
    ShuttingDown,
    Unknown,
    dump,
    dump_call,
    parse,
    with_canonical_key,
)
from tray.protocol.json_fields import payload
from tray.protocol.models import ConfigGet, ModelsList
from tray.protocol.runs import (
    Agent,
    AgentWait,
    ChatHistory,
    ChatStopped,
    Compacting,
    RunEnded,
    RunStarted,
    RunText,
    RunWaits,
)
from tray.protocol.sessions import SessionsList, SessionsPatch, SessionsSearch
from tray.values import replace

EVENTS = Challenge | Heartbeat | SessionsChanged | ShuttingDown | RunStarted | RunText | RunWaits | RunEnded
FRAMES = Response | EVENTS | Compacting | ChatStopped | CronEvent | Unknown | InvalidFrame

NOT_NEEDED = {
    "chat.metadata.changed",
    "config.changed",
    "cron",  # a job that starts
    "device.pair.requested",
    "device.pair.resolved",
    "exec.approval.requested",
    "exec.approval.resolved",
    "heartbeat",
    "session.message",
    "session.tool",
    "skills.changed",
    "task",
    "update.available",
}
NOT_NEEDED_OF_AGENT = {
    ("approval", "requested"),
    ("command_output", "delta"),
    ("command_output", "end"),
    ("item", "end"),
    ("item", "start"),
    ("item", "update"),
    ("lifecycle", "fallback_step"),
    ("lifecycle", "finishing"),
    ("lifecycle", "model"),
    ("run_status", "preparing_context"),
    ("run_status", "preparing_workspace"),
    ("run_status", "starting_model"),
    ("tool", "result"),
    ("tool", "start"),
    ("tool", "update"),
    ("usage", None),
}
NOT_NEEDED_OF_CHAT = {
    ("delta", None),
    ("final", None),
    ("final", "stop"),
    ("status", None),
    ("aborted", "aborted"),
}


def parsed(frame):
    return parse(json.dumps(frame))


def test_every_recorded_frame_is_known(release):
    seen = 0
    for conversation in release.recordings():
        for frame in conversation.received():
            seen += 1
            match parsed(frame):
                case Unknown("agent"):
                    data = frame["payload"]["data"]
                    assert (frame["payload"]["stream"], data.get("phase")) in NOT_NEEDED_OF_AGENT
                case Unknown("chat"):
                    chat = frame["payload"]
                    assert (chat["state"], chat.get("stopReason")) in NOT_NEEDED_OF_CHAT
                case Unknown(name):
                    assert name in NOT_NEEDED
                case InvalidFrame() as garbage:
                    assert garbage == InvalidFrame("an answer without an id")
                    assert frame["id"] == ""  # as the request had
                case known:
                    assert frame["type"] == ("res" if isinstance(known, Response) else "event")
    assert seen > 200


def test_text_and_bytes_are_the_same(release):
    for frame in release.recording("agent-timeout").received():
        text = json.dumps(frame, ensure_ascii=False)
        assert parse(text) == parse(text.encode())


def test_an_answer_keeps_its_payload(release):
    frame = release.recording("models.list").answer("models.list")
    assert payload(parsed(frame).payload) == frame["payload"]


def test_the_first_message_is_a_challenge(release):
    frame = release.recording("connect-with-device").received()[0]
    assert parsed(frame) == Challenge(frame["payload"]["nonce"], frame["payload"]["ts"])


def test_signs_of_life(release):
    pulses = [parsed(frame) for frame in release.recording("idle").received()]
    assert Heartbeat("tick") in pulses
    assert Heartbeat("health") in pulses


def test_a_restart_and_a_stop_are_distinguished(release):
    (restart,) = release.recording("restart-by-config").events("shutdown")
    (stop,) = release.recording("stop-by-signal").events("shutdown")
    assert parsed(restart) == ShuttingDown(1.5)
    assert parsed(stop) == ShuttingDown(None)


def test_changes_of_sessions_are_announced_since_2026_5(release):
    notified = release.recording("events-patch-subscribed").events("sessions.changed")
    changed = SessionsChanged("agent:main:main") in [parsed(frame) for frame in notified]
    assert changed is (release.name not in ("2026.1.24-3", "2026.2.26"))


def test_a_change_of_no_session_in_particular():
    notified = {
        "type": "event",
        "event": "sessions.changed",
        "payload": {"reason": "cron-bindings-loaded", "ts": 5},
    }
    assert parsed(notified) == SessionsChanged(None)


def test_events_announce_a_run(release):
    notified = [parsed(frame) for frame in release.recording("agent-timeout").events("agent")]
    assert RunStarted("idem-31", "agent:main:main") in notified
    assert any(isinstance(event, RunText) for event in notified)
    assert any(isinstance(event, RunEnded) for event in notified)


FAILURES = {
    "unknown-method": ("nosuch.method", ErrorResponse("INVALID_REQUEST", "unknown method: nosuch.method")),
    "sessions.patch-not-allowed": (
        "sessions.patch",
        ErrorResponse("INVALID_REQUEST", "model not allowed: fake/hidden"),
    ),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_refused_request_has_the_gateways_sentence(release, name):
    method, error_response = FAILURES[name]
    answer = parsed(release.recording(name).answer(method))
    assert isinstance(answer, Response)
    assert answer.error_response == error_response
    assert error_response.missing_scope is None


def test_a_missing_scope_is_named_on_every_release(release):
    patch = parsed(release.recording("sessions.patch-read-scope").answer("sessions.patch"))
    prompt = parsed(release.recording("agent-read-scope").answer("agent"))
    latest = release.name == "2026.9.6"
    assert patch.error_response.missing_scope == ("operator.write" if latest else "operator.admin")
    assert prompt.error_response.missing_scope == "operator.write"
    assert patch.error_response.code == ("FORBIDDEN" if latest else "INVALID_REQUEST")
    assert patch.error_response.detail == ("MISSING_SCOPE" if latest else None)
    assert (patch.error_response.named_scope is not None) is latest


def test_a_missing_scope_is_read_from_the_details_whatever_the_sentence():
    details = {"code": "MISSING_SCOPE", "missingScope": "operator.read"}
    error = {"code": "FORBIDDEN", "message": "not allowed", "details": details}
    answer = parsed({"type": "res", "id": "1", "ok": False, "error": error})
    assert answer.error_response.missing_scope == "operator.read"


def test_a_failed_run_is_a_failure_with_a_payload(release):
    answer = parsed(release.recording("agent-provider-401").answer("agent"))
    if release.name in ("2026.1.24-3", "2026.2.26"):
        assert answer.error_response is None
        return
    assert answer.error_response.code == "UNAVAILABLE"
    assert answer.error_response.message == payload(answer.payload)["summary"]
    assert "401" in answer.error_response.message


def test_a_gateway_that_still_starts():
    error = {
        "code": "UNAVAILABLE",
        "message": "gateway starting; retry shortly",
        "retryable": True,
        "retryAfterMs": 500,
        "details": {"reason": "startup-sidecars"},
    }
    starting = ErrorResponse(
        "UNAVAILABLE", "gateway starting; retry shortly", detail="STARTING", retry_after=0.5
    )
    assert parsed({"type": "res", "id": "1", "ok": False, "error": error}).error_response == starting
    error["retryable"] = False
    assert parsed({"type": "res", "id": "1", "ok": False, "error": error}).error_response == replace(
        starting, detail=None
    )


@pytest.mark.parametrize(
    ("reason", "upgrade"),
    [("scope-upgrade", True), ("role-upgrade", True), ("not-paired", False), (None, False), (7, False)],
)
def test_a_known_device_that_requests_more_scopes_is_distinguished(reason, upgrade):
    details = {"code": "PAIRING_REQUIRED", "requestId": "r-1", "reason": reason}
    error = {"code": "NOT_PAIRED", "message": "pairing required", "details": details}
    error_response = parsed({"type": "res", "id": "1", "ok": False, "error": error}).error_response
    assert error_response == ErrorResponse(
        "NOT_PAIRED", "pairing required", detail="PAIRING_REQUIRED", request_id="r-1", upgrade=upgrade
    )


@pytest.mark.parametrize("far", [3_600_001, 2**53])
def test_a_gateway_cannot_make_anybody_wait_for_more_than_an_hour(far):
    refused = parsed({"type": "res", "id": "1", "error": {"retryAfterMs": far}})
    assert refused.error_response.retry_after == 3600
    stopping = parsed({"type": "event", "event": "shutdown", "payload": {"restartExpectedMs": far}})
    assert stopping == ShuttingDown(3600)


def test_a_refusal_without_a_reason_has_no_text():
    refused = parsed({"type": "res", "id": "1"})
    assert refused == Response("1", payload=b"null", error_response=ErrorResponse("UNKNOWN", ""))


@pytest.mark.parametrize(
    ("raw", "frame"),
    [
        ("", InvalidFrame("not JSON")),
        ("{", InvalidFrame("not JSON")),
        (b"\xff\xfe\xfd", InvalidFrame("not JSON")),
        (b'{"type":"res","id":"1","payload":{"a":"\xef"}}', InvalidFrame("not JSON")),
        (b'{"type":"res","id":"1","payload":{"a":"\\q"}}', InvalidFrame("not JSON")),
        ("[" * 200_000, InvalidFrame("not an object")),
        ('{"a":' * 200_000, InvalidFrame("not JSON")),
        ("9" * 10_000, InvalidFrame("not an object")),
        ("9" * 400, InvalidFrame("not an object")),
        ("NaN", InvalidFrame("not an object")),
        ("[]", InvalidFrame("not an object")),
        ("{}", InvalidFrame("neither answer nor event")),
        ('{"type":["res"]}', InvalidFrame("neither answer nor event")),
        ('{"type":"req","id":"1","method":"health"}', InvalidFrame("neither answer nor event")),
        ('{"type":"res","ok":true}', InvalidFrame("an answer without an id")),
        ('{"type":"event"}', InvalidFrame("an event without a name")),
        ('{"type":"event","event":["tick"]}', InvalidFrame("an event without a name")),
        ('{"type":"event","event":"tick","payload":NaN}', Heartbeat("tick")),
        (
            '{"type":"event","event":"tick","payload":[%s[]]}' % ("[]," * 500_000),
            InvalidFrame("too many values"),
        ),
        ('{"type":"event","event":"tick","payload":"%s"}' % ("x" * 9_000_000), Heartbeat("tick")),
        ('{"type":"event","event":"shutdown","payload":{"restartExpectedMs":-1}}', ShuttingDown(None)),
        ('{"type":"event","event":"connect.challenge"}', Challenge("", None)),
        ('{"type":"event","event":"connect.challenge","payload":{"nonce":"n","ts":0}}', Challenge("n", None)),
        ('{"type":"event","event":"new.one\\ud800"}', Unknown("new.one?")),
        ('{"type":"res","id":"1","ok":true,"payload":[1]}', Response("1", payload=b"[1]")),
        ('{"type":"res","id":"1","ok":true,"payload":"\\ud83e"}', Response("1", payload=b'"\\ud83e"')),
        ('{"type":"res","id":["1"],"ok":NaN}', InvalidFrame("an answer without an id")),
    ],
)
def test_what_is_not_a_frame_is_garbage(raw, frame):
    assert parse(raw) == frame


@given(st.text(st.characters(exclude_categories=())) | st.binary())
@example("\ud800")
@example(b"\x00\x00\x00{")
def test_any_text_gives_a_frame(raw):
    assert isinstance(parse(raw), FRAMES)


@given(data=st.data())
def test_any_json_gives_a_frame(any_json, data):
    frame = data.draw(
        any_json
        | st.fixed_dictionaries(
            {"type": st.sampled_from(["res", "event"])},
            optional={
                name: any_json | st.sampled_from(["agent", "chat", "shutdown", "connect.challenge", True])
                for name in ("id", "ok", "payload", "error", "event")
            },
        )
    )
    assert isinstance(parsed(frame), FRAMES)


@given(data=st.data())
def test_a_spoilt_frame_gives_a_frame(release, spoil, data):
    names = st.sampled_from(["chat.abort", "restart-by-config", "connect-wrong-token", "agent-provider-401"])
    frame = data.draw(st.sampled_from(release.recording(data.draw(names)).received()))
    assert isinstance(parsed(spoil(data, frame)), FRAMES)


REQUESTS = {
    "agent": lambda p: Agent(p["sessionKey"], p["message"], p["idempotencyKey"], p["timeout"]),
    "agent.wait": lambda p: AgentWait(p["runId"], p["timeoutMs"] / 1000),
    "chat.history": lambda p: ChatHistory(p["sessionKey"], p["limit"]),
    "config.get": lambda p: ConfigGet(),
    "models.list": lambda p: ModelsList(),
    "sessions.patch": lambda p: SessionsPatch(p["key"], p["model"]),
}


def test_what_we_send_is_what_every_gateway_accepted(release):
    proven = set()
    for conversation in release.recordings():
        for method, request in REQUESTS.items():
            for sent in conversation.requests(method):
                answers = [frame for frame in conversation.received() if frame.get("id") == sent["id"]]
                if not answers or not answers[0]["ok"]:
                    continue
                try:
                    ours = request(sent["params"])
                except KeyError:  # another use of the method, which this program does not make
                    continue
                if ours.params().keys() == sent["params"].keys():
                    assert json.loads(dump(sent["id"], ours)) == sent
                    proven.add(method)
    assert proven == set(REQUESTS)


def test_every_parameter_of_a_list_is_one_that_every_gateway_accepted(release):
    accepted = {}
    for conversation in release.recordings():
        for sent in conversation.requests("sessions.list"):
            if any(frame.get("id") == sent["id"] and frame.get("ok") for frame in conversation.received()):
                accepted |= {name: type(value) for name, value in sent.get("params", {}).items()}
    ours = SessionsList(20, titles=True).params() | SessionsSearch("a").params()
    assert {name: type(value) for name, value in ours.items()}.items() <= accepted.items()


def test_requests_say_what_they_need_and_cost():
    requests = (Agent, AgentWait, ChatHistory, ConfigGet, ModelsList, SessionsList, SessionsPatch)
    assert {request.method for request in requests if request.spends} == {"agent"}
    assert {request.method: request.scope.removeprefix("operator.") for request in requests} == {
        "agent": "write",
        "agent.wait": "write",
        "chat.history": "read",
        "config.get": "admin",
        "models.list": "read",
        "sessions.list": "read",
        "sessions.patch": "admin",
    }


@given(st.text(st.characters(exclude_categories=())))
@example("half \ud83d of a pair")
def test_any_prompt_can_be_sent(message):
    sent = json.loads(dump("1", Agent("agent:main:tray", message, "run-1", 60)).encode("utf-8"))
    assert sent["params"]["message"] == message.encode("utf-8", "replace").decode("utf-8")


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none() | st.booleans()))
def test_a_call_comes_back_as_it_was(params):
    assert json.loads(dump_call("1", "connect", params)) == {
        "type": "req",
        "id": "1",
        "method": "connect",
        "params": params,
    }


@pytest.mark.parametrize(
    "event",
    [
        SessionsChanged("main"),
        RunStarted("run", "main"),
        RunText("run", "main", "so far"),
        RunEnded("run", "main", "failed"),
        Compacting("main", done=True),
        ChatStopped("run", "main"),
    ],
)
def test_the_keys_of_events_are_made_canonical(event):
    full = replace(event, key="agent:main:main")
    assert with_canonical_key(event, {"main": "agent:main:main"}.__getitem__) == full
    assert with_canonical_key(full, lambda key: key) is full
    nameless = replace(event, key=None)
    assert with_canonical_key(nameless, lambda _: "never") is nameless


def test_other_events_are_left_as_they_are():
    assert with_canonical_key(Heartbeat("tick"), lambda _: "never") == Heartbeat("tick")


def test_a_payload_is_not_in_a_log():
    answer = parsed({"type": "res", "id": "1", "ok": True, "payload": {"auth": {"deviceToken": "my secret"}}})
    assert "my secret" not in repr(answer)


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ('{"sessionKey":"k","reason":"compact","compacted":true}', Compacting("k", done=True)),
        ('{"sessionKey":"k","reason":"compact","compacted":false}', SessionsChanged("k")),
        ('{"sessionKey":"k","reason":"patch","compacted":true}', SessionsChanged("k")),
    ],
)
def test_a_change_that_is_a_compaction(payload, expected):
    assert parse(f'{{"type":"event","event":"sessions.changed","payload":{payload}}}') == expected
