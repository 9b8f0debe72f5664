from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.playbook import NOON, START
from tray.core.model import Now, QuotaAvailable, QuotaMark, QuotaPace
from tray.core.usage import quotas
from tray.protocol.usage import Quota

NOW = Now(START, NOON)
HOUR = 3600.0


def quota(percent, left_hours=4.0, label="5h"):
    resets_ms = None if left_hours is None else NOW.ms + int(left_hours * 3_600_000)
    return Quota("anthropic", "Claude", label, percent, resets_ms)


@pytest.mark.parametrize(
    ("known", "seconds"),
    [
        (quota(50), HOUR),  # half of it in the first of five hours
        (quota(25), 3 * HOUR),
        (quota(20), None),  # it lasts exactly
        (quota(10), None),
        (quota(0), None),
        (quota(80), None),  # a threshold says that
        (quota(60, 2.4), None),  # more than half is over
        (quota(60, 2.6), 1.6 * HOUR),
        (quota(20, 4.8), None),  # a few minutes decide nothing
        (quota(50, 5), None),
        (quota(50, 6), None),
        (quota(50, -1), None),
        (quota(50, None), None),
        (quota(50, 6 * 24, "Week"), 24 * HOUR),
        (quota(50, 18, "day"), 6 * HOUR),
        (quota(50, 2 * 24, "3d"), 24 * HOUR),
        (quota(50, 4, "0h"), None),
        (quota(50, 4, "Opus"), None),
    ],
)
def test_how_long_it_lasts_at_this_pace(known, seconds):
    found = quotas.exhausted_in(known, NOW)
    assert found == (None if seconds is None else pytest.approx(seconds))


def marked(marks, *read, now=NOW):
    return quotas.marked(marks, "default", read, now)


def test_the_pace_is_reported_once_for_each_window():
    marks, alerts = marked((), quota(50), quota(50, 6 * 24, "Week"))
    assert alerts == (QuotaPace(quota(50), 3600), QuotaPace(quota(50, 6 * 24, "Week"), 86_400))
    assert marked(marks, quota(52)) == (marks, ())
    assert marked(marks, quota(5)) == (marks, ())
    later = Now(START, NOON + timedelta(hours=5))
    marks, alerts = marked(marks, quota(50, 9), now=later)
    assert alerts == (QuotaPace(quota(50, 9), 3600),)
    assert len(marks) == 2


def test_a_quota_is_available_again_after_it_was_exhausted():
    marks, alerts = marked((), quota(100), quota(90, label="Week"))
    assert (marks, alerts) == (
        (QuotaMark("default", "anthropic", "5h", pace=False, resets_ms=quota(100).resets_ms),),
        (),
    )
    assert marked(marks, quota(97)) == (marks, ())
    assert marked(marks, quota(3)) == ((), (QuotaAvailable(quota(3)),))
    assert quotas.marked(marks, "other", (quota(3),), NOW) == (marks, ())


def test_when_the_first_exhausted_quota_resets():
    read = (quota(100, 3), quota(100, 2, "Week"), quota(50, 1), quota(100, -1), quota(100, None))
    assert quotas.next_reset(read, NOW) == 2 * HOUR
    assert quotas.next_reset((quota(50, 1),), NOW) is None


def test_marks_are_bounded():
    many = tuple(Quota("p", "P", str(number), 100.0) for number in range(2 * quotas.MAX_MARKS))
    assert len(marked((), *many)[0]) == quotas.MAX_MARKS


@given(percent=st.floats(0, 100), left=st.floats(-10, 400), label=st.sampled_from(("5h", "Week", "?")))
def test_what_is_foretold_comes_before_the_reset(percent, left, label):
    seconds = quotas.exhausted_in(quota(percent, left, label), NOW)
    assert seconds is None or 0 < seconds < left * HOUR
