"""`watch`: a live view in the terminal."""

import sys
from collections.abc import Callable

from tray.cli.console import complain, look_of
from tray.cli.exit_codes import ExitCode
from tray.cli.parser import Commands, Given
from tray.cli.terminal import Feed, Screen
from tray.core.events import Tick
from tray.core.model import Mode
from tray.core.state import State
from tray.runtime.app import App
from tray.runtime.clock import now
from tray.view.notification import Notification
from tray.view.reports.status import status, status_text, watch_line


def register(commands: Commands) -> None:
    words = commands.words
    commands.add(
        "watch",
        watch,
        words("show a live view in the terminal"),
        about=words(
            "Show the session on the icon and the connection until Ctrl+C. In a pipe, each change is a line; "
            "with --json it is one object of clawtray status --json, and a slow reader gets the latest."
        ),
        examples=("clawtray watch", "clawtray watch --json"),
        codes=(ExitCode.OK, ExitCode.USAGE, ExitCode.INTERRUPTED),
        json=True,
    )


def watch(given: Given) -> None:
    """Show the state until interrupted: in place on a terminal, else a line for each change."""
    screen, look = Screen(sys.stdout, sys.stderr), look_of(sys.stdout)

    def wake() -> None:
        app.gateway.post(Tick())

    feed = Feed(sys.stdout, lambda state: status(state, now(), given.words), wake) if given.json else None

    def show(notification: Notification, _on_failure: Callable[[], None]) -> None:
        screen.notify(notification)
        wake()

    def observe(state: State) -> bool:
        words = given.words
        if feed is not None:
            screen.show_notifications()
            feed.put(state)
        else:
            screen.show(status_text(state, now(), words, look) if screen.live else watch_line(state, words))
        return False

    with App(given.options, Mode.LIVE, show=show, respect_do_not_disturb=False) as app:
        complain(app.complaint, given.words)
        app.gateway.run(observe)
