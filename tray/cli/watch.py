"""`watch`: a live view in the terminal."""

import sys
from collections.abc import Callable

from tray.cli.console import complain, look_of
from tray.cli.exit_codes import ExitCode
from tray.cli.parser import Commands, Given
from tray.cli.terminal import Screen
from tray.core.events import Tick
from tray.core.model import Mode
from tray.core.state import State
from tray.runtime.app import App
from tray.runtime.clock import now
from tray.view.notification import Notification
from tray.view.reports.status import status_text, watch_line


def register(commands: Commands) -> None:
    words = commands.words
    commands.add(
        "watch",
        watch,
        words("show a live view in the terminal"),
        about=words(
            "Show the session on the icon and the connection until Ctrl+C. In a pipe, each change is a line."
        ),
        examples=("clawtray watch",),
        codes=(ExitCode.OK, ExitCode.USAGE, ExitCode.INTERRUPTED),
    )


def watch(given: Given) -> None:
    """Show the state until interrupted: in place on a terminal, else a line for each change."""
    screen, look = Screen(sys.stdout, sys.stderr), look_of(sys.stdout)

    def show(notification: Notification, _on_failure: Callable[[], None]) -> None:
        screen.notify(notification)
        app.gateway.post(Tick())

    def observe(state: State) -> bool:
        words = given.words
        screen.show(status_text(state, now(), words, look) if screen.live else watch_line(state, words))
        return False

    with App(given.options, Mode.LIVE, show=show, respect_do_not_disturb=False) as app:
        complain(app.complaint, given.words)
        app.gateway.run(observe)
