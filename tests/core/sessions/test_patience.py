from __future__ import annotations

import pytest

from tray.core.sessions.patience import timeout
from tray.values import replace


@pytest.mark.parametrize(("last", "seconds"), [(0.0, 30.0), (14.9, 30.0), (20.0, 40.0), (61.0, 120.0)])
def test_twice_the_last_duration_within_limits(play, last, seconds):
    play.up()
    snapshot = replace(play.state.gateway.snapshot, read_seconds=last)
    assert timeout(play.state.with_snapshot(snapshot)) == seconds
