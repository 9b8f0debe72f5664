"""What `ask` says of a run: its last word counts."""

from __future__ import annotations

import pytest

from tests.blackbox.conftest import EXIT_CODE_OF_CTRL_C
from tests.blackbox.fake_gateway import FakeGateway, RefusedError, Several, listing

FAILED = "LLM request failed."
TOKENS = {"input": 12, "output": 3, "total": 15}


def result(text, usage=TOKENS):
    meta = {} if usage is None else {"agentMeta": {"provider": "fake", "model": "beta", "usage": usage}}
    return {"status": "ok", "summary": "completed", "result": {"payloads": [{"text": text}], "meta": meta}}


def run(params, *steps, last):
    """The messages of a run: `start`, an error or a text in each step, and the final response."""
    identity, key = params["idempotencyKey"], params["sessionKey"]

    def event(stream, **data):
        return "agent", {"runId": identity, "sessionKey": key, "stream": stream, "data": data}

    messages = Several([{"status": "accepted", "runId": identity}])
    for step, text in steps:
        if step == "text":
            messages.append(event("assistant", text=text, delta=text))
        elif step == "chat error":
            error = {"runId": identity, "sessionKey": key, "state": "error", "errorMessage": text}
            messages.append(("chat", error))
        else:
            messages.append(event("lifecycle", phase=step, **({"error": text} if text else {})))
    return Several([*messages, {"runId": identity, **last}])


@pytest.mark.parametrize(
    ("steps", "usage"),
    [
        ([("start", ""), ("error", FAILED), ("start", ""), ("text", "fine"), ("end", "")], TOKENS),
        ([("start", ""), ("error", FAILED), ("start", ""), ("text", "fine"), ("end", "")], None),
        ([("start", ""), ("error", FAILED), ("chat error", FAILED), ("start", ""), ("end", "")], TOKENS),
        ([("start", ""), ("error", FAILED)], TOKENS),
    ],
)
def test_a_fallback_that_answered_is_an_answer(clawtray, steps, usage):
    def agent(params):
        return run(params, *steps, last=result("fine", usage))

    with FakeGateway(sessions__list=listing({}), agent=agent) as gateway:
        ask = clawtray(gateway, "ask", "how are you?")
        assert ask.ended() == 0
    assert "fine" in ask.lines
    assert not any(FAILED in line for line in ask.lines)


@pytest.mark.parametrize("text", ["", "401 wrong key"])
def test_a_run_whose_last_model_failed_is_a_failure(clawtray, text):
    nothing = {"input": 0, "output": 0, "total": 0}
    steps = [("start", ""), ("error", FAILED), ("start", ""), ("error", "401 wrong key")]

    def agent(params):
        return run(params, *steps, last=result(text, nothing))

    with FakeGateway(sessions__list=listing({}), agent=agent) as gateway:
        ask = clawtray(gateway, "ask", "how are you?")
        assert ask.ended() == 1
    assert any("401 wrong key" in line for line in ask.lines)


@pytest.mark.parametrize("level", ["ask", "control"])
def test_a_prompt_that_waits_for_an_approval_says_so_at_once(clawtray, tmp_path, level):
    identity = "fe1f8c99-1e67-4b1a-930b-2d4ca65d7729"

    def agent(params):
        event = {"runId": params["idempotencyKey"], "sessionKey": params["sessionKey"], "stream": "lifecycle"}
        phases = {"phase": "start"}, {"phase": "waiting-approval", "approvalId": identity}
        accepted = {"status": "accepted", "runId": params["idempotencyKey"]}
        return Several([accepted, *(("agent", {**event, "data": data}) for data in phases)])

    settings = tmp_path / "settings.toml"
    settings.write_text(f'[profiles.default]\nlevel = "{level}"\n', encoding="utf-8")
    with FakeGateway(sessions__list=listing({}), agent=agent) as gateway:
        ask = clawtray(gateway, "--config", str(settings), "ask", "list the files")
        ask.until(lambda line: line == f"clawtray: Waits for your approval: clawtray approve {identity}")
        caps = next(params["caps"] for method, params in gateway.requests if method == "connect")
        assert ("exec-approvals" in caps) is (level == "control")  # without it, the command would be refused
        assert ask.interrupt() == EXIT_CODE_OF_CTRL_C


def test_a_command_that_waits_in_the_session_of_the_prompt_is_said_at_once(clawtray):
    def agent(params):
        accepted = {"status": "accepted", "runId": params["idempotencyKey"]}
        request = {"command": "ls", "sessionKey": params["sessionKey"]}
        waiting = {"id": "c1", "request": request, "createdAtMs": 1, "expiresAtMs": 2**50}
        other = {**waiting, "id": "c2", "request": {**request, "sessionKey": "agent:main:work"}}
        name = "exec.approval.requested"
        return Several([accepted, (name, other), (name, waiting), {**accepted, **result("pending")}])

    with FakeGateway(sessions__list=listing({}), agent=agent) as gateway:
        ask = clawtray(gateway, "ask", "list the files")
        assert ask.ended() == 0
    said = [line for line in ask.lines if "clawtray approve" in line]
    assert said == ["clawtray: Waits for your approval: clawtray approve c1"]


def test_a_run_that_the_gateway_refuses_has_its_reason(clawtray):
    def agent(_):
        raise RefusedError("UNAVAILABLE", "no room")

    with FakeGateway(sessions__list=listing({}), agent=agent) as gateway:
        ask = clawtray(gateway, "ask", "how are you?")
        assert ask.ended() == 1
    assert any("no room" in line for line in ask.lines)
