from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.protocol.frames import ErrorResponse
from tray.protocol.requests import READ
from tray.protocol.usage import (
    MAX_DAYS,
    MAX_MODELS,
    MAX_NAME_LENGTH,
    MAX_QUOTAS,
    DailyCost,
    Days,
    Quota,
    Quotas,
    SessionsUsage,
    SpendingRow,
    Totals,
    UsageBreakdown,
    UsageCost,
    UsageStatus,
    unknown_method,
)

OLDEST = "2026.1.24-3"
DAY = "2026-11-22"
MONTH = Days(date(2026, 10, 24), date(2026, 11, 22), 0)
COST, SESSIONS, STATUS = UsageCost(MONTH), SessionsUsage(MONTH, 200), UsageStatus()


def payload(release, name, method):
    return release.recording(name).answer(method).get("payload", {})


def test_the_bill_is_that_of_the_gateway(release):
    notified = payload(release, "usage.cost", "usage.cost")
    bill = COST.read(notified)
    total = sum(bill.days.values(), Totals())
    sums = notified["totals"]
    assert (total.tokens, total.input, total.output) == (sums["totalTokens"], sums["input"], sums["output"])
    assert total.cost == pytest.approx(sums["totalCost"])
    assert (total.cached, total.unpriced) == (0, 0)
    assert len(bill.days) == len(notified["daily"])
    assert bill.counting is (release.name in ("2026.7.1", "2026.9.6"))
    if not bill.counting:
        assert list(bill.days) == [DAY]


def test_what_sessions_and_models_spent_is_that_of_the_gateway(release):
    answer = release.recording("sessions.usage").answer("sessions.usage")
    if release.name == OLDEST:
        assert unknown_method(ErrorResponse("INVALID_REQUEST", answer["error"]["message"]))
        return
    notified = answer["payload"]
    ledger = SESSIONS.read(notified)
    for accounts in (ledger.sessions, ledger.models):
        spent = sum((tally for account in accounts for tally in account.days.values()), Totals())
        assert spent.tokens == notified["totals"]["totalTokens"]
        assert spent.cost == pytest.approx(notified["totals"]["totalCost"])
    assert sum(ledger.days.values(), Totals()).tokens == notified["totals"]["totalTokens"]
    assert ledger.counting is (release.name in ("2026.7.1", "2026.9.6"))
    assert not ledger.truncated
    if not ledger.counting:
        assert ledger.sessions[0].name == "My label"
        assert {account.key for account in ledger.models} == {"fake/alpha", "fake/beta"}


def test_a_session_that_was_not_counted_yet_is_passed_over(release):
    notified = payload(release, "sessions.usage", "sessions.usage")
    uncounted = {row["key"] for row in notified.get("sessions", ()) if not row["usage"]}
    assert uncounted.isdisjoint(account.key for account in SESSIONS.read(notified).sessions)
    assert bool(uncounted) is (release.name in ("2026.7.1", "2026.9.6"))


def test_the_newest_release_returns_everything_once_counted(release):
    if release.name != "2026.9.6":
        return
    bill = COST.read(payload(release, "usage.cost-counted", "usage.cost"))
    ledger = SESSIONS.read(payload(release, "sessions.usage-counted", "sessions.usage"))
    day = max(bill.days)
    assert bill.days[day] == Totals(71_500, 0.2205, 71_000, 500, 0)
    assert not bill.counting
    assert not ledger.counting
    models = {account.key: account.days for account in ledger.models}
    sessions = {account.key: account.days for account in ledger.sessions}
    alpha, beta = models["fake/alpha"][day], models["fake/beta"][day]
    assert (alpha.tokens, alpha.cost, alpha.input) == (30_200, pytest.approx(0.093), None)
    assert (beta.tokens, beta.cost, beta.output) == (41_300, pytest.approx(0.1275), None)
    assert sessions["agent:main:one"][day].tokens == 30_200
    assert sessions["agent:main:two"][day] == Totals(41_300, 0.1275, 41_000, 300, 0)


def test_no_release_has_a_quota_without_a_subscription(release):
    assert STATUS.read(payload(release, "usage.status", "usage.status")) == Quotas()


def test_what_was_asked_of_every_release_is_what_we_ask(release):
    known = {"days", "startDate", "endDate", "mode", "utcOffset", "agentScope"}
    assert set(COST.params()) == known
    assert set(SESSIONS.params()) == {*known, "limit"} - {"days"}
    assert "agentScope" not in SessionsUsage(MONTH, 200, all_agents=False).params()


def test_the_oldest_release_is_asked_for_a_day_more():
    assert COST.params()["days"] == 31
    assert (COST.params()["startDate"], COST.params()["endDate"]) == ("2026-10-24", "2026-11-22")


@pytest.mark.parametrize(
    ("minutes", "zone"),
    [(0, "UTC+0"), (540, "UTC+9"), (-300, "UTC-5"), (330, "UTC+5:30"), (-210, "UTC-3:30"), (840, "UTC+14")],
)
def test_the_users_zone(minutes, zone):
    assert Days(date(2026, 1, 1), date(2026, 1, 1), minutes).params()["utcOffset"] == zone


@pytest.mark.parametrize("request_", [COST, SESSIONS, STATUS])
def test_looking_costs_nothing_and_needs_but_the_right_to_read(request_):
    assert request_.spends is False
    assert request_.scope == READ


def test_a_sum_without_known_parts_has_no_parts():
    whole, short = Totals(12, 0.1, 10, 2, 0, 1), Totals(5, 0.2, None, None, None)
    assert whole + whole == Totals(24, 0.2, 20, 4, 0, 2)
    both = whole + short
    assert (both.tokens, both.input, both.output, both.cached, both.unpriced) == (17, None, None, None, 1)
    assert both.cost == pytest.approx(0.3)


def test_days_that_are_none_are_passed_over_and_the_same_day_is_added_up():
    rows = [
        {"date": DAY, "totalTokens": 5, "totalCost": 1},
        {"date": DAY, "totalTokens": 2},
        {"date": "2026-13-01", "totalTokens": 9},
        {"date": "today", "totalTokens": 9},
        {"totalTokens": 9},
        7,
    ]
    assert COST.read({"daily": rows}).days == {DAY: Totals(7, 1.0, None, None, None)}


@pytest.mark.parametrize("cost", [-1, float("nan"), float("inf"), "3", True, None, 1e13, 10**400, -(10**400)])
def test_a_cost_that_cannot_be_is_none(cost):
    assert COST.read({"daily": [{"date": DAY, "totalCost": cost}]}).days[DAY].cost == 0.0


def test_answers_without_a_price_are_counted():
    row = {"date": DAY, "totalTokens": 5, "totalCost": 0, "missingCostEntries": 3}
    assert COST.read({"daily": [row]}).days[DAY].unpriced == 3


@pytest.mark.parametrize("status", ["refreshing", "stale", "partial", "something new"])
def test_what_is_not_fresh_is_still_being_counted(status):
    assert COST.read({"cacheStatus": {"status": status}}) == DailyCost({}, counting=True)
    assert not COST.read({"cacheStatus": {"status": "fresh"}}).counting
    assert not COST.read({}).counting


def test_the_parts_of_a_session_that_was_reset_are_one():
    def part(tokens, **more):
        return {"key": "k", "usage": {"dailyBreakdown": [{"date": DAY, "tokens": tokens}]}, **more}

    rows = [part(5), part(2, label="Work"), {"key": "idle", "usage": {"dailyBreakdown": []}}, part(1)]
    (account,) = SESSIONS.read({"sessions": rows}).sessions
    assert (account.key, account.name, account.days[DAY].tokens) == ("k", "Work", 8)


def test_more_sessions_than_asked_for_are_cut():
    rows = [{"key": f"k{n}", "usage": {"dailyBreakdown": [{"date": DAY, "tokens": 1}]}} for n in range(5)]
    ledger = SessionsUsage(MONTH, 3).read({"sessions": rows})
    assert [account.key for account in ledger.sessions] == ["k0", "k1", "k2"]
    assert ledger.truncated


def test_rows_without_a_usable_key_are_skipped():
    day = {"date": DAY, "tokens": 1}
    sessions = [{"usage": {"dailyBreakdown": [day]}}, {"key": "k" * 2000, "usage": {"dailyBreakdown": [day]}}]
    models = [day, {**day, "model": "m" * 2000}, {**day, "provider": "p", "model": "m"}]
    ledger = SESSIONS.read({"sessions": sessions, "aggregates": {"modelDaily": models}})
    assert ledger.sessions == ()
    assert ledger.models == (SpendingRow("p/m", {DAY: Totals(1, 0.0, None, None, None)}),)


def test_quotas_with_their_windows_and_what_failed():
    notified = {
        "providers": [
            {
                "provider": "anthropic",
                "displayName": "Claude",
                "accountEmail": "somebody@example.org",
                "windows": [
                    {"label": "5h", "usedPercent": 62.5, "resetAt": 1795720000000},
                    {"label": "Week", "usedPercent": 250},
                    {"label": "Opus"},
                    {"usedPercent": 1, "resetAt": 0},
                ],
            },
            {"provider": "zai", "windows": [], "error": "HTTP 429"},
            {"displayName": "Nobody", "windows": [{"label": "5h", "usedPercent": 1}]},
            {"provider": "p" * 2000},
        ]
    }
    quotas = STATUS.read(notified)
    assert quotas.windows == (
        Quota("anthropic", "Claude", "5h", 62.5, 1795720000000),
        Quota("anthropic", "Claude", "Week", 100.0),
        Quota("anthropic", "Claude", "", 1.0),
    )
    assert quotas.failed == (("zai", "HTTP 429"),)
    assert "example.org" not in repr(quotas)


@pytest.mark.parametrize(
    ("plan", "read"),
    [("Max", "Max"), ("x" * 2000, "x" * MAX_NAME_LENGTH), ("", None), (None, None), (7, None)],
)
def test_the_plan_is_read_where_the_provider_tells_it(plan, read):
    provider = {"provider": "a", "plan": plan, "windows": [{"label": "5h", "usedPercent": 1}]}
    (quota,) = STATUS.read({"providers": [provider]}).windows
    assert quota.plan == read


def test_the_same_window_twice_is_one():
    windows = [{"label": "5h", "usedPercent": 1}, {"label": "5h", "usedPercent": 2}]
    assert STATUS.read({"providers": [{"provider": "a", "windows": windows}]}).windows == (
        Quota("a", "a", "5h", 2.0),
    )


def test_what_an_endless_answer_makes_of_it_is_bounded():
    days = [{"date": date.fromordinal(700_000 + n).isoformat(), "tokens": 1} for n in range(MAX_DAYS + 50)]
    assert len(COST.read({"daily": days}).days) == MAX_DAYS
    models = [{"provider": "p", "model": f"m{n}", **days[0]} for n in range(MAX_MODELS + 50)]
    assert len(SESSIONS.read({"aggregates": {"modelDaily": models}}).models) == MAX_MODELS
    windows = [{"label": f"{n}", "usedPercent": 1} for n in range(MAX_QUOTAS + 50)]
    quotas = STATUS.read({"providers": [{"provider": "a", "displayName": "n" * 2000, "windows": windows}]})
    assert len(quotas.windows) == MAX_QUOTAS
    assert len(quotas.windows[0].name) == MAX_NAME_LENGTH


def test_what_a_refusal_means():
    unknown = ErrorResponse("INVALID_REQUEST", "unknown method: sessions.usage")
    closed = ErrorResponse("INVALID_REQUEST", "invalid sessions.usage params: at root: unexpected property")
    scope = ErrorResponse("FORBIDDEN", "missing scope: operator.read")
    assert [unknown_method(f) for f in (unknown, closed, scope)] == [True, False, False]
    assert [f.unknown_parameter for f in (unknown, closed, scope)] == [False, True, False]


@given(data=st.data())
def test_a_spoilt_answer_is_still_read(release, spoil, data):
    for name, method, request in (
        ("usage.cost", "usage.cost", COST),
        ("sessions.usage", "sessions.usage", SESSIONS),
    ):
        notified = payload(release, name, method)
        if notified:
            assert isinstance(request.read(spoil(data, notified)), DailyCost | UsageBreakdown)


@given(data=st.data())
def test_any_json_is_read(any_json, data):
    names = st.sampled_from(("daily", "sessions", "aggregates", "providers", "cacheStatus"))
    notified = data.draw(st.dictionaries(names, any_json))
    for tally in COST.read(notified).days.values():
        assert tally.cost >= 0
    ledger = SESSIONS.read(notified)
    assert all(account.key.encode() for account in (*ledger.models, *ledger.sessions))
    assert all(0 <= quota.percent <= 100 for quota in STATUS.read(notified).windows)


@given(data=st.data())
def test_any_json_in_the_place_of_a_row_is_read(any_json, data):
    row = st.dictionaries(
        st.sampled_from(("date", "tokens", "totalCost", "cost", "input", "label", "usedPercent", "resetAt")),
        any_json | st.sampled_from((DAY, 5, 2.5)),
    )
    rows = data.draw(st.lists(row, max_size=3))
    assert all(day == DAY or len(day) == 10 for day in COST.read({"daily": rows}).days)
    notified = {"provider": "a", "windows": rows}
    assert all(0 <= quota.percent <= 100 for quota in STATUS.read({"providers": [notified]}).windows)


@pytest.mark.parametrize("request_", [COST, SESSIONS])
def test_when_it_was_counted_is_when_the_cache_was_filled_at_the_latest(request_):
    def stamps(made, cached):
        answer = request_.read({"updatedAt": made, "cacheStatus": {"refreshedAt": cached}})
        return answer.counted_ms, answer.made_ms

    assert stamps(9000, 7000) == (7000, 9000)
    assert stamps(9000, 9500) == (9000, 9000)  # repeated, with a newer status of the cache
    assert stamps(9000, None) == (9000, 9000)
    assert stamps(None, 7000) == (7000, None)
    assert stamps("today", 0) == (None, None)


@pytest.mark.parametrize(
    ("payload", "dated", "undated"),
    [
        ({"daily": [{"date": DAY, "totalTokens": 5}], "totals": {"totalTokens": 6}}, True, None),
        ({"daily": [], "totals": {"totalTokens": 0}}, True, None),
        ({"daily": []}, True, None),
        ({"totals": {"totalTokens": 0}}, True, None),
        ({"totals": {"totalTokens": 42}}, False, Totals(42, 0.0, None, None, None)),
        (
            {"daily": [{"totalTokens": 42}], "totals": {"totalTokens": 42}},
            False,
            Totals(42, 0.0, None, None, None),
        ),
        ({"totals": 42}, False, None),
        ({}, False, None),
    ],
)
def test_totals_without_days(payload, dated, undated):
    bill = COST.read(payload)
    assert (bill.dated, bill.undated) == (dated, undated)
    ledger = SESSIONS.read({**payload, "aggregates": {"daily": payload.get("daily")}})
    assert (ledger.dated, ledger.undated) == (dated, undated)
