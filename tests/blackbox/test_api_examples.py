"""Each example of docs/api.md is a program that does what the document says."""

from __future__ import annotations

import json

import pytest

from tests import examples
from tests.blackbox.fake_gateway import FakeGateway, listing
from tests.blackbox.test_prompts import result, run

OPUS, SONNET = "anthropic/claude-opus-4-5", "anthropic/claude-sonnet-4-5"
UPSELL = "agent:main:upsell-customer1"


class Shop:
    """A gateway that keeps its sessions and their models."""

    def __init__(self):
        self.rows = [{}]

    def gateway(self):
        return FakeGateway(
            sessions__list=lambda _: listing(*self.rows),
            sessions__patch=self.patch,
            models__list={"models": [{"id": "claude-opus-4-5", "provider": "anthropic"}]},
            agent=self.agent,
        )

    def patch(self, params):
        provider, _, model = params["model"].partition("/")
        new = {"key": params["key"], "isMain": False, "modelProvider": provider, "model": model}
        self.rows = [row for row in self.rows if row.get("key") != params["key"]] + [new]
        entry = {"providerOverride": provider, "modelOverride": model}
        return {"ok": True, "key": params["key"], "entry": entry}

    def agent(self, params):
        if all(row.get("key") != params["sessionKey"] for row in self.rows):
            self.rows.append({"key": params["sessionKey"], "label": None, "isMain": False})
        last = result(f"Vitamin C for {params['sessionKey']}")
        return run(params, ("start", ""), ("text", "Vitamin C"), ("end", ""), last=last)


@pytest.fixture
def run_example(clawtray, tmp_path):
    def start(gateway, code, **variables):
        path = tmp_path / "example.py"
        path.write_text(code, encoding="utf-8")
        return clawtray(gateway, program=("-u", path), **variables)

    return start


def done(gateway, method):
    return [params for name, params in gateway.requests if name == method]


def test_every_example_has_ten_lines_at_most():
    found = examples.examples()
    assert len(found) == 5
    assert [heading for heading, code in found.items() if examples.lines(code) > 10] == []


def test_the_look(run_example):
    with Shop().gateway() as gateway:
        program = run_example(gateway, examples.LOOK)
        assert program.ended() == 0
        assert not done(gateway, "agent")
    assert program.lines == [
        f"connected agent:main:main {OPUS}",
        "agent:main:main 62000 200000 31.0 fresh",
    ]


def test_the_question(run_example):
    with Shop().gateway() as gateway:
        program = run_example(gateway, examples.ASK)
        assert program.ended() == 0
        assert [params["sessionKey"] for params in done(gateway, "agent")] == ["agent:main:chat-main"]
    assert program.lines == ["Vitamin C for agent:main:chat-main"]


def test_the_cheaper_model(run_example):
    shop = Shop()
    with shop.gateway() as gateway:
        for _ in range(2):
            program = run_example(gateway, examples.CHEAPER)
            assert program.ended() == 0
            assert program.lines == [f"Vitamin C for {UPSELL}"]
        patched = {(params["key"], params["model"]) for params in done(gateway, "sessions.patch")}
        assert patched == {(UPSELL, SONNET)}
        assert [params["sessionKey"] for params in done(gateway, "agent")] == [UPSELL, UPSELL]
        methods = [name for name, _ in gateway.requests if name in ("agent", "sessions.patch")]
        assert methods[:2] == ["sessions.patch", "agent"]
        other = run_example(gateway, examples.CHEAPER.replace(SONNET, OPUS))
        assert other.ended() == 1
        assert "use_model()" in other.lines[-1]
        assert len(done(gateway, "agent")) == 2


def test_the_route(run_example):
    with Shop().gateway() as gateway:
        program = run_example(gateway, examples.ROUTE)
        assert program.ended() == 0
        context = {"used": 62_000, "max": 200_000, "percent": 31.0}
        assert json.loads(program.lines[-1]) == [200, {"ok": True, "context": context, "model": OPUS}]
        assert not done(gateway, "agent")
        program = run_example(gateway, examples.ROUTE, CLAWTRAY_URL="ws://127.0.0.1:1")
        assert program.ended() == 0
    code, answer = json.loads(program.lines[-1])
    assert (code, answer["ok"]) == (503, False)
    assert "the gateway is not running" in answer["error"]


def test_the_watch(run_example):
    shop = Shop()
    with shop.gateway() as gateway:
        program = run_example(gateway, examples.WATCH.replace("time.sleep(60)", "time.sleep(0.05)"))
        seen = len(done(gateway, "sessions.list"))
        shop.rows[0]["totalTokens"] = 160_000
        line = program.until(lambda line: "80%" in line)
        assert line.endswith("agent:main:main: 80%")
        assert len(done(gateway, "sessions.list")) > seen
        assert len(done(gateway, "connect")) == 1
    program.until(lambda line: "gateway" in line)


def test_outside_the_block_nothing_is_left_running(run_example):
    code = """
from tray import api
import threading
with api.connect() as gateway:
    answer = gateway.ask("hello")
    print(answer.text)
try:
    gateway.sessions()
except api.NotConnectedError as error:
    print(error)
print([thread.name for thread in threading.enumerate()])
"""
    with Shop().gateway() as gateway:
        program = run_example(gateway, code)
        assert program.ended() == 0
    assert program.lines == ["Vitamin C for agent:main:tray", "The connection was closed.", "['MainThread']"]
