"""What `ask` says of a run: its last word counts."""

from __future__ import annotations

import pytest

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


def test_a_run_that_the_gateway_refuses_has_its_reason(clawtray):
    def agent(_):
        raise RefusedError("UNAVAILABLE", "no room")

    with FakeGateway(sessions__list=listing({}), agent=agent) as gateway:
        ask = clawtray(gateway, "ask", "how are you?")
        assert ask.ended() == 1
    assert any("no room" in line for line in ask.lines)
