from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from tests.replay.recording import process_zone
from tray.runtime.clock import now


@pytest.mark.parametrize(("zone", "hours"), [("UTC0", 0.0), ("<+1245>-12:45", 12.75), ("<-0930>9:30", -9.5)])
def test_the_wall_clock_is_local(zone, hours):
    with process_zone(zone):
        at = now()
    assert at.wall.utcoffset() == timedelta(hours=hours)
    assert abs(datetime.now(UTC) - at.wall) < timedelta(minutes=1)


@pytest.mark.parametrize(("month", "offset"), [(1, 1), (7, 2)])
def test_a_moment_has_the_offset_that_the_zone_has_then(month, offset):
    with process_zone("CET-1CEST,M3.5.0,M10.5.0/3"):
        at = now()
        shown = at.local(datetime(2026, month, 1, 12, tzinfo=UTC))
        morning = at.local(datetime.combine(shown.date(), time(8)))
    assert (shown.hour, shown.utcoffset()) == (12 + offset, timedelta(hours=offset))
    assert morning.astimezone(UTC).hour == 8 - offset


@pytest.mark.parametrize("zone", ["UTC+167", "UTC-24"])
def test_a_zone_that_is_none_is_utc(zone):
    with process_zone(zone):
        at = now()
        assert at.wall.utcoffset() == timedelta(0)
        assert at.local(datetime(2026, 7, 1, 12, tzinfo=UTC)) == datetime(2026, 7, 1, 12, tzinfo=UTC)
        assert at.local(datetime.combine(at.today, time(8))).astimezone(UTC).hour == 8


def test_time_goes_on_as_it_does_when_the_clocks_change():
    with process_zone("CET-1CEST,M3.5.0,M10.5.0/3"):
        at = now().wall
    assert at + timedelta(days=182) - at == timedelta(days=182)
    assert (at + timedelta(days=182)).utcoffset() == at.utcoffset()
