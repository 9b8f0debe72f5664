"""The way in: fields for a gateway's address and secret, where nothing is set up or a login was refused."""

from tray.core.commands import ShowDiagnostics
from tray.core.model import Connection, ConnectionFailure, FailureKind, Trial, needs_secret
from tray.core.state import State
from tray.i18n.words import Words
from tray.settings.target import SecretOrigin, SecretSource
from tray.values import replace
from tray.view.panel.cards import Action, Form, Row, Rows
from tray.view.panel.forms import Field, Result
from tray.view.text import connection_errors, formatting

_NEEDS_ADDRESS = frozenset({FailureKind.NOT_FOUND, FailureKind.ADDRESS, FailureKind.NOT_A_GATEWAY})
_EXAMPLE = "wss://gateway.example"


def form(state: State, words: Words) -> Form | None:
    """Return the fields that lead to a connection; None where other things help."""
    failure = state.connection.failure
    if failure is None or state.connected or state.process.settings_problem is not None:
        return None
    trial = _trial(state)
    running = trial is not None and trial.running
    about_secret = trial is not None and trial.is_about_secret
    said = "" if trial is None else why(trial, state, words)
    secret = Field(
        _secret_label(failure, words),
        hint=_kept(failure, state, words),
        error=said if about_secret else "",
        masked=True,
    )
    button = words("Testing…") if running else words("Test and connect")
    profile, url = state.settings.profile, _url(state)
    if needs_secret(failure):
        if not about_secret:  # such as an address that stopped answering
            secret = replace(secret, error=said)
        more = (Action(words("Diagnostics…"), ShowDiagnostics()),)
        return Form("", profile, url, None, secret, button, running, more)
    if failure.kind not in _NEEDS_ADDRESS:
        return None
    address = Field(
        words("Address"),
        url,
        hint=words(
            "For example {example}, or the link that {command} prints.",
            example=_EXAMPLE,
            command=f"{state.connection.command} dashboard --no-open",
        ),
        error="" if about_secret else said,
    )
    return Form(words("Connect to a gateway"), profile, "", address, secret, button, running)


def advice(failure: ConnectionFailure, state: State, words: Words) -> str:
    """Return what to do with the fields, in a sentence; empty if their names say it."""
    if not needs_secret(failure):
        if failure.kind is not FailureKind.NOT_FOUND or failure.profiles:
            return ""
        return words("Start one on this computer, or enter the address of one that runs elsewhere.")
    key = "gateway.auth.password" if _wants_password(failure) else "gateway.auth.token"
    said = words("Enter {key} from the gateway's configuration.", key=key)
    match state.connection.origin:
        case SecretOrigin(SecretSource.ENVIRONMENT, name):
            name = formatting.clean(name, 40)
            return f"{said} {words('Correct {name}, too: it comes first after a restart.', name=name)}"
        case _:
            return said


def searched(state: State, words: Words) -> Rows | None:
    """Return the places where a gateway was searched, folded; None if one was found."""
    failure, places = state.connection.failure, state.connection.searched
    if failure is None or failure.kind is not FailureKind.NOT_FOUND or not places:
        return None
    lines = (formatting.clean(words.render(place), 100).rpartition(": ") for place in places)
    rows = tuple(Row(name, None, what) for name, _, what in lines)
    return Rows(words("Places searched"), rows, 0, words("All {n}…", n=len(rows)))


def why(trial: Trial, state: State, words: Words) -> str:
    """Return why what was typed does not work; empty if it does, or is not known yet."""
    if trial.problem is not None:
        return formatting.clean(words.render(trial.problem), 300)
    failure = trial.failure
    if failure is None:
        return ""
    origin = SecretOrigin(SecretSource.TYPED, "")
    there = replace(state, connection=Connection(target=trial.target, failure=failure, origin=origin))
    if needs_secret(failure) or failure.kind is FailureKind.NOT_FOUND:
        return connection_errors.cause(failure, there, words)
    return connection_errors.why(failure, there, words)


def result(state: State, words: Words) -> Result | None:
    """Return how the last test of what was typed ended; None if there was none."""
    trial = state.process.setup.trial
    if trial is None:
        return None
    text = why(trial, state, words)
    if trial.hello is not None and not text:
        text = words(
            "Connected to {gateway} in {n} ms.",
            gateway=connection_errors.gateway_line(replace(state, connection=Connection(hello=trial.hello))),
            n=round(trial.seconds * 1000),
        )
    works = trial.is_usable and trial.problem is None
    return Result(trial.id, trial.running, works, text, trial.is_about_secret)


def secret(state: State, words: Words) -> str:
    """Return which secret the gateway that is watched gets, in words."""
    match state.connection.origin:
        case SecretOrigin(SecretSource.TYPED):
            return words("What you typed is used until ClawTray ends.")
        case SecretOrigin(_, name):
            return words("In use: the one from {source}.", source=formatting.clean(name, 70))
        case _:
            return words("None was found.")


def _trial(state: State) -> Trial | None:
    trial = state.process.setup.trial
    return trial if trial is not None and trial.saves and trial.profile == state.settings.profile else None


def _url(state: State) -> str:
    return "" if state.connection.target is None else state.connection.target.url


def _wants_password(failure: ConnectionFailure) -> bool:
    return failure.kind in (FailureKind.PASSWORD_MISSING, FailureKind.PASSWORD_WRONG)


def _secret_label(failure: ConnectionFailure, words: Words) -> str:
    if _wants_password(failure):
        return words("Password")
    return words("Token") if needs_secret(failure) else words("Token or password, if it wants one")


def _kept(failure: ConnectionFailure, state: State, words: Words) -> str:
    if state.process.setup.store:
        return words("Kept in {store}.", store=state.process.setup.store)
    variable = "CLAWTRAY_PASSWORD" if _wants_password(failure) else "CLAWTRAY_TOKEN"
    return words("Used until ClawTray ends; {variable} in the environment keeps it.", variable=variable)
