"""The Python API on the simulated gateway."""

from __future__ import annotations

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from tests.cli.results import MAIN, NOTES, OPUS, QWEN, SIDE, SONNET, write_settings
from tests.faulty_gateway import FaultyGateway
from tray import api

NOBODY = "ws://127.0.0.1:1"


@pytest.fixture
def connected(gateway):
    with api.connect() as connection:
        yield connection


def sent(gateway, method):
    return [params for name, params in gateway.requests if name == method]


# ---- looking ----


def test_one_look(gateway):
    status = api.status()
    assert (status.schema, status.focus, status.model) == (1, MAIN, OPUS)
    assert (status.connection.phase, status.connection.reason) == ("connected", None)
    context = status.context
    assert (context.used, context.max, context.percent, context.confidence) == (
        124_000,
        200_000,
        62.0,
        "fresh",
    )
    assert status.sessions[0].key == MAIN
    assert status.approvals is not None
    assert gateway.runs == 0


def test_a_look_is_what_the_console_says(gateway, clawtray, connected):
    said = json.loads(clawtray("status", "--json").out)
    for status in (api.status(), connected.status()):
        assert json.loads(msgspec.json.encode(status)) == {**said, "at": status.at}


def test_models_and_usage_are_what_the_console_says(gateway, clawtray, connected):
    said = json.loads(clawtray("models", "--json").out)["models"]
    assert json.loads(msgspec.json.encode(connected.models())) == said
    said = json.loads(clawtray("usage", "--json", "--days", "7").out)
    usage = json.loads(msgspec.json.encode(connected.usage(7)))
    assert usage == {**said, "at": usage["at"], "as_of": usage["as_of"]}


def test_values_cannot_be_changed(gateway):
    status = api.status()
    with pytest.raises(AttributeError):
        status.focus = "other"


def test_without_a_gateway_a_look_says_why_and_the_rest_raises(home):
    status = api.status(url=NOBODY)
    assert status.connection.phase == "down"
    assert "Nothing is listening at 127.0.0.1:1" in status.connection.reason
    with api.connect(url=NOBODY) as gateway:
        assert gateway.status().connection.phase == "down"
        for look in (gateway.sessions, gateway.models, gateway.usage):
            with pytest.raises(api.NotConnectedError, match="Nothing is listening"):
                look()
        with pytest.raises(api.NotConnectedError, match="Nothing is listening"):
            gateway.use_model("main", SONNET)
        with pytest.raises(api.NotConnectedError, match="Nothing is listening"):
            _ = gateway.ask("hello").text


def test_a_login_that_is_refused(gateway, monkeypatch):
    monkeypatch.setenv("CLAWTRAY_TOKEN", "wrong")
    assert api.status().connection.phase == "refused"
    with api.connect() as connection, pytest.raises(api.LoginRefusedError, match="does not accept the token"):
        connection.sessions()


def test_a_gateway_that_is_silent(gateway):
    gateway.fault("mute", method="sessions.list")
    with (
        api.connect(timeout=0.5) as connection,
        pytest.raises(api.NoReplyError, match="No answer yet from"),
    ):
        connection.sessions()


def test_every_look_is_a_new_one_on_the_same_connection(gateway, connected):
    assert [session.percent for session in connected.sessions() if session.key == MAIN] == [62.0]
    gateway.set_session(MAIN, totalTokens=150_000)
    assert connected.status().context.percent == 75.0
    assert {session.percent for session in connected.sessions() if session.key == MAIN} == {75.0}
    assert len(sent(gateway, "connect")) == 1


def test_a_lost_connection_is_made_again(gateway, connected):
    connected.sessions()
    gateway.fault("drop", times=1)
    assert connected.status().connection.phase == "connected"
    assert len(sent(gateway, "connect")) == 2


def test_the_models(gateway, connected):
    models = {model.model: model for model in connected.models()}
    assert (models[OPUS].window, models[OPUS].default) == (200_000, True)
    assert not models[SONNET].default


def test_tokens_and_cost(gateway, connected):
    usage = connected.usage(days=7)
    assert (usage.days, [period.days for period in usage.periods]) == (7, [1, 7, 30])
    assert usage.models[0].tokens > 0
    assert gateway.runs == 0


# ---- changing and asking ----


def test_a_session_gets_another_model(gateway, connected):
    assert connected.use_model("main", SONNET) == SONNET
    assert connected.use_model(NOTES, "gemini") == "google/gemini-2.5-pro"
    assert {s.key: s.model for s in connected.sessions()}[MAIN] == SONNET
    assert connected.use_model("main", None) == OPUS
    with pytest.raises(api.GatewayError, match="There is no session nobody"):
        connected.use_model("nobody", SONNET)
    with pytest.raises(api.GatewayError, match="model not allowed"):
        connected.use_model("main", "nobody/nothing")
    assert "agent:main:nobody" not in gateway.sessions


def test_an_answer_arrives_in_pieces_and_is_one_run(gateway, connected):
    answer = connected.ask("What is new?")
    pieces = list(answer)
    assert len(pieces) > 1
    assert "".join(pieces) == answer.text == "".join(answer)
    assert answer.text.endswith("no token was spent.)")
    assert gateway.runs == 1
    (params,) = sent(gateway, "agent")
    assert (params["sessionKey"], params["message"]) == (SIDE, "What is new?")


def test_a_session_for_each_purpose_has_a_model_of_its_own(gateway, connected):
    for _ in range(2):
        assert connected.ask("hello", session="upsell-7", model=SONNET).text
    assert gateway.sessions["agent:main:upsell-7"]["model"] == "claude-sonnet-4-5"
    with pytest.raises(api.MisuseError, match=r"new sessions\. Call use_model\(\) for"):
        _ = connected.ask("hello", session="upsell-7", model=QWEN).text
    with pytest.raises(ValueError, match="use_model"):
        list(connected.ask("hello", session="main", model=SONNET))
    assert connected.use_model("upsell-7", QWEN) == QWEN
    assert gateway.runs == 2


@pytest.mark.parametrize(("text", "reason"), [(" ", "is empty"), ("x" * 400_001, "too long")])
def test_what_no_gateway_takes_is_misuse(gateway, connected, text, reason):
    with pytest.raises(api.MisuseError, match=reason):
        _ = connected.ask(text).text
    assert gateway.runs == 0


def test_a_run_that_fails_says_why(gateway, connected):
    gateway.fault("run_fails", message="HTTP 401")
    answer = connected.ask("hello")
    with pytest.raises(api.GatewayError, match="Gateway error: HTTP 401"):
        list(answer)
    with pytest.raises(api.GatewayError, match="HTTP 401"):
        _ = answer.text


@pytest.mark.parametrize(
    ("level", "asks", "switches"), [("watch", False, False), ("ask", True, False), ("control", True, True)]
)
def test_the_trust_level_holds_as_in_the_console(gateway, home, level, asks, switches):
    write_settings(home, f'[profiles.default]\nlevel = "{level}"\n')
    with api.connect() as connection:
        assert connection.status().context.percent == 62.0
        refused = f"The trust level “{level}” does not allow this"
        for allowed, act in (
            (asks, lambda: connection.ask("hello").text),
            (switches, lambda: connection.use_model("main", SONNET)),
            (switches, lambda: connection.ask("hello", model=SONNET).text),
        ):
            if allowed:
                assert act()
            else:
                with pytest.raises(api.GatewayError, match=refused):
                    act()


# ---- threads, asyncio, the end ----


def test_inside_a_running_asyncio_program(gateway):
    async def program():
        assert api.status().context.percent == 62.0  # also where nobody minds the wait
        with api.connect() as connection:
            status, answer = await asyncio.gather(
                asyncio.to_thread(connection.status), asyncio.to_thread(lambda: connection.ask("hello").text)
            )
        return status.context.percent, answer

    percent, answer = asyncio.run(program())
    assert percent == 62.0
    assert "hello" in answer


def test_several_threads_use_one_connection(gateway, connected):
    def work(number):
        session = f"job-{number}"
        answer = connected.ask(f"question {number}", session=session, model=SONNET)
        return connected.status().context.percent, f"question {number}" in answer.text

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == [(62.0, True)] * 8
    assert gateway.runs == 8
    assert len(sent(gateway, "connect")) == 1


def test_who_waits_when_it_is_closed_gets_an_error(gateway):
    gateway.fault("mute", method="agent")
    with api.connect() as connection:
        answer = connection.ask("hello")
        while not sent(gateway, "agent"):
            assert connection.status().context.percent == 62.0
    with pytest.raises(api.NotConnectedError, match="closed"):
        list(answer)
    with pytest.raises(api.NotConnectedError, match="closed"):
        connection.status()
    connection.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "event-loop"]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"url": "ftp://nowhere"}, "ws://"),
        ({"profile": "nobody"}, "There is no profile 'nobody'"),
        ({"timeout": 0}, "above 0"),
        ({"demo": True, "url": NOBODY}, "leave out --url"),
    ],
)
def test_options_that_cannot_be_used(home, options, reason):
    with pytest.raises(api.MisuseError, match=reason):
        api.connect(**options)


def test_errors_are_in_the_language_of_the_settings(gateway, home):
    write_settings(home, 'language = "ko"\n')
    with api.connect() as connection, pytest.raises(api.GatewayError) as caught:
        connection.use_model("nobody", SONNET)
    assert "nobody" in str(caught.value)
    assert "There is no" not in str(caught.value)


def test_another_settings_file_and_the_demo(home, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('[profiles.default]\nlevel = "watch"\n', encoding="utf-8")
    with api.connect(config=str(path), demo=True) as demo, pytest.raises(api.GatewayError, match="watch"):
        _ = demo.ask("hello").text
    assert list(home.iterdir()) == []


def test_two_gateways_at_the_same_time(gateway):
    with FaultyGateway(speed=100, token="other", story=False) as other, api.connect() as one:
        other.set_session(MAIN, totalTokens=20_000, contextTokens=200_000, totalTokensFresh=True)
        assert one.status().context.percent == 62.0
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CLAWTRAY_TOKEN", "other")
            assert api.status(url=other.url).context.percent == 10.0
        assert one.status().context.percent == 62.0
