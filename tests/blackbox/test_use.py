"""`use`: what is said of a model that the gateway does not offer, and of one that is too small."""

from __future__ import annotations

import pytest

from tests.blackbox.fake_gateway import FakeGateway, RefusedError, listing

OPUS = {"id": "claude-opus-4-5", "provider": "anthropic", "contextWindow": 200_000}
SMALL = {"id": "qwen3-8b", "provider": "ollama", "contextWindow": 32_000}


def offering(*models, patch):
    """A gateway with these models and a session that has used 62,000 tokens, with the model it was given."""
    now = {"modelProvider": "anthropic", "model": "claude-opus-4-5"}

    def switch(params):
        answer = patch(params)
        now["modelProvider"], _, now["model"] = params["model"].partition("/")
        return answer

    return FakeGateway(
        sessions__list=lambda _: listing(now), models__list={"models": list(models)}, sessions__patch=switch
    )


def accept(params):
    provider, _, model = params["model"].partition("/")
    return {"ok": True, "key": params["key"], "entry": {"providerOverride": provider, "modelOverride": model}}


def refuse(params):
    raise RefusedError("INVALID_REQUEST", f"model not allowed: {params['model']}")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("nobody/nothing", "; see clawtray models"),
        ("anthropic/claude-opus-4-5", "model not allowed: anthropic/claude-opus-4-5"),
    ],
)
def test_a_model_that_is_not_offered_names_the_command_that_lists_them(clawtray, asked, said):
    with offering(OPUS, patch=refuse) as gateway:
        use = clawtray(gateway, "use", asked)
        assert use.ended() == 1
    (line,) = use.lines
    assert line.endswith(said)


@pytest.mark.parametrize(
    ("asked", "warned"), [("ollama/qwen3-8b", True), ("anthropic/claude-opus-4-5", False)]
)
def test_a_model_that_is_too_small_for_what_was_used_is_warned_of(clawtray, asked, warned):
    with offering(OPUS, SMALL, patch=accept) as gateway:
        use = clawtray(gateway, "use", asked)
        assert use.ended() == 0
    assert f"main now uses {asked}." in use.lines
    assert any("62k tokens, but this model takes only 32k" in line for line in use.lines) is warned


def test_a_model_that_the_gateway_takes_but_does_not_list_is_named_with_what_was_read_back(clawtray):
    with offering(OPUS, patch=accept) as gateway:
        use = clawtray(gateway, "use", "nobody/nothing")
        assert use.ended() == 0
    assert use.lines[0] == "main now uses nobody/nothing."
    assert "does not list this model, and reports nobody/nothing for the session" in use.lines[1]
