"""What the commands share: their output, and one connection that lasts for one command."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tray.cli.exit_codes import ExitCode, connection_exit_code
from tray.cli.parser import Given
from tray.core.commands import Command
from tray.core.model import ActionError, ApprovalUse, Mode, Phase, Waiting
from tray.core.sessions import polling
from tray.core.state import State
from tray.i18n.words import Message, MessageError, Words, message
from tray.runtime.app import App, BadUsage
from tray.view.reports import status
from tray.view.text import formatting

_LONGEST = 10_000
"""Characters of a sentence on standard error: it may quote a path, or what was typed."""


class CommandFailed(MessageError):  # noqa: N818 - it says what happened
    """There is no result; the message is one sentence that says why.

    Attributes:
        code: What the program exits with.
    """

    def __init__(self, what: Message | str, code: ExitCode = ExitCode.FAILED) -> None:
        super().__init__(what)
        self.code = code


def say(text: str) -> None:
    """Write a result to standard output."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def as_json(value: object) -> str:
    """Return JSON in ASCII: no name in it can steer a terminal, no code page can spoil a key."""
    return json.dumps(value, indent=2)


def complain(what: Message | str | None, words: Words) -> None:
    """Write one sentence to standard error, if there is one; nothing that it quotes can steer a terminal."""
    if what is not None:
        try:
            sys.stderr.write(f"clawtray: {formatting.clean(words.render(what), _LONGEST)}\n")
            sys.stderr.flush()
        except OSError:  # nobody reads it; the exit code still says what happened
            discard_unwritable()


def discard_unwritable() -> None:
    """Drop what an output does not take: the interpreter would try again at its end, and exit with 120."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def check_terminal() -> None:
    """Check that the user can be asked.

    Raises:
        BadUsage: There is no terminal.
    """
    if not sys.stdin.isatty():
        raise BadUsage(message("Not a terminal: add --yes to confirm."))


def confirm(question: str) -> None:
    """Ask on the terminal, and take nothing but a yes for one.

    Raises:
        CommandFailed: The answer is another.
    """
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise CommandFailed(message("Nothing was done."))


class OneShot:
    """Connects, reads once, gives one command, and runs the event loop until that is done.

    Attributes:
        app: The running ClawTray.
    """

    def __init__(self, app: App, given: Given) -> None:
        self.app = app
        self._given = given

    @property
    def state(self) -> State:
        """The state that the loop has reached."""
        return self.app.gateway.state

    def run(
        self, done: Callable[[State], bool], complete: Callable[[State], bool] = polling.is_complete
    ) -> State:
        """Run the loop until this holds, or until `--timeout` ends without a first complete reading."""
        ends_at = time.monotonic() + self._given.timeout
        was_read = False

        def observe(state: State) -> bool:
            nonlocal was_read
            was_read = was_read or complete(state)
            return done(state) or (not was_read and time.monotonic() >= ends_at)

        return self.app.gateway.run(observe, lambda: None if was_read else ends_at)

    def act(self, choose: Command | Callable[[State], Command], done: Callable[[State], bool]) -> State:
        """Read once, give the command, or the one chosen by what was read, and wait until it is done.

        Raises:
            CommandFailed: There was no connection to give it on.
        """
        given = False

        def observe(state: State) -> bool:
            nonlocal given
            if given or not is_read(state):
                return given and done(state)
            given = state.connected
            if given:
                self.app.click(choose(state) if callable(choose) else choose)
            return not given

        state = self.run(observe)
        if not given:
            raise self.failure()
        return state

    def failure(self) -> CommandFailed:
        """Return why there is no result: there is no connection, or the gateway did not reply."""
        code, words = connection_exit_code(self.state), self._given.words
        if code is ExitCode.OK:
            return self.error(ActionError.NO_REPLY)
        reason = status.connection_text(self.state, words)
        unknown = self.state.connection.failure is None and code is ExitCode.DOWN
        hint = f" {words('Allow more time with --timeout.')}" if unknown else ""
        return CommandFailed(f"{reason}{hint}", code)

    def error(self, error: ActionError, detail: str = "", code: ExitCode = ExitCode.FAILED) -> CommandFailed:
        """Return an error of the core as the failure of this command."""
        return CommandFailed(
            formatting.action_error(error, detail, self.state.level, self._given.words), code
        )


@contextmanager
def connect(
    given: Given,
    mode: Mode = Mode.ONE_SHOT,
    *,
    warn: bool = True,
    approvals: ApprovalUse = ApprovalUse.NONE,
) -> Iterator[OneShot]:
    """Set up a connection with the options of the command line; with `warn`, name mistakes in the settings.

    Raises:
        BadUsage: The profile does not exist.
    """
    with App(given.options, mode, approvals=approvals, show=lambda *_: None) as app:
        complain(app.complaint if warn else None, given.words)
        yield OneShot(app, given)


def is_read(state: State) -> bool:
    """Return whether everything was read, or it is clear that nothing will be."""
    hopeless = state.connection.phase in (Phase.DOWN, Phase.REFUSED, Phase.NOT_SET_UP)
    return polling.is_complete(state) or (hopeless and isinstance(state.connection.step, Waiting))
