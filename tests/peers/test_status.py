from __future__ import annotations

from datetime import datetime

import pytest


def test_says_who_answers(gateway, clawtray):
    outcome = clawtray("status", "--json")

    assert outcome.code == 0, outcome.stderr
    status = outcome.json()
    assert set(status) == {"schema", "at", "connection", "focus", "context", "model", "sessions", "approvals"}
    assert status["schema"] == 1
    assert datetime.fromisoformat(status["at"]).tzinfo is not None
    name, version = gateway.spec.split("@")
    assert status["connection"] == {
        "phase": "connected",
        "reason": None,
        "url": gateway.url,
        "generation": name,
        # the oldest call themselves "dev"
        "version": None if gateway.release < (2026, 3) else version,
        "protocol": 3 if gateway.release < (2026, 5, 12) else 4,
    }


def test_without_a_used_session_the_context_is_unknown(client, clawtray, key):
    client.request("sessions.patch", {"key": key, "label": key})

    outcome = clawtray("status", "--json")

    assert outcome.code == 0, outcome.stderr
    context = outcome.json()["context"]
    assert (context["used"], context["percent"], context["confidence"]) == (None, None, "unknown")
    session = clawtray.session(key)
    assert (session["used"], session["percent"], session["confidence"]) == (None, None, "unknown")


def test_fresh_usage(client, clawtray, key):
    client.run(key, "[[usage:30000,200]]")

    outcome = clawtray("status", "--json")

    assert outcome.code == 0, outcome.stderr
    status = outcome.json()
    assert status["focus"] == key
    assert status["model"] == "fake/alpha"
    assert status["context"] == {
        "used": 30000,
        "max": 200000,
        "percent": 15.0,
        "confidence": "fresh",
        "reason": None,
    }
    (session,) = [s for s in status["sessions"] if s["key"] == key]
    assert set(session) == {
        "key",
        "name",
        "model",
        "used",
        "max",
        "percent",
        "confidence",
        "reason",
        "updated_at",
    }
    assert (session["used"], session["max"], session["percent"]) == (30000, 200000, 15.0)
    assert datetime.fromisoformat(session["updated_at"]).tzinfo is not None


def test_the_figure_follows_the_next_run(client, clawtray, key):
    client.run(key, "[[usage:30000,200]]")
    client.run(key, "[[usage:50000,200]]")

    session = clawtray.session(key)

    assert (session["used"], session["percent"], session["confidence"]) == (50000, 25.0, "fresh")


def test_after_compaction_the_figure_is_unknown(gateway, client, clawtray, key):
    client.run(key, "one [[usage:30000,200]]")
    client.run(key, "two [[usage:31000,200]]")
    gateway.compact(key)

    outcome = clawtray("status", "--json")

    assert outcome.code == 30, outcome
    (session,) = [s for s in outcome.json()["sessions"] if s["key"] == key]
    assert (session["used"], session["percent"], session["confidence"]) == (None, None, "unknown")
    assert session["reason"]


def test_the_figure_is_fresh_again_after_the_first_run_on_a_compacted_session(gateway, client, clawtray, key):
    client.run(key, "one [[usage:30000,200]]")
    client.run(key, "two [[usage:31000,200]]")
    gateway.compact(key)
    client.run(key, "three [[usage:14000,200]]")

    session = clawtray.session(key)

    assert (session["used"], session["percent"], session["confidence"]) == (14000, 7.0, "fresh")


@pytest.mark.parametrize(
    ("used", "code"), [(149_000, 0), (150_000, 10), (160_000, 10), (180_000, 20), (185_000, 20)]
)
def test_thresholds(client, clawtray, key, used, code):
    client.run(key, f"[[usage:{used},200]]")

    outcome = clawtray("status", "--json")

    assert outcome.json()["context"]["used"] == used
    assert outcome.code == code


def test_status_in_words(client, clawtray, key):
    client.run(key, "[[usage:30000,200]]")

    outcome = clawtray("status")

    assert outcome.code == 0, outcome.stderr
    assert "15" in outcome.stdout
    assert "alpha" in outcome.stdout


def test_sessions(client, clawtray, key):
    client.run(key, "[[usage:30000,200]]")

    words, data = clawtray("sessions"), clawtray("sessions", "--json")

    assert (words.code, data.code) == (0, 0)
    assert key.removeprefix("agent:main:") in words.stdout
    assert key in str(data.json())


def test_looking_costs_no_run(gateway, client, clawtray, key):
    client.run(key, "hello")
    before = gateway.provider.requests

    for command in ("status", "sessions", "models"):
        assert clawtray(command).code == 0

    assert gateway.provider.requests == before
