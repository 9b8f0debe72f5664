"""`status`, `sessions` and `models`: what one reading of the gateway tells."""

import sys

from tray.cli.console import as_json, complain, connect, failed, look_of, say
from tray.cli.exit_codes import STATUS, ExitCode, connection_exit_code, status_exit_code
from tray.cli.parser import Commands, Given
from tray.core.model import ApprovalUse, Mode
from tray.core.models import switching
from tray.runtime.clock import now
from tray.view.reports import status


def register(commands: Commands) -> None:
    words = commands.words
    commands.add(
        "status",
        _status,
        words("show the session on the icon and the connection"),
        about=words(
            "Show the session on the icon with its context usage, the connection, and how many approvals "
            "wait. This costs no tokens."
        ),
        examples=("clawtray status", "clawtray status --json"),
        codes=STATUS,
        json=True,
    )
    commands.add(
        "sessions",
        _sessions,
        words("list the 200 newest sessions"),
        about=words(
            "List the 200 newest sessions with their context usage, model and key. The star marks the one on "
            "the icon. --session of other commands takes a key."
        ),
        examples=("clawtray sessions",),
        json=True,
    )
    commands.add(
        "models",
        _models,
        words("list the models that can be chosen"),
        about=words(
            "List the models that clawtray use can choose, with their context limit and alias, and those "
            "that need a login at the gateway first. The star marks the gateway's default."
        ),
        examples=("clawtray models",),
        json=True,
    )


def _status(given: Given) -> ExitCode:
    with connect(given, approvals=ApprovalUse.READ) as client:
        state = client.status()
    code = status_exit_code(state)
    if given.json:
        say(as_json(status.status(state, now(), given.words)))
    elif connection_exit_code(state) is ExitCode.OK:
        say(status.status_text(state, now(), given.words, look_of(sys.stdout)))
    else:
        complain(failed(client.failure(state), given.words).message, given.words)
    return code


def _sessions(given: Given) -> None:
    with connect(given) as client:
        state = client.sessions()
    report = {"schema": status.SCHEMA, "sessions": status.sessions(state, given.words)}
    say(
        as_json(report)
        if given.json
        else status.session_table(state, now(), given.words, look_of(sys.stdout))
    )


def _models(given: Given) -> None:
    with connect(given, Mode.WITH_MODELS) as client:
        state = client.models()
    report = {
        "schema": status.SCHEMA,
        "models": status.catalogue(state),
        "need_login": [model.name for model in switching.models_to_log_in(state)],
    }
    say(as_json(report) if given.json else status.model_table(state, given.words, look_of(sys.stdout)))
