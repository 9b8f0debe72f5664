from __future__ import annotations

from datetime import date, timedelta, timezone

from tests.core.playbook import NOON
from tray.core.model import Now


def test_the_wall_clock_in_milliseconds():
    assert Now(0.0, NOON).ms == 1_772_452_800_000


def test_today_is_the_date_in_the_user_s_zone():
    assert Now(0.0, NOON).today == date(2026, 3, 2)
    assert Now(0.0, NOON.astimezone(timezone(timedelta(hours=13)))).today == date(2026, 3, 3)
