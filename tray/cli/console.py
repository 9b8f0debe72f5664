"""The console: one command, one connection, one answer. Prints what the pure rooms make of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from tray.cli.terminal import Screen, Stream, takes
from tray.core.commands import Ask, Command, ReadUsage, UseModel
from tray.core.errors import ActionError, Phase
from tray.core.events import Tick
from tray.core.model.connection import Mode, Step
from tray.core.model.models import SwitchStatus
from tray.core.model.prompts import Prompt, PromptStatus
from tray.core.prompts.prompts import MAX_PROMPT_BYTES
from tray.core.sessions import polling
from tray.core.state import State
from tray.core.usage import usage
from tray.net.websocket import CONNECT_TIMEOUT
from tray.protocol.session_keys import is_own, short_name
from tray.runtime.app import App, BadUsage, Options
from tray.runtime.clock import now
from tray.view import chart
from tray.view.notifications import Notification
from tray.view.reports import doctor, status
from tray.view.reports import usage as usage_report
from tray.view.reports.doctor import Examined
from tray.view.text import formatting

_MISUSE = (ActionError.EMPTY, ActionError.TOO_LONG, ActionError.NOT_OWN_SESSION)
_UNDER_WAY = (PromptStatus.SENT, PromptStatus.RUNNING, PromptStatus.CHECKING)


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
        state, app = self._look(Mode.ONE_SHOT)
        if as_json:
            self._json(status.status(state, now(), app.words))
        else:
            self._say(status.status_text(state, now(), app.words))
        return status.exit_code(state)

    def doctor(self, *, as_json: bool) -> int:
        """The connection, layer by layer, and what to do where it fails."""
        from tray.net.probe import probe  # noqa: PLC0415 - nothing else needs what it loads

        with self._app(Mode.ONE_SHOT) as app:
            began_at = time.monotonic()
            state = self._patiently(app, _read_once)
            reading = time.monotonic() - began_at if polling.is_complete(state) else None
            target = state.connection.target
            probed = None if target is None else probe(target, min(self._patience, CONNECT_TIMEOUT))
        seen = Examined(state, app.complaint, probed, reading)
        if as_json:
            self._json(doctor.checkup(seen, now(), app.words))
        else:
            self._say(doctor.checkup_text(seen, app.words))
        return status.exit_code(state)

    def diagnostics(self) -> int:
        """What may be handed on to somebody who helps, whether there is a connection or not."""
        with self._app(Mode.ONE_SHOT) as app:
            began_at = time.monotonic()
            state = self._patiently(app, _read_once)
            reading = time.monotonic() - began_at if polling.is_complete(state) else None
            self._say(app.diagnostics(state, reading))
        return status.OK

    def sessions(self, *, as_json: bool) -> int:
        """The sessions, newest first, as many as a reading brings."""
        state, app = self._look(Mode.ONE_SHOT)
        if code := self._not_connected(state, app):
            return code
        if as_json:
            self._json({"schema": status.SCHEMA, "sessions": status.sessions(state, app.words)})
        else:
            self._say(status.session_table(state, now(), app.words))
        return status.OK

    def models(self, *, as_json: bool) -> int:
        """The models that may be chosen."""
        state, app = self._look(Mode.WITH_MODELS)
        if code := self._not_connected(state, app):
            return code
        if state.models is None:
            return self._no_reply(app)
        if as_json:
            self._json({"schema": status.SCHEMA, "models": status.catalogue(state)})
        else:
            self._say(status.model_table(state, app.words))
        return status.OK

    def usage(self, days: int, *, as_json: bool) -> int:
        """What was spent, by period, model and session, and the providers' quotas."""

        def done(state: State) -> bool:
            asked = state.usage_totals.today is not None
            return not state.connected or (asked and not usage.is_under_way(state))

        with self._app(Mode.ONE_SHOT) as app:
            state, given = self._act(app, ReadUsage(), done)
            if not given or not state.connected:
                return self._not_connected(state, app) or self._no_reply(app)
            if not usage_report.is_told(state, now()):
                return self._fail(usage_report.error_response(state, now(), app.words))
            if as_json:
                self._json(usage_report.usage(state, days, now(), app.words))
            else:
                drawn = takes(self._out, chart.BARS)
                self._say(usage_report.usage_text(state, days, now(), app.words, drawn=drawn))
        return status.OK

    def use(self, model: str | None, key: str | None) -> int:
        """Switch a session's model, and read it back."""

        def done(state: State) -> bool:
            stage = state.switches[-1].state  # the latest stands last
            return stage is not SwitchStatus.REQUESTED and (
                stage is not SwitchStatus.CONFIRMED or polling.is_complete(state)
            )

        with self._app(Mode.WITH_MODELS) as app:
            state, given = self._act(app, UseModel(model, key), done)
            if not given:
                return self._not_connected(state, app) or self._no_reply(app)
            switch = state.switches[-1]
            if switch.error is not None:
                return self._fail(
                    formatting.action_error(switch.error, switch.detail, state.level, app.words)
                )
            name = formatting.clean(short_name(switch.key, state.agent_id))
            used = formatting.clean(switch.model or "", 80) or app.words("the default model")
            self._say(app.words("{name} now uses {model}.", name=name, model=used))
        return status.OK

    def ask(self, text: str, key: str | None, model: str | None) -> int:
        """Send a prompt; the answer streams to `out`."""
        if model is not None and key is not None and not is_own(key):
            raise BadUsage(
                "--model is only for ClawTray's own sessions. "
                f"Switch this one first: clawtray use {model} --session {key}"
            )
        stream = Stream(self._out)

        def done(state: State) -> bool:
            prompt = state.prompts[-1]
            stream.write(prompt.answer)
            return prompt.state.ended

        with self._app(Mode.ONE_SHOT) as app:
            try:
                state, given = self._act(app, Ask(text, key, model), done)
            except KeyboardInterrupt:
                self._interrupted(app.gateway.state, stream)
                raise
            if not given:
                return self._not_connected(state, app) or self._no_reply(app)
            return self._ended(state.prompts[-1], state, app, stream)

    def watch(self) -> int:
        """The live view: in place on a terminal, else a line for each change. Until it is interrupted."""
        screen = Screen(self._out, self._err)

        def show(balloon: Notification) -> None:
            screen.tell(balloon)
            app.gateway.post(Tick())

        def observe(state: State) -> bool:
            if screen.live:
                screen.show(status.status_text(state, now(), app.words))
            else:
                screen.show(status.watch_line(state, app.words))
            return False

        with App(self._options, Mode.LIVE, show=show, respect_do_not_disturb=False) as app:
            self._warn(app)
            app.gateway.run(observe)
        return status.OK

    def icons(self, path: Path) -> int:
        """Draw every situation of the icon into one picture."""
        from tray.i18n.translate import Words  # noqa: PLC0415 - as above
        from tray.view.icon.contact_sheet import contact_sheet  # noqa: PLC0415 - Pillow is slow to load

        if path.suffix.lower() != ".png":
            self._complain(f"{path} must end in .png.")
            return status.USAGE
        try:
            contact_sheet(Words()).save(path)
        except OSError as error:
            return self._fail(f"{path} cannot be written: {error.strerror or error}.")
        return status.OK

    def _look(self, mode: Mode) -> tuple[State, App]:
        """Connect, read once, hang up."""
        with self._app(mode) as app:
            return self._run(app, _read_once), app

    def _act(self, app: App, command: Command, done: Callable[[State], bool]) -> tuple[State, bool]:
        """Connect, read once, give the command, and wait until it is done; tell whether it was given."""
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

        return self._run(app, observe), given

    def _run(self, app: App, observe: Callable[[State], bool]) -> State:
        """Say what is wrong with the settings, and run the loop."""
        self._warn(app)
        return self._patiently(app, observe)

    def _patiently(self, app: App, observe: Callable[[State], bool]) -> State:
        """Run the loop; if there is no connection when the patience ends, that is the answer."""
        ends_at = time.monotonic() + self._patience
        was_up = False

        def patient(state: State) -> bool:
            nonlocal was_up
            was_up = was_up or polling.is_complete(state)
            return observe(state) or (not was_up and time.monotonic() >= ends_at)

        return app.gateway.run(patient, lambda: None if was_up else ends_at)

    def _app(self, mode: Mode) -> App:
        return App(self._options, mode, show=lambda _: None)

    def _not_connected(self, state: State, app: App) -> int:
        code = status.connection_code(state)
        if code != status.OK:
            reason = status.connection_text(state, app.words)
            patient = state.connection.failure is None
            self._complain(f"{reason} {app.words('Allow more time with --timeout.')}" if patient else reason)
        return code

    def _no_reply(self, app: App) -> int:
        return self._fail(
            formatting.action_error(ActionError.NO_REPLY, "", app.gateway.state.level, app.words)
        )

    def _ended(self, prompt: Prompt, state: State, app: App, stream: Stream) -> int:
        if prompt.state is PromptStatus.ANSWERED:
            stream.finish(prompt.answer)
            return status.OK
        stream.finish("")
        if prompt.error is not None:
            self._complain(formatting.action_error(prompt.error, prompt.detail, state.level, app.words))
            return status.USAGE if prompt.error in _MISUSE else status.FAILED
        return self._fail(formatting.prompt_result(prompt, app.words))

    def _interrupted(self, state: State, stream: Stream) -> None:
        stream.finish("")
        if any(prompt.state in _UNDER_WAY for prompt in state.prompts):
            self._complain("interrupted; the run goes on at the gateway.")

    def _warn(self, app: App) -> None:
        if app.complaint is not None:
            self._complain(app.words.render(app.complaint))

    def _fail(self, sentence: str) -> int:
        self._complain(sentence)
        return status.FAILED

    def _complain(self, sentence: str) -> None:
        self._err.write(f"clawtray: {sentence}\n")
        self._err.flush()

    def _say(self, text: str) -> None:
        self._out.write(text + "\n")
        self._out.flush()

    def _json(self, value: object) -> None:
        # ASCII alone: no name in it can steer a terminal, and no code page of a console can spoil a key.
        self._say(json.dumps(value, indent=2))


def read_prompt(given: str, source: TextIO) -> str:
    """The prompt, from standard input if it is a dash; no more than any gateway takes, and one byte.

    Raises:
        BadUsage: It is not text.
    """
    try:
        text = source.read(MAX_PROMPT_BYTES + 1) if given == "-" else given
        text.encode()  # bytes that are no text come from a command line, or in some locales, as surrogates
    except UnicodeError:
        raise BadUsage("The prompt is not valid text: encode it as this terminal does.") from None
    return text


def _read_once(state: State) -> bool:
    """Everything was read, or it is clear that nothing will be."""
    hopeless = state.connection.phase in (Phase.DOWN, Phase.REFUSED, Phase.NOT_SET_UP)
    return polling.is_complete(state) or (hopeless and state.connection.step is Step.WAITING)
