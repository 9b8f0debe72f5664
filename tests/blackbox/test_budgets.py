"""A gateway that says it must compact has no room left, whatever the percentage of the whole window is."""

from __future__ import annotations

import json

import pytest

from tests.blackbox.fake_gateway import FakeGateway, listing

ROOM = {
    "schemaVersion": 1,
    "source": "pre-prompt-estimate",
    "route": "compact_only",
    "shouldCompact": True,
    "estimatedPromptTokens": 46_000,
    "contextTokenBudget": 64_000,
    "promptBudgetBeforeReserve": 44_000,
    "reserveTokens": 20_000,
}
CALM = {"contextTokens": 64_000, "totalTokens": 20_000}


def status(clawtray, row):
    rows = listing({**CALM, **row})
    rows["defaults"]["contextTokens"] = 64_000
    with FakeGateway(sessions__list=rows) as gateway:
        command = clawtray(gateway, "status", "--json")
        code = command.ended()
    return json.loads("".join(command.lines))["context"], code


def test_a_calm_figure_is_doubtful_where_the_gateway_must_compact(clawtray):
    context, code = status(clawtray, {"contextBudgetStatus": ROOM})
    assert (context["confidence"], code) == ("stale", 30)
    assert "46k" in context["reason"]
    assert "44k" in context["reason"]


@pytest.mark.parametrize("budget", [{"shouldCompact": True}, {**ROOM, "estimatedPromptTokens": "many"}])
def test_it_needs_no_figures_to_be_believed(clawtray, budget):
    context, _ = status(clawtray, {"contextBudgetStatus": budget})
    assert context["confidence"] == "stale"
    assert "compacts" in context["reason"]


def test_it_takes_no_alarm_away(clawtray):
    context, code = status(clawtray, {"contextBudgetStatus": ROOM, "totalTokens": 61_000})
    assert (context["confidence"], code) == ("fresh", 20)


@pytest.mark.parametrize("budget", [{**ROOM, "shouldCompact": False}, {}, None, "full"])
def test_a_budget_with_room_changes_nothing(clawtray, budget):
    context, code = status(clawtray, {"contextBudgetStatus": budget})
    assert (context["confidence"], code) == ("fresh", 0)
