from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.protocol.model_names import canonical, is_same_model, same_names


@pytest.mark.parametrize(
    ("runtime", "provider"),
    [
        ("claude-cli/opus", "anthropic/opus"),
        ("codex-cli/gpt", "openai/gpt"),
        ("codex/gpt", "openai/gpt"),
        ("google-gemini-cli/flash", "google/flash"),
    ],
)
def test_a_model_under_its_runtimes_name_is_the_same(runtime, provider):
    assert canonical(runtime) == canonical(provider) == provider
    assert is_same_model(runtime, provider)
    assert is_same_model(provider, runtime)


@pytest.mark.parametrize(
    "other", ["claude-cli/sonnet", "openai/opus", "opus", "openrouter/anthropic/opus", "", None]
)
def test_another_model_is_another(other):
    assert not is_same_model("anthropic/opus", other)


def test_all_names_of_a_model():
    names = ("openai/gpt", "codex/gpt", "codex-cli/gpt")
    assert [same_names(name) for name in names] == [names] * 3
    assert same_names("fake/alpha") == ("fake/alpha",)
    assert same_names("alpha") == ("alpha",)


def test_no_model_is_no_model():
    assert is_same_model(None, None)
    assert canonical("claude-cli") == "claude-cli"


@given(st.text())
def test_a_name_is_canonical_once(name):
    assert canonical(canonical(name)) == canonical(name)
    assert is_same_model(name, name)
