"""What the commands share: their output, and one connection that lasts for one command."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TextIO

from tray import system
from tray.cli.exit_codes import ExitCode, error_exit_code
from tray.cli.parser import Given
from tray.core.model import ApprovalUse, Mode
from tray.i18n.words import Message, MessageError, Words, message
from tray.runtime.app import App, BadUsage
from tray.runtime.client import Client, GatewayError, NoReplyError
from tray.view.reports.status import SCHEMA
from tray.view.reports.table import Look
from tray.view.text import formatting

_LONGEST = 10_000
"""Characters of a sentence on standard error: it may quote a path, or what was typed."""

_DIGITS = 5
"""A width with so many is a mistake."""


class CommandFailed(MessageError):  # noqa: N818 - it says what happened
    """There is no result; the message is one sentence that says why.

    Attributes:
        code: What the program exits with.
        report: What `--json` prints beside the failure.
    """

    def __init__(
        self,
        what: Message | str,
        code: ExitCode = ExitCode.FAILED,
        report: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(what)
        self.code, self.report = code, report


def failed(error: GatewayError, words: Words, report: Mapping[str, object] | None = None) -> CommandFailed:
    """Return what was done at a gateway, and ended in this error, as the failure of the command."""
    hint = words("Allow more time with --timeout.") if isinstance(error, NoReplyError) else ""
    return CommandFailed(f"{words.render(error.message)} {hint}".strip(), error_exit_code(error), report)


def say(text: str) -> None:
    """Write a result to standard output."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def look_of(out: TextIO) -> Look:
    """Return how wide a terminal is and whether it shows colours; lines for a pipe may be of any length."""
    if not out.isatty():
        return Look()
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    coloured = not plain and system.current().terminal_supports_escapes()
    chosen = os.environ.get("COLUMNS", "")
    width = int(chosen) if chosen.isdecimal() and len(chosen) < _DIGITS else 0
    with suppress(OSError):  # a terminal that does not say how wide it is
        width = width or os.get_terminal_size(out.fileno()).columns
    return Look(width or None, coloured)


def as_json(value: object) -> str:
    """Return JSON in ASCII: no name in it can steer a terminal, no code page can spoil a key."""
    return json.dumps(value, indent=2)


def failure_json(error: MessageError, code: ExitCode, words: Words) -> str:
    """Return the one shape of all failures, beside what else is known, as JSON."""
    known = error.report if isinstance(error, CommandFailed) else None
    failure = {"code": code.name.lower(), "message": formatting.clean(words.render(error.message), _LONGEST)}
    return as_json({"schema": SCHEMA, **(known or {}), "error": failure})


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


@contextmanager
def connect(
    given: Given,
    mode: Mode = Mode.ONE_SHOT,
    *,
    warn: bool = True,
    approvals: ApprovalUse = ApprovalUse.NONE,
) -> Iterator[Client]:
    """Set up a connection with the options of the command line; with `warn`, name mistakes in the settings.

    Raises:
        BadUsage: The profile does not exist.
    """
    with App(given.options, mode, approvals=approvals, show=lambda *_: None) as app:
        complain(app.complaint if warn else None, given.words)
        yield Client(app, given.timeout)
