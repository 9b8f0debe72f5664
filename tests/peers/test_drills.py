"""The short form of the drills before real gateways."""

from __future__ import annotations

import pytest

from tests.drills import real


@pytest.mark.parametrize("drill", [real.kill, real.restart, real.rotate])
def test_nothing_is_lost_repeated_or_reported_wrongly(gateway, drill):
    done = drill(gateway, 2)
    assert done.is_clean, done.found
    assert (done.times, len(done.to_truth)) == (2, 2)
