from __future__ import annotations

from datetime import datetime, time, timedelta, timezone

import pytest

from tray.settings.quiet_hours import QuietHours, parse_time

ZONE = timezone(timedelta(hours=9))
NIGHT, NOON = QuietHours(time(22), time(7)), QuietHours(time(12), time(13, 30))


def at(day, hour, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("quiet", "moment", "end"),
    [
        (NIGHT, at(2, 21, 59), None),
        (NIGHT, at(2, 22), at(3, 7)),
        (NIGHT, at(3, 0), at(3, 7)),
        (NIGHT, at(3, 6, 59), at(3, 7)),
        (NIGHT, at(3, 7), None),
        (NOON, at(2, 11, 59), None),
        (NOON, at(2, 12), at(2, 13, 30)),
        (NOON, at(2, 13, 30), None),
    ],
)
def test_when_they_end(quiet, moment, end):
    assert quiet.until(moment) == end


@pytest.mark.parametrize(
    ("text", "expected"),
    [("22:00", time(22)), (" 7:05 ", time(7, 5)), ("24:00", None), ("7", None), ("7:60", None), ("", None)],
)
def test_times(text, expected):
    assert parse_time(text) == expected


def test_in_words():
    assert str(NIGHT) == "22:00 - 07:00"
