from __future__ import annotations

import pytest

from tests.core.playbook import MAIN, row
from tray.core.model import ModelSwitch, SwitchStatus, has_run_since


@pytest.mark.parametrize("state", list(SwitchStatus))
def test_a_switch_is_in_force_once_the_gateway_confirmed_it(state):
    switch = ModelSwitch("default", MAIN, None, state)
    assert switch.in_force is (state in (SwitchStatus.CONFIRMED, SwitchStatus.VERIFIED))


@pytest.mark.parametrize(
    ("used", "spent", "has_run"),
    [(100, 300, False), (100, 400, True), (200, 300, True), (0, 0, False), (None, 0, False)],
)
def test_a_change_of_either_figure_shows_a_run_since_the_switch(used, spent, has_run):
    switch = ModelSwitch("default", MAIN, "fake/beta", SwitchStatus.CONFIRMED, tokens_before=(100, 300))
    assert has_run_since(switch, row(used=used, last_run_tokens=spent)) is has_run
