"""`approvals` and `approve`: the commands and devices that wait for a decision."""

from tray.cli.console import CommandFailed, as_json, complain, connect, failed, say
from tray.cli.parser import Commands, Given, filled
from tray.core import approvals as core
from tray.core.commands import Decide, ReadApprovals
from tray.core.model import ActionError, Approval, ApprovalStatus
from tray.core.state import State
from tray.i18n.words import message
from tray.protocol.approvals import Decision
from tray.runtime.clock import now
from tray.view.reports import approvals
from tray.view.text import formatting


def register(commands: Commands) -> None:
    words = commands.words
    text = words("list the commands and devices that wait for approval")
    commands.add(
        "approvals",
        _approvals,
        text,
        about=words(
            "List what waits for approval: commands, requests of plugins, questions, devices and nodes, each "
            "with its id."
        ),
        examples=("clawtray approvals",),
        json=True,
    )
    approve = commands.add(
        "approve",
        _approve,
        words("approve or deny a command or a device"),
        about=words(
            "Approve what waits under this id once, or deny it. The beginning of an id is enough if no other "
            "begins so."
        ),
        examples=("clawtray approve 3d43", "clawtray approve 3d43 --deny"),
        json=True,
    )
    help_text = words("the id that clawtray approvals shows, or its beginning")
    approve.add_argument("id", metavar="ID", type=filled(words), help=help_text)
    decisions = approve.add_mutually_exclusive_group()
    for option, decision, text in (
        ("--always", Decision.ALLOW_ALWAYS, words("also approve it in future, if the gateway offers that")),
        ("--deny", Decision.DENY, words("deny it instead")),
    ):
        decisions.add_argument(option, dest="decision", action="store_const", const=decision, help=text)
    approve.set_defaults(decision=Decision.ALLOW_ONCE)


def _approvals(given: Given) -> None:
    with connect(given) as shot:
        state = shot.act(ReadApprovals(), core.is_read)
        if not state.connected:
            raise shot.failure()
        if forbidden := core.may_decide(state):
            raise shot.error(forbidden)
    known, waits = core.are_known(state), bool(core.waiting(state))
    if not known:
        error = shot.error(*(state.gateway.approvals_error or (ActionError.NO_REPLY, "")))
        failure = failed(error, given.words, approvals.waiting(state) if waits else None)
        if waits and not given.json:
            say(approvals.waiting_text(state, now(), given.words))
        raise failure
    if given.json:
        say(as_json(approvals.waiting(state)))
        return
    say(approvals.waiting_text(state, now(), given.words))
    if not waits and core.lists_commands(state):
        complain(
            message(
                "A command waits only while a client is connected that can approve it, such as the tray icon."
            ),
            given.words,
        )
    if not core.lists_commands(state):
        complain(message("This gateway reports commands only while ClawTray is connected."), given.words)


def _approve(given: Given) -> None:
    identity = ""

    def done(state: State) -> bool:
        nonlocal identity
        if identity:
            approval = _find(state, identity)
            return approval is not None and approval.state is not ApprovalStatus.DECISION_SENT
        if core.is_read(state) and state.connected:
            identity = _identity(given, state)
            shot.app.click(Decide(identity, given.decision))
        return not state.connected

    with connect(given) as shot:
        state = shot.act(ReadApprovals(), done)
        approval = _find(state, identity)
        if approval is None:
            raise shot.failure()
    sentence = approvals.decided_text(approval, state, given.words)
    report = approvals.decided(approval, state, given.words)
    if approval.state is not ApprovalStatus.DECIDED:
        raise CommandFailed(formatting.clean(sentence, 400), report=report)
    say(as_json(report) if given.json else sentence)


def _identity(given: Given, state: State) -> str:
    """Return the id that is meant: the beginning of one will do.

    Raises:
        CommandFailed: It is the beginning of several.
    """
    matching = core.matching(state, given.id)
    if len(matching) > 1:
        ids = ", ".join(formatting.clean(approval.id, 80) for approval in matching)
        raise CommandFailed(
            message("{id} is the beginning of several ids: {ids}", id=formatting.clean(given.id, 80), ids=ids)
        )
    return matching[0].id if matching else given.id


def _find(state: State, identity: str) -> Approval | None:
    return next((approval for approval in state.gateway.approvals if approval.id == identity), None)
