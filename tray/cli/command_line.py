"""The whole command line: the options for every command, and the commands of all groups."""

import argparse
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from tray import __version__
from tray.cli import approvals, auth, doctor, icons, prompts, sessions, status, usage, watch
from tray.cli.parser import Commands, Given, Parser, translated
from tray.core.model import WindowKind
from tray.i18n.translate import Words
from tray.runtime.app import Options, user_environment, words_for
from tray.runtime.settings_file import read_settings
from tray.settings.address import normalise_url
from tray.settings.problem import SettingsProblem
from tray.settings.settings import UNUSABLE


def parse(arguments: Sequence[str], words: Words) -> Given:
    """Return what they say; `run` of it carries out the command, and is None if there is no command.

    Raises:
        BadUsage: The command line cannot be understood.
    """
    with translated(words):
        return make_parser(words).parse_args(arguments, Given(words=words))


def language(arguments: Sequence[str]) -> Words:
    """Return the words that the settings choose: the help and every usage error need them."""
    early = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    early.add_argument("--config", type=Path)
    options = Options()
    with suppress(argparse.ArgumentError):
        options = Options(config=early.parse_known_args(arguments)[0].config)
    settings, _ = read_settings(user_environment(options))
    return words_for(settings or UNUSABLE)


def make_parser(words: Words) -> Parser:
    """Return the parser of the whole command line."""
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
    parser.add_argument("--config", metavar="FILE", type=Path, help=words("the settings file to use"))
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
    commands = Commands(parser)
    for group in (status, doctor, usage, sessions, prompts, approvals, watch, auth, icons):
        group.register(commands)
    return parser


def _url(words: Words, text: str) -> str:
    url = normalise_url(text)
    if isinstance(url, SettingsProblem):
        raise argparse.ArgumentTypeError(words.render(url.message).removesuffix("."))
    return url


def _seconds(words: Words, text: str) -> float:
    with suppress(ValueError):
        seconds = float(text)
        if 0 < seconds <= 3600:  # noqa: PLR2004 - the limit is in the sentence
            return seconds
    raise argparse.ArgumentTypeError(words("give a number of seconds, above 0 and up to 3600"))
