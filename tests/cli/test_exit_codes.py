"""The exit codes, for states as the core makes them."""

from __future__ import annotations

import pytest

from tests.parts import having
from tests.view.conftest import Make
from tray.cli.exit_codes import connection_exit_code, status_exit_code
from tray.core.model import Confidence, ContextUsage, FailureKind, Focus, StaleReason
from tray.values import replace

UNUSED = ContextUsage(None, 200_000, Confidence.UNKNOWN, StaleReason.NEVER_USED)
OLD = ContextUsage(124_000, 200_000, Confidence.STALE, StaleReason.REPORTED_STALE)


@pytest.fixture
def make():
    return Make


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        (FailureKind.NOT_RUNNING, 40),
        (FailureKind.NOT_A_GATEWAY, 40),
        (FailureKind.RESTARTING, 40),
        (FailureKind.TOKEN_WRONG, 41),
        (FailureKind.PAIRING, 41),
    ],
)
def test_without_a_connection_the_code_says_why(make, cause, code):
    state = make.troubled(cause)
    assert status_exit_code(state) == connection_exit_code(state) == code


def test_a_gateway_that_was_not_found_is_down(make):
    assert status_exit_code(make.troubled(FailureKind.NOT_FOUND, target=None)) == 40


def test_connected_without_a_reading_is_down(make):
    state = make.connected()
    assert (
        status_exit_code(
            replace(
                state, gateway=replace(state.gateway, snapshot=replace(state.gateway.snapshot, read_at=None))
            )
        )
        == 40
    )


@pytest.mark.parametrize(
    ("used", "code"),
    [(1, 0), (149_999, 0), (150_000, 10), (179_999, 10), (180_000, 20), (200_000, 20)],
)
def test_exit_code_tells_the_threshold(make, used, code):
    assert status_exit_code(make.connected(make.session(usage=make.usage(used)))) == code


def test_a_session_that_is_missing_is_no_reason_to_be_calm(make):
    state = make.connected()
    assert status_exit_code(state) == 0
    pinned = having(state, focus=Focus("agent:main:bee", "agent:main:bee"))
    unread = having(state, snapshot=replace(state.gateway.snapshot, unread=frozenset({"agent:main:main"})))
    assert status_exit_code(pinned) == status_exit_code(unread) == 30


def test_exit_code_follows_the_user_s_own_thresholds(make):
    settings = make.settings(warning=29.0, critical=30.0)
    at = make.connected(make.session(usage=make.usage(58_000)), settings=settings)
    assert status_exit_code(at) == 10


@pytest.mark.parametrize(("ran", "usage", "code"), [(True, OLD, 30), (True, UNUSED, 30), (False, UNUSED, 0)])
def test_exit_code_of_a_doubtful_figure(make, ran, usage, code):
    assert status_exit_code(make.connected(make.session(usage=usage, has_run=ran))) == code


def test_exit_code_without_any_session_is_done(make):
    assert status_exit_code(make.connected()) == 0


def test_exit_code_of_a_refused_reading(make):
    assert status_exit_code(make.unread("session store is locked")) == 1
    assert status_exit_code(make.unread()) == 40
