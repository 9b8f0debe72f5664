"""The whole command line: the options for every command, and the commands of all groups."""

import argparse
import importlib
from collections.abc import Collection, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from tray import __version__
from tray.cli.parser import Commands, Given, Parser, filled, translated
from tray.core.model import WindowKind
from tray.i18n.words import Message, Words, message
from tray.runtime.app import BadUsage, Options, user_environment, words_for
from tray.runtime.settings_file import read_settings
from tray.settings.address import normalise_url
from tray.settings.settings import UNUSABLE

GROUPS = {
    "status": ("status", "sessions", "models"),
    "doctor": ("doctor", "diagnostics"),
    "usage": ("usage",),
    "sessions": ("use", "compact", "new", "stop", "think"),
    "prompts": ("ask",),
    "approvals": ("approvals", "approve"),
    "watch": ("watch",),
    "auth": ("login", "logout", "trust"),
    "icons": ("icons",),
}
"""The modules of `tray.cli` with their commands, in the order of the help."""


def parse(arguments: Sequence[str], words: Words) -> Given:
    """Return what they say; `run` of it carries out the command, and is None if there is no command.

    Raises:
        BadUsage: The command line cannot be understood.
    """
    with translated(words):
        parser = make_parser(words, _groups(arguments, words))
        given, unknown = parser.parse_known_args(arguments, Given(words=words))
    if unknown:
        raise BadUsage(_misplaced(unknown, given.command))
    return given


def _misplaced(unknown: Sequence[str], command: str | None) -> Message:
    """Return what to do about arguments that this command does not take."""
    options = Parser(words=Words(), add_help=False)
    _add_options(options)
    names = [text.partition("=")[0] for text in unknown]
    early = next(filter(None, map(options.example, names)), None)
    if command is not None and early is not None:
        return message(
            "This option stands before the command: clawtray {option} {command}",
            option=early,
            command=command,
        )
    if command == "ask" and not any(name.startswith("-") for name in names):
        return message("Put the whole prompt in quotation marks. See clawtray ask --help")
    prog = f"clawtray {command}" if command else "clawtray"
    problem = message("Unknown arguments: {arguments}", arguments=" ".join(unknown))
    return message("{problem}. See {command} --help", problem=problem, command=prog)


def _groups(arguments: Sequence[str], words: Words) -> Collection[str]:
    """Return the groups to load: that of the command, none for the icon, else all: for help and errors."""
    if not arguments:
        return ()
    parser = Parser(words=words, add_help=False)
    _add_options(parser)
    parser.add_argument("command", nargs=argparse.PARSER)
    with suppress(BadUsage):
        command = parser.parse_args(arguments).command[0]
        return [group for group, names in GROUPS.items() if command in names] or GROUPS
    return GROUPS


def language(arguments: Sequence[str]) -> Words:
    """Return the words that the settings choose: the help and every usage error need them."""
    early = Parser(words=Words(), add_help=False)
    early.add_argument("--config", type=Path)
    options = Options()
    with suppress(BadUsage):
        options = Options(config=early.parse_known_args(arguments)[0].config)
    settings, _ = read_settings(user_environment(options))
    return words_for(settings or UNUSABLE)


def make_parser(words: Words, groups: Collection[str] = GROUPS.keys()) -> Parser:
    """Return the parser of the whole command line, or of these groups of commands."""
    parser = Parser(
        words=words,
        prog="clawtray",
        description=words("A tray icon and terminal commands for a Clawdbot, Moltbot or OpenClaw gateway."),
        epilog=words(
            "Without a command, ClawTray shows the tray icon. Tokens and passwords come from the gateway's "
            "settings, CLAWTRAY_TOKEN and CLAWTRAY_PASSWORD, or clawtray login; never from the command line."
        ),
    )
    parser.set_defaults(run=None)
    _add_options(parser)
    commands = Commands(parser)
    for group in groups:
        importlib.import_module(f"tray.cli.{group}").register(commands)
    return parser


def _add_options(parser: Parser) -> None:
    words = parser.words
    parser.add_argument(
        "--version", action="version", version=f"ClawTray {__version__}", help=words("show the version")
    )
    parser.add_argument(
        "--url",
        metavar="URL",
        type=partial(_url, words),
        help=words("the gateway's address, such as ws://127.0.0.1:18789"),
    )
    parser.add_argument("--profile", metavar="NAME", help=words("the profile of the settings to use"))
    parser.add_argument(
        "--config", metavar="FILE", type=partial(_path, words), help=words("the settings file to use")
    )
    parser.add_argument("--demo", action="store_true", help=words("use a simulated gateway"))
    parser.add_argument("--window", type=WindowKind, help=argparse.SUPPRESS)
    parser.add_argument("--window-check", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--import-check", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=partial(_seconds, words),
        default=10.0,
        help=words("wait up to this long for the gateway (default: 10)"),
    )


def _url(words: Words, text: str) -> str:
    url = normalise_url(text)
    if isinstance(url, Message):
        raise argparse.ArgumentTypeError(words.render(url).removesuffix("."))
    return url


def _path(words: Words, text: str) -> Path:
    return Path(filled(words)(text))


def _seconds(words: Words, text: str) -> float:
    with suppress(ValueError):
        seconds = float(text)
        if 0 < seconds <= 3600:  # noqa: PLR2004 - the limit is in the sentence
            return seconds
    raise argparse.ArgumentTypeError(words("give a number of seconds, above 0 and up to 3600"))
