from __future__ import annotations

import itertools

import pytest

from tray.core.model import (
    ActionError,
    ActionKind,
    ActionStatus,
    GatewayControl,
    GatewayControlKind,
    GatewayControlStatus,
    SessionAction,
)
from tray.settings.settings import Level
from tray.view.text.action_results import gateway_control, gateway_control_reason, line, what, why

KEY = "agent:main:main"


def action(kind=ActionKind.COMPACT, state=ActionStatus.DONE, **more):
    return SessionAction("default", KEY, kind, state, **more)


def test_every_action_has_its_own_words(words):
    pairs = list(itertools.product(ActionKind, ActionStatus))
    said = [what(action(kind, state), words) for kind, state in pairs]
    assert len(set(said)) == len(pairs)
    assert all(said)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (124_000, 20_000, "Compacted: 124k → 20k tokens"),
        (124_000, None, "Compacted: 124k tokens before; the next run shows the new size"),
        (None, None, "Compacted"),
        (None, 20_000, "Compacted"),
    ],
)
def test_a_compaction_shows_its_figures(words, before, after, expected):
    assert line(action(before=before, after=after), Level.CONTROL, words) == expected


def test_nothing_is_added_where_there_is_nothing_to_add(words):
    assert line(action(ActionKind.STOP, before=1, after=1), Level.CONTROL, words) == "Run stopped"
    assert line(action(state=ActionStatus.REQUESTED), Level.CONTROL, words) == "Compacting…"


@pytest.mark.parametrize(
    ("state", "error", "expected"),
    [
        (ActionStatus.FAILED, ActionError.GATEWAY, "Gateway error: its words"),
        (ActionStatus.FAILED, None, "Gateway error: its words"),
        (ActionStatus.FAILED, ActionError.OFFLINE, "Not connected to the gateway."),
        (
            ActionStatus.UNKNOWN,
            ActionError.OFFLINE,
            "The connection broke before the gateway answered. Check the session before you try again.",
        ),
        (ActionStatus.UNKNOWN, ActionError.NO_REPLY, "The gateway did not reply."),
        (ActionStatus.UNKNOWN, None, "The gateway did not reply."),
        (
            ActionStatus.FAILED,
            ActionError.NOT_OFFERED,
            "This cannot be decided here: use the gateway's own page.",
        ),
        (
            ActionStatus.UNKNOWN,
            ActionError.STILL_RUNNING,
            "The gateway has not confirmed that the run stopped.",
        ),
    ],
)
def test_a_failure_has_its_reason(words, state, error, expected):
    assert why(action(state=state, error=error, detail="its words"), Level.CONTROL, words) == expected


@pytest.mark.parametrize("kind", GatewayControlKind)
def test_every_state_of_a_restart_has_its_own_words(words, kind):
    said = {gateway_control(GatewayControl(kind, state), words) for state in GatewayControlStatus}
    other = {
        gateway_control(GatewayControl(each, state), words)
        for each in GatewayControlKind
        for state in GatewayControlStatus
    }
    assert (len(said), len(other)) == (4, 8)


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        (
            GatewayControl(GatewayControlKind.START, GatewayControlStatus.FAILED, detail="x"),
            "Gateway error: x",
        ),
        (
            GatewayControl(
                GatewayControlKind.START,
                GatewayControlStatus.FAILED,
                error=ActionError.CLI_FAILED,
                detail="no service",
            ),
            "The gateway's command failed: no service",
        ),
        (
            GatewayControl(GatewayControlKind.RESTART, GatewayControlStatus.ACCEPTED, detail="2 runs"),
            "Waiting: 2 runs",
        ),
        (
            GatewayControl(
                GatewayControlKind.RESTART, GatewayControlStatus.ACCEPTED, uses_cli=True, detail="sent"
            ),
            "",
        ),
        (GatewayControl(GatewayControlKind.RESTART, GatewayControlStatus.DONE, detail="2 runs"), ""),
    ],
)
def test_why_a_restart_did_not_happen_or_waits(words, done, expected):
    assert gateway_control_reason(done, Level.CONTROL, words) == expected
