from __future__ import annotations

import pytest

from tray.core.model.models import ModelSwitch, SwitchStatus
from tray.core.model.prompts import PromptStatus


@pytest.mark.parametrize("state", list(PromptStatus))
def test_the_four_ends_of_a_prompt(state):
    ends = (PromptStatus.ANSWERED, PromptStatus.FAILED, PromptStatus.STOPPED, PromptStatus.UNKNOWN)
    assert state.ended is (state in ends)


@pytest.mark.parametrize("state", list(SwitchStatus))
def test_what_the_gateway_confirmed_is_in_force(state):
    assert ModelSwitch("default", "k", None, state).in_force is (
        state in (SwitchStatus.SET, SwitchStatus.PROVED)
    )
