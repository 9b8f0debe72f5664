from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

from tests.core.playbook import NOON
from tray.core.model import Now


def test_the_wall_clock_in_milliseconds():
    assert Now(0.0, NOON).ms == 1_772_452_800_000


def test_today_is_the_date_in_the_user_s_zone():
    assert Now(0.0, NOON).today == date(2026, 3, 2)
    assert Now(0.0, NOON.astimezone(timezone(timedelta(hours=13)))).today == date(2026, 3, 3)


def test_without_rules_a_zone_is_its_offset():
    zone = timezone(timedelta(hours=13))
    now = Now(0.0, NOON.astimezone(zone))
    assert now.local(NOON).utcoffset() == timedelta(hours=13)
    assert now.local(datetime.combine(now.today, time(8))) == datetime(2026, 3, 3, 8, tzinfo=zone)


def test_a_zone_with_rules_gives_each_moment_by_them():
    def rules(at):
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)

    now = Now(0.0, NOON.astimezone(timezone(timedelta(hours=13))), rules)
    assert now.local(NOON).tzinfo is UTC
    assert now.local(datetime.combine(now.today, time(8))) == datetime(2026, 3, 3, 8, tzinfo=UTC)


def test_a_clock_that_differs_by_more_than_a_slow_answer_is_noticed():
    now = Now(0.0, NOON)
    assert [now.clock_difference(at) for at in (None, 0, now.ms, now.ms - 60_000, now.ms + 60_000)] == [0] * 5
    assert now.clock_difference(now.ms - 8 * 3_600_000) == 8 * 3_600_000
    assert now.clock_difference(now.ms + 60_001) == -60_001
