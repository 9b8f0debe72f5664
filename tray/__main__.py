"""The command line: arguments to tray or console command, and every way out to an exit code."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn, TextIO

if __name__ == "__main__" and sys.argv[1:2] == ["--window"]:
    # Somebody has clicked and waits for it, and it needs nothing of what is loaded below.
    from tray.gui import app

    sys.exit(app.main(sys.argv[2:]))

from tray import __version__, system
from tray.cli import auth
from tray.cli.approvals import ApprovalConsole
from tray.cli.console import Console, read_prompt
from tray.core.model.windows import WindowKind
from tray.core.usage.totals import PERIODS
from tray.protocol.approvals import Decision
from tray.runtime.app import BadUsage, Options
from tray.settings.address import normalise_url
from tray.settings.problem import SettingsProblem
from tray.view.reports import status


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the result is the exit code."""
    # A stream that was closed, or that a windowed program never had, is one that nobody reads.
    nowhere = Path(os.devnull)
    windowed = sys.stderr is None
    sys.stdout = sys.stdout or nowhere.open("w", encoding="utf-8")
    sys.stderr = sys.stderr or nowhere.open("w", encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console's old code page must not make Hangul an error
            stream.reconfigure(errors="replace")
    logging.basicConfig(format="clawtray: %(message)s")
    try:
        return _run(_parser().parse_args(arguments))
    except BadUsage as error:
        sys.stderr.write(f"clawtray: {error}\n")
        if windowed:  # somebody started it by a shortcut, and must not be left without a word
            system.current().show_message(str(error))
        return status.USAGE
    except KeyboardInterrupt:
        return status.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough; the interpreter must not complain when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return status.OK
    except OSError as error:
        sys.stderr.write(f"clawtray: the answer cannot be written: {error.strerror or error}.\n")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return status.FAILED


def _run(given: argparse.Namespace) -> int:
    if given.window_check:
        return _window_check()
    if given.import_check:
        return _import_check(sys.stdin or io.StringIO())
    if given.window is not None:
        from tray.gui import app  # noqa: PLC0415 - Tk is for windows alone

        return app.run(given.window)
    options = Options(given.url, given.profile, given.config, given.demo)
    console = ApprovalConsole(options, given.timeout, sys.stdout, sys.stderr)
    match given.command:
        case "status":
            return console.status(as_json=given.json)
        case "doctor":
            return console.doctor(as_json=given.json)
        case "diagnostics":
            return console.diagnostics()
        case "sessions":
            return console.sessions(as_json=given.json)
        case "models":
            return console.models(as_json=given.json)
        case "usage":
            return console.usage(given.days, as_json=given.json)
        case "use":
            return console.use(None if given.model == "default" else given.model, given.session)
        case "ask":
            return console.ask(
                read_prompt(given.text, sys.stdin or io.StringIO()), given.session, given.model
            )
        case "compact":
            return console.compact(given.session, _answers(given), as_json=given.json)
        case "new":
            return console.new(given.session, _answers(given), as_json=given.json)
        case "stop":
            return console.stop(given.session, as_json=given.json)
        case "approvals":
            return console.approvals(as_json=given.json)
        case "approve":
            return console.approve(given.id, given.decision, as_json=given.json)
        case "think":
            level = None if given.level == "default" else given.level
            return console.think(level, given.session, as_json=given.json)
        case "watch":
            return console.watch()
        case "login":
            return auth.login(options, sys.stdin or io.StringIO(), password=given.password)
        case "logout":
            return auth.logout(options, everybody=given.all)
        case "icons":
            return console.icons(given.file)
        case _:
            return _tray(options, console)


def _answers(given: argparse.Namespace) -> TextIO | None:
    """Where a person may say yes; None if that stands on the command line."""
    return None if given.yes else sys.stdin or io.StringIO()


def _tray(options: Options, console: Console) -> int:
    from tray import tray_icon  # noqa: PLC0415 - console commands do without Pillow and pystray

    code = tray_icon.run(options)
    if code is not None:
        return code
    sys.stderr.write("clawtray: there is no system tray here; watching in the terminal instead.\n")
    return console.watch()


def _window_check() -> int:
    """Open an empty window and close it: whether a build has all that windows need is not seen otherwise."""
    import tkinter as tk  # noqa: PLC0415 - nothing else needs it yet

    try:
        window = tk.Tk()
    except tk.TclError as error:
        sys.stderr.write(f"clawtray: there is no window: {error}.\n")
        return status.FAILED
    window.update()
    window.destroy()
    return status.OK


def _import_check(names: TextIO) -> int:
    """Import the named modules and write those that fail: the tests find what the built program lacks."""
    failed = 0
    for name in names.read().split():
        try:
            importlib.import_module(name)
        except Exception as error:  # noqa: BLE001 - modules raise anything where their system is missing
            failed += 1
            sys.stdout.write(f"{name}: {type(error).__name__}: {error}\n")
    return status.FAILED if failed else status.OK


class _Parser(argparse.ArgumentParser):
    """Says in one sentence what is wrong with a command line, without the usage before it."""

    def error(self, message: str) -> NoReturn:
        raise BadUsage(f"{message}. See {self.prog} --help")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="clawtray",
        description="A tray icon that tells the truth about a Clawdbot, Moltbot or OpenClaw gateway.",
        epilog="Without a command: the tray icon. Secrets are read from the gateway's own settings, or from "
        "CLAWTRAY_TOKEN and CLAWTRAY_PASSWORD in the environment, or typed once for login; never from the "
        "command line.",
    )
    parser.add_argument("--version", action="version", version=f"ClawTray {__version__}")
    parser.add_argument(
        "--url", metavar="URL", type=_url, help="the gateway's address, such as ws://127.0.0.1:18789"
    )
    parser.add_argument("--profile", metavar="NAME", help="a profile of the settings")
    parser.add_argument("--config", metavar="FILE", type=Path, help="ClawTray's own settings file")
    parser.add_argument("--demo", action="store_true", help="a simulated gateway inside this process")
    parser.add_argument("--window", type=WindowKind, help=argparse.SUPPRESS)
    parser.add_argument("--window-check", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--import-check", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=_seconds,
        default=10.0,
        help="wait this long for the gateway (10)",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name, text in (
        ("status", "the focus session and the connection"),
        ("sessions", "the sessions, newest first, 200 at the most"),
        ("models", "the models that may be chosen"),
        ("doctor", "the connection, layer by layer, and what to do where it fails"),
    ):
        commands.add_parser(name, help=text).add_argument("--json", action="store_true", help="as JSON")
    commands.add_parser("diagnostics", help="how it all is, without anything private, for whoever helps you")
    usage = commands.add_parser(
        "usage", help="what was spent, and the providers' quotas; this costs no tokens"
    )
    usage.add_argument("--json", action="store_true", help="as JSON")
    usage.add_argument(
        "--days",
        type=int,
        choices=PERIODS,
        default=PERIODS[-1],
        help="the period for models and sessions: 1 (today), 7 or 30 (30)",
    )
    use = commands.add_parser("use", help="switch a session's model")
    use.add_argument("model", metavar="MODEL", help="provider/model, an alias, or: default")
    use.add_argument("--session", metavar="KEY", help="the session; the focus session if not given")
    ask = commands.add_parser("ask", help="send a prompt; this costs tokens")
    ask.add_argument("text", metavar="TEXT", help="the prompt; - reads it from standard input")
    ask.add_argument("--session", metavar="KEY", help="the session; ClawTray's own if not given")
    ask.add_argument("--model", metavar="MODEL", help="switch ClawTray's own session to this model first")
    for name, text, asks in (
        ("compact", "have a session's history summarised; this costs tokens", True),
        ("new", "begin a session anew, without its history", True),
        ("stop", "stop the run in progress in a session", False),
    ):
        action = commands.add_parser(name, help=text)
        action.add_argument("--session", metavar="KEY", help="the session; the focus session if not given")
        if asks:
            action.add_argument("--yes", action="store_true", help="do not ask")
        action.add_argument("--json", action="store_true", help="as JSON")
    think = commands.add_parser("think", help="choose how much a session's model thinks")
    think.add_argument("level", metavar="LEVEL", help="a level that the session offers, or: default")
    think.add_argument("--session", metavar="KEY", help="the session; the focus session if not given")
    think.add_argument("--json", action="store_true", help="as JSON")
    waiting = commands.add_parser("approvals", help="the commands and devices that wait for your word")
    waiting.add_argument("--json", action="store_true", help="as JSON")
    approve = commands.add_parser("approve", help="allow, or deny, what waits for your word")
    approve.add_argument("id", metavar="ID", help="as clawtray approvals lists it")
    words = approve.add_mutually_exclusive_group()
    for option, decision, text in (
        ("--always", Decision.ALLOW_ALWAYS, "also from now on, where the gateway offers that"),
        ("--deny", Decision.DENY, "do not allow it"),
    ):
        words.add_argument(option, dest="decision", action="store_const", const=decision, help=text)
    approve.set_defaults(decision=Decision.ALLOW_ONCE)
    approve.add_argument("--json", action="store_true", help="as JSON")
    commands.add_parser("watch", help="a live view in the terminal")
    typed = commands.add_parser("login", help="keep a typed token in the system's credential store")
    typed.add_argument("--password", action="store_true", help="a password instead of a token")
    forgotten = commands.add_parser("logout", help="forget what login kept for this profile")
    forgotten.add_argument("--all", action="store_true", help="for every profile of the settings")
    icons = commands.add_parser("icons", help="draw every situation of the icon")
    icons.add_argument("file", metavar="FILE.png", type=Path)
    return parser


def _url(text: str) -> str:
    url = normalise_url(text)
    if isinstance(url, SettingsProblem):
        raise argparse.ArgumentTypeError(str(url.message).removesuffix("."))
    return url


def _seconds(text: str) -> float:
    with contextlib.suppress(ValueError):
        seconds = float(text)
        if 0 < seconds <= 3600:  # noqa: PLR2004 - the limit is in the sentence
            return seconds
    raise argparse.ArgumentTypeError("it takes a number of seconds, above 0 and up to 3600")


if __name__ == "__main__":
    sys.exit(main())
