"""`approvals` and `approve`: the commands and devices that wait for a decision."""

from tray.cli.console import CommandFailed, as_json, complain, connect, say
from tray.cli.parser import Commands, Given
from tray.core import approvals as core
from tray.core.commands import Decide, ReadApprovals
from tray.core.model import Approval, ApprovalStatus
from tray.core.state import State
from tray.i18n.words import message
from tray.protocol.approvals import Decision
from tray.runtime.clock import now
from tray.view.reports import approvals
from tray.view.text import formatting


def register(commands: Commands) -> None:
    words = commands.words
    text = words("list the commands and devices that wait for approval")
    commands.add("approvals", _approvals, text, json=True)
    approve = commands.add("approve", _approve, words("approve or reject a command or a device"), json=True)
    approve.add_argument("id", metavar="ID", help=words("the id that clawtray approvals shows"))
    decisions = approve.add_mutually_exclusive_group()
    for option, decision, text in (
        ("--always", Decision.ALLOW_ALWAYS, words("also approve it in future, if the gateway offers that")),
        ("--deny", Decision.DENY, words("reject it")),
    ):
        decisions.add_argument(option, dest="decision", action="store_const", const=decision, help=text)
    approve.set_defaults(decision=Decision.ALLOW_ONCE)


def _approvals(given: Given) -> None:
    with connect(given) as shot:
        state = shot.act(ReadApprovals(), core.is_read)
        if not state.connected:
            raise shot.failure()
        if error := core.may_decide(state):
            raise shot.error(error)
    if given.json:
        say(as_json(approvals.waiting(state)))
        return
    say(approvals.waiting_text(state, now(), given.words))
    if not core.lists_commands(state):
        complain(message("This gateway reports commands only while ClawTray is connected."), given.words)


def _approve(given: Given) -> None:
    decided = False

    def done(state: State) -> bool:
        nonlocal decided
        if decided:
            approval = _find(state, given.id)
            return approval is not None and approval.state is not ApprovalStatus.DECISION_SENT
        decided = core.is_read(state)
        if decided:
            shot.app.click(Decide(given.id, given.decision))
        return not state.connected

    with connect(given) as shot:
        state = shot.act(ReadApprovals(), done)
        approval = _find(state, given.id)
        if approval is None:
            raise shot.failure()
    sentence = approvals.decided_text(approval, state, given.words)
    if given.json:
        say(as_json(approvals.decided(approval, state, given.words)))
    if approval.state is not ApprovalStatus.DECIDED:
        raise CommandFailed(formatting.clean(sentence, 400))
    if not given.json:
        say(sentence)


def _find(state: State, identity: str) -> Approval | None:
    return next((approval for approval in state.gateway.approvals if approval.id == identity), None)
