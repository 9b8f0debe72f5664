from __future__ import annotations

import itertools

import pytest

from tray.core.errors import Fault
from tray.core.model.actions import Deed, DeedKind, DeedState
from tray.core.model.gateway_control import Lifecycle, LifecycleKind, LifecycleState
from tray.settings.settings import Level
from tray.view.text.action_results import lifecycle, lifecycle_reason, line, what, why

KEY = "agent:main:main"


def deed(kind=DeedKind.COMPACT, state=DeedState.DONE, **more):
    return Deed("default", KEY, kind, state, **more)


def test_every_deed_is_said_in_words_of_its_own(words):
    pairs = list(itertools.product(DeedKind, DeedState))
    said = [what(deed(kind, state), words) for kind, state in pairs]
    assert len(set(said)) == len(pairs)
    assert all(said)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (124_000, 20_000, "Compacted: 124k → 20k tokens"),
        (124_000, None, "Compacted: 124k tokens before; the next run tells how many now"),
        (None, None, "Compacted"),
        (None, 20_000, "Compacted"),
    ],
)
def test_a_compaction_tells_its_figures(words, before, after, expected):
    assert line(deed(before=before, after=after), Level.CONTROL, words) == expected


def test_nothing_is_added_where_there_is_nothing_to_add(words):
    assert line(deed(DeedKind.STOP, before=1, after=1), Level.CONTROL, words) == "Run stopped"
    assert line(deed(state=DeedState.ASKED), Level.CONTROL, words) == "Being compacted…"


@pytest.mark.parametrize(
    ("state", "fault", "expected"),
    [
        (DeedState.FAILED, Fault.GATEWAY, "The gateway says: its words"),
        (DeedState.FAILED, None, "The gateway says: its words"),
        (DeedState.FAILED, Fault.OFFLINE, "There is no connection to the gateway."),
        (
            DeedState.UNKNOWN,
            Fault.OFFLINE,
            "The connection broke before the gateway answered. Look before you try again.",
        ),
        (DeedState.UNKNOWN, Fault.NO_REPLY, "The gateway did not reply."),
        (DeedState.UNKNOWN, None, "The gateway did not reply."),
        (
            DeedState.UNKNOWN,
            Fault.GOES_ON,
            "The gateway was told to stop the run, and has not said that it ended.",
        ),
    ],
)
def test_what_did_not_go_well_has_its_reason(words, state, fault, expected):
    assert why(deed(state=state, fault=fault, detail="its words"), Level.CONTROL, words) == expected


@pytest.mark.parametrize("kind", LifecycleKind)
def test_what_became_of_a_start_or_restart_has_words_of_its_own(words, kind):
    said = {lifecycle(Lifecycle(kind, state), words) for state in LifecycleState}
    other = {lifecycle(Lifecycle(each, state), words) for each in LifecycleKind for state in LifecycleState}
    assert (len(said), len(other)) == (4, 8)


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        (Lifecycle(LifecycleKind.START, LifecycleState.FAILED, detail="x"), "The gateway says: x"),
        (
            Lifecycle(LifecycleKind.START, LifecycleState.FAILED, fault=Fault.CLI, detail="no service"),
            "Its own command says: no service",
        ),
        (Lifecycle(LifecycleKind.RESTART, LifecycleState.TAKEN, detail="2 runs"), "It waits: 2 runs"),
        (Lifecycle(LifecycleKind.RESTART, LifecycleState.TAKEN, by_cli=True, detail="sent"), ""),
        (Lifecycle(LifecycleKind.RESTART, LifecycleState.DONE, detail="2 runs"), ""),
    ],
)
def test_why_a_restart_did_not_happen_or_waits(words, done, expected):
    assert lifecycle_reason(done, Level.CONTROL, words) == expected
