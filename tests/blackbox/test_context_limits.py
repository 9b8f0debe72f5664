"""How full a context is where figures contradict each other: never a calm or an impossible one."""

from __future__ import annotations

import json
import re

import pytest

from tests.blackbox.fake_gateway import FakeGateway, listing

LARGE, SMALL, DEFAULT = "claude-sonnet-4-5", "claude-haiku-4-5", "claude-opus-4-5"


def catalogue(**limits):
    """An answer to `models.list` with these context limits, in thousands, after usual ones."""
    known = {LARGE: 1000, SMALL: 64, DEFAULT: 200, **limits}
    return {
        "models": [{"provider": "anthropic", "id": n, "contextWindow": k * 1000} for n, k in known.items()]
    }


def looked(clawtray, rows, models=None, **answers):
    """What `status --json` says of the context, and the methods that the gateway was asked for."""
    with FakeGateway(sessions__list=rows, models__list=models or catalogue(), **answers) as gateway:
        status = clawtray(gateway, "status", "--json")
        status.ended()
    return json.loads("".join(status.lines))["context"], gateway.requests


@pytest.mark.parametrize(
    "flags", [{}, {"totalTokensFresh": False}, {"status": "running", "hasActiveRun": True}]
)
@pytest.mark.parametrize("used", [200_000, 380_000])
def test_what_reaches_or_exceeds_the_limit_is_unknown_and_says_both_figures(clawtray, used, flags):
    context, _ = looked(clawtray, listing({"totalTokens": used, **flags}))
    assert (context["confidence"], context["percent"], context["used"]) == ("unknown", None, None)
    assert f"{used // 1000}k tokens for a 200k limit" in context["reason"]


def test_no_command_shows_a_figure_above_the_limit(clawtray):
    with FakeGateway(sessions__list=listing({"totalTokens": 380_000})) as gateway:
        for command in ("status", "sessions", "watch"):
            shown = clawtray(gateway, command).until(lambda line: "main" in line)
            assert "190" not in shown
            assert re.search(r"\? ( *|of )200k", shown)


@pytest.mark.parametrize(
    ("row", "default", "limit", "percent", "confidence"),
    [
        ({"model": SMALL, "contextTokens": 64_000}, 200_000, 64_000, 50, "fresh"),
        ({"model": SMALL, "contextTokens": 200_000}, 200_000, 64_000, 50, "stale"),
        ({"model": DEFAULT, "contextTokens": 1_000_000}, 200_000, 200_000, 16, "stale"),
        ({"model": SMALL, "contextTokens": 200_000, "totalTokens": 65_000}, 200_000, 64_000, None, "unknown"),
        ({"model": LARGE, "contextTokens": 100_000}, 100_000, 100_000, 32, "fresh"),
        ({"model": DEFAULT, "contextTokens": 100_000}, 100_000, 100_000, 32, "fresh"),
        ({"model": LARGE, "contextTokens": 200_000}, 200_000, None, None, "unknown"),
        ({"model": LARGE, "contextTokens": 160_000}, 200_000, 160_000, 20, "fresh"),
        ({"model": DEFAULT, "contextTokens": None}, 160_000, 160_000, 20, "fresh"),
        ({"model": LARGE, "contextTokens": None}, 200_000, 1_000_000, 3.2, "fresh"),
        ({"model": "another", "contextTokens": None}, 200_000, None, None, "unknown"),
    ],
)
def test_which_limit_counts(clawtray, row, default, limit, percent, confidence):
    rows = listing({"totalTokens": 32_000, **row})
    rows["defaults"]["contextTokens"] = default
    context, _ = looked(clawtray, rows)
    assert (context["max"], context["percent"], context["confidence"]) == (limit, percent, confidence)


def test_two_limits_are_both_named(clawtray):
    rows = listing({"totalTokens": 130_000, "contextTokens": 1_000_000})
    context, _ = looked(clawtray, rows)
    assert (context["percent"], context["confidence"]) == (65, "stale")
    assert "1M" in context["reason"]
    assert "200k" in context["reason"]


def test_the_usable_window_is_asked_for_where_the_release_has_it(clawtray):
    models = catalogue()
    models["models"][0]["contextTokens"] = 272_000
    rows = listing({"model": LARGE, "contextTokens": None, "totalTokens": 136_000})

    def detailed(params):
        return models if params.get("includeDetails") else catalogue()

    context, _ = looked(clawtray, rows, detailed)
    assert (context["percent"], context["confidence"]) == (50, "fresh")


def test_the_models_are_read_only_where_they_can_decide(clawtray):
    _, requests = looked(clawtray, listing({}))
    assert "models.list" not in [method for method, _ in requests]
