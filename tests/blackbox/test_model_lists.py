"""The list of models: a refusal is repeated, and a model that needs a login is no choice."""

from __future__ import annotations

import json

import pytest

from tests.blackbox.fake_gateway import FakeGateway, RefusedError, listing

FAILED = 1
OPUS = {"provider": "anthropic", "id": "claude-opus-4-5", "contextWindow": 200_000, "available": True}
LOCKED = {"provider": "paid", "id": "one", "contextWindow": 200_000, "available": False}


def models(clawtray, *arguments, **answers):
    """The exit code of a command, and what it printed."""
    with FakeGateway(sessions__list=listing({}), **answers) as gateway:
        running = clawtray(gateway, *arguments)
        code = running.ended()
    return code, running.lines


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (RefusedError("UNAVAILABLE", "the catalogue is locked"), "the catalogue is locked"),
        (RefusedError("UNAVAILABLE", ""), "UNAVAILABLE"),
    ],
)
def test_a_refusal_is_repeated(clawtray, refusal, said):
    def refuse(_):
        raise refusal

    code, lines = models(clawtray, "models", models__list=refuse)
    assert code == FAILED
    assert said in " ".join(lines)
    assert "did not reply" not in " ".join(lines)


def test_a_model_that_needs_a_login_is_marked(clawtray):
    code, lines = models(clawtray, "models", models__list={"models": [LOCKED, OPUS]})
    assert code == 0
    assert [line.split() for line in lines] == [
        ["Model", "Limit"],
        ["*", "anthropic/claude-opus-4-5", "200k"],
        ["paid/one", "200k", "needs", "a", "login"],
    ]


def test_other_programs_are_offered_only_what_can_be_chosen(clawtray):
    code, lines = models(clawtray, "models", "--json", models__list={"models": [LOCKED, OPUS]})
    said = json.loads("".join(lines))
    assert code == 0
    assert [model["model"] for model in said["models"]] == ["anthropic/claude-opus-4-5"]
    assert said["need_login"] == ["paid/one"]


def test_a_switch_to_one_says_that_it_needs_a_login(clawtray):
    rows = listing({})

    def patch(params):
        rows["sessions"][0] |= {"modelProvider": "paid", "model": "one"}
        entry = {"providerOverride": "paid", "modelOverride": "one"}
        return {"ok": True, "key": params["key"], "entry": entry}

    with FakeGateway(
        sessions__list=lambda _: rows, sessions__patch=patch, models__list={"models": [LOCKED, OPUS]}
    ) as gateway:
        use = clawtray(gateway, "use", "paid/one")
        assert use.ended() == 0
    assert "main now uses paid/one." in use.lines
    assert "needs a login" in use.lines[-1]
