from __future__ import annotations

import pytest

from tests.core.playbook import NOON
from tests.view.spent import (
    BILL,
    BROKEN,
    CLAUDE,
    HOUR_MS,
    LEDGER,
    NOON_MS,
    UNKNOWN_METHOD,
    WEEK,
    DailyCost,
    Quota,
    SpendingRow,
    Totals,
    UsageBreakdown,
    usage_totals,
)
from tray.core.model import ActionError, Now, TotalsSource, UsageTotals
from tray.settings.settings import Level
from tray.values import replace
from tray.view.text import amounts

COST, SESSIONS = "usage.cost", "sessions.usage"


@pytest.mark.parametrize(
    ("tally", "expected"),
    [
        (Totals(), "nothing"),
        (Totals(950, 0.001), "950 tokens · under $0.01"),
        (Totals(31_500, 0.42), "31k tokens · $0.42"),
        (Totals(1_500_000, 1234.5), "1.5M tokens · $1,234.50"),
        (Totals(31_500, 0.42, unpriced=1), "31k tokens · at least $0.42"),
        (Totals(31_500), "31k tokens"),
        (Totals(31_500, unpriced=3), "31k tokens"),
    ],
)
def test_an_unknown_price_is_never_zero(words, tally, expected):
    assert amounts.amount(tally, words) == expected


@pytest.mark.parametrize(
    ("key", "named", "shown"),
    [
        ("agent:main:work", "old", "Work"),
        ("agent:main:gone", "Gone\n", "Gone"),
        ("agent:main:gone", None, "gone"),
        ("agent:main:gone", "\u200b", "gone"),
    ],
)
def test_a_session_is_called_as_everywhere_else(make, key, named, shown):
    state = make.connected(make.session("Work", key="agent:main:work"))
    assert amounts.session_name(SpendingRow(key, {}, named), state) == shown


def test_periods(words):
    assert [amounts.period(days, words) for days in (1, 7, 30)] == ["Today", "Last 7 days", "Last 30 days"]


@pytest.mark.parametrize(
    ("tally", "expected"),
    [
        (Totals(), ""),
        (Totals(5, 0.0, None, None, None), ""),
        (Totals(5, 0.0, 5, None, 0), ""),
        (Totals(30_500, 0.0, 30_000, 500, 0), "30k input · 500 output"),
        (Totals(30_500, 0.0, 30_000, 500, None), "30k input · 500 output"),
        (Totals(2_030_500, 0.0, 30_000, 500, 2_000_000), "30k input · 500 output · 2M cached"),
    ],
)
def test_the_breakdown_where_it_is_reported(words, tally, expected):
    assert amounts.breakdown(tally, words) == expected


def test_quotas_are_rounded_down_and_say_when_they_reset(make, words):
    now = make.now()
    assert amounts.quota_name(CLAUDE) == "Claude 5h"
    assert (amounts.quota_percent(CLAUDE), amounts.resets(CLAUDE, now, words)) == ("91%", "resets in 3 h")
    assert (amounts.quota_percent(WEEK), amounts.resets(WEEK, now, words)) == ("38%", "resets in 2 days")
    over = Quota("a", "", "\x1b[31m", 99.99, NOON_MS)
    assert (amounts.quota_percent(over), amounts.resets(over, now, words)) == ("99%", "")
    fresh = Quota("a", "a", "", 5.0)
    assert (amounts.quota_percent(fresh), amounts.resets(fresh, now, words)) == ("5%", "")
    assert (amounts.plan(CLAUDE, words), amounts.plan(fresh, words)) == ("", "")
    assert "\x1b" not in amounts.quota_name(over)
    paid = replace(CLAUDE, plan="Max\x1b[2J")
    assert amounts.plan(paid, words) == "plan: Max [2J"
    assert amounts.quota_name(Quota("a", "", "", 5.0)) == "?"


def test_resets_are_in_days_from_two_days_on(make, words):
    def reset(hours):
        return amounts.resets(Quota("a", "a", "", 5.0, int(NOON_MS + hours * HOUR_MS)), make.now(), words)

    assert [reset(0.5), reset(47.9), reset(48)] == [
        "resets in 30 min",
        "resets in 47 h",
        "resets in 2 days",
    ]


def test_providers_without_figures(words):
    assert amounts.no_quota("Claude", "HTTP\n429", words) == "Claude: no figures (HTTP 429)"


def no_totals_reason(words, totals, error=None):
    return amounts.no_totals_reason(totals, error, Level.CONTROL, words)


def test_a_total_now_or_later_has_no_failure(words):
    assert no_totals_reason(words, usage_totals(), ActionError.OFFLINE) == ""
    assert no_totals_reason(words, usage_totals(daily_cost=None, breakdown=None)) == ""
    assert no_totals_reason(words, usage_totals(daily_cost=None, breakdown=None, refused={COST: None})) == ""
    counting = usage_totals(daily_cost=DailyCost({}, counting=True), breakdown=None)
    assert no_totals_reason(words, counting) == ""
    assert amounts.pending(counting, words) == "the gateway is still counting"
    assert amounts.pending(UsageTotals(), words) == "not read yet"
    undated = usage_totals(daily_cost=DailyCost({}, dated=False), breakdown=None)
    assert amounts.pending(undated, words) == "not known"
    behind = usage_totals(daily_cost=DailyCost({}, counted_ms=5), breakdown=None, last_run_ms=6)
    assert amounts.pending(behind, words) == "not counted yet"


def test_the_stamp_of_the_gateway(make, words):
    def stamp(counted_ms, **more):
        known = usage_totals(daily_cost=DailyCost({}, counted_ms=counted_ms), breakdown=None, **more)
        return amounts.counted(known, set(), make.now(), words)

    assert stamp(NOON_MS - 60_000) == "as of 11:59"
    assert stamp(NOON_MS - 86_400_000) == "as of 2026-11-22 12:00"
    assert stamp(NOON_MS, last_run_ms=NOON_MS + 1) == "as of 12:00; later runs are not counted yet"
    assert (stamp(None), stamp(2**53)) == ("", "")


def test_why_usage_cannot_be_requested(words):
    assert no_totals_reason(words, UsageTotals(), ActionError.OFFLINE) == "Not connected to the gateway."


@pytest.mark.parametrize(
    ("daily_cost", "breakdown", "sentence"),
    [
        (UNKNOWN_METHOD, UNKNOWN_METHOD, "This gateway does not report usage."),
        (None, UNKNOWN_METHOD, "The gateway did not reply."),
        (BROKEN, UNKNOWN_METHOD, "Gateway error: the transcripts cannot be read"),
        (None, BROKEN, "Gateway error: the transcripts cannot be read"),
    ],
)
def test_why_there_is_no_total(words, daily_cost, breakdown, sentence):
    nothing = usage_totals(daily_cost=None, breakdown=None, refused={COST: daily_cost, SESSIONS: breakdown})
    assert no_totals_reason(words, nothing) == sentence


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (UNKNOWN_METHOD, "This gateway does not report usage by model and session."),
        (None, "The gateway did not reply."),
        (BROKEN, "Gateway error: the transcripts cannot be read"),
    ],
)
def test_why_models_and_sessions_are_not_listed(words, failure, sentence):
    assert (
        amounts.no_lists_reason(usage_totals(breakdown=None, refused={SESSIONS: failure}), words) == sentence
    )
    assert amounts.no_lists_reason(usage_totals(refused={SESSIONS: failure}), words) == ""
    assert amounts.no_lists_reason(usage_totals(breakdown=None), words) == ""


def test_notes_about_the_totals(words):
    def notes(origin, **more):
        return amounts.notes(usage_totals(**more), {origin}, words)

    assert notes(TotalsSource.USAGE_COST) == []
    assert notes(TotalsSource.SESSIONS_USAGE) == ["The totals are the sum of the sessions."]
    counting = DailyCost(BILL.days, counting=True)
    assert notes(TotalsSource.USAGE_COST, daily_cost=counting) == [
        "The gateway is still counting. The totals will grow."
    ]
    assert amounts.notes(usage_totals(daily_cost=counting), set(), words) == []
    several = UsageBreakdown({}, sessions=(*LEDGER.sessions, SpendingRow("agent:work:main", {})))
    assert notes(TotalsSource.USAGE_COST, breakdown=several, all_agents=False) == [
        "The totals cover the default agent only."
    ]
    assert notes(TotalsSource.USAGE_COST, breakdown=UsageBreakdown({}, truncated=True)) == [
        "By model and session, only the 200 newest sessions are counted."
    ]


@pytest.mark.parametrize("error", [OSError, OverflowError, ValueError])
def test_a_moment_that_the_system_cannot_place_is_not_shown(error):
    def rules(_at):
        raise error

    assert amounts.local_time(NOON_MS, Now(0.0, NOON, rules)) == ""
    assert amounts.local_time(2**53, Now(0.0, NOON)) == ""


def test_a_cost_that_covers_a_part_is_marked_where_there_is_little_room(words):
    assert amounts.short_money(Totals(5, 0.42), words) == "$0.42"
    assert amounts.short_money(Totals(5, 0.42, unpriced=1), words) == "≥ $0.42"
    assert amounts.short_money(Totals(5, unpriced=1), words) == ""
