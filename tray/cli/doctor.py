"""`doctor` and `diagnostics`: where the connection fails, and what helps to find a fault."""

import sys
import time

from tray.cli.console import as_json, connect, look_of, say
from tray.cli.exit_codes import OFFLINE, STATUS, ExitCode, status_exit_code
from tray.cli.parser import Commands, Given
from tray.core.commands import ReadChannels
from tray.core.sessions import polling
from tray.core.state import State
from tray.runtime.app import user_environment
from tray.runtime.client import Client, is_read
from tray.runtime.clock import now
from tray.runtime.settings_file import mistakes
from tray.view.reports import doctor


def register(commands: Commands) -> None:
    words = commands.words
    commands.add(
        "doctor",
        _doctor,
        words("find out where the connection fails and what to do"),
        about=words(
            "Try the connection layer by layer, from the settings to a reading of the sessions, and say what "
            "to do where it fails. This costs no tokens."
        ),
        examples=("clawtray doctor", "clawtray doctor --url ws://127.0.0.1:18789"),
        codes=STATUS,
        json=True,
    )
    commands.add(
        "diagnostics",
        _diagnostics,
        words("print details for a problem report, nothing private"),
        about=words(
            "Print what a problem report needs: settings, connection and log, without secrets, names and "
            "texts. Read it before you share it."
        ),
        examples=("clawtray diagnostics > report.txt",),
        codes=OFFLINE,
    )


def _doctor(given: Given) -> ExitCode:
    from tray.net.probe import probe  # noqa: PLC0415 - nothing else needs what it loads

    with connect(given, warn=False) as shot:
        reading = _read_with_channels(shot)
        target = shot.state.connection.target
        probed = None if target is None else probe(target, given.timeout)
    wrong = mistakes(user_environment(given.options))
    seen = doctor.Examined(shot.state, shot.app.complaint, probed, reading, wrong)
    report = doctor.checkup(seen, now(), given.words)
    say(as_json(report) if given.json else doctor.checkup_text(seen, given.words, look_of(sys.stdout)))
    return status_exit_code(shot.state)


def _diagnostics(given: Given) -> None:
    with connect(given, warn=False) as shot:
        reading = _read(shot)
        say(shot.app.diagnostics(shot.state, reading))


def _read(shot: Client) -> float | None:
    """Read once, and return the seconds that it took, or None if it failed."""
    began_at = time.monotonic()
    return time.monotonic() - began_at if polling.is_complete(shot.run(is_read)) else None


def _read_with_channels(shot: Client) -> float | None:
    """Do the same, and ask how the channels are on the same connection, within the same time."""
    began_at = time.monotonic()
    seconds: list[float] = []

    def done(state: State) -> bool:
        if not seconds:
            if not polling.is_complete(state):
                return is_read(state)
            seconds.append(time.monotonic() - began_at)
            shot.app.click(ReadChannels())
        return state.gateway.channels is not None or not state.connected

    shot.run(done, done)
    return seconds[0] if seconds else None
