"""A session has one name, whatever prints it; the session for all questions is called by the last one."""

from __future__ import annotations

import pytest

from tests.blackbox.fake_gateway import FakeGateway, listing

OWN = "agent:main:tray"
WORK = {"key": "agent:main:work", "label": "Big plans", "isMain": False, "hasActiveRun": True}


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("use", "fake/beta", "--session", "work"), "Big plans now uses fake/beta."),
        (("stop", "--session", "work"), "Big plans: "),
    ],
)
def test_a_command_calls_a_session_by_its_name(clawtray, command, sentence):
    answers = {
        "sessions__patch": {"ok": True, "resolved": {"modelProvider": "fake", "model": "beta"}},
        "chat__abort": {"ok": True, "aborted": True, "runIds": ["r"]},
        "sessions__abort": {"ok": True, "status": "aborted", "abortedRunId": "r"},
    }

    def rows(_):
        switched = any(method == "sessions.patch" for method, _ in gateway.requests)
        model = {"modelProvider": "fake", "model": "beta"} if switched else {}
        return listing({**WORK, **model}, {})

    with FakeGateway(sessions__list=rows, **answers) as gateway:
        running = clawtray(gateway, *command)
        running.until(lambda line: sentence in line)
        assert running.code() == 0


def test_a_question_gives_its_first_words_to_the_session_for_all_questions(clawtray):
    labels = {}

    def agent(params):
        labels[params["sessionKey"]] = params.get("label")
        result = {"payloads": [{"text": "The Volga."}], "meta": {}}
        return {"status": "ok", "runId": params["idempotencyKey"], "result": result}

    def rows(_):
        return listing(*({"key": key, "label": labels[key], "isMain": False} for key in labels), {})

    with FakeGateway(sessions__list=rows, agent=agent) as gateway:
        assert clawtray(gateway, "ask", "What is the longest river in\nEurope?").ended() == 0
        assert clawtray(gateway, "ask", "--session", "tray-notes", "And in Asia?").ended() == 0
        assert labels == {OWN: "What is the longest river in…", "agent:main:tray-notes": None}
        sessions = clawtray(gateway, "sessions")
        assert sessions.ended() == 0
    shown = "\n".join(sessions.lines)
    assert "What is the longest river in…  " in shown
    assert "tray-notes  " in shown
