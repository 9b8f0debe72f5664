from __future__ import annotations

import pytest

from tray.core.model.models import Switch, SwitchState
from tray.core.model.prompts import PromptState


@pytest.mark.parametrize("state", list(PromptState))
def test_the_four_ends_of_a_prompt(state):
    ends = (PromptState.ANSWERED, PromptState.FAILED, PromptState.STOPPED, PromptState.UNKNOWN)
    assert state.ended is (state in ends)


@pytest.mark.parametrize("state", list(SwitchState))
def test_what_the_gateway_confirmed_is_in_force(state):
    assert Switch("default", "k", None, state).in_force is (state in (SwitchState.SET, SwitchState.PROVED))
