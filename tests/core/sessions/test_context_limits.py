from __future__ import annotations

import pytest

from tests.core.playbook import ALPHA, BETA, MAIN, row
from tray.core.model import ModelSwitch, SwitchStatus
from tray.core.sessions.context_limits import (
    ContextLimit,
    context_limit_of,
    limits_of,
    model_and_context_limit,
    needs_list,
)
from tray.protocol.models import Model

LARGE = Model("fake/large", 1_000_000)
LISTED = limits_of((ALPHA, BETA, LARGE, Model("fake/unsized")))
DEFAULT = ("fake/alpha", 200_000)


def limit(model, own, *, listed=LISTED, default=DEFAULT, switch=None):
    name, found = model_and_context_limit(row(model=model, context_limit=own), switch, listed, default)
    return name, found.tokens, found.differing


def test_without_a_limit_of_its_own_a_session_has_its_models():
    assert limit("fake/alpha", None) == ("fake/alpha", 200_000, None)
    assert limit("fake/beta", None) == ("fake/beta", 64_000, None)
    assert limit("fake/beta", None, listed={}) == ("fake/beta", None, None)
    assert limit("fake/unsized", None) == ("fake/unsized", None, None)


def test_the_default_limit_is_of_the_default_model_alone_and_goes_before_the_list():
    assert limit("fake/alpha", None, default=("fake/alpha", 100_000)) == ("fake/alpha", 100_000, None)
    assert limit("fake/alpha", None, default=("fake/alpha", None)) == ("fake/alpha", 200_000, None)
    assert limit(None, None, listed={}, default=DEFAULT) == ("fake/alpha", 200_000, None)
    assert limit(None, None, listed={}, default=(None, 200_000)) == (None, 200_000, None)
    assert limit("fake/gamma", None) == ("fake/gamma", None, None)


def test_where_the_list_says_nothing_the_row_counts():
    assert limit("fake/gamma", 150_000) == ("fake/gamma", 150_000, None)
    assert limit(None, 150_000, default=(None, None)) == (None, 150_000, None)


@pytest.mark.parametrize(
    ("model", "own", "default", "tokens", "differing"),
    [
        ("fake/beta", 64_000, DEFAULT, 64_000, None),  # equal
        ("fake/beta", 200_000, DEFAULT, 64_000, (200_000, 64_000)),  # the row is larger
        ("fake/alpha", 1_000_000, DEFAULT, 200_000, (1_000_000, 200_000)),
        ("fake/alpha", 150_000, ("fake/alpha", 150_000), 150_000, None),  # a cap
        ("fake/large", 150_000, ("fake/alpha", 150_000), 150_000, None),
        ("fake/large", 200_000, DEFAULT, None, (200_000, 1_000_000)),  # the default model's, repeated
        ("fake/large", 272_000, DEFAULT, 272_000, None),  # what is usable of a larger window
        ("fake/large", 200_000, ("fake/gamma", 200_000), 200_000, None),
        ("fake/large", 200_000, (None, 200_000), 200_000, None),
    ],
)
def test_two_limits(model, own, default, tokens, differing):
    assert limit(model, own, default=default) == (model, tokens, differing)


def test_a_model_under_its_runtimes_name_has_its_limit():
    listed = limits_of((Model("anthropic/opus", 200_000),))
    assert limit("claude-cli/opus", None, listed=listed) == ("claude-cli/opus", 200_000, None)
    runtimes = limits_of((Model("claude-cli/opus", 200_000),))
    assert limit("anthropic/opus", None, listed=runtimes) == ("anthropic/opus", 200_000, None)
    default = ("anthropic/opus", 100_000)
    assert limit("claude-cli/opus", None, default=default) == ("claude-cli/opus", 100_000, None)
    assert context_limit_of((Model("claude-cli/opus", 200_000),), "anthropic/opus") == 200_000
    assert context_limit_of(None, "anthropic/opus") is None


def test_the_limit_of_the_row_is_not_that_of_a_model_switched_to_since():
    switch = ModelSwitch("default", MAIN, "fake/beta", SwitchStatus.CONFIRMED, "fake/beta")
    assert limit("fake/alpha", 200_000, switch=switch) == ("fake/beta", 64_000, None)


@pytest.mark.parametrize(
    ("listed", "needed"),
    [
        (row(used=1), False),
        (row(used=1, model=None), False),
        (row(used=1, context_limit=None), True),
        (row(used=1, context_limit=150_000), True),
        (row(used=1, model="fake/beta"), True),
        (row(model="fake/beta", context_limit=None), False),
    ],
)
def test_when_the_list_is_needed(listed, needed):
    assert needs_list(listed, DEFAULT) is needed


def test_a_limit_that_is_not_known():
    assert ContextLimit() == ContextLimit(None, None)
