"""The simulated gateway from outside: what a client sees of it on the wire, and each fault by its name."""

import json
import socket
import time
from urllib.parse import urlsplit

import pytest
import websocket

from tests.faulty_gateway import FaultyGateway


def test_hello_says_what_a_client_needs(dial):
    hello = dial().login()["payload"]
    assert (hello["type"], hello["protocol"]) == ("hello-ok", 4)
    assert hello["auth"]["scopes"][0] == "operator.admin"
    assert hello["snapshot"]["sessionDefaults"]["mainSessionKey"] == "agent:main:main"
    assert hello["snapshot"]["authMode"] == "token"
    assert "sessions.subscribe" in hello["features"]["methods"]
    assert hello["policy"]["tickIntervalMs"] == 1000


def test_the_token_is_made_up_and_never_the_same():
    assert FaultyGateway().token != FaultyGateway().token


def test_a_taken_port_is_an_error(gateway):
    port = urlsplit(gateway.url).port
    with pytest.raises(OSError, match=r"in use|once"):
        FaultyGateway(port=port).start()


def test_ticks_and_health_come_by_themselves_and_are_numbered(client):
    client.event("tick")
    client.event("health")
    numbers = [frame["seq"] for frame in client.frames if "seq" in frame]
    assert numbers == list(range(1, len(numbers) + 1))
    assert "seq" not in client.frames[0]  # the challenge


def test_pings_go_both_ways(gateway, client, until):
    client.socket.ping(b"hello")
    opcode, data = client.socket.recv_data(control_frame=True)
    while opcode != websocket.ABNF.OPCODE_PONG:
        opcode, data = client.socket.recv_data(control_frame=True)
    assert data == b"hello"
    gateway.ping()
    until(lambda: gateway.unanswered == 1)
    gateway.push("presence", {})
    client.event("presence")
    until(lambda: gateway.unanswered == 0)


def test_push_reaches_every_client(gateway, dial):
    clients = [dial(login=True), dial(login=True)]
    until_two = [client.event("health") for client in clients]
    assert len(until_two) == gateway.connected == 2
    gateway.push("presence", {"presence": []})
    assert [client.event("presence") for client in clients] == [{"presence": []}] * 2


def test_requests_are_recorded(gateway, client):
    client.call("sessions.list", limit=3)
    assert [method for method, _ in gateway.requests] == ["connect", "sessions.list"]
    assert gateway.requests[1][1] == {"limit": 3}


def test_a_session_set_by_hand_is_listed_and_reported_to_subscribers_only(gateway, dial):
    subscriber, other = dial(login=True), dial(login=True)
    assert subscriber.call("sessions.subscribe")["payload"] == {"subscribed": True}
    gateway.set_session("agent:main:main", totalTokens=1234, totalTokensFresh=True)
    change = subscriber.event("sessions.changed", sessionKey="agent:main:main")
    assert change["session"]["totalTokens"] == 1234
    [row] = other.call("sessions.list")["payload"]["sessions"]
    assert row["totalTokens"] == 1234
    assert not [frame for frame in other.frames if frame.get("event") == "sessions.changed"]


def test_an_announced_restart_comes_back_on_the_same_port(gateway, client, dial, until):
    url = gateway.url
    gateway.announce_restart(1.5, 20.0)
    assert client.event("shutdown") == {"reason": "gateway restarting", "restartExpectedMs": 1500}
    assert client.close_code() == 1012
    with pytest.raises(ConnectionRefusedError):
        dial()
    hellos = []

    def back():
        try:
            hellos.append(dial().login()["payload"])
        except ConnectionRefusedError:
            return False
        return True

    until(back)
    assert hellos[0]["server"]["bootId"] == "boot-2"
    assert gateway.url == url


@pytest.mark.parametrize(("during", "status"), [("unavailable", 503), ("starting", None)])
def test_a_restart_may_be_met_in_other_ways(gateway, client, dial, during, status):
    gateway.announce_restart(1.5, 1e9, during=during)
    assert client.close_code() == 1012
    if status is None:
        assert dial().login()["error"]["code"] == "UNAVAILABLE"
    else:
        with pytest.raises(websocket.WebSocketBadStatusException) as refused:
            dial()
        assert refused.value.status_code == status


def test_an_announced_stop_has_no_time_and_stays(gateway, client, dial):
    gateway.announce_stop()
    assert client.event("shutdown") == {"reason": "gateway stopping"}
    assert client.close_code() == 1012
    with pytest.raises(ConnectionRefusedError):
        dial()
    gateway.clear("refuse")
    assert dial().login()["ok"]


def test_drop_cuts_without_a_close_frame(gateway, client, until):
    gateway.drop()
    assert client.close_code() is None
    until(lambda: gateway.connected == 0)


def test_an_unknown_fault_is_an_error(gateway):
    with pytest.raises(ValueError, match="no fault is called 'nonsense'"):
        gateway.fault("nonsense")


def test_refuse_closes_the_port_and_keeps_who_is_in(gateway, client, dial):
    gateway.fault("refuse")
    with pytest.raises(ConnectionRefusedError):
        dial()
    assert client.call("health")["ok"]
    gateway.clear()
    assert dial().login()["ok"]


def test_http_answers_with_a_web_page(gateway, dial):
    gateway.fault("http", times=1)
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        dial()
    assert refused.value.status_code == 200
    assert refused.value.resp_headers["content-type"].startswith("text/html")
    assert b"web page" in refused.value.resp_body
    assert dial().login()["ok"]


def test_unavailable_answers_503(gateway, dial):
    gateway.fault("unavailable", times=1)
    with pytest.raises(websocket.WebSocketBadStatusException) as refused:
        dial()
    assert refused.value.status_code == 503


def test_slow_dial_accepts_tcp_and_upgrades_late(gateway, dial):
    gateway.fault("slow_dial", times=1, after=0.2)
    began = time.monotonic()
    assert dial().login()["ok"]
    assert time.monotonic() - began >= 0.2


def test_slow_dial_may_never_upgrade(gateway):
    gateway.fault("slow_dial")
    address = urlsplit(gateway.url)
    with pytest.raises(websocket.WebSocketTimeoutException):
        websocket.create_connection(gateway.url, timeout=0.2, suppress_origin=True)
    with socket.create_connection((address.hostname, address.port), timeout=30):
        pass  # TCP itself is accepted


def test_starting_is_said_and_closed_with_1013(gateway, dial):
    gateway.fault("starting", times=1, retry_after=0.5)
    client = dial()
    error = client.login()["error"]
    assert (error["code"], error["retryable"], error["retryAfterMs"]) == ("UNAVAILABLE", True, 500)
    assert client.close_code() == 1013


def test_no_challenge_leaves_the_client_waiting(gateway, dial):
    gateway.fault("no_challenge")
    assert dial().silent()


@pytest.mark.parametrize(
    ("fault", "code", "close"),
    [
        ("wrong_token", "AUTH_TOKEN_MISMATCH", 1008),
        ("pairing", "PAIRING_REQUIRED", 1008),
        ("protocol", "PROTOCOL_MISMATCH", 1002),
        ("rate_limit", "AUTH_RATE_LIMITED", 1008),
    ],
)
def test_the_door_refuses(gateway, dial, fault, code, close):
    gateway.fault(fault, times=1)
    client = dial()
    assert client.login()["error"]["details"]["code"] == code
    assert client.close_code() == close
    assert dial().login()["ok"]


def test_pairing_names_its_request_and_rate_limit_its_time(gateway, dial):
    gateway.fault("pairing", times=1, request_id="abc")
    assert dial().login()["error"]["details"]["requestId"] == "abc"
    gateway.fault("rate_limit", retry_after=12.5)
    assert dial().login()["error"]["retryAfterMs"] == 12_500


def test_scopes_emptied_looks_alive_and_can_do_nothing(gateway, dial):
    gateway.fault("scopes_emptied")
    client = dial()
    assert client.login()["payload"]["auth"]["scopes"] == []
    assert client.call("sessions.list")["error"]["details"]["code"] == "MISSING_SCOPE"
    assert client.call("health")["ok"]


def test_silence_begins_at_once_for_who_is_in(gateway, client):
    client.event("health")
    gateway.fault("silence")
    client.send("health")
    gateway.push("tick", {})
    gateway.ping()
    assert client.silent(1.2)  # longer than a tick


def test_silence_begins_after_the_handshake_for_who_comes(gateway, dial):
    gateway.fault("silence")
    client = dial()
    assert client.login()["ok"]
    client.send("health")
    assert client.silent()


def test_the_port_can_be_shut_as_soon_as_it_is_open():
    for _ in range(30):
        with FaultyGateway(story=False) as gateway:
            gateway.fault("refuse")


def test_a_gateway_that_stops_lets_go_of_who_waits_for_the_upgrade(until):
    with FaultyGateway(story=False) as gateway:
        gateway.fault("slow_dial", times=1)
        address = urlsplit(gateway.url)
        waiting = socket.create_connection((address.hostname, address.port), timeout=30)
        waiting.sendall(
            b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        (slow,) = gateway._faults._set
        until(lambda: slow.left == 0)
        assert gateway.connected == 0
    with waiting:
        assert waiting.recv(100).startswith(b"HTTP/1.1 503")


def test_half_a_frame_is_never_finished(gateway, client):
    client.event("health")
    gateway.fault("half_frame")
    client.socket.settimeout(0.3)
    with pytest.raises(websocket.WebSocketTimeoutException):
        client.text()
    assert client.socket.frame_buffer.recv_strict  # the library still waits for the rest
    assert client.socket.frame_buffer.length == 1_000


def test_garbage_is_sent_and_all_goes_on(gateway, client):
    client.event("health")
    gateway.fault("garbage", times=1)
    texts = [client.text() for _ in range(26)]
    assert "{not json" in texts
    assert max(map(len, texts)) > 100_000
    assert client.call("health")["ok"]


def test_a_big_frame_is_big(gateway, dial):
    client = dial(login=True, options={"skip_utf8_validation": True})
    gateway.fault("big_frame", times=1)
    frame = client.next(lambda frame: "filling" in frame.get("payload", {}))
    assert len(frame["payload"]["filling"]) == 25_000_000
    assert client.call("health")["ok"]


def test_a_flood_goes_on_until_it_is_cleared(gateway, client, until):
    gateway.fault("flood", rate=2_000, event="presence")
    for _ in range(500):
        client.event("presence")
    assert client.call("health")["ok"]
    assert not client.silent(0.1)
    gateway.clear("flood")
    until(lambda: client.silent(0.1))


def test_drop_as_a_fault_cuts_after_hello(gateway, dial):
    gateway.fault("drop", times=1)
    client = dial()
    assert client.login()["ok"]
    assert client.close_code() is None
    assert dial(login=True).call("health")["ok"]


def test_mute_never_answers_that_method(gateway, client):
    gateway.fault("mute", method="models.list")
    muted = client.send("models.list")
    assert client.call("sessions.list")["ok"]
    assert not [frame for frame in client.frames if frame.get("id") == muted]


def test_reject_answers_with_an_error(gateway, client):
    gateway.fault(
        "reject", times=1, method="sessions.patch", code="UNAVAILABLE", message="no", retryAfterMs=5
    )
    error = client.call("sessions.patch", key="main", model=None)["error"]
    assert error == {"code": "UNAVAILABLE", "message": "no", "retryAfterMs": 5}
    assert client.call("sessions.patch", key="main", model=None)["ok"]


def test_answer_says_what_the_test_chose(gateway, client):
    gateway.fault("answer", method="sessions.list", payload={"sessions": "none"})
    assert client.call("sessions.list")["payload"] == {"sessions": "none"}


@pytest.mark.parametrize(("options", "runs"), [({}, 0), ({"started": True}, 1)])
def test_die_during_cuts_on_arrival(gateway, client, until, options, runs):
    gateway.fault("die_during", times=1, method="agent", **options)
    client.send("agent", message="hi", idempotencyKey="k", sessionKey="agent:main:main")
    assert client.close_code() is None
    until(lambda: gateway.connected == 0)
    assert gateway.runs == runs


def test_bad_frames_are_answered_as_measured(dial):
    client = dial(login=True)
    client.socket.send("{not json")
    for text, request_id, complaint in [
        ('"str"', "invalid", "must be object"),
        ('{"type":"req","method":"health"}', "invalid", "must have required property 'id'"),
        ('{"type":"req","id":"x1"}', "x1", "must have required property 'method'"),
        ('{"type":"req","id":"x2","method":"health","foo":1}', "x2", "at root: unexpected property 'foo'"),
    ]:
        client.socket.send(text)
        error = client.response(request_id)["error"]
        assert error["message"] == f"invalid request frame: {complaint}"
    client.socket.send(json.dumps({"type": "req", "id": "bin", "method": "health"}).encode(), opcode=2)
    assert client.response("bin")["ok"]
    error = client.call("connect")["error"]
    assert error["message"] == "connect is only valid as the first request"


@pytest.mark.parametrize(
    ("first", "close"),
    [("{not json", 1000), ('{"type":"req"}', 1008), ('{"type":"req","id":"1","method":"health"}', 1008)],
)
def test_the_first_frame_has_to_be_a_connect(dial, first, close):
    client = dial()
    client.socket.send(first)
    assert client.close_code() == close
