"""The whole command line: the options for every command, and the commands of all groups."""

import argparse
import importlib
from collections.abc import Collection, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from tray import __version__
from tray.cli.parser import Commands, Given, Parser, closest, filled, translated
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
        raise BadUsage(_unknown(unknown, given.command, parser))
    return given


def _unknown(arguments: Sequence[str], command: str | None, parser: Parser) -> Message:
    """Return what to do about arguments that this command does not take."""
    names = [text.partition("=")[0] for text in arguments]
    if command == "ask" and not any(name.startswith("-") for name in names):
        return message("Put the whole prompt in quotation marks. See clawtray ask --help")
    asked = parser if command is None else parser.commands[command]
    problem = message("Unknown arguments: {arguments}", arguments=" ".join(arguments))
    return _with_advice(problem, next(filter(None, map(asked.named, names)), None), asked.prog)


def _with_advice(problem: Message, meant: str | None, prog: str) -> Message:
    if meant is None:
        return message("{problem}. See {command} --help", problem=problem, command=prog)
    return message(
        "{problem}. Did you mean {meant}? See {command} --help", problem=problem, meant=meant, command=prog
    )


def _groups(arguments: Sequence[str], words: Words) -> Collection[str]:
    """Return the groups to load: that of the command, none for the icon, else all: for help and errors.

    Raises:
        BadUsage: There is no such command.
    """
    if not arguments:
        return ()
    parser = Parser(words=words, add_help=False)
    _add_options(parser)
    parser.add_argument("command", nargs=argparse.PARSER)
    try:
        command = parser.parse_args(arguments).command[0]
    except BadUsage:
        return GROUPS
    for group, names in GROUPS.items():
        if command in names:
            return [group]
    meant = closest(command, [name for names in GROUPS.values() for name in names])
    raise BadUsage(_with_advice(message("Unknown command: {command}", command=command), meant, "clawtray"))


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
    parser.add_argument("--window", type=WindowKind, help=argparse.SUPPRESS)
    parser.add_argument("--window-check", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--import-check", action="store_true", help=argparse.SUPPRESS)
    commands = Commands(parser, _add_options_again)
    for group in groups:
        importlib.import_module(f"tray.cli.{group}").register(commands)
    return parser


def _add_options(parser: Parser) -> None:
    _options(parser, parser.words)


def _add_options_again(command: Parser) -> None:
    """Let the options of every command stand after this one, too, where they win over those before it."""
    group = command.add_argument_group(command.words("Options of every command"))
    _options(group, command.words, again=True)


def _options(place: Parser | argparse._ArgumentGroup, words: Words, *, again: bool = False) -> None:
    def usual(*, value: object) -> object:
        return argparse.SUPPRESS if again else value

    place.add_argument(
        "--url",
        metavar="URL",
        type=partial(_url, words),
        default=usual(value=None),
        help=words("the gateway's address, such as ws://127.0.0.1:18789"),
    )
    text = words("the profile of the settings to use")
    place.add_argument("--profile", metavar="NAME", default=usual(value=None), help=text)
    text = words("the settings file to use")
    place.add_argument(
        "--config", metavar="FILE", type=partial(_path, words), default=usual(value=None), help=text
    )
    text = words("use a simulated gateway")
    place.add_argument("--demo", action="store_true", default=usual(value=False), help=text)
    place.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=partial(_seconds, words),
        default=usual(value=10.0),
        help=words("wait up to this long for the gateway (default: 10)"),
    )
    place.add_argument(
        "--version", action="version", version=f"ClawTray {__version__}", help=words("show the version")
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
