from __future__ import annotations

import itertools

import pytest

from build.throwaway import until


def spent_so_far(client) -> tuple[int, int, float]:
    """Tokens sent and answered, and the cost, of all runs until now.

    Gateways keep an answer for half a minute, each for its own number of days: so none is asked for twice.
    """
    bills = (client.request("usage.cost", {"days": 40 + n, "agentScope": "all"}) for n in itertools.count())

    def counted():
        nonlocal bill
        bill = next(bills)
        return bill.get("cacheStatus", {"status": "fresh"})["status"] == "fresh"

    bill = {}
    until(counted, 90.0, "the gateway has counted")
    return bill["totals"]["input"], bill["totals"]["output"], bill["totals"]["totalCost"]


def test_two_runs_are_counted_as_the_provider_counted_them(gateway, client, clawtray, key):
    sent, answered, cost = spent_so_far(client)
    client.run(f"{key}-a", "one [[usage:30000,200]]")
    client.request("sessions.patch", {"key": f"{key}-b", "model": "fake/beta"})
    client.run(f"{key}-b", "two [[usage:41000,300]]")
    requests = gateway.provider.requests

    cost = pytest.approx(cost + (71_000 * 3 + 500 * 15) / 1_000_000)  # the prices of the configuration
    expected = (sent + 71_000, answered + 500, cost)

    def is_counted():
        nonlocal answer
        outcome = clawtray("usage", "--json", "--days", "1")
        assert outcome.code == 0, outcome.stderr
        answer = outcome.json()
        figures = [(period["input"], period["output"], period["cost"]) for period in answer["periods"]]
        return not answer["counting"] and figures == [expected] * 3

    answer = {}
    until(
        is_counted,
        90.0,
        "an answer that the gateway kept from another test is over, and both runs are counted",
    )
    assert [period["days"] for period in answer["periods"]] == [1, 7, 30]
    assert answer["daily"][-1]["date"] == answer["today"]
    assert answer["quotas"] == []
    assert gateway.provider.requests == requests  # looking costs no run
    if gateway.release < (2026, 2):
        assert (answer["models"], answer["sessions"]) == ([], [])
        assert answer["notes"] == ["This gateway does not report usage by model and session."]
        return
    assert answer["notes"] == []
    sessions = {session["key"]: session for session in answer["sessions"]}
    assert (sessions[f"{key}-a"]["tokens"], sessions[f"{key}-b"]["tokens"]) == (30_200, 41_300)
    if gateway.release >= (2026, 9):  # the older ones tell but the sums of a session's days
        parts = [(sessions[f"{key}-{x}"]["input"], sessions[f"{key}-{x}"]["output"]) for x in "ab"]
        assert parts == [(30_000, 200), (41_000, 300)]
    models = {model["model"]: model["tokens"] for model in answer["models"]}
    assert models["fake/beta"] >= 41_300  # what other tests spent on this gateway counts as well
    assert models["fake/alpha"] >= 30_200


def test_usage_in_words(gateway, client, clawtray, key):
    client.run(key, "[[usage:30000,200]]")

    outcome = clawtray("usage")

    assert outcome.code == 0, outcome.stderr
    assert "Last 30 days" in outcome.stdout
    assert "$" in outcome.stdout
    degraded = "This gateway does not report usage by model and session." in outcome.stdout
    assert degraded is (gateway.release < (2026, 2))
    assert ("fake/alpha" in outcome.stdout) is not degraded
