"""The same model, listed under its provider's or its runtime's name, or twice."""

from __future__ import annotations

import pytest

from tests.blackbox.fake_gateway import FakeGateway, listing


def switching(asked, listed):
    """A gateway that takes the model asked for, and lists it under another name from then on."""
    provider, _, model = asked.partition("/")
    rows = listing({})

    def patch(params):
        runtime, _, name = listed.partition("/")
        rows["sessions"][0] |= {"modelProvider": runtime, "model": name}
        chosen = {"providerOverride": provider, "modelOverride": model}
        entry = {"sessionId": rows["sessions"][0]["sessionId"], **chosen}
        return {"ok": True, "key": params["key"], "entry": entry}

    models = {"models": [{"provider": provider, "id": model, "contextWindow": 200_000}]}
    return FakeGateway(sessions__list=lambda _: rows, sessions__patch=patch, models__list=models)


@pytest.mark.parametrize(
    ("asked", "listed", "code"),
    [
        ("anthropic/claude-opus-4-7", "claude-cli/claude-opus-4-7", 0),
        ("openai/gpt-5.5", "codex-cli/gpt-5.5", 0),
        ("openai/gpt-5.5", "codex/gpt-5.5", 0),
        ("google/gemini-3-pro", "google-gemini-cli/gemini-3-pro", 0),
        ("claude-cli/claude-opus-4-7", "anthropic/claude-opus-4-7", 0),
        ("anthropic/claude-opus-4-7", "claude-cli/claude-haiku-4-5", 1),
        ("anthropic/claude-opus-4-7", "openai/claude-opus-4-7", 1),
    ],
)
def test_a_switch_has_worked_if_the_model_is_listed_under_its_runtimes_name(clawtray, asked, listed, code):
    with switching(asked, listed) as gateway:
        use = clawtray(gateway, "use", asked)
        assert use.ended() == code
    said = " ".join(use.lines)
    assert ("instead" in said) is (code == 1)
    assert ("main now uses" in said) is (code == 0)


def test_a_model_listed_twice_is_shown_once(clawtray):
    row = {"provider": "anthropic", "id": "claude-opus-4-7", "contextWindow": 200_000}
    again = {**row, "id": "anthropic/claude-opus-4-7"}
    with FakeGateway(sessions__list=listing({}), models__list={"models": [row, row, again]}) as gateway:
        models = clawtray(gateway, "models")
        assert models.ended() == 0
    assert len([line for line in models.lines if "claude-opus-4-7" in line]) == 1
