from __future__ import annotations

import pytest

from tests.core.playbook import MAIN, NOON, OTHER, row
from tray.core.model import Confidence, ContextUsage, RunningRun, Session, SessionsSnapshot

USAGE = ContextUsage(None, None, Confidence.UNKNOWN)


def snapshot(*rows, **rest):
    return SessionsSnapshot(tuple(Session(each, each.key, None, USAGE) for each in rows), **rest)


@pytest.mark.parametrize(
    ("used", "window", "percent"),
    [(58_000, 200_000, 29.0), (None, 200_000, None), (5, None, None), (5, 0, None), (0, 100, 0.0)],
)
def test_a_percentage_needs_both_figures(used, window, percent):
    assert ContextUsage(used, window, Confidence.FRESH).percent == percent


def test_a_reading_is_outdated_once_its_time_is_over():
    assert not SessionsSnapshot().outdated
    assert not SessionsSnapshot(read_at=NOON, outdated_at=1180.0).outdated
    assert SessionsSnapshot(read_at=NOON).outdated


def test_a_session_is_found_by_its_key():
    sessions = snapshot(row(), row(OTHER))
    assert sessions.find(OTHER) is sessions.sessions[1]
    assert sessions.find("agent:main:nothere") is None
    assert sessions.find(None) is None


def test_a_session_is_busy_if_its_row_or_an_event_says_so():
    runs = {"run": RunningRun(OTHER, 1000.0), "of an unknown session": RunningRun(None, 1000.0)}
    assert snapshot(row(), row(OTHER)).busy == frozenset()
    assert snapshot(row(active=True), row(OTHER), runs=runs).busy == {MAIN, OTHER}
