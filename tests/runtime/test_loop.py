"""The loop against the simulated gateway: every fault by its name, and that nothing ever ends or spins it."""

from __future__ import annotations

import contextlib
import gc
import itertools
import logging
import threading
import time

import pytest

from tests.faults import FAULTS
from tests.faulty_gateway import FaultyGateway
from tests.servers import FINGERPRINT, PING, TEXT, Listener, frame, hang, read_frames, relay, upgrade
from tests.stage import FakeEffectHandler, Stage, is_read, until
from tray.core import requests
from tray.core.commands import (
    Ask,
    OpenDashboard,
    OpenMenu,
    Pin,
    Quit,
    Reconnect,
    SaveSettings,
    SetNotifications,
    UseModel,
)
from tray.core.connection import backoff, connection, login
from tray.core.effects import Dial, Exit, ForgetDeviceToken, LogIn, Notify, OpenUrl, Send
from tray.core.events import (
    CommandReceived,
    ConnectionDropped,
    EventReceived,
    RequestNotSent,
    Resumed,
    SocketOpened,
    TargetResolved,
    Tick,
)
from tray.core.model import (
    MAX_PROMPT_BYTES,
    ActionError,
    AwaitingChallenge,
    Confidence,
    Connected,
    Dialing,
    Discovering,
    FailureKind,
    LoggingIn,
    Mode,
    ModelDiffers,
    Phase,
    PromptStatus,
    StaleReason,
    Waiting,
)
from tray.core.sessions import patience
from tray.core.state import Process, State
from tray.core.update import deadline, update
from tray.i18n.words import Words
from tray.net import websocket
from tray.protocol.frames import Heartbeat, InvalidFrame, Unknown
from tray.protocol.sessions import SessionsSubscribe
from tray.runtime import loop
from tray.runtime.app import App, Options
from tray.runtime.loop import EventLoop
from tray.runtime.mailbox import Mailbox
from tray.settings.settings import Settings
from tray.settings.target import Secrets
from tray.values import replace
from tray.view.reports.status import connection_text

MAIN = "agent:main:main"
TOKEN = "a-token-nobody-may-see"
IDLE_TURNS = 40
"""More than a quiet second may have. A spinning loop makes thousands."""


@pytest.fixture(autouse=True)
def _nothing_left_behind():
    before = set(threading.enumerate())
    yield
    until(lambda: not {t for t in threading.enumerate() if t not in before and t.name != "demo"})
    gc.collect()  # a socket left open is a ResourceWarning, and so a failure


@pytest.fixture
def demo():
    with FaultyGateway(speed=1000, token=TOKEN, story=False) as running:
        yield running


@pytest.fixture
def stage(demo):
    """A loop that is on its way to the simulated gateway."""
    with Stage(demo.url, TOKEN) as running:
        yield running


@pytest.fixture
def up(stage):
    """A loop that is connected, and has read the sessions."""
    stage.until_up()
    return stage


@pytest.fixture
def heard(monkeypatch):
    """Every event that reaches `update`, with the effects that it had."""
    steps = []

    def recorded(state, event, now):
        state, effects = update(state, event, now)
        steps.append((event, effects))
        return state, effects

    monkeypatch.setattr(loop, "update", recorded)
    return steps


def events(heard, kind):
    return [event for event, _ in heard if isinstance(event, kind)]


# ---- a whole connect ----


def test_it_connects_logs_in_reads_and_subscribes(demo, up):
    state = up.state
    assert state.connection.phase is Phase.CONNECTED
    assert state.gateway.models is not None
    assert state.gateway.models[0].name == "anthropic/claude-opus-4-5"
    methods = [method for method, _ in demo.requests]
    assert methods[0] == "connect"
    wanted = ["device.pair.list", "exec.approval.list", "models.list", "sessions.list", "sessions.subscribe"]
    assert sorted(methods[1:]) == wanted
    [connect] = [params for method, params in demo.requests if method == "connect"]
    assert connect["auth"] == {"token": TOKEN}
    assert connect["device"]["signedAt"] > 0


def test_a_change_is_reported_and_read(demo, up):
    demo.set_session(MAIN, totalTokens=50_000, totalTokensFresh=True, contextTokens=200_000)
    state = up.until(lambda state: state.focused is not None and state.focused.usage.used == 50_000)
    assert state.focused.usage.percent == 25


def test_the_end_of_a_run_is_the_end_of_the_loop_on_the_callers_thread(demo):
    mailbox = Mailbox()
    gateway = EventLoop(
        State(Settings(), Mode.ONE_SHOT, Process("5eed")),
        mailbox,
        FakeEffectHandler(demo.url, TOKEN, mailbox.post),
    )
    state = gateway.run(is_read)
    assert state is gateway.state
    assert state.gateway.snapshot.read_at is not None
    assert "models.list" not in [method for method, _ in demo.requests]
    until(lambda: demo.connected == 0)
    mailbox.close()


def test_observe_is_asked_at_the_given_time_though_nothing_happens():
    mailbox = Mailbox()
    with Listener(hang) as server:
        gateway = EventLoop(
            State(Settings(), Mode.ONE_SHOT, Process("5eed")),
            mailbox,
            FakeEffectHandler(server.url, "", mailbox.post),
        )
        ends_at = time.monotonic() + 0.2
        state = gateway.run(lambda _: time.monotonic() >= ends_at, lambda: ends_at)
        assert ends_at <= time.monotonic() < ends_at + 2
        assert isinstance(state.connection.step, Dialing)
    mailbox.close()


def test_quitting_hangs_up_and_asks_to_exit(demo, up):
    up.click(Quit())
    until(lambda: Exit() in up.handler.effects)
    until(lambda: demo.connected == 0)


# ---- faults at the door ----

DOOR = {
    "refuse": (Phase.DOWN, FailureKind.NOT_RUNNING, {}),
    "http": (Phase.DOWN, FailureKind.NOT_A_GATEWAY, {}),
    "unavailable": (Phase.CONNECTING, FailureKind.STARTING, {}),
    "slow_dial": (Phase.DOWN, FailureKind.NO_RESPONSE, {}),
    "starting": (Phase.CONNECTING, FailureKind.STARTING, {"retry_after": 0.3}),
    "no_challenge": (Phase.DOWN, FailureKind.NO_RESPONSE, {}),
    "wrong_token": (Phase.REFUSED, FailureKind.TOKEN_WRONG, {}),
    "pairing": (Phase.REFUSED, FailureKind.PAIRING, {"request_id": "pairing-7"}),
    "protocol": (Phase.REFUSED, FailureKind.PROTOCOL, {}),
    "rate_limit": (Phase.REFUSED, FailureKind.RATE_LIMITED, {"retry_after": 0.3}),
    "scopes_emptied": (Phase.REFUSED, FailureKind.SCOPE, {}),
}


@pytest.fixture
def hasty(monkeypatch):
    """A loop whose patience is measured in tenths of a second."""
    monkeypatch.setattr(websocket, "CONNECT_TIMEOUT", 0.3)
    for module in (connection, login):
        monkeypatch.setattr(module, "LOGIN_TIMEOUT_SECONDS", 0.5)
    monkeypatch.setattr(backoff, "SLOW_RETRY_SECONDS", 0.3)
    for module in (connection, backoff):
        monkeypatch.setattr(module, "DISCOVERY_INTERVAL_SECONDS", 0.2)
    monkeypatch.setattr(requests.send, "__defaults__", (0.5,))  # TIMEOUT_SECONDS
    monkeypatch.setattr(patience, "TIMEOUT_SECONDS", 0.5)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("name", DOOR)
def test_a_fault_at_the_door_is_named_and_ends_with_it(demo, name):
    phase, cause, options = DOOR[name]
    demo.fault(name, **options)
    with Stage(demo.url, TOKEN) as stage:
        state = stage.until_failed(phase, cause)
        assert not state.pending
        assert state.connection.failure.request_id == options.get("request_id")
        assert state.connection.failure.retry_after == (
            options.get("retry_after") if name != "pairing" else None
        )
        demo.clear(name)
        if state.connection.failure.is_persistent:
            stage.click(Reconnect())
        stage.until_up()
        assert demo.connected == 1


@pytest.mark.usefixtures("hasty")
def test_a_refused_login_is_not_tried_again_until_something_changes(demo):
    demo.fault("wrong_token")
    with Stage(demo.url, TOKEN) as stage:
        stage.until_failed(Phase.REFUSED, FailureKind.TOKEN_WRONG)
        looks = itertools.count()
        stage.until(lambda state: isinstance(state.connection.step, Discovering) and next(looks) == 3)
        assert [method for method, _ in demo.requests] == ["connect"]
        demo.clear()
        stage.handler.revision += 1
        stage.until_up()


def test_a_secret_that_is_no_text_is_a_wrong_one(demo):
    with Stage(demo.url, "\udcff") as stage:
        stage.until_failed(Phase.REFUSED, FailureKind.TOKEN_WRONG)


def test_the_token_of_this_device_stands_in_for_a_shared_one_that_was_changed(demo, heard):
    demo.device_token = "d3vice-of-the-test"
    with Stage(demo.url, TOKEN) as stage:
        stage.until_up()
        until(lambda: stage.handler.device_tokens == [(demo.url, "d3vice-of-the-test")])
        demo.token = "another"
        stage.handler.device_token = "d3vice-of-the-test"
        stage.click(Reconnect())
        stage.until(lambda state: state.connected and state.connection.uses_device_token)
        demo.device_token = None  # and now that is taken back, too
        stage.click(Reconnect())
        stage.until_failed(Phase.REFUSED, FailureKind.TOKEN_WRONG)
        until(lambda: ForgetDeviceToken() in stage.handler.effects)
    assert "d3vice" not in repr(heard)


def test_a_device_without_a_shared_secret_logs_in_by_its_own(demo):
    demo.device_token = "d3vice-of-the-test"
    with Stage(demo.url, None) as stage:
        stage.handler.device_token = "d3vice-of-the-test"
        stage.handler.origin = None
        stage.click(Reconnect())
        stage.until(lambda state: state.connected and state.connection.uses_device_token)
        assert stage.handler.device_tokens == []  # it says the same again, which is masked by then


def test_the_shared_secret_is_masked_although_the_token_of_this_device_logs_in(demo, heard):
    demo.device_token = "d3vice-of-the-test"
    with Stage(demo.url, "a-shared-token-of-old") as stage:
        stage.handler.device_token = "d3vice-of-the-test"
        stage.click(Reconnect())
        stage.until(lambda state: state.connected and state.connection.uses_device_token)
        demo.push("sessions.changed", {"sessionKey": "agent:main:a-shared-token-of-old"})
        until(lambda: "agent:main:[secret]" in repr(heard))
    assert "a-shared-token-of-old" not in repr(heard)


def test_a_nonce_that_is_no_text_ends_nothing(stage_for, heard):
    nonce = b'{"type":"event","event":"connect.challenge","payload":{"nonce":"\\ud800"}}'
    with stage_for(frame(TEXT, nonce)) as stage:
        stage.until(lambda state: isinstance(state.connection.step, LoggingIn))
        until(lambda: stage.requests)
    assert b'"method":"connect"' in stage.requests[0]


@pytest.fixture
def stage_for():
    """A loop on its way to a server that upgrades, says this, and keeps what it gets."""

    class Scripted(Stage):
        def __init__(self, said, *, tls=False):
            self.requests = []
            self._server = Listener(lambda connection: self._serve(connection, said), tls=tls)
            super().__init__(self._server.url, TOKEN)

        def _serve(self, connection, said):
            upgrade(connection)
            connection.sendall(said)
            self.requests.extend(data for opcode, data in read_frames(connection) if opcode == TEXT)

        def __enter__(self):
            self._server.__enter__()
            return super().__enter__()

        def __exit__(self, *error):
            super().__exit__(*error)
            self._server.__exit__(*error)

    return Scripted


def test_a_websocket_server_that_is_no_gateway(stage_for):
    close = frame(TEXT, b"hello") + frame(8, (1008).to_bytes(2, "big") + b"who are you")
    with stage_for(close) as stage:
        assert (
            stage.until_failed(Phase.DOWN, FailureKind.NOT_A_GATEWAY).connection.failure.detail
            == "who are you"
        )


def test_a_gateway_that_reads_nothing_for_a_while_holds_up_no_click(demo):
    reads = threading.Event()
    reads.set()
    port = int(demo.url.rpartition(":")[2])
    with Listener(relay(port, reads)) as server, Stage(server.url, TOKEN) as stage:
        stage.until_up()
        reads.clear()
        for _ in range(19):
            stage.click(Ask("x" * MAX_PROMPT_BYTES))
        until(lambda: stage.gateway._connection.has_unsent)
        stage.click(SetNotifications(on=False))
        assert stage.until(lambda state: not state.settings.notifications).connected
        reads.set()
        until(lambda: not stage.gateway._connection.has_unsent)
        assert stage.state.connection.attempt == 1


# ---- faults of a connection that stands ----


@pytest.mark.parametrize("name", ["silence", "half_frame"])
def test_silence_is_noticed_and_dialled_again(demo, up, name):
    demo.fault(name)
    state = up.until_failed(Phase.DOWN, FailureKind.NO_MESSAGES)
    assert state.connection.attempt == 1
    demo.clear(name)
    up.until_up()
    until(lambda: demo.connected == 1)


def test_the_mailbox_is_served_while_half_a_frame_is_there(demo, up):
    demo.fault("half_frame")
    up.click(SetNotifications(on=False))
    state = up.until(lambda state: not state.settings.notifications)
    assert isinstance(state.connection.step, Connected)
    assert SaveSettings(((("notices",), False),)) in up.handler.effects


def test_garbage_is_ignored(demo, up, heard):
    demo.fault("garbage")
    demo.push("presence", {})
    until(lambda: EventReceived(Heartbeat("presence")) in [event for event, _ in heard])
    ignored = [
        event.push for event in events(heard, EventReceived) if isinstance(event.push, InvalidFrame | Unknown)
    ]
    assert len(ignored) > 10
    assert not any(effects for event, effects in heard if getattr(event, "push", None) in ignored)
    assert isinstance(up.state.connection.step, Connected)
    assert up.state.connection.attempt == 1


@pytest.fixture
def slow_wire(monkeypatch):
    """A large message's time on the wire is no silence: the demo's ticks are a third of a second apart."""
    monkeypatch.setattr(connection, "_silence", lambda _: 60.0)


@pytest.mark.usefixtures("slow_wire")
def test_an_event_of_25_mb_is_taken(demo, up):
    demo.fault("big_frame", size=25_000_000)
    demo.set_session(MAIN, totalTokens=1000, totalTokensFresh=True)
    up.until(lambda state: state.gateway.snapshot.find(MAIN) is not None)
    assert up.state.connection.attempt == 1


@pytest.mark.usefixtures("slow_wire")
def test_an_answer_of_25_mb_is_read(demo, stage):
    stage.until_up()
    rows = [{"key": MAIN, "totalTokens": 5, "filling": "x" * 25_000_000}]
    demo.fault("answer", times=1, method="sessions.list", payload={"sessions": rows})
    demo.push("sessions.changed", {})
    assert stage.until(lambda state: state.gateway.snapshot.find(MAIN) is not None).connection.attempt == 1


@pytest.mark.usefixtures("slow_wire")
def test_a_larger_one_than_any_gateway_sends_ends_the_connection(demo, up):
    demo.fault("big_frame", times=1, size=websocket.MAX_MESSAGE + 1_000_000)
    state = up.until(lambda state: state.connection.failure is not None)
    assert state.connection.failure.kind is FailureKind.CONNECTION_LOST
    assert "larger" in state.connection.failure.detail
    up.until_up()


def test_a_flood_leaves_a_click_its_turn(demo, up, heard):
    demo.fault("flood", rate=100_000)
    until(lambda: len(heard) > 2000)
    up.click(SetNotifications(on=False))
    up.until(lambda state: not state.settings.notifications)
    demo.clear("flood")
    assert up.state.connection.attempt == 1


def test_no_more_than_a_handful_of_messages_come_between(monkeypatch, stage_for):
    order = []

    def recorded(state, event, now):
        order.append(event)
        if len(order) == 500:
            stage.click(SetNotifications(on=False))
        return update(state, event, now)

    monkeypatch.setattr(loop, "update", recorded)
    tick = frame(TEXT, b'{"type":"event","event":"tick","payload":{}}')
    with stage_for(tick * 2_000) as stage:
        stage.until(lambda state: not state.settings.notifications)
        until(lambda: order.count(EventReceived(Heartbeat("tick"))) == 2_000)
    assert 500 <= order.index(CommandReceived(SetNotifications(on=False))) <= 700


def test_a_flood_has_a_limited_time_of_each_turn(monkeypatch, stage_for):
    monkeypatch.setattr(loop, "_MAX_READING_SECONDS", 0.0)
    order = []

    def recorded(state, event, now):
        order.append(event)
        if len(order) == 50:
            stage.click(SetNotifications(on=False))
        return update(state, event, now)

    monkeypatch.setattr(loop, "update", recorded)
    tick = frame(TEXT, b'{"type":"event","event":"tick","payload":{}}')
    with stage_for(tick * 150) as stage:
        stage.until(lambda state: not state.settings.notifications)
        until(lambda: order.count(EventReceived(Heartbeat("tick"))) == 150)
    assert 50 <= order.index(CommandReceived(SetNotifications(on=False))) <= 52


def test_fragments_without_end_leave_a_click_its_turn_and_end_the_connection(stage_for):
    opened = frame(TEXT, b"", fin=False)
    with stage_for(opened + frame(0, b"", fin=False) * 9_000) as stage:
        stage.until(lambda state: isinstance(state.connection.step, AwaitingChallenge))
        stage.click(SetNotifications(on=False))
        stage.until(lambda state: not state.settings.notifications)
    with stage_for(opened + frame(0, b"", fin=False) * 11_000) as stage:
        failed = stage.until(lambda state: state.connection.failure is not None)
    assert "larger" in failed.connection.failure.detail


def test_a_large_message_before_the_login_ends_the_connection(stage_for):
    challenge = '{"type":"event","event":"connect.challenge","payload":{"nonce":"n","x":[%s]}}'
    with stage_for(frame(TEXT, (challenge % ("[]," * 1_000_000 + "[]")).encode())) as stage:
        failed = stage.until(lambda state: state.connection.failure is not None)
    assert "larger" in failed.connection.failure.detail
    assert stage.requests == []


def test_a_second_answer_to_the_login_is_an_answer_to_nothing(demo, up, heard):
    [client] = demo._welcome()
    for number in range(100):
        client.respond("login", {"ok": True, "payload": {"auth": {"deviceToken": f"token-{number}"}}})
    demo.push("presence", {})
    until(lambda: EventReceived(Heartbeat("presence")) in [event for event, _ in heard])
    assert len([event for event in events(heard, EventReceived) if isinstance(event.push, Unknown)]) == 100
    assert up.handler.device_tokens == []


def test_requests_that_timed_out_are_forgotten(demo, up):
    sent = up.gateway._requests
    sent |= {f"timed-out-{number}": SessionsSubscribe() for number in range(loop._MAX_REQUESTS)}
    demo.push("sessions.changed", {})
    until(lambda: len(up.gateway._requests) < loop._MAX_REQUESTS)
    up.until_up()


def test_a_cut_is_mended_at_once(demo, up):
    demo.fault("drop", times=1)
    state = up.until_failed(Phase.CONNECTING, FailureKind.CONNECTION_LOST)
    assert state.connection.failures == 0
    up.until_up()
    assert up.state.connection.attempt == 2


def test_pings_are_answered(demo, up, heard):
    demo.ping()
    demo.push("presence", {})  # it comes after the ping, which is under way by then
    until(lambda: EventReceived(Heartbeat("presence")) in [event for event, _ in heard])
    until(lambda: demo.unanswered == 0)
    assert demo.connected == 1


def test_an_announced_restart_is_no_outage(demo, up):
    demo.announce_restart(1.5, 500.0)
    up.until_failed(Phase.CONNECTING, FailureKind.RESTARTING)
    until(lambda: demo.connected == 0)
    state = up.until_up()
    assert state.connection.report_outage_at is None
    assert not [effect for effect in up.handler.effects if isinstance(effect, Notify)]


@pytest.mark.parametrize("during", ["unavailable", "starting"])
def test_a_restart_that_is_met_half_way(demo, up, during):
    demo.announce_restart(1.5, 500.0, during=during)
    up.until_failed(Phase.CONNECTING, FailureKind.RESTARTING)
    up.until_up()


def test_an_announced_stop_is_reported_as_such(demo, up):
    demo.announce_stop()
    state = up.until(lambda state: isinstance(state.connection.step, Waiting))
    assert state.connection.failure.kind is FailureKind.STOPPED
    assert state.connection.phase is Phase.DOWN
    demo.clear("refuse")
    up.until_up()


# ---- faults of an answer ----


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("mute", {}),
        ("reject", {"code": "UNAVAILABLE", "message": "not now"}),
        ("answer", {"payload": None}),
        ("answer", {"payload": {"sessions": 7, "defaults": []}}),
        ("answer", {"payload": {"sessions": [7, {}, {"key": 3}, {"key": MAIN, "totalTokens": "many"}]}}),
        ("answer", {"payload": [[]]}),
    ],
)
@pytest.mark.parametrize("method", ["sessions.list", "models.list", "sessions.subscribe"])
def test_an_answer_that_is_none_breaks_nothing(demo, name, options, method):
    demo.fault(name, method=method, **options)
    with Stage(demo.url, TOKEN) as stage:
        connected = stage.until(lambda state: isinstance(state.connection.step, Connected))
        state = stage.until(lambda state: all(pending.late for pending in state.pending))
        assert state.connection.attempt == connected.connection.attempt
        demo.clear(name)
        demo.set_session(MAIN, totalTokens=7, totalTokensFresh=True)
        stage.click(Reconnect())
        stage.until(lambda state: state.connection.attempt == 2)
        stage.until(lambda state: is_read(state) and state.gateway.snapshot.find(MAIN) is not None)


def test_reading_refused_for_want_of_a_scope(demo):
    demo.fault(
        "reject", method="sessions.list", code="INVALID_REQUEST", message="missing scope: operator.read"
    )
    with Stage(demo.url, TOKEN) as stage:
        stage.until_failed(Phase.REFUSED, FailureKind.SCOPE)


def test_cut_in_the_middle_of_a_request(demo):
    demo.fault("die_during", times=2, method="sessions.list")
    with Stage(demo.url, TOKEN) as stage:
        stage.until_failed(Phase.CONNECTING, FailureKind.CONNECTION_LOST)
        stage.until_up()
        assert stage.state.connection.attempt == 3


# ---- faults of a run ----


def ended(state):
    return bool(state.profile.prompts) and state.profile.prompts[-1].state.ended


def test_a_prompt_is_answered(up):
    up.click(Ask("What about the garden?"))
    prompt = up.until(ended).profile.prompts[-1]
    assert prompt.state is PromptStatus.ANSWERED
    assert "the garden" in prompt.answer


def test_a_run_that_fails(demo, up):
    demo.fault("run_fails", times=1, message="quota exceeded")
    up.click(Ask("hello"))
    prompt = up.until(ended).profile.prompts[-1]
    assert prompt.state is PromptStatus.FAILED
    assert prompt.error is ActionError.GATEWAY
    assert "quota exceeded" in prompt.detail


def test_a_run_that_is_held_goes_on(demo, up):
    demo.fault("run_holds", times=1)
    up.click(Ask("What about the garden?"))
    up.until(lambda state: bool(state.profile.prompts) and bool(state.profile.prompts[-1].answer))
    assert not ended(up.state)
    demo.clear("run_holds")
    assert up.until(ended).profile.prompts[-1].state is PromptStatus.ANSWERED


def test_a_run_on_another_model_than_the_session_has(demo, up):
    demo.fault("run_by", times=1, model="anthropic/claude-sonnet-4-5")
    up.click(Ask("hello"))
    assert up.until(ended).profile.prompts[-1].answered_by == "anthropic/claude-sonnet-4-5"


def test_a_run_on_another_model_than_the_one_switched_to_is_notified(demo, up):
    up.click(UseModel("google/gemini-2.5-pro", MAIN))
    up.until(lambda state: any(switch.in_force for switch in state.profile.switches))
    demo.fault("run_by", times=2, model="anthropic/claude-sonnet-4-5")
    for text in ("hello", "again"):
        up.click(Ask(text, MAIN))
        state = up.until(lambda state, text=text: ended(state) and state.profile.prompts[-1].text == text)
        assert state.profile.prompts[-1].answered_by == "anthropic/claude-sonnet-4-5"
    differs = ModelDiffers(MAIN, "google/gemini-2.5-pro", "anthropic/claude-sonnet-4-5")
    assert [effect.alert for effect in up.handler.effects if isinstance(effect, Notify)] == [differs]


def test_a_run_without_a_report_of_its_usage_leaves_a_doubt(demo, up):
    demo.run(MAIN, "hello")
    up.until(
        lambda state: (
            (s := state.gateway.snapshot.find(MAIN)) is not None and s.usage.confidence is Confidence.FRESH
        )
    )
    demo.fault("run_unreported", times=1)
    demo.run(MAIN, "hello")
    state = up.until(lambda state: state.gateway.snapshot.find(MAIN).usage.confidence is Confidence.STALE)
    assert state.gateway.snapshot.find(MAIN).usage.stale_reason in (
        StaleReason.REPORTED_STALE,
        StaleReason.UNCHANGED,
    )


def test_a_connection_lost_in_the_middle_of_a_prompt_never_runs_it_twice(demo, up):
    demo.fault("die_during", times=1, method="agent", started=True)
    up.click(Ask("What about the garden?"))
    prompt = up.until(ended).profile.prompts[-1]
    assert prompt.state is PromptStatus.ANSWERED
    assert demo.runs == 1


def test_every_fault_of_the_simulated_gateway_has_a_test_here():
    standing = {"silence", "half_frame", "garbage", "big_frame", "flood", "drop"}
    answers = {"mute", "reject", "answer", "die_during"}
    runs = {"run_by", "run_fails", "run_holds", "run_unreported"}
    never_met = {"compact_fails"}  # ClawTray asks for no compaction
    assert set(DOOR) | standing | answers | runs | never_met == set(FAULTS)


# ---- dials ----


def dials():
    """The threads that are dialling."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("dial-")]


@pytest.fixture
def patient(monkeypatch):
    """A dial that does not end by itself."""
    monkeypatch.setattr(websocket, "CONNECT_TIMEOUT", 600.0)


@pytest.mark.usefixtures("patient")
def test_a_dial_that_hangs_is_given_up_and_its_thread_ends(demo, monkeypatch):
    monkeypatch.setattr(connection, "DIAL_TIMEOUT_SECONDS", 0.3)
    demo.fault("slow_dial", times=1)
    with Stage(demo.url, TOKEN) as stage:
        stage.until_failed(Phase.DOWN, FailureKind.UNREACHABLE)
        stage.until_up()
        until(lambda: not dials())
        assert stage.state.connection.attempt == 2


def test_a_bug_while_dialling_is_a_failure_like_others(demo, monkeypatch, caplog):
    monkeypatch.setattr(loop.Dialer, "dial", lambda _: 1 / 0)
    with Stage(demo.url, TOKEN) as stage:
        stage.until_failed(Phase.DOWN, FailureKind.UNREACHABLE)
        monkeypatch.undo()
        stage.until_up()
    assert "connecting: ZeroDivisionError" in caplog.text


def test_a_socket_that_comes_too_late_is_closed(demo, monkeypatch):
    monkeypatch.setattr(websocket.Dialer, "give_up", lambda _: None)
    demo.fault("slow_dial", times=1)
    with Stage(demo.url, TOKEN) as stage:
        stage.until(lambda state: isinstance(state.connection.step, Dialing))
        until(lambda: demo._faults._set[0].left == 0)  # the first dial is held
        stage.click(Reconnect())
        stage.until_up()
        assert demo.connected == 1
        demo.clear("slow_dial")
        until(lambda: not dials())
        until(lambda: len(demo._all()) == 1)
        assert stage.state.connection.attempt == 2
        assert isinstance(stage.state.connection.step, Connected)


@pytest.mark.usefixtures("patient")
def test_the_end_of_the_loop_ends_a_dial(demo):
    demo.fault("slow_dial", times=1)
    with Stage(demo.url, TOKEN) as stage:
        until(lambda: demo._faults._set[0].left == 0)  # the dial is held
        assert dials() == ["dial-1"]
        assert isinstance(stage.state.connection.step, Dialing)
    until(lambda: not dials())


def test_an_answer_to_an_older_dial_is_void(up):
    up.gateway.post(SocketOpened(0))
    up.click(SetNotifications(on=False))
    assert isinstance(up.until(lambda state: not state.settings.notifications).connection.step, Connected)


def test_another_address_is_dialled_at_once(demo, up):
    with FaultyGateway(speed=1000, token=TOKEN, story=False) as other:
        up.handler.target = replace(up.handler.target, url=other.url)
        up.gateway.post(TargetResolved(up.handler.target, 2))
        until(lambda: other.connected == 1)
        until(lambda: demo.connected == 0)
        up.until(
            lambda state: state.connection.target is not None and state.connection.target.url == other.url
        )
        up.until_up()


def test_waking_up_drops_nothing_that_is_well(demo, up):
    up.gateway.post(Resumed())
    up.until(lambda state: state.connection.quiet_until is not None)
    assert isinstance(up.state.connection.step, Connected)
    assert demo.connected == 1


# ---- writing ----


def test_what_cannot_be_written_is_reported(demo, up, heard, monkeypatch):
    def broken(wire, text):
        raise websocket.Closed(None, "Broken pipe")

    with monkeypatch.context() as patch:
        patch.setattr(websocket.WebSocketConnection, "send", broken)
        up.click(UseModel("anthropic/claude-sonnet-4-5", MAIN))
        up.until_failed(Phase.CONNECTING, FailureKind.CONNECTION_LOST)
    up.until_up()
    assert events(heard, ConnectionDropped) == [ConnectionDropped(None, "Broken pipe")]


def test_a_request_without_a_socket_is_unsent(demo, up, heard, monkeypatch):
    def broken(wire, text):
        raise websocket.Closed(None, "Broken pipe")

    def two_at_once(state, event, now):
        state, effects = update(state, event, now)
        if event == CommandReceived(OpenMenu()):
            for key in (MAIN, "agent:main:other"):
                state, more = update(
                    state, CommandReceived(UseModel("anthropic/claude-sonnet-4-5", key)), now
                )
                effects += more
        heard.append((event, effects))
        return state, effects

    with monkeypatch.context() as patch:
        patch.setattr(loop, "update", two_at_once)
        patch.setattr(websocket.WebSocketConnection, "send", broken)
        up.click(OpenMenu())
        up.until_failed(Phase.CONNECTING, FailureKind.CONNECTION_LOST)
    up.until_up()  # so all that the broken connection left behind has been handled
    unsent = [event.id for event in events(heard, RequestNotSent)]
    [effects] = [effects for event, effects in heard if event == CommandReceived(OpenMenu())]
    assert unsent == [effect.id for effect in effects if isinstance(effect, Send)][1:]


def test_a_prompt_without_a_socket_waits_and_is_sent_when_there_is_one(demo, up, monkeypatch):
    sends = []

    def broken(wire, text):
        sends.append(text)
        raise websocket.Closed(None, "Broken pipe")

    def followed(state, event, now):
        if event == CommandReceived(UseModel("anthropic/claude-sonnet-4-5", MAIN)):
            up.click(Ask("What about the garden?"))  # it is in the mailbox before the loss can be
        return update(state, event, now)

    def has_prompt(*states):
        return lambda state: bool(state.profile.prompts) and state.profile.prompts[-1].state in states

    with monkeypatch.context() as patch:
        patch.setattr(loop, "update", followed)
        patch.setattr(websocket.WebSocketConnection, "send", broken)
        up.click(UseModel("anthropic/claude-sonnet-4-5", MAIN))
        assert up.until(has_prompt(*PromptStatus)).profile.prompts[-1].state is PromptStatus.WAITING
        up.until(lambda state: not isinstance(state.connection.step, Connected))
    assert len(sends) == 1
    assert up.until(ended).profile.prompts[-1].state is PromptStatus.ANSWERED
    assert demo.runs == 1


# ---- TLS ----


@pytest.fixture
def secure(demo):
    """The simulated gateway behind TLS."""
    with Listener(relay(int(demo.url.rpartition(":")[2])), tls=True) as front:
        yield front


def test_everything_works_over_tls(demo, secure, heard):
    with Stage(secure.url, TOKEN) as stage:
        stage.until_up()
        demo.fault("flood", rate=20_000)
        until(lambda: len(heard) > 2000)
        stage.click(SetNotifications(on=False))
        stage.until(lambda state: not state.settings.notifications)
        demo.clear("flood")
        demo.fault("big_frame", times=1, size=3_000_000)
        demo.set_session(MAIN, totalTokens=9, totalTokensFresh=True)
        stage.until(lambda state: state.gateway.snapshot.find(MAIN) is not None)
        assert stage.state.connection.attempt == 1


def test_what_tls_has_decrypted_already_is_read_without_waiting_for_more(stage_for):
    challenge = b'{"type":"event","event":"connect.challenge","payload":{"nonce":"n"}}'
    with stage_for(frame(PING) + frame(TEXT, challenge), tls=True) as stage:
        state = stage.until(lambda state: isinstance(state.connection.step, LoggingIn))
        assert state.connection.attempt == 1


def test_another_certificate_than_the_pinned_one_never_sees_the_token(demo, secure):
    stage = Stage(secure.url, TOKEN)
    stage.handler.target = replace(stage.handler.target, fingerprint=FINGERPRINT[::-1])
    with stage:
        stage.until_failed(Phase.REFUSED, FailureKind.TLS)
    assert secure.clients == 1
    assert demo.requests == []


@pytest.mark.parametrize("agreed", [None, "1002@", "1003@{place}", "1002@{place}0"])
def test_another_user_of_this_computer_never_sees_the_token(demo, monkeypatch, agreed):
    monkeypatch.setattr(loop.peer, "other_user", lambda _: loop.peer.User("1002", "alice"))
    stage = Stage(demo.url, TOKEN)
    place = demo.url.removeprefix("ws://")
    user = agreed and agreed.format(place=place)
    stage.handler.target = replace(stage.handler.target, gateway_user=user)
    with stage:
        state = stage.until_failed(Phase.REFUSED, FailureKind.OTHER_USER)
    assert (state.connection.failure.detail, state.connection.failure.user) == ("alice", "1002")
    assert demo.requests == []


def test_another_user_gets_it_once_the_person_has_agreed(demo, monkeypatch):
    monkeypatch.setattr(loop.peer, "other_user", lambda _: loop.peer.User("1002", "alice"))
    stage = Stage(demo.url, TOKEN)
    user = f"1002@{demo.url.removeprefix('ws://')}"
    stage.handler.target = replace(stage.handler.target, gateway_user=user)
    with stage:
        stage.until_up()


def test_on_another_computer_nobody_looks_who_listens(demo, monkeypatch):
    monkeypatch.setattr(loop.peer, "other_user", lambda _: loop.peer.User("1002", "alice"))
    stage = Stage(demo.url, TOKEN)
    stage.handler.target = replace(stage.handler.target, is_loopback=False)
    with stage:
        stage.until_up()


# ---- no spin ----


def turns(demo, before, *, during=1.0):
    """Run a loop until it is up, do something to the gateway, and count its turns for so many seconds."""
    mailbox = Mailbox()
    gateway = EventLoop(
        State(Settings(), Mode.LIVE, Process("5eed")),
        mailbox,
        FakeEffectHandler(demo.url, TOKEN, mailbox.post),
    )
    count, since = 0, None

    def observe(state):
        nonlocal count, since
        if since is None:
            if is_read(state):
                before(gateway)
                since = time.monotonic()
            return False
        count += 1
        return time.monotonic() - since > during

    gateway.run(observe)
    mailbox.close()
    return count, gateway.state


def test_an_idle_connection_costs_a_handful_of_turns(demo):
    count, state = turns(demo, lambda _: None)
    assert count < IDLE_TURNS
    assert isinstance(state.connection.step, Connected)


@pytest.mark.parametrize("name", ["half_frame", "silence", "garbage"])
def test_a_fault_does_not_make_it_spin(demo, name):
    count, _ = turns(demo, lambda _: demo.fault(name))
    assert count < IDLE_TURNS


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("name", ["refuse", "http", "unavailable", "wrong_token"])
def test_an_outage_does_not_make_it_spin(demo, name):
    def break_it(_):
        demo.fault(name)
        demo.drop()

    count, state = turns(demo, break_it)
    assert count < IDLE_TURNS
    assert not isinstance(state.connection.step, Connected)


def test_a_bug_that_meets_every_tick_does_not_make_it_spin(demo, monkeypatch, caplog):
    def buggy(state, event, now):
        if armed and isinstance(event, Tick):
            raise RuntimeError
        return update(state, event, now)

    armed = []
    monkeypatch.setattr(loop, "update", buggy)
    monkeypatch.setattr(loop, "deadline", lambda state: 0.0 if armed else deadline(state))
    count, _ = turns(demo, lambda _: armed.append(True), during=1.5)
    assert 1 <= len(caplog.records) <= 3
    assert count < IDLE_TURNS


# ---- bugs are survived ----


def test_a_bug_in_update_is_logged_without_content_and_survived(demo, up, monkeypatch, caplog):
    def buggy(state, event, now):
        if event == CommandReceived(Pin("secret-key")):
            raise ValueError(f"one\n{event}\n{TOKEN}")
        return update(state, event, now)

    monkeypatch.setattr(loop, "update", buggy)
    before = up.state
    with caplog.at_level(logging.DEBUG):
        up.click(Pin("secret-key"))
        up.click(SetNotifications(on=False))
        after = up.until(lambda state: not state.settings.notifications)
    assert after.gateway.focus == before.gateway.focus
    assert isinstance(after.connection.step, Connected)
    [record] = caplog.records
    message = record.getMessage()
    assert message.startswith("bug while handling CommandReceived: ValueError: ")
    assert "in buggy" in message
    assert "secret-key" not in message
    assert TOKEN not in message
    assert "\n" not in message
    assert record.exc_info is None


def test_a_turn_that_fails_costs_the_connection_but_not_the_program(demo, up, monkeypatch, caplog):
    def broken(_):
        monkeypatch.undo()
        raise RuntimeError("with something secret in it")

    monkeypatch.setattr(loop, "deadline", broken)
    demo.push("presence", {})
    up.until(lambda state: not state.connected)
    up.until_up()
    assert "a turn of the event loop: RuntimeError" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.usefixtures("caplog")
def test_turns_that_all_fail_end_the_loop(monkeypatch):
    def broken(_):
        raise RuntimeError

    monkeypatch.setattr(loop, "deadline", broken)
    with contextlib.closing(Mailbox()) as mailbox:
        handler = FakeEffectHandler("ws://127.0.0.1:1", TOKEN, mailbox.post)
        state = State(Settings(), Mode.LIVE, Process("5eed"))
        with pytest.raises(RuntimeError):
            EventLoop(state, mailbox, handler).run(lambda _: False)


def test_a_bug_in_an_effect_is_survived_too(up, caplog):
    def broken(effect, state):
        if isinstance(effect, OpenUrl):
            raise OSError(f"cannot open {effect.url}")
        run_effect(effect, state)

    run_effect, up.handler.run_effect = up.handler.run_effect, broken
    up.click(OpenDashboard())
    up.click(SetNotifications(on=False))
    up.until(lambda state: not state.settings.notifications)
    until(lambda: SaveSettings(((("notices",), False),)) in up.handler.effects)
    [record] = caplog.records
    assert record.getMessage().startswith("bug while carrying out OpenUrl: OSError: ")
    assert "127.0.0.1" not in record.getMessage()


def test_a_reader_that_fails_is_survived_too(demo, up, monkeypatch, caplog):
    parse = loop.frames.parse

    def broken(message):
        if b"presence" in message:
            raise ValueError(message)
        return parse(message)

    monkeypatch.setattr(loop.frames, "parse", broken)
    demo.push("presence", {"secret": TOKEN})
    demo.set_session(MAIN, totalTokens=3, totalTokensFresh=True)
    up.until(lambda state: state.gateway.snapshot.find(MAIN) is not None)
    assert up.state.connection.attempt == 1
    [record] = caplog.records
    assert TOKEN not in record.getMessage()


@pytest.mark.usefixtures("hasty")
def test_a_desk_without_a_key_does_not_end_the_loop(demo, caplog):
    with Stage(demo.url, TOKEN) as stage:
        seed, stage.handler.device_seed = stage.handler.device_seed, lambda: 1 / 0
        stage.click(Reconnect())
        stage.until(lambda state: state.connection.failure is not None)
        stage.handler.device_seed = seed
        stage.until_up()
    assert any("carrying out LogIn" in record.getMessage() for record in caplog.records)


def test_a_damaged_device_key_is_reported_in_words_and_its_repair_noticed(demo, monkeypatch, tmp_path):
    monkeypatch.setenv("CLAWTRAY_HOME", str(tmp_path))
    monkeypatch.setenv("CLAWTRAY_URL", demo.url)
    monkeypatch.setenv("CLAWTRAY_TOKEN", TOKEN)
    for module in (connection, backoff):
        monkeypatch.setattr(module, "DISCOVERY_INTERVAL_SECONDS", 0.1)
    keys = []
    with App(Options(), Mode.ONE_SHOT, show=lambda *_: None) as app:
        app.gateway.run(is_read)
        [key] = tmp_path.rglob("device.key")
        keys.append(key)
    seed = key.read_bytes()
    key.write_bytes(b"short")
    with App(Options(), Mode.ONE_SHOT, show=lambda *_: None) as app:
        state = app.gateway.run(lambda state: state.connection.phase is Phase.REFUSED)
        assert "device.key is damaged" in connection_text(state, Words())
        key.write_bytes(seed)
        app.gateway.run(is_read)
    assert [method for method, _ in demo.requests].count("connect") == 2


# ---- secrets ----


def test_no_secret_is_in_any_event_effect_state_or_log(demo, heard, caplog):
    caplog.set_level(logging.DEBUG)
    states = []
    with Stage(demo.url, TOKEN) as stage:
        stage.handler.login = Secrets(TOKEN, "a-password-nobody-may-see")
        stage.until_up()
        stage.click(Ask("hello"))
        states.append(stage.until(ended))
        stage.handler.login = Secrets("another-token-nobody-may-see", "a-password-nobody-may-see")
        stage.click(Reconnect())
        states.append(stage.until_failed(Phase.REFUSED, FailureKind.TOKEN_WRONG))
        reprs = [repr(stage.handler.login), repr(stage.handler.effects)]
    reprs += [repr(step) for step in heard] + [repr(state) for state in states]
    ours = [record for record in caplog.records if not record.name.startswith("tray.demo")]
    reprs += [record.getMessage() for record in ours]
    reprs += [repr(event) for event, _ in heard]
    assert any("LogIn(" in text for text in reprs)
    assert not [text for text in reprs if "nobody-may-see" in text]
    seed = bytes(range(32))
    assert not [text for text in reprs if repr(seed)[2:-1] in text or seed.hex() in text]


def test_only_the_challenge_of_a_login_and_the_place_of_a_dial_are_in_their_effects(demo, up, heard):
    up.click(Reconnect())
    up.until(lambda state: state.connection.attempt == 2)
    up.until_up()
    effects = [effect for _, effects in heard for effect in effects]
    [login] = [effect for effect in effects if isinstance(effect, LogIn)]
    assert login.signed_at_ms > 0
    [dialled] = [effect for effect in effects if isinstance(effect, Dial)]
    assert dialled.target.url == demo.url
