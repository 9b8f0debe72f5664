from __future__ import annotations

import pytest

from tray.core.commands import Decide
from tray.core.model import (
    ActionError,
    Approval,
    ApprovalStatus,
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
