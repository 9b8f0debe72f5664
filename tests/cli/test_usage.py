"""`usage` on the simulated gateway."""

from __future__ import annotations

import json

from tests.cli.results import SIDE, only_complained


def test_usage_counts_what_a_run_spent(gateway, clawtray):
    before = json.loads(clawtray("usage", "--json").out)
    assert clawtray("ask", "Hello").code == 0

    said = json.loads(clawtray("usage", "--json", "--days", "1").out)

    said_of_it = gateway.transcripts[SIDE]
    (spent,) = [message["usage"] for message in said_of_it if "usage" in message]
    grown = [after["tokens"] - then["tokens"] for then, after in _pairs(before["periods"], said["periods"])]
    assert grown == [spent["total"]] * 3
    assert SIDE in [session["key"] for session in said["sessions"]]
    assert (said["days"], [quota["window"] for quota in said["quotas"]]) == (1, ["5h", "Week"])


def test_usage_in_words(gateway, clawtray):
    result = clawtray("usage", "--days", "7")
    assert (result.code, result.err) == (0, "")
    assert [line.split("  ")[0] for line in result.out.splitlines()[1:4]] == [
        "Today",
        "Last 7 days",
        "Last 30 days",
    ]
    assert "Last 7 days, by model:" in result.out
    assert "Claude 5h" in result.out


def test_what_is_still_being_counted_is_waited_for(gateway, clawtray):
    counting = {"daily": [], "cacheStatus": {"status": "refreshing"}}
    for method in ("usage.cost", "sessions.usage"):
        gateway.fault("answer", method=method, times=1, payload=counting)
    said = json.loads(clawtray("usage", "--json").out)
    assert (said["counting"], len(said["periods"])) == (False, 3)


def test_an_old_gateway_tells_the_bill_and_why_no_more(gateway, clawtray):
    unknown = "unknown method: sessions.usage"
    gateway.fault("reject", method="sessions.usage", code="INVALID_REQUEST", message=unknown)
    result = clawtray("usage")
    assert (result.code, result.err) == (0, "")
    assert "by model:" not in result.out
    assert "This gateway does not report usage by model and session." in result.out
    assert [method for method, _ in gateway.requests].count("sessions.usage") == 1


def test_a_gateway_that_wants_one_word_less_is_asked_again(gateway, clawtray):
    message = "invalid sessions.usage params: at root: unexpected property 'agentScope'"
    gateway.fault("reject", method="sessions.usage", times=1, code="INVALID_REQUEST", message=message)
    assert "by model:" in clawtray("usage").out
    asked = [params for method, params in gateway.requests if method == "sessions.usage"]
    assert ["agentScope" in params for params in asked] == [True, False]


def test_without_a_bill_the_sessions_are_summed(gateway, clawtray):
    gateway.fault("reject", method="usage.cost", code="UNAVAILABLE", message="no")
    assert "The totals are the sum of the sessions." in clawtray("usage").out


def test_usage_that_is_refused_is_a_failure(gateway, clawtray):
    for method in ("usage.cost", "sessions.usage"):
        gateway.fault("reject", method=method, code="UNAVAILABLE", message="later")
    result = clawtray("usage")
    assert result.code == 1
    only_complained(result, "Gateway error: later")


def test_usage_without_a_gateway_is_down(gateway, clawtray):
    gateway.fault("refuse")
    assert clawtray("usage").code == 40


def _pairs(before, after):
    return zip(before, after, strict=True)
