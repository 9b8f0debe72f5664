"""The entry point: from the command line to a window, a console command or the tray icon."""

import os
import signal
import sys

INTERRUPTED = 130


def _end_at_once(*_: object) -> None:
    os._exit(INTERRUPTED)


_IS_PROGRAM = __name__ == "__main__" or sys.argv[0].removesuffix(".exe").endswith("clawtray")
"""This process is ClawTray: it was not imported by another program."""
_ENDS_AT_CTRL_C = _IS_PROGRAM and signal.getsignal(signal.SIGINT) is signal.default_int_handler
"""Ctrl+C ends this process. While it loads, and once it is done, nothing else is to be left behind."""
if _ENDS_AT_CTRL_C:
    signal.signal(signal.SIGINT, _end_at_once)

import gc
import importlib
import io
import logging
from collections.abc import Sequence
from pathlib import Path

if __name__ == "__main__" and sys.argv[1:2] == ["--window"]:
    # Somebody clicked and waits for the window, which needs nothing of what is loaded below.
    from tray.gui import app

    sys.exit(app.main(sys.argv[2:]))

gc.disable()  # nothing that is loaded below is garbage; looking for some is a sixth of a short command

from tray import system
from tray.cli import command_line
from tray.cli.console import CommandFailed, complain, discard_unwritable, failed, failure_json, say
from tray.cli.exit_codes import ExitCode
from tray.cli.parser import Given
from tray.i18n.words import Words, message
from tray.runtime.app import BadUsage
from tray.runtime.client import GatewayError
from tray.storage import bugs

gc.freeze()
gc.enable()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, or the tray icon, and return the exit code."""
    try:
        if _ENDS_AT_CTRL_C:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        return _main(arguments)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    finally:
        if _ENDS_AT_CTRL_C:
            signal.signal(signal.SIGINT, _end_at_once)


def _main(arguments: Sequence[str] | None) -> int:
    windowed = sys.stderr is None
    _open_streams()
    logging.basicConfig(format="clawtray: %(message)s")
    bugs.report_threads()
    arguments = sys.argv[1:] if arguments is None else arguments
    words = Words()
    try:
        words = command_line.language(arguments)
        try:
            return _run(command_line.parse(arguments, words)) or ExitCode.OK
        except BadUsage as error:
            if "--json" in arguments:
                say(failure_json(error, ExitCode.USAGE, words))
            raise
    except BadUsage as error:
        complain(error.message, words)
        if windowed:  # started by a shortcut, where nobody sees standard error
            system.current().show_message(words.render(error.message))
        return ExitCode.USAGE
    except BrokenPipeError:
        discard_unwritable()  # its reader has seen enough
        return ExitCode.OK
    except OSError as error:
        complain(message("Could not write the output: {reason}.", reason=error.strerror or error), words)
        discard_unwritable()
        return ExitCode.FAILED
    except Exception as error:  # noqa: BLE001 - a traceback helps nobody who reads it, and may hold a secret
        bugs.report("running the command", error)
        complain(message("ClawTray has ended because of a bug. Please report it with the line above."), words)
        return ExitCode.FAILED


def _open_streams() -> None:
    """Replace streams that were closed, or that a windowed program never had, by empty ones."""
    nowhere = Path(os.devnull)
    sys.stdin = sys.stdin or io.StringIO()
    sys.stdout = sys.stdout or nowhere.open("w", encoding="utf-8")
    sys.stderr = sys.stderr or nowhere.open("w", encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console's old code page must not make Hangul an error
            stream.reconfigure(errors="replace")


def _run(given: Given) -> int | None:
    run = _tray if given.run is None else given.run
    if given.window_check:
        run = _window_check
    elif given.import_check:
        run = _import_check
    elif given.window is not None:
        from tray.gui import app  # noqa: PLC0415 - Tk is for windows alone

        return app.run(given.window)
    try:
        return run(given)
    except (CommandFailed, GatewayError) as error:
        failure = failed(error, given.words) if isinstance(error, GatewayError) else error
        if given.json:
            say(failure_json(failure, failure.code, given.words))
        complain(failure.message, given.words)
        return failure.code


def _tray(given: Given) -> int | None:
    if _ENDS_AT_CTRL_C:  # until there is an icon, which ends in order: libraries catch KeyboardInterrupt
        signal.signal(signal.SIGINT, _end_at_once)
    from tray import tray_icon  # noqa: PLC0415 - console commands do without Pillow and pystray

    try:
        code = tray_icon.run(given.options)
        why = message("There is no system tray here. Watching in the terminal instead.")
    except tray_icon.NoMenuError as error:
        code, why = None, error.message
    if code is None:
        if _ENDS_AT_CTRL_C:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        from tray.cli import watch  # noqa: PLC0415 - it is seldom needed

        complain(why, given.words)
        watch.watch(given)
    return code


def _window_check(_given: Given) -> None:
    """Open an empty window and close it: only that shows whether a build has all that windows need."""
    import tkinter as tk  # noqa: PLC0415 - nothing else needs it yet

    try:
        window = tk.Tk()
    except tk.TclError as error:
        raise CommandFailed(message("No window can be opened: {reason}.", reason=error)) from error
    window.update()
    window.destroy()


def _import_check(_given: Given) -> int:
    """Import the modules named on standard input and print those that fail: tests of the built program."""
    failed = ExitCode.OK
    for name in sys.stdin.read().split():
        try:
            importlib.import_module(name)
        except Exception as error:  # noqa: BLE001 - modules raise anything where their system is missing
            failed = ExitCode.FAILED
            sys.stdout.write(f"{name}: {type(error).__name__}: {error}\n")
    return failed


if __name__ == "__main__":
    sys.exit(main())
