"""The commands for what waits for a person's word: `approvals`, `approve`."""

from __future__ import annotations

from tray.cli.sessions import DeedConsole
from tray.core import approvals
from tray.core.commands import Command, Decide, ReadApprovals
from tray.core.model.approvals import Approval, ApprovalStatus
from tray.core.model.connection import Mode
from tray.core.state import State
from tray.protocol.approvals import Decision
from tray.runtime.clock import now
from tray.view.reports import approvals as approvals_report
from tray.view.reports import status
from tray.view.text import formatting


class ApprovalConsole(DeedConsole):
    """Lists what waits, and gives one word to one of it."""

    def approvals(self, *, as_json: bool) -> int:
        """The commands and devices that wait."""
        with self._app(Mode.ONE_SHOT) as app:
            state, given = self._act(app, ReadApprovals(), approvals.is_read)
            if not given or not state.connected:
                return self._not_connected(state, app) or self._no_reply(app)
            if error := approvals.may_decide(state):
                return self._fail(formatting.action_error(error, "", state.level, app.words))
            if as_json:
                self._json(approvals_report.waiting(state))
            else:
                self._say(approvals_report.waiting_text(state, now(), app.words))
                if not approvals.lists_commands(state):
                    self._complain(
                        app.words("This gateway reports commands only while ClawTray is connected.")
                    )
        return status.OK

    def approve(self, identity: str, decision: Decision, *, as_json: bool) -> int:
        """Give the word, once it is known what it is about."""
        command: Command | None = Decide(identity, decision)

        def done(state: State) -> bool:
            nonlocal command
            if command is not None:
                if approvals.is_read(state):
                    app.click(command)
                    command = None
                return not state.connected
            approval = _last(state, identity)
            return approval is not None and approval.state is not ApprovalStatus.DECISION_SENT

        with self._app(Mode.ONE_SHOT) as app:
            state, given = self._act(app, ReadApprovals(), done)
            approval = _last(state, identity)
            if not given or approval is None:
                return self._not_connected(state, app) or self._no_reply(app)
            sentence = approvals_report.decided_text(approval, state, app.words)
            if as_json:
                self._json(approvals_report.decided(approval, state, app.words))
            if approval.state is not ApprovalStatus.DECIDED:
                return self._fail(formatting.clean(sentence, 400))
            if not as_json:
                self._say(sentence)
        return status.OK


def _last(state: State, identity: str) -> Approval | None:
    return next((approval for approval in state.approvals if approval.id == identity), None)
