from __future__ import annotations

import pytest

from tray.core.model import ActionError, ActionKind, ActionStatus, SessionAction
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
