from __future__ import annotations

import pytest

from tray.core.model import (
    ActionError,
    ActionKind,
    ActionStatus,
    ModelSwitch,
    Prompt,
    PromptStatus,
    SessionAction,
    SwitchStatus,
)
from tray.view.reports import actions


@pytest.mark.parametrize(
    ("status", "error", "outcome"),
    [
        (ActionStatus.DONE, None, "done"),
        (ActionStatus.FAILED, ActionError.SCOPE, "failed"),
        (ActionStatus.UNKNOWN, ActionError.NO_REPLY, "unknown"),
    ],
)
def test_an_action_with_its_outcome_and_figures(make, words, status, error, outcome):
    done = SessionAction(
        "default", "agent:main:main", ActionKind.COMPACT, status, error=error, before=9, after=4
    )
    said = actions.action(done, make.connected(), words)
    assert bool(said.pop("reason")) is (error is not None)
    assert said == {
        "schema": 1,
        "session": "agent:main:main",
        "deed": "compact",  # codespell:ignore
        "outcome": outcome,
        "before": 9,
        "after": 4,
    }


@pytest.mark.parametrize(
    ("status", "error", "model", "outcome"),
    [
        (SwitchStatus.CONFIRMED, None, "fake/beta", "done"),
        (SwitchStatus.FAILED, ActionError.GATEWAY, None, "failed"),
        (SwitchStatus.FAILED, ActionError.UNCONFIRMED, None, "unknown"),
    ],
)
def test_a_switch_with_the_model_that_was_confirmed(status, error, model, outcome):
    done = ModelSwitch("default", "agent:main:main", "beta", status, model, error)
    assert actions.switch(done) == {
        "schema": 1,
        "session": "agent:main:main",
        "requested": "beta",
        "model": model,
        "outcome": outcome,
    }


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (PromptStatus.ANSWERED, "done"),
        (PromptStatus.FAILED, "failed"),
        (PromptStatus.STOPPED, "stopped"),
        (PromptStatus.UNKNOWN, "unknown"),
    ],
)
def test_a_prompt_with_its_answer(status, outcome):
    ended = Prompt("p", "agent:main:tray", "hello", state=status, answer="Hi.", answered_by="fake/beta")
    assert actions.prompt(ended) == {
        "schema": 1,
        "session": "agent:main:tray",
        "model": "fake/beta",
        "answer": "Hi.",
        "outcome": outcome,
    }
