"""What the simulated gateway answers, asked over the wire."""

import threading

import pytest

MAIN = "agent:main:main"
OPUS = {"modelProvider": "anthropic", "model": "claude-opus-4-5"}


def test_sessions_are_listed_newest_first_up_to_the_limit(gateway, client):
    for number in range(3):
        gateway.set_session(f"agent:main:s{number}", updatedAt=1000 + number)
    payload = client.call("sessions.list", limit=2)["payload"]
    assert [row["key"] for row in payload["sessions"]] == ["agent:main:s2", "agent:main:s1"]
    assert (payload["count"], payload["totalCount"], payload["hasMore"]) == (2, 3, True)
    assert payload["defaults"] == {**OPUS, "contextTokens": 200_000}


def test_a_session_that_never_ran_has_no_usage(gateway, client):
    gateway.set_session(MAIN)
    [row] = client.call("sessions.list")["payload"]["sessions"]
    assert "totalTokens" not in row
    assert row["totalTokensFresh"] is False
    assert {name: row[name] for name in OPUS} == OPUS


def test_models_are_listed_with_the_usable_window_only_in_detail(gateway, client):
    gateway.models[0]["contextTokens"] = 150_000
    plain, detailed = (
        client.call("models.list", **params)["payload"]["models"] for params in ({}, {"includeDetails": True})
    )
    assert [entry["contextWindow"] for entry in plain] == [200_000, 200_000, 1_048_576, 32_768]
    assert "contextTokens" not in plain[0]
    assert detailed[0]["contextTokens"] == 150_000


def test_a_patch_is_reported_to_subscribers_and_read_back(client):
    client.call("sessions.subscribe")
    payload = client.call("sessions.patch", key="main", model="small")["payload"]
    assert payload["key"] == MAIN
    assert (payload["entry"]["providerOverride"], payload["entry"]["modelOverride"]) == ("ollama", "qwen3-8b")
    assert payload["resolved"] == {"modelProvider": "ollama", "model": "qwen3-8b"}
    client.call("sessions.patch", key=MAIN, model=None)
    reported = [frame["payload"] for frame in client.frames if frame.get("event") == "sessions.changed"]
    assert [payload["session"]["model"] for payload in reported] == ["qwen3-8b", "claude-opus-4-5"]
    [row] = client.call("sessions.list")["payload"]["sessions"]
    assert (row["model"], row["modelOverrideSource"]) == ("claude-opus-4-5", None)


def test_a_refused_model_is_refused_in_the_gateways_words(client):
    error = client.call("sessions.patch", key=MAIN, model="nosuch/model")["error"]
    assert error == {"code": "INVALID_REQUEST", "message": "model not allowed: nosuch/model"}


@pytest.mark.parametrize(
    ("scope", "method", "params", "missing"),
    [
        ("operator.read", "agent", {"message": "x", "idempotencyKey": "k"}, "operator.write"),
        ("operator.read", "sessions.patch", {"key": MAIN, "model": None}, "operator.write"),
        ("operator.write", "sessions.patch", {"key": MAIN, "verboseLevel": "on"}, "operator.admin"),
        ("operator.write", "sessions.compact", {"key": MAIN}, "operator.admin"),
        ("operator.write", "no.such.method", {}, "operator.admin"),
        ("operator.approvals", "sessions.list", {}, "operator.read"),
    ],
)
def test_a_missing_scope_is_named(gateway, dial, scope, method, params, missing):
    error = dial(login=True, scopes=[scope]).call(method, **params)["error"]
    assert (error["code"], error["message"]) == ("FORBIDDEN", f"missing scope: {missing}")
    assert error["details"] == {"code": "MISSING_SCOPE", "missingScope": missing, "requiredScopes": [missing]}
    assert gateway.runs == 0


def test_write_includes_read_and_health_needs_nothing(dial):
    assert dial(login=True, scopes=["operator.write"]).call("sessions.list")["ok"]
    assert dial(login=True, scopes=["operator.pairing"]).call("health")["payload"]["ok"]


def test_parameters_are_closed(client):
    error = client.call("agent", message="x", idempotencyKey="k", foo=1)["error"]
    assert error["message"] == "invalid agent params: at root: unexpected property 'foo'"
    error = client.call("agent", message="x")["error"]
    assert error["message"] == "invalid agent params: must have required property 'idempotencyKey'"
    assert client.call("sessions.list", limit=0)["error"]["message"].endswith("at /limit: must be >= 1")


def test_an_unknown_method_is_unknown(client):
    assert client.call("no.such.method")["error"]["message"] == "unknown method: no.such.method"


def test_status_and_config_tell_the_default_model_and_no_secret(gateway, client):
    assert client.call("status")["payload"]["sessions"]["defaults"]["model"] == "claude-opus-4-5"
    config = client.call("config.get")["payload"]["config"]
    assert config["agents"]["defaults"]["model"]["primary"] == "anthropic/claude-opus-4-5"
    assert len(config["agents"]["defaults"]["models"]) == len(gateway.models)
    assert config["gateway"]["auth"]["token"] == "__OPENCLAW_REDACTED__"


def test_compact_forgets_the_usage_and_says_so(gateway, client):
    gateway.set_session(MAIN, totalTokens=190_000, totalTokensFresh=True)
    request = client.send("sessions.compact", key=MAIN)
    assert client.event("agent", stream="compaction", phase="start")["sessionKey"] == MAIN
    assert client.event("agent", stream="compaction", phase="end")["data"]["completed"] is True
    payload = client.response(request)["payload"]
    assert (payload["ok"], payload["compacted"]) == (True, True)
    assert payload["result"]["tokensBefore"] == 190_000
    assert gateway.sessions[MAIN]["totalTokens"] == payload["result"]["tokensAfter"] < 190_000


def test_nothing_is_compacted_where_nothing_was_said_or_a_run_is_in_progress(gateway, client):
    assert client.call("sessions.compact", key="fresh")["payload"]["compacted"] is False
    gateway.fault("run_holds")
    client.send("agent", message="hi", idempotencyKey="k1", sessionKey=MAIN)
    client.event("agent", stream="assistant")
    error = client.call("sessions.compact", key=MAIN)["error"]
    assert error["message"] == f"Session {MAIN} has an active run; retry after it finishes."


def test_a_reset_keeps_key_and_model_and_forgets_the_rest(gateway, client):
    client.call("sessions.patch", key=MAIN, model="sonnet", thinkingLevel="low")
    gateway.set_session(MAIN, totalTokens=190_000, lastRunId="r", status="done")
    before = gateway.sessions[MAIN]
    client.call("sessions.subscribe")
    gateway.fault("run_holds")
    request = client.send("agent", message="hi", idempotencyKey="k1", sessionKey=MAIN)
    client.event("agent", stream="assistant")
    assert client.call("sessions.reset", key="main")["payload"]["key"] == MAIN
    final = client.next(lambda f: f.get("id") == request and f["payload"]["status"] != "accepted")
    assert final["payload"]["summary"] == "aborted"
    row = gateway.sessions[MAIN]
    kept = ("sessionId", "model", "thinkingLevel")
    assert [row[name] for name in kept] == [before[name] for name in kept]
    assert row["totalTokens"] == 0
    assert client.call("sessions.reset", key=MAIN, reason="odd")["error"]["code"] == "INVALID_REQUEST"


def test_compact_may_fail_inside_an_ok_frame(gateway, client):
    gateway.set_session(MAIN, totalTokens=190_000)
    gateway.fault("compact_fails", reason="no good summary")
    payload = client.call("sessions.compact", key=MAIN)["payload"]
    assert (payload["ok"], payload["compacted"], payload["reason"]) == (False, False, "no good summary")
    assert gateway.sessions[MAIN]["totalTokens"] == 190_000


def test_the_mapping_of_sessions_may_be_read_while_runs_go_on(gateway, client):
    asked = threading.Thread(target=lambda: [gateway.run(MAIN, "hi") for _ in range(20)])
    asked.start()
    for _ in range(20):
        assert client.call("sessions.list")["ok"]
    asked.join()
    assert gateway.runs == 20


def test_it_restarts_when_it_is_asked_to(gateway, client):
    answer = client.call("gateway.restart.request", reason="a test")["payload"]
    assert answer["status"] == "scheduled"
    assert client.event("shutdown")["restartExpectedMs"] == 1500
