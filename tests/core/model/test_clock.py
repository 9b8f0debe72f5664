from __future__ import annotations

from tests.core.playbook import NOON
from tray.core.model import Now


def test_the_wall_clock_in_milliseconds():
    assert Now(0.0, NOON).ms == 1_772_452_800_000
