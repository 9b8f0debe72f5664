from __future__ import annotations

from datetime import timedelta

import pytest

from tests.parts import having
from tests.view.spent import usage_totals
from tray.core.commands import Decide, ReadUsage
from tray.core.model import (
    ActionError,
    Approval,
    ApprovalStatus,
    ConnectionFailure,
    FailureKind,
    GatewayDown,
    GatewayUp,
    PastNotification,
    UsageTotals,
)
from tray.protocol.approvals import Decision, ExecRequest, PairingRequest
from tray.settings.settings import Level
from tray.values import replace
from tray.view.panel import texts
from tray.view.panel.texts import Button
from tray.view.text.approvals import LINES
from tray.view.text.exact import WIDTH

COMMAND = ExecRequest("c1", "rm -rf build", host="gateway", session_key="agent:main:main")
DEVICE = PairingRequest("d1", "laptop", "linux", "operator", ("operator.read",))


@pytest.fixture
def asked(make, words):
    """The window for what waits under this request's id."""

    def shown(
        request,
        *,
        level=Level.CONTROL,
        identity=None,
        state=ApprovalStatus.WAITING,
        profile="default",
        **more,
    ):
        approval = Approval(profile, request, state, **more)
        made = make.connected(make.session(), level=level, approvals=(approval,))
        return texts.approval(made, identity or request.id, make.now(), words)

    return shown


def test_usage_is_a_chart_and_what_the_console_says(make, words):
    pane = texts.usage(make.connected(make.session(), usage_totals=usage_totals()), make.now(), words)
    assert pane.title == "Usage"
    assert len(pane.bars) == texts.DAYS
    assert pane.bars[-1] == 31_500
    assert pane.caption == f"Tokens per day, last 30 days (highest: {max(pane.bars):,})"
    assert "31,500 tokens" in pane.text
    assert "▁" not in pane.text
    assert pane.buttons == (Button("Refresh", ReadUsage()),)


def test_usage_that_is_not_known_says_why(make, words):
    pane = texts.usage(make.connected(make.session(), usage_totals=UsageTotals()), make.now(), words)
    assert (pane.bars, pane.caption) == ((), "")
    assert pane.text
    offline = texts.usage(having(make.troubled(None), usage_totals=UsageTotals()), make.now(), words)
    assert not offline.buttons[0].enabled


def test_days_on_which_nothing_was_used_are_no_chart(make, words, monkeypatch):
    monkeypatch.setattr(texts, "daily", lambda *_: ())
    pane = texts.usage(make.connected(make.session(), usage_totals=usage_totals()), make.now(), words)
    assert (pane.bars, pane.caption) == ((), "")
    assert "31,500 tokens" in pane.text


def test_notifications_are_shown_in_full_newest_first(make, words):
    noon = make.now().wall
    recent = (
        PastNotification(
            GatewayDown(ConnectionFailure(FailureKind.NOT_RUNNING)), noon - timedelta(days=1), deferred=False
        ),
        PastNotification(GatewayUp(7.0), noon, deferred=True),
    )
    lines = texts.notifications(make.connected(recent=recent), make.now(), words).text.splitlines()
    assert lines[0] == "12:00  The gateway is back (delayed)"
    assert lines[1].startswith("    ")
    (older,) = [line for line in lines if line.startswith("2026-11-22")]
    assert lines[lines.index(older) - 1] == ""


def test_no_notifications_yet(make, words):
    assert texts.notifications(make.connected(), make.now(), words).text == "No notifications yet"


def test_a_command_is_shown_whole_however_long_it_is(asked):
    command = "\n".join(f"echo {n} " + "x" * 100 for n in range(LINES))
    pane = asked(replace(COMMAND, command=command))
    lines = pane.text.splitlines()
    assert len(lines) == 2 * LINES
    assert max(map(len, lines)) <= WIDTH + 2
    assert "".join(line.removeprefix("↳ ") for line in lines).replace("␣", " ") == command.replace("\n", "")
    assert "Runs on: gateway" in pane.intro
    assert pane.buttons == (
        Button("Deny", Decide("c1", Decision.DENY)),
        Button("Allow once", Decide("c1", Decision.ALLOW_ONCE)),
        Button("Always allow", Decide("c1", Decision.ALLOW_ALWAYS)),
    )


def test_a_command_cannot_leave_its_lines(asked):
    pane = asked(replace(COMMAND, command="ls \u202e \x1b[2J\rrm"))
    assert pane.text == r"ls \u202e \x1b[2J\rrm"


def test_a_device_is_approved_or_rejected(asked):
    pane = asked(DEVICE)
    assert pane.text == "Device access: laptop"
    assert [button.label for button in pane.buttons] == ["Reject", "Approve"]


def test_a_decision_is_made_once(asked):
    pane = asked(COMMAND, state=ApprovalStatus.DECISION_SENT)
    assert not any(button.enabled for button in pane.buttons)
    failed = asked(COMMAND, error=ActionError.OFFLINE)
    assert all(button.enabled for button in failed.buttons)


@pytest.mark.parametrize(
    ("state", "expected"), [(ApprovalStatus.GONE, "No longer waiting"), (ApprovalStatus.EXPIRED, "expired")]
)
def test_an_ended_approval_has_no_buttons(asked, state, expected):
    pane = asked(COMMAND, state=state)
    assert pane.intro.startswith(expected)
    assert pane.text == "rm -rf build"
    assert pane.buttons == ()


def test_what_is_not_known_and_what_may_not_be_seen(asked):
    pane = asked(COMMAND, identity="another")
    assert (pane.intro, pane.text, pane.buttons) == ("This approval is no longer waiting.", "", ())
    pane = asked(COMMAND, profile="of another gateway")
    assert (pane.intro, pane.text, pane.buttons) == ("This approval is no longer waiting.", "", ())
    pane = asked(COMMAND, level=Level.WATCH)
    assert "rm" not in repr(pane)
    assert pane.buttons == ()


def test_a_session_is_called_as_everywhere(asked):
    assert "Session: main" in asked(COMMAND).intro
    assert "Session: x/y" in asked(replace(COMMAND, session_key="agent:x:y")).intro


def test_diagnostics_are_shown_as_they_would_be_shared(make, words):
    pane = texts.diagnostics(make.connected(diagnostics="ClawTray 1.2.3"), words)
    assert pane.text == "ClawTray 1.2.3"
    assert "Read it before you share it" in pane.intro
    assert "ClawTray 1.2.3" not in repr(pane)
