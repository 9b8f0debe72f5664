"""A parser of command lines that speaks the user's language."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, NoReturn, TypeAlias

from tray.cli.exit_codes import ExitCode
from tray.i18n.words import Words, message
from tray.runtime.app import BadUsage, Options
from tray.view.reports.status import columns


class Given(argparse.Namespace):
    """What the command line says.

    Attributes:
        words: The user's language.
    """

    words: Words

    @property
    def options(self) -> Options:
        """The options that stand before the command."""
        return Options(self.url, self.profile, self.config, self.demo, self.timeout)


Run: TypeAlias = Callable[[Given], ExitCode | None]
"""Carries out a command; None for the exit code means that all went well."""


class Parser(argparse.ArgumentParser):
    """Reports usage errors as one sentence, without argparse's usage block."""

    def __init__(self, *, words: Words, **settings: Any) -> None:  # noqa: ANN401 - argparse's own
        super().__init__(formatter_class=partial(_Help, width=80), **settings)
        self.words = words

    def format_help(self) -> str:
        """Return the help, as wide as the terminal: `shutil` looks that up, which nothing else needs."""
        self.formatter_class = _Help
        return super().format_help()

    def _print_message(self, text: str, file: Any = None) -> None:  # noqa: ANN401 - argparse's own
        """Print the help or the version at once: argparse hides that it could not be written."""
        print(text, end="", file=file, flush=True)

    def example(self, option: str) -> str | None:
        """Return this option with its value, such as `--url URL`; None if the help has no such option."""
        action = self._option_string_actions.get(option)
        if action is None or action.help is argparse.SUPPRESS:
            return None
        return option if action.metavar is None else f"{option} {action.metavar}"

    def error(self, problem: str) -> NoReturn:
        """Raise the problem as a `BadUsage`."""
        raise BadUsage(message("{problem}. See {command} --help", problem=problem, command=self.prog))


class Commands:
    """The commands of a parser, to which each group adds its own.

    Attributes:
        words: The user's language.
    """

    def __init__(self, parser: Parser) -> None:
        self.words = parser.words
        self._parsers = parser.add_subparsers(dest="command", metavar="COMMAND", title=self.words("Commands"))

    def add(self, name: str, run: Run, text: str, *, session: str = "", json: bool = False) -> Parser:
        """Add a command that `run` carries out, with `--session` if that has a text, and with `--json`."""
        command = self._parsers.add_parser(name, help=text, words=self.words)
        command.set_defaults(run=run)
        if session:
            command.add_argument("--session", metavar="KEY", type=filled(self.words), help=session)
        if json:
            command.add_argument("--json", action="store_true", help=self.words("print JSON"))
        return command


def filled(words: Words) -> Callable[[str], str]:
    """Return a type of argument that is never empty: an unset variable must not stand for a default."""

    def check(text: str) -> str:
        if not text.strip():
            raise argparse.ArgumentTypeError(words("must not be empty"))
        return text

    return check


@contextmanager
def translated(words: Words) -> Iterator[None]:
    """Let argparse use these words for its own messages.

    It asks gettext, which knows neither the language of the settings nor that of Windows. So the function
    that it asks is replaced for a while.
    """
    messages = {
        "usage: ": words("Usage:") + " ",
        "options": words("Options"),
        "positional arguments": words("Arguments"),
        "show this help message and exit": words("show this help"),
        "argument %(argument_name)s: %(message)s": "%(argument_name)s: %(message)s",
        "the following arguments are required: %s": words("Missing arguments: %s"),
        "not allowed with argument %s": words("cannot be used together with %s"),
        "ignored explicit argument %r": words("takes no value, but got %r"),
        "expected one argument": words("needs a value"),
        "ambiguous option: %(option)s could match %(matches)s": words("%(option)s could mean %(matches)s"),
        "invalid %(type)s value: %(value)r": words("not a valid value: %(value)r"),
        "invalid choice: %(value)r (choose from %(choices)s)": words(
            "not a valid choice: %(value)r (choose from %(choices)s)"
        ),
    }
    module = vars(argparse)
    original = module["_"]
    module["_"] = lambda text: messages.get(text, text)
    try:
        yield
    finally:
        module["_"] = original


class _Help(argparse.HelpFormatter):
    """Breaks lines by the columns that a text takes: a letter of Hangul takes two."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        return super()._split_lines(text, width * len(text) // columns(text))

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return super()._fill_text(text, width * len(text) // columns(text), indent)
