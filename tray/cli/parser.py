"""A parser of command lines that speaks the user's language."""

import argparse
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, NoReturn, TypeAlias

from tray.cli.exit_codes import CONNECTED, ExitCode, meaning
from tray.i18n.words import Words, message
from tray.runtime.app import BadUsage, Options
from tray.view.reports.table import wrap


class Given(argparse.Namespace):
    """What the command line says.

    Attributes:
        words: The user's language.
        json: Whether other programs read the output.
    """

    words: Words
    json: bool = False

    @property
    def options(self) -> Options:
        """The options of every command."""
        return Options(self.url, self.profile, self.config, self.demo, self.timeout)


Run: TypeAlias = Callable[[Given], ExitCode | None]
"""Carries out a command; None for the exit code means that all went well."""


class Parser(argparse.ArgumentParser):
    """Reports usage errors as one sentence, without argparse's usage block.

    Attributes:
        words: The user's language.
        examples: Command lines that the help shows.
        codes: The exit codes that the help explains.
        commands: The parsers of the commands.
    """

    def __init__(self, *, words: Words, **settings: Any) -> None:  # noqa: ANN401 - argparse's own
        super().__init__(formatter_class=partial(_Help, width=80), **settings)
        self.words = words
        self.examples: Sequence[str] = ()
        self.codes: Sequence[ExitCode] = ()
        self.commands: dict[str, Parser] = {}

    def format_help(self) -> str:
        """Return the help, as wide as the terminal: `shutil` looks that up, which nothing else needs."""
        self.formatter_class = _Help
        if self.examples:
            examples = [f"  {example}" for example in self.examples]
            codes = [f"  {code:<5}{meaning(code, self.words)}" for code in self.codes]
            titles = self.words("Examples:"), self.words("Exit codes:")
            self.epilog = "\n".join((titles[0], *examples, "", titles[1], *codes))
        return super().format_help()

    def _print_message(self, text: str, file: Any = None) -> None:  # noqa: ANN401 - argparse's own
        """Print the help or the version at once: argparse hides that it could not be written."""
        print(text, end="", file=file, flush=True)

    def named(self, text: str) -> str | None:
        """Return the option or the command that this text is likely to mean; None if it is like none."""
        options = [
            name
            for action in self._actions
            if action.help is not argparse.SUPPRESS
            for name in action.option_strings
        ]
        return closest(text, options if text.startswith("-") else self.commands)

    def error(self, problem: str) -> NoReturn:
        """Raise the problem as a `BadUsage`."""
        raise BadUsage(message("{problem}. See {command} --help", problem=problem, command=self.prog))


class Commands:
    """The commands of a parser, to which each group adds its own.

    Attributes:
        words: The user's language.
    """

    def __init__(self, parser: Parser, add_options: Callable[[Parser], None]) -> None:
        self.words = parser.words
        self._parser, self._add_options = parser, add_options
        self._parsers = parser.add_subparsers(dest="command", metavar="COMMAND", title=self.words("Commands"))

    def add(
        self,
        name: str,
        run: Run,
        text: str,
        *,
        about: str,
        examples: Sequence[str],
        codes: Sequence[ExitCode] = CONNECTED,
        session: str = "",
        json: bool = False,
    ) -> Parser:
        """Add a command, also to the parser's `commands`.

        Args:
            name: What the user types.
            run: Carries the command out.
            text: What it does, for the list of commands.
            about: The same in sentences, for its own help.
            examples: Command lines for its own help.
            codes: What it exits with.
            session: The help of `--session`; without one the command has no such option.
            json: Whether it has `--json`.
        """
        command = self._parsers.add_parser(name, help=text, description=about, words=self.words)
        self._parser.commands[name] = command
        command.examples, command.codes = examples, codes
        command.set_defaults(run=run)
        if session:
            command.add_argument("--session", metavar="KEY", type=filled(self.words), help=session)
        if json:
            command.add_argument("--json", action="store_true", help=self.words("print JSON"))
        self._add_options(command)
        return command


def closest(text: str, known: Collection[str]) -> str | None:
    """Return the name that this text is likely to mean; None if it is like none."""
    import difflib  # noqa: PLC0415 - only mistakes need it

    return next(iter(difflib.get_close_matches(text, known, 1)), None)


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

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        """Leave out what every command takes, which would hide what this one does."""
        own = [action for action in actions if action.default is not argparse.SUPPRESS]
        super().add_usage(usage, own, groups, prefix)

    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrap(text, width)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + row for line in text.split("\n") for row in _hanging(line, width))


def _hanging(line: str, width: int) -> list[str]:
    """Return the rows of a line; what follows its last gap of two blanks or more stays below itself."""
    text = line.rpartition("  ")[2]
    start = line[: len(line) - len(text)]
    first, *others = wrap(text, width - len(start))
    return [start + first, *(" " * len(start) + row for row in others)]
