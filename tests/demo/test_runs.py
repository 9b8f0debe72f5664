"""Runs, asked for over the wire: their answers, their events, and how they end."""

import pytest

MAIN = "agent:main:main"
OPUS = {"provider": "anthropic", "model": "claude-opus-4-5"}
SONNET = {"provider": "anthropic", "model": "claude-sonnet-4-5"}


def ask(client, key="k1", message="What about the garden?", **more):
    return client.send("agent", message=message, idempotencyKey=key, sessionKey=MAIN, **more)


def final(client, request):
    """Return the response after `accepted`."""
    return client.next(lambda f: f.get("id") == request and f.get("payload", {}).get("status") != "accepted")


def test_agent_is_accepted_streams_and_ends(gateway, client):
    request = ask(client)
    accepted = client.response(request)["payload"]
    assert (accepted["status"], accepted["runId"], accepted["sessionKey"]) == ("accepted", "k1", MAIN)
    assert client.event("agent", phase="start")["runId"] == "k1"
    assert client.event("agent", phase="model", **OPUS)
    payload = final(client, request)["payload"]
    assert (payload["status"], payload["summary"]) == ("ok", "completed")
    [spoken] = payload["result"]["payloads"]
    assert "the garden" in spoken["text"]
    assert payload["result"]["meta"]["agentMeta"]["model"] == "claude-opus-4-5"
    deltas = [
        f["payload"]["deltaText"] for f in client.frames if f.get("payload", {}).get("state") == "delta"
    ]
    assert "".join(deltas) == spoken["text"]
    assert client.frames[-2]["payload"]["state"] == "final"
    row = gateway.sessions[MAIN]
    assert row["totalTokens"] == payload["result"]["meta"]["agentMeta"]["usage"]["input"]
    assert (row["totalTokensFresh"], row["hasActiveRun"], row["status"]) == (True, False, "done")


def test_the_context_grows_run_by_run_and_never_over_the_window(gateway, client):
    gateway.set_session(MAIN, totalTokens=0)
    sizes = []
    for number in range(3):
        final(client, ask(client, f"k{number}"))
        sizes.append(gateway.sessions[MAIN]["totalTokens"])
    assert sizes == sorted(set(sizes))
    gateway.set_session(MAIN, totalTokens=199_900)
    final(client, ask(client, "last"))
    assert gateway.sessions[MAIN]["totalTokens"] == 200_000


def test_the_same_key_never_runs_twice(gateway, client):
    first = final(client, ask(client))
    again = client.response(ask(client))
    assert again["payload"] == first["payload"]
    assert gateway.runs == 1


def test_the_same_key_from_many_connections_at_once_runs_once(gateway, dial):
    clients = [dial(login=True) for _ in range(6)]
    requests = [ask(client) for client in clients]
    ends = [final(client, request)["payload"] for client, request in zip(clients, requests, strict=True)]
    assert ends == [ends[0]] * 6
    assert gateway.runs == 1


def test_the_same_key_joins_the_run_in_progress(gateway, dial):
    one, other = dial(login=True), dial(login=True)
    gateway.fault("run_holds", times=1)
    request = ask(one)
    one.event("agent", stream="assistant")
    joined = ask(other)
    other.call("health")
    gateway.clear("run_holds")
    assert final(one, request)["payload"] == other.response(joined)["payload"]
    assert gateway.runs == 1


def test_a_run_goes_on_without_the_client_that_asked(gateway, client, dial):
    gateway.fault("run_holds", times=1)
    ask(client)
    client.event("agent", stream="assistant")
    gateway.drop()
    gateway.clear("run_holds")
    back = dial(login=True)
    payload = back.call("agent.wait", runId="k1", timeoutMs=5_000)["payload"]
    assert payload["status"] == "ok"
    assert "the garden" in payload["terminalReply"]["text"]
    said = back.call("chat.history", sessionKey="main", limit=5)["payload"]["messages"]
    assert [message["role"] for message in said] == ["user", "assistant"]
    assert {name: said[1][name] for name in SONNET} == OPUS


def test_waiting_ends_where_the_run_is_unknown_or_late(gateway, client):
    assert client.call("agent.wait", runId="nope")["payload"] == {"runId": "nope", "status": "timeout"}
    gateway.fault("run_holds")
    ask(client)
    assert client.call("agent.wait", runId="k1", timeoutMs=10)["payload"]["status"] == "timeout"


def test_a_silent_fallback_shows_who_answered(gateway, client):
    gateway.fault("run_by", times=1, model="anthropic/claude-sonnet-4-5")
    request = ask(client)
    assert client.event("agent", phase="model", **SONNET)
    receipt = client.event("agent", phase="end")["data"]["terminalReceipt"]
    assert (receipt["requested"], receipt["effective"], receipt["rerouted"]) == (OPUS, SONNET, True)
    meta = final(client, request)["payload"]["result"]["meta"]
    assert meta["agentMeta"]["model"] == "claude-sonnet-4-5"
    assert meta["executionTrace"]["fallbackUsed"] is True
    assert gateway.sessions[MAIN]["model"] == "claude-opus-4-5"


def test_a_failing_provider_fails_the_run(gateway, client):
    gateway.fault("run_fails", times=1, message="it is down")
    request = ask(client)
    assert client.event("chat", state="error")["errorMessage"] == "it is down"
    response = final(client, request)
    assert (response["ok"], response["payload"]["status"]) == (False, "error")
    assert response["error"] == {"code": "UNAVAILABLE", "message": "it is down"}
    assert client.call("agent.wait", runId="k1")["payload"]["error"] == "it is down"


def test_an_unreported_run_leaves_the_old_figure_stale(gateway, client):
    gateway.set_session(MAIN, totalTokens=50_000, totalTokensFresh=True)
    gateway.fault("run_unreported", times=1)
    payload = final(client, ask(client))["payload"]
    assert "usage" not in payload["result"]["meta"]["agentMeta"]
    row = gateway.sessions[MAIN]
    assert (row["totalTokens"], row["totalTokensFresh"]) == (50_000, False)


def test_the_time_of_a_run_runs_out(gateway, client):
    gateway.fault("run_holds")
    payload = final(client, ask(client, timeout=10))["payload"]
    assert (payload["status"], payload["summary"], payload["timeoutPhase"]) == (
        "timeout",
        "aborted",
        "provider",
    )
    assert payload["result"]["payloads"][0]["isError"] is True


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("sessions.abort", {"key": MAIN, "runId": "k1"}),
        ("chat.abort", {"sessionKey": MAIN}),
        ("chat.send", {"sessionKey": MAIN, "message": "/stop", "idempotencyKey": "stop"}),
    ],
)
def test_an_agent_run_is_stopped(gateway, client, method, params):
    gateway.fault("run_holds")
    request = ask(client)
    client.event("agent", stream="assistant")
    idle = client.call("chat.abort", sessionKey="other")["payload"]
    assert idle == {"ok": True, "aborted": False, "runIds": []}
    assert client.call(method, **params)["ok"]
    response = final(client, request)
    assert response["payload"]["summary"] == "aborted"
    assert gateway.sessions[MAIN]["abortedLastRun"] is True
    assert gateway.runs == 1
    assert client.call("sessions.abort", key=MAIN)["payload"]["status"] == "no-active-run"


def test_a_chat_run_is_started_stopped_and_never_repeated(gateway, client):
    gateway.fault("run_holds", times=1)
    send = {"sessionKey": "main", "message": "hello", "idempotencyKey": "c1"}
    assert client.call("chat.send", **send)["payload"] == {"runId": "c1", "status": "started"}
    client.event("chat", state="delta")
    assert client.call("chat.send", **send)["payload"]["status"] == "in_flight"
    assert client.call("chat.abort", sessionKey=MAIN)["payload"]["runIds"] == ["c1"]
    assert client.event("chat", state="aborted")["stopReason"] == "rpc"
    client.event("agent", phase="end")
    client.call("agent.wait", runId="c1")
    assert client.call("chat.send", **send)["payload"]["status"] == "ok"
    error = client.call("chat.send", **{**send, "message": "other"})["error"]
    assert error["details"] == {"reason": "chat-request-conflict"}
    assert gateway.runs == 1


def test_without_a_session_a_run_has_one_of_its_own(gateway, client):
    client.call("agent", message="hi", idempotencyKey="k9")
    assert list(gateway.sessions) == ["agent:main:explicit:k9"]


def test_a_run_may_name_its_model(client):
    request = ask(client, provider="ollama", model="qwen3-8b")
    assert final(client, request)["payload"]["result"]["meta"]["agentMeta"]["contextTokens"] == 32_768


def test_events_of_runs_need_read(gateway, dial):
    reader, blind = (
        dial(login=True, scopes=["operator.read"]),
        dial(login=True, scopes=["operator.approvals"]),
    )
    gateway.run(MAIN, "hello")
    reader.event("chat", state="final")
    blind.call("health")
    assert not [frame for frame in blind.frames if frame.get("event") in {"agent", "chat"}]
