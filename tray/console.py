"""The console: one command, one connection, one answer. Prints what the pure rooms make of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from tray.app import App, Options
from tray.core import readings
from tray.core.events import Ask, Command, UseModel
from tray.core.prompts import LONGEST
from tray.core.state import Interest, Prompt, PromptState, State, Step, Switch, SwitchState, is_own
from tray.core.trouble import Fault, Phase
from tray.gateway import now
from tray.view import report
from tray.view import words as say
from tray.view.notices import Balloon


class Console:
    """Runs one command. What it says goes to `out`; what went wrong, and what to do, to `err`."""

    def __init__(self, options: Options, patience: float, out: TextIO, err: TextIO) -> None:
        """Take what every command needs.

        Args:
            options: See there.
            patience: Seconds to wait for the connection.
            out: For the answer.
            err: For one sentence if there is none.
        """
        self._options, self._patience = options, patience
        self._out, self._err = out, err

    def status(self, *, as_json: bool) -> int:
        """The focus session and the connection."""
        state, app = self._look(Interest.GLANCE)
        if as_json:
            self._json(report.status(state, now(), app.words))
        else:
            self._say(report.status_text(state, now(), app.words))
        return report.exit_code(state)

    def sessions(self, *, as_json: bool) -> int:
        """All sessions."""
        state, app = self._look(Interest.GLANCE)
        if code := self._not_connected(state, app):
            return code
        if as_json:
            self._json({"schema": report.SCHEMA, "sessions": report.sessions(state, app.words)})
        else:
            self._say(report.session_table(state, now(), app.words))
        return report.OK

    def models(self, *, as_json: bool) -> int:
        """The models that may be chosen."""
        state, app = self._look(Interest.CHOICE)
        if code := self._not_connected(state, app):
            return code
        if as_json:
            self._json({"schema": report.SCHEMA, "models": report.catalogue(state)})
        else:
            self._say(report.model_table(state, app.words))
        return report.OK

    def use(self, model: str | None, key: str | None) -> int:
        """Switch a session's model, and read it back."""
        switched: list[Switch] = []

        def done(state: State) -> bool:
            settled = (s for s in state.switches if s.asked == model and s.state is not SwitchState.ASKED)
            found = next(settled, None)
            if found is None or (found.state is SwitchState.SET and not readings.is_complete(state)):
                return False
            switched.append(found)
            return True

        with self._app(Interest.CHOICE) as app:
            state = self._act(app, UseModel(model, key), done)
            if code := self._not_connected(state, app):
                return code
            if not switched:
                return self._fail(app.words("The gateway did not reply."))
            switch = switched[0]
            if switch.state is SwitchState.FAILED and switch.fault is not None:
                return self._fail(say.fault(switch.fault, switch.detail, state.level, app.words))
            name = readings.short_name(switch.key)
            self._say(app.words("{name} now uses {model}", name=say.clean(name), model=switch.model or "?"))
        return report.OK

    def ask(self, text: str, key: str | None, model: str | None) -> int:
        """Send a prompt; the answer streams to `out`."""
        if model is not None and key is not None and not is_own(key):
            self._complain("A model can be forced only on ClawTray's own sessions: use `clawtray use` first.")
            return report.USAGE
        stream = _Stream(self._out)

        def done(state: State) -> bool:
            if not state.prompts:
                return False
            prompt = state.prompts[-1]
            stream.write(prompt.answer)
            return prompt.state.ended

        with self._app(Interest.GLANCE) as app:
            state = self._act(app, Ask(text, key, model), done)
            if not state.prompts:
                return self._not_connected(state, app) or self._fail(app.words("The gateway did not reply."))
            return self._ended(state.prompts[-1], state, app, stream)

    def watch(self) -> int:
        """The live view: in place on a terminal, else a line for each change. Until it is interrupted."""
        live = self._out.isatty()
        printed = ""

        def observe(state: State) -> bool:
            nonlocal printed
            text = (
                report.status_text(state, now(), app.words) if live else report.watch_line(state, app.words)
            )
            if text != printed:
                if live and printed:
                    up = printed.count("\n") + 1
                    self._out.write(f"\x1b[{up}F\x1b[J")
                printed = text
                self._say(text)
            return False

        def show(balloon: Balloon) -> None:
            self._err.write(f"{balloon.title}: {balloon.body}\n")
            self._err.flush()

        with App(self._options, Interest.LIVE, show=show) as app:
            self._warn(app)
            app.gateway.run(observe)
        return report.OK

    def icons(self, path: Path) -> int:
        """Draw every situation of the icon into one picture."""
        from tray.view.drawing import contact_sheet  # noqa: PLC0415 - Pillow is slow to load
        from tray.view.words import Words  # noqa: PLC0415 - as above

        if path.suffix.lower() != ".png":
            self._complain(f"{path} must end in .png.")
            return report.USAGE
        try:
            contact_sheet(Words()).save(path)
        except OSError as error:
            return self._fail(f"{path} cannot be written: {error.strerror or error}.")
        return report.OK

    def _look(self, interest: Interest) -> tuple[State, App]:
        """Connect, read once, hang up."""
        with self._app(interest) as app:
            return self._run(app, _read_once), app

    def _act(self, app: App, command: Command, done: Callable[[State], bool]) -> State:
        """Connect, read once, give the command, and wait until it is done."""
        given = False

        def observe(state: State) -> bool:
            nonlocal given
            if not given:
                if not _read_once(state):
                    return False
                if not state.connected:
                    return True
                given = True
                app.click(command)
                return False
            return done(state)

        return self._run(app, observe)

    def _run(self, app: App, observe: Callable[[State], bool]) -> State:
        """Run the loop; if there is no connection when the patience ends, that is the answer."""
        self._warn(app)
        ends_at = time.monotonic() + self._patience
        was_up = False

        def patient(state: State) -> bool:
            nonlocal was_up
            was_up = was_up or readings.is_complete(state)
            return observe(state) or (not was_up and time.monotonic() >= ends_at)

        return app.gateway.run(patient, until=ends_at)

    def _app(self, interest: Interest) -> App:
        return App(self._options, interest, show=lambda _: None)

    def _not_connected(self, state: State, app: App) -> int:
        code = report.connection_code(state)
        if code != report.OK:
            self._complain(report.connection_text(state, app.words))
        return code

    def _ended(self, prompt: Prompt, state: State, app: App, stream: _Stream) -> int:
        if prompt.state is PromptState.ANSWERED:
            stream.finish(prompt.answer)
            return report.OK
        stream.finish("")
        if prompt.fault is not None:
            reason = say.fault(prompt.fault, prompt.detail, state.level, app.words)
            code = (
                report.USAGE
                if prompt.fault in (Fault.EMPTY, Fault.TOO_LONG, Fault.NOT_OURS)
                else report.FAILED
            )
            self._complain(reason)
            return code
        return self._fail(say.ending(prompt.state, app.words))

    def _warn(self, app: App) -> None:
        if app.complaint is not None:
            self._complain(app.complaint)

    def _fail(self, sentence: str) -> int:
        self._complain(sentence)
        return report.FAILED

    def _complain(self, sentence: str) -> None:
        self._err.write(f"clawtray: {sentence}\n")

    def _say(self, text: str) -> None:
        self._out.write(text + "\n")
        self._out.flush()

    def _json(self, value: object) -> None:
        self._say(json.dumps(value, indent=2, ensure_ascii=False))


class _Stream:
    """An answer that grows: only what is new is written."""

    def __init__(self, out: TextIO) -> None:
        self._out, self._written = out, ""

    def write(self, text: str) -> None:
        """Write what this text has more than the last; one that differs begins on a new line."""
        safe = say.printable(text)
        if safe == self._written:
            return
        if safe.startswith(self._written):
            self._out.write(safe[len(self._written) :])
        else:
            self._out.write(f"\n{safe}" if self._written else safe)
        self._written = safe
        self._out.flush()

    def finish(self, text: str) -> None:
        """Write the rest, and end the line."""
        if text:
            self.write(text)
        if self._written and not self._written.endswith("\n"):
            self._out.write("\n")
        self._out.flush()


def read_prompt(given: str, source: TextIO) -> str:
    """The prompt, from standard input if it is a dash; no more than any gateway takes, and one byte."""
    return source.read(LONGEST + 1) if given == "-" else given


def _read_once(state: State) -> bool:
    """Everything was read, or it is clear that nothing will be."""
    hopeless = state.link.phase in (Phase.DOWN, Phase.REFUSED, Phase.NOT_SET_UP)
    return readings.is_complete(state) or (hopeless and state.link.step is Step.WAITING)
