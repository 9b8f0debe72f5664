"""Another model answers than the one in use: releases before 2026.9 announce that by events of its own."""

from __future__ import annotations

import time

import pytest

from tests.blackbox.fake_gateway import FakeGateway, hello, listing

OPUS, HAIKU, SONNET = (f"anthropic/claude-{name}-4-5" for name in ("opus", "haiku", "sonnet"))
DIFFERS = "another model answered"
END = {"phase": "end"}


def step(before, after, outcome):
    """What 2026.7 announces of a model that is tried after another one."""
    return {
        "phase": "fallback_step",
        "fallbackStepType": "fallback_step",
        "fallbackStepFromModel": before,
        "fallbackStepToModel": after,
        "fallbackStepFromFailureReason": "format",
        "fallbackStepChainPosition": 2,
        "fallbackStepFinalOutcome": outcome,
    }


def fallen_back(phase, active):
    """What 2026.2 to 2026.7 announce when a session begins or ceases to fall back."""
    provider, _, model = active.partition("/")
    selected = {"selectedProvider": "anthropic", "selectedModel": OPUS.partition("/")[2]}
    return {"phase": phase, **selected, "activeProvider": provider, "activeModel": model}


FALLBACKS = {
    "a step": [step(OPUS, HAIKU, "next_fallback"), step(OPUS, HAIKU, "succeeded"), END],
    "steps": [
        step(OPUS, SONNET, "next_fallback"),
        step(SONNET, HAIKU, "next_fallback"),
        step(SONNET, HAIKU, "succeeded"),
        END,
    ],
    "a step and the end": [step(OPUS, HAIKU, "next_fallback"), END],
    "the session": [END, fallen_back("fallback", HAIKU)],
    "a step and the session": [step(OPUS, HAIKU, "succeeded"), END, fallen_back("fallback", HAIKU)],
}
NONE = {
    "none answered": [step(OPUS, None, "chain_exhausted"), {"phase": "error", "error": "no model answers"}],
    "the run failed": [step(OPUS, HAIKU, "next_fallback"), {"phase": "error", "error": "no model answers"}],
    "it is over": [END, fallen_back("fallback_cleared", OPUS)],
    "the same model": [step(OPUS, OPUS.replace("anthropic", "claude-cli"), "succeeded"), END],
    "no names": [step({}, 7, "succeeded"), {**fallen_back("fallback", HAIKU), "activeModel": None}, END],
}


def watched(clawtray, runs, until=None):
    """What `watch` says of models while a session has these runs: after the first until this is said.

    A later figure shows that all events were read.
    """
    rows = listing({"updatedAt": int(time.time() * 1000)})

    def seven(params):
        return hello(params, "2026.7.1")

    with FakeGateway(connect=seven, sessions__list=lambda _: rows) as gateway:
        watch = clawtray(gateway, "watch")
        watch.until(lambda line: line.startswith("main"))
        for number, events in enumerate(runs):
            for data in ({"phase": "start"}, *events):
                gateway.push("agent", runId=f"run-{number}", sessionKey="main", stream="lifecycle", data=data)
            if number == 0 and until is not None:
                watch.until(lambda line: until in line)
        rows["sessions"][0]["totalTokens"] = 100_000
        gateway.push("sessions.changed", sessionKey="agent:main:main")
        watch.until(lambda line: "50%" in line)
        watch.end()
    return [line for line in watch.lines if DIFFERS in line]


@pytest.mark.parametrize("events", FALLBACKS.values(), ids=FALLBACKS)
def test_a_fallback_is_reported_once(clawtray, events):
    (said,) = watched(clawtray, [events, events], until=DIFFERS)
    assert HAIKU.partition("/")[2] in said
    assert OPUS.partition("/")[2] in said


@pytest.mark.parametrize("events", NONE.values(), ids=NONE)
def test_what_is_none_is_not_reported(clawtray, events):
    assert watched(clawtray, [events]) == []
