from __future__ import annotations

import pytest

from tray.core.commands import Decide, ShowPage
from tray.core.model import ActionError, Approval, ApprovalStatus, Page
from tray.protocol.approvals import Decision, ExecRequest, PairingRequest
from tray.settings.settings import Level
from tray.values import replace
from tray.view.panel.approval import CODE_WIDTH, cards, request
from tray.view.panel.cards import Action, Entries, Note, Tone

COMMAND = ExecRequest("c1", "rm -rf build", host="gateway", session_key="agent:main:main")
DEVICE = PairingRequest("d1", "laptop", "linux", "operator", ("operator.read",))
LONG = "\n".join(f"echo {number} " + "x" * 100 for number in range(24))


@pytest.fixture
def show(make, words):
    """The page at this id, with these approvals."""

    def shown(*approvals, identity="c1", level=Level.CONTROL):
        state = make.connected(make.session(), level=level, approvals=approvals)
        return cards(state, identity, make.now(), words)

    return shown


@pytest.fixture
def asked(show):
    def shown(wanted, **more):
        return show(Approval("default", wanted, **more), identity=wanted.id)[0]

    return shown


@pytest.fixture
def cut(make, words):
    """The card of a command that is cut off after so many lines."""

    def shown(wanted, most):
        state = make.connected(make.session())
        return request(Approval("default", wanted), state, make.now(), words, most)

    return shown


def test_a_command_is_shown_exactly_and_denied_or_allowed(asked):
    card = asked(replace(COMMAND, command="ls \u202e"), due_at=1000.0 + 28 * 60)
    assert (card.title, card.end) == ("Allow this command?", "28 min left")
    assert card.code == (r"ls \u202e",)
    assert card.note == r"Hidden characters, shown as codes: \u202e"
    assert card.lines == ("Session: main", "Runs on: gateway")
    assert [(a.label, a.command, a.enabled, a.main) for a in card.actions] == [
        ("Deny", Decide("c1", Decision.DENY), True, False),
        ("Allow once", Decide("c1", Decision.ALLOW_ONCE), True, True),
        ("Always allow", Decide("c1", Decision.ALLOW_ALWAYS), True, False),
    ]
    assert "code=" not in repr(card)


def test_a_command_is_shown_whole_however_long_it_is(asked):
    card = asked(replace(COMMAND, command=LONG))
    assert len(card.code) == 24 * 3
    assert max(map(len, card.code)) <= CODE_WIDTH + 2
    joined = "".join(line.removeprefix("↳ ") for line in card.code)
    assert joined.replace("␣", " ") == LONG.replace("\n", "")
    assert all(action.enabled for action in card.actions)
    assert card.note == ""


def test_a_command_that_is_cut_off_is_only_denied(cut):
    card = cut(replace(COMMAND, command=LONG), 14)
    assert len(card.code) == 14
    assert card.note == "… and 58 more lines"
    assert [action.enabled for action in card.actions] == [True, True, False, False]
    assert card.actions[1] == Action("Show the whole command…", ShowPage(Page.APPROVAL, "c1"))
    assert cut(COMMAND, 14).actions[1].enabled


def test_a_device_asks_for_access(asked):
    card = asked(DEVICE)
    assert (card.title, card.code, card.end) == ("Device access: laptop", (), "")
    assert [action.label for action in card.actions] == ["Reject", "Approve"]


def test_a_decision_is_made_once(asked):
    assert not any(action.enabled for action in asked(COMMAND, state=ApprovalStatus.DECISION_SENT).actions)
    failed = asked(COMMAND, error=ActionError.OFFLINE)
    assert all(action.enabled for action in failed.actions)


@pytest.mark.parametrize(
    ("more", "title"),
    [
        ({"state": ApprovalStatus.GONE}, "No longer waiting: decided elsewhere or withdrawn."),
        ({"state": ApprovalStatus.EXPIRED}, "Expired"),
        ({"state": ApprovalStatus.DECIDED, "decision": Decision.ALLOW_ONCE}, "Allowed"),
        ({"state": ApprovalStatus.DECIDED, "decision": Decision.DENY}, "Denied"),
    ],
)
def test_what_became_of_it_stays_there_without_buttons(asked, more, title):
    card = asked(COMMAND, due_at=1000.0, **more)
    assert (card.title, card.code, card.end, card.actions) == (title, ("rm -rf build",), "", ())


def test_what_is_not_known_and_what_may_not_be_seen(show):
    gone = Note("Approval", ("This approval is no longer waiting.",))
    assert show(identity="another") == (gone,)
    assert show(Approval("of another gateway", COMMAND)) == (gone,)
    (card,) = show(Approval("default", COMMAND), level=Level.WATCH)
    assert isinstance(card, Note)
    assert "rm" not in repr(card)


def test_what_waits_besides_is_led_to(show):
    other = Approval("default", DEVICE, due_at=1000.0 + 60)
    _, entries = show(Approval("default", COMMAND), other)
    assert isinstance(entries, Entries)
    (entry,) = entries.entries
    assert (entry.title, entry.end, entry.tone) == ("Device access: laptop", "1 min left", Tone.WARNING)
    assert entry.action == Action("Show it", ShowPage(Page.APPROVAL, "d1"))
    assert show(other)[1].entries == (entry,)


def test_a_session_is_called_as_everywhere(asked):
    assert "Session: main" in asked(COMMAND).lines
    assert "Session: x/y" in asked(replace(COMMAND, session_key="agent:x:y")).lines
