"""The commands that do something to a session: `compact`, `new`, `stop`, `think`."""

from __future__ import annotations

from typing import TextIO

from tray.cli.console import Console
from tray.core.commands import Command, Compact, NewSession, SetThinking, StopRun
from tray.core.model.actions import ActionStatus
from tray.core.model.connection import Mode
from tray.core.model.models import SwitchStatus
from tray.core.state import State
from tray.protocol.session_keys import short_name
from tray.runtime.app import BadUsage
from tray.view.reports import status
from tray.view.text import action_results, formatting


class DeedConsole(Console):
    """Does one thing to one session, after a question where something is lost or spent."""

    def compact(self, key: str | None, answers: TextIO | None, *, as_json: bool) -> int:
        """Have a history summarised. `answers` is where a person may say yes; None: that was said already."""
        question = "A model sums up the history of {name}, which spends tokens. Compact it?"
        return self._do(Compact(key), key, question, answers, as_json=as_json)

    def new(self, key: str | None, answers: TextIO | None, *, as_json: bool) -> int:
        """Begin a session anew. `answers` as above."""
        question = "{name} will know nothing of what was said before. Begin anew?"
        return self._do(NewSession(key), key, question, answers, as_json=as_json)

    def stop(self, key: str | None, *, as_json: bool) -> int:
        """Stop the run in progress."""
        return self._do(StopRun(key), key, "", None, as_json=as_json)

    def think(self, level: str | None, key: str | None, *, as_json: bool) -> int:
        """Choose how much the session's model thinks; None: as it does by default."""
        return self._do(SetThinking(key, level), key, "", None, as_json=as_json)

    def _do(
        self, command: Command, key: str | None, question: str, answers: TextIO | None, *, as_json: bool
    ) -> int:
        if answers is not None and not self._is_wanted(question, key, answers):
            return self._fail("Nothing was done.")

        def done(state: State) -> bool:
            action = state.actions[-1]
            under_way = any(s.key == action.key and s.state is SwitchStatus.REQUESTED for s in state.switches)
            return action.state is not ActionStatus.REQUESTED and not under_way

        with self._app(Mode.WITH_MODELS) as app:
            state, given = self._act(app, command, done)
            if not given:
                return self._not_connected(state, app) or self._no_reply(app)
            action = state.actions[-1]
            went_well = action.state is ActionStatus.DONE
            sentence = action_results.line(action, state.level, app.words)
            if as_json:
                self._json(status.action(action, state, app.words))
            elif went_well:
                self._say(f"{formatting.clean(short_name(action.key, state.agent_id))}: {sentence}")
            if not went_well:
                return self._fail(formatting.clean(sentence, 400))
            unkept = next((s for s in state.switches if s.key == action.key and s.error is not None), None)
            if action.model is None or unkept is None or unkept.error is None:
                return status.OK
            return self._fail(formatting.action_error(unkept.error, unkept.detail, state.level, app.words))

    def _is_wanted(self, question: str, key: str | None, answers: TextIO) -> bool:
        """Ask, and take nothing but a yes for one.

        Raises:
            BadUsage: There is nobody to ask.
        """
        if not answers.isatty():
            raise BadUsage("There is nobody here to ask; --yes says that it is wanted.")
        name = "The focus session" if key is None else formatting.clean(key)
        self._err.write(f"{question.format(name=name)} [y/N] ")
        self._err.flush()
        return answers.readline().strip().lower() in ("y", "yes")
