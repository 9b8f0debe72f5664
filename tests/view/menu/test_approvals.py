from __future__ import annotations

import pytest

from tests.parts import having
from tests.view.lines import find, texts
from tray.core.commands import CopyText, Decide, OpenDashboard, OpenPanel, OpenSettings
from tray.core.model import ActionError, Approval, ApprovalStatus, FailureKind, Page
from tray.protocol.approvals import Decision, ExecRequest, PairingRequest
from tray.settings.settings import Level
from tray.values import replace
from tray.view.icon.model import Situation
from tray.view.menu.menu import menu
from tray.view.text.approvals import LINES
from tray.view.tray_view import icon, tooltip

COMMAND = ExecRequest("c1", "rm -rf build", host="gateway", session_key="agent:main:main")
DEVICE = PairingRequest("d1", "laptop", "linux", "operator", ("operator.read",))
WAITING, ASKED, DECIDED = ApprovalStatus.WAITING, ApprovalStatus.DECISION_SENT, ApprovalStatus.DECIDED


@pytest.fixture
def with_(make):
    """Connected, with these requests waiting."""

    def build(*requests, level=Level.CONTROL, lists=True, state=WAITING, **more):
        approvals = tuple(Approval("default", request, state, **more) for request in requests)
        made = make.connected(make.session(), level=level, approvals=approvals)
        methods = made.connection.hello.methods | ({"exec.approval.list"} if lists else set())
        hello = replace(made.connection.hello, methods=methods)
        return replace(made, connection=replace(made.connection, hello=hello))

    return build


def test_the_menu_shows_how_many_wait(with_, level):
    assert find(level(with_()), "Approvals").path == ("approvals",)
    assert find(level(with_(COMMAND, DEVICE)), "Approvals (2)").path == ("approvals",)


def test_icon_and_tooltip_show_it_too(with_, make, words):
    assert not icon(with_()).waiting
    assert icon(with_(COMMAND)).waiting
    assert icon(with_(COMMAND)).situation is Situation.CALM
    assert "An approval is waiting" in tooltip(with_(COMMAND), make.now(), words)
    assert "2 approvals are waiting" in tooltip(with_(COMMAND, DEVICE), make.now(), words)
    unknown = having(with_(COMMAND), focus=make.connected().gateway.focus)
    assert icon(unknown).waiting
    assert not icon(with_(COMMAND, state=DECIDED)).waiting
    assert not icon(with_(COMMAND, level=Level.ASK)).waiting


def test_each_approval_has_an_item(with_, level, make):
    at_ms = make.now().ms - 61_000
    items = level(with_(replace(COMMAND, created_ms=at_ms), DEVICE), "approvals")
    assert texts(items) == ["Run: rm -rf build\t1 min ago", "Device access: laptop"]
    assert [item.path for item in items] == [("approvals", "c1"), ("approvals", "d1")]


def test_without_waiting_approvals_the_last_results_are_shown(with_, level):
    items = level(with_(COMMAND, state=DECIDED, decision=Decision.DENY), "approvals")
    assert texts(items) == ["No approvals waiting", "───", "Run: rm -rf build: denied"]
    assert items[-1].command == OpenPanel(Page.APPROVAL, "c1")
    assert texts(level(with_(), "approvals")) == ["No approvals waiting"]
    elsewhere = (Approval("elsewhere", COMMAND, DECIDED), Approval("elsewhere", DEVICE))
    assert texts(level(having(with_(), approvals=elsewhere), "approvals")) == ["No approvals waiting"]


def test_a_release_without_a_list_says_so(with_, level):
    said = " ".join(texts(level(with_(lists=False), "approvals")))
    assert "only while ClawTray is connected" in said


@pytest.mark.parametrize("trust", [Level.WATCH, Level.ASK])
def test_below_control_approvals_are_not_shown(with_, level, trust):
    items = level(with_(COMMAND, level=trust), "approvals")
    assert " ".join(texts(items)).startswith("Approvals are not shown. ")
    assert {item.command for item in items} == {OpenSettings()}
    assert texts(level(with_(COMMAND, level=trust), "approvals", "c1")) == [
        "This approval is no longer waiting."
    ]
    assert find(level(with_(COMMAND, level=trust)), "Approvals").path == ("approvals",)


def test_a_command_with_its_decisions(with_, level):
    items = level(with_(COMMAND), "approvals", "c1")
    assert texts(items) == [
        "rm -rf build",
        "───",
        "Session: main",
        "Runs on: gateway",
        "───",
        "Deny",
        "Allow once",
        "Always allow",
        "───",
        "Open in dashboard",
    ]
    assert find(items, "Allow once").command == Decide("c1", Decision.ALLOW_ONCE)
    assert find(items, "Always allow").command == Decide("c1", Decision.ALLOW_ALWAYS)
    assert find(items, "Deny").command == Decide("c1", Decision.DENY)
    assert items[0].command == CopyText("rm -rf build")
    assert find(items, "Open in dashboard").command == OpenDashboard("agent:main:main")


@pytest.mark.parametrize(
    "request_", [COMMAND, DEVICE, replace(COMMAND, command="\n".join("x" * (LINES + 3)))]
)
def test_the_first_that_the_keyboard_reaches_allows_nothing(with_, level, request_):
    items = level(with_(request_), "approvals", request_.id)
    assert items[0].enabled
    assert not isinstance(items[0].command, Decide)
    deciding = [item.command.decision for item in items if isinstance(item.command, Decide)]
    assert deciding[0] is Decision.DENY
    assert items[0].text in ("rm -rf build", "x", "Device access: laptop")  # the whole of it comes before


def test_only_the_decisions_that_the_gateway_accepts(with_, level):
    request = replace(COMMAND, decisions=(Decision.ALLOW_ONCE, Decision.DENY), session_key="agent:main:x")
    items = level(with_(request), "approvals", "c1")
    assert "Always allow" not in texts(items)
    assert "Session: x" in texts(items)
    assert "Session" not in "".join(
        texts(level(with_(replace(COMMAND, session_key=None)), "approvals", "c1"))
    )


def test_a_device(with_, level):
    items = level(with_(DEVICE), "approvals", "d1")
    assert texts(items)[:5] == ["Device access: laptop", "───", "linux · operator", "operator.read", "───"]
    assert find(items, "Approve").command == Decide("d1", Decision.ALLOW_ONCE)
    assert find(items, "Reject").command == Decide("d1", Decision.DENY)


def test_a_command_that_is_not_fully_shown_cannot_be_allowed(with_, level):
    long = replace(COMMAND, command="\n".join("x" * (LINES + 3)))
    items = level(with_(long), "approvals", "c1")
    assert "… and 3 more lines" in texts(items)
    assert not find(items, "Allow once").enabled
    assert not find(items, "Always allow").enabled
    assert find(items, "Deny").enabled
    assert "Show the whole command before you allow it." in texts(items)


def test_while_a_decision_is_pending_no_other_can_be_made(with_, level):
    items = level(with_(COMMAND, state=ASKED, decision=Decision.DENY), "approvals", "c1")
    assert not find(items, "Allow once").enabled
    assert not find(items, "Deny").enabled


def test_its_age_grows_by_itself(with_, make, words):
    state = with_(replace(COMMAND, created_ms=make.now().ms))
    line = texts(menu(state, ("approvals",), make.now(120), words))[0]
    assert line.endswith("\t2 min ago")


OFFLINE = "Not known: not connected to the gateway."


def test_without_a_connection_it_is_not_known_what_waits(make, level):
    for cause in (None, FailureKind.TOKEN_WRONG):
        state = make.troubled(cause)
        assert texts(level(state, "approvals")) == [OFFLINE]
        assert texts(level(state, "approvals", "c1")) == [OFFLINE]


def test_a_list_that_was_refused_is_not_an_empty_one(with_, level):
    refused = having(with_(COMMAND), approvals_error=(ActionError.GATEWAY, "locked"))
    said = texts(level(refused, "approvals"))
    assert said[0].startswith("Run: rm -rf build")
    assert " ".join(said[1:]) == "The approvals could not be read. Gateway error: locked"
