"""A watcher, three consoles and two programs with the Python API, at the same time, with the same files."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from tests.blackbox.fake_gateway import FakeGateway, hello, listing
from tests.blackbox.test_prompts import result, run

MODEL = "fake/beta"
SWITCHES = 3
"""How many sessions each program switches."""
CONSOLES = [f"console-{number}" for number in range(3)]
PROGRAMS = [f"api-{number}" for number in range(2)]
SESSIONS = [f"{name}-{number}" for name in (*CONSOLES, *PROGRAMS) for number in range(SWITCHES)]
PROGRAM = """
import sys
from tray import api

name = sys.argv[1]
with api.connect(timeout=60) as gateway:
    for number in range(3):
        print(gateway.use_model(f"{name}-{number}", "fake/beta"))
        print(gateway.ask(f"question of {name} {number}", session=f"tray-{name}").text)
"""


def crowded(rows):
    """A gateway of the oldest kind, which shows a switch only after a run; each login gets a new token."""
    tokens = (f"device-token-number-{number}" for number in count())

    def welcome(params):
        usual = hello(params, "2026.1.24-3")
        return {**usual, "auth": {**usual["auth"], "deviceToken": next(tokens)}}

    def patch(params):
        entry = {"providerOverride": "fake", "modelOverride": "beta"}
        return {"ok": True, "key": params["key"], "entry": entry}

    def agent(params):
        return run(params, ("start", ""), ("end", ""), last=result("fine"))

    return FakeGateway(
        connect=welcome,
        sessions__list=lambda _: listing(*rows),
        sessions__patch=patch,
        models__list={"models": [{"id": "beta", "provider": "fake"}]},
        agent=agent,
    )


def test_they_lose_nothing_of_each_other(clawtray, tmp_path):
    folder = tmp_path / "ClawTray"
    folder.mkdir()
    (folder / "settings.toml").write_text("keep_answers = true\n", encoding="utf-8")
    before = {"version": 1, "pins": {"elsewhere": "agent:main:pinned"}, "greeted": True}
    (folder / "state.json").write_text(json.dumps(before), encoding="utf-8")
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    main = {"totalTokens": 160_000}
    rows = [main, *({"key": f"agent:main:{name}", "isMain": False, "label": name} for name in SESSIONS)]

    def console(name):
        for number in range(SWITCHES):
            switch = ("use", MODEL, "--session", f"{name}-{number}")
            assert clawtray(gateway, "--timeout", "60", *switch).ended(60) == 0
        ask = ("ask", f"question of {name}", "--session", f"tray-{name}", "--model", MODEL)
        assert clawtray(gateway, "--timeout", "60", *ask).ended(60) == 0

    with crowded(rows) as gateway, ThreadPoolExecutor() as pool:
        watch = clawtray(gateway, "watch")
        watch.until(lambda line: "80%" in line)
        consoles = [pool.submit(console, name) for name in CONSOLES]
        programs = [clawtray(gateway, name, program=("-u", program)) for name in PROGRAMS]
        programs[0].until(lambda line: line == "fine")
        main["totalTokens"] = 185_000  # the watcher has something to remember in the middle of it
        gateway.push(
            "agent", runId="r", sessionKey="agent:main:main", stream="lifecycle", data={"phase": "end"}
        )
        watch.until(lambda line: "92%" in line)
        assert [each.ended(60) for each in programs] == [0, 0]
        for each in consoles:
            each.result(60)
        assert watch.interrupt() == 130

        state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        switched = {switch["key"] for switch in state["switches"]}
        assert {f"agent:main:{name}" for name in SESSIONS} - switched == set()
        asked = {f"question of {name}" for name in CONSOLES}
        asked |= {f"question of {name} {number}" for name in PROGRAMS for number in range(SWITCHES)}
        assert asked == {prompt["text"] for prompt in state["prompts"]}
        assert {(latch[1], latch[3]) for latch in state["latches"]} == {("agent:main:main", 2)}
        assert (state["pins"], state["greeted"]) == (before["pins"], True)
        logins = [params for method, params in gateway.requests if method == "connect"]
        assert len({params["device"]["id"] for params in logins}) == 1
        tokens = json.loads((folder / "device-tokens.json").read_text(encoding="utf-8"))
        assert list(tokens) == [gateway.url]
        assert tokens[gateway.url].startswith("device-token-number-")
    names = {path.name for path in folder.iterdir()}
    assert names == {"device-tokens.json", "device.key", "lock", "settings.toml", "state.json"}
