"""A gateway that refuses to list its sessions: what it said is repeated, and nothing else is blamed."""

from __future__ import annotations

import json

import pytest

from tests.blackbox.fake_gateway import FakeGateway, RefusedError, listing

FAILED, CANNOT_LOG_IN = 1, 41
LOCKED = RefusedError("UNAVAILABLE", "session store is locked")
NO_SENTENCE = RefusedError("UNAVAILABLE", "")
NO_SCOPE = RefusedError(
    "FORBIDDEN",
    "not allowed for this client",
    details={"code": "MISSING_SCOPE", "missingScope": "operator.read"},
)


def refuses(refusal):
    def answer(_):
        raise refusal

    return answer


@pytest.mark.parametrize(
    ("refusal", "code", "said"),
    [
        (LOCKED, FAILED, "session store is locked"),
        (NO_SENTENCE, FAILED, "UNAVAILABLE"),
        (NO_SCOPE, CANNOT_LOG_IN, "no permission to read sessions"),
    ],
)
@pytest.mark.parametrize("command", [["status"], ["sessions"], ["doctor"], ["ask", "hello"]], ids=" ".join)
def test_the_refusal_is_said(clawtray, command, refusal, code, said):
    with FakeGateway(sessions__list=refuses(refusal)) as gateway:
        running = clawtray(gateway, "--timeout", "3", *command)
        assert running.ended() == code
    text = "\n".join(running.lines)
    assert said in text
    assert "No answer yet" not in text
    assert "--timeout" not in text


def test_doctor_blames_the_reading_alone(clawtray):
    with FakeGateway(sessions__list=refuses(LOCKED)) as gateway:
        doctor = clawtray(gateway, "--timeout", "3", "doctor", "--json")
        doctor.ended()
    layers = {each["layer"]: each for each in json.loads("\n".join(doctor.lines))["layers"]}
    assert layers["login"]["verdict"] == "ok"
    assert "connected" in layers["login"]["said"]
    assert layers["reading"]["verdict"] == "failed"
    assert "session store is locked" in layers["reading"]["said"]


def test_a_store_that_is_free_again_is_read(clawtray):
    refusals = [LOCKED]

    def answer(_):
        if refusals:
            raise refusals.pop()
        return listing({})

    with FakeGateway(sessions__list=answer) as gateway:
        watch = clawtray(gateway, "watch")
        watch.until(lambda line: "session store is locked" in line)
        watch.until(lambda line: line.startswith("main"))
