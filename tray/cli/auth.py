"""`login`, `logout` and `trust`: what logs in, and whether a gateway of another user gets it."""

import getpass
import sys
import warnings

from tray.cli.console import CommandFailed, check_terminal, complain, confirm, connect, say
from tray.cli.exit_codes import OFFLINE, ExitCode
from tray.cli.parser import Commands, Given
from tray.core.connection.login import trust_user
from tray.discovery import config_files, wsl
from tray.discovery.config_files import Discovery
from tray.discovery.resolver import Environment
from tray.i18n.words import Message, Words, message
from tray.runtime.app import BadUsage, load_settings, user_environment
from tray.runtime.client import is_read
from tray.settings.settings import UNUSABLE, Profile, Settings
from tray.settings.target import Secrets, readable_secret
from tray.storage import credentials
from tray.storage.credentials import CredentialsError
from tray.storage.device_tokens import DeviceTokens
from tray.storage.files import StoreError
from tray.view.text import connection_errors, formatting

_LONGEST = 10_000
"""Characters to read from a pipe at most; no store takes as many."""


def register(commands: Commands) -> None:
    words = commands.words
    command = commands.add(
        "login",
        _login,
        words("save a token in the system's credential store"),
        about=words(
            "Save a token or a password for the gateway of this profile in the system's credential store. "
            "Type it without echo, or pipe it in."
        ),
        examples=("clawtray login", "clawtray login --profile home --password"),
        codes=OFFLINE,
    )
    command.add_argument("--password", action="store_true", help=words("save a password instead"))
    command = commands.add(
        "logout",
        _logout,
        words("remove what login saved for this profile"),
        about=words(
            "Remove what login saved for this profile, and the token that the gateway gave to this computer."
        ),
        examples=("clawtray logout", "clawtray logout --all"),
        codes=OFFLINE,
    )
    command.add_argument("--all", action="store_true", help=words("remove it for every profile"))
    text = words("confirm that another user of this computer runs your gateway")
    command = commands.add(
        "trust",
        _trust,
        text,
        about=words(
            "Confirm that the program of another user at the gateway's address is your gateway. Until then "
            "it gets no token. Asks first."
        ),
        examples=("clawtray trust",),
    )
    command.add_argument("--yes", action="store_true", help=words("do not ask for confirmation"))


def _trust(given: Given) -> None:
    words = given.words
    if not given.yes:
        check_terminal()
    with connect(given) as shot:
        state = shot.run(is_read)
        failure, save = state.connection.failure, trust_user(state)
        if failure is None or save is None:
            if not state.connected:
                raise shot.failure()
            say(words("No program of another user listens at the gateway's address: nothing to confirm."))
            return
        complain(connection_errors.cause(failure, state, words), words)
        if not given.yes:
            confirm(words("Does your gateway run there, and should it get your token?"))
        shot.app.click(save)
        state = shot.run(lambda state: state.process.saves > 0)
    if state.process.saves == 0 or state.process.save_problem is not None:
        raise CommandFailed(state.process.save_problem or message("The settings were not saved."))
    say(
        words(
            "Confirmed for profile {name}: this user's gateway gets your token.",
            name=formatting.clean(state.settings.profile),
        )
    )


def _login(given: Given) -> ExitCode | None:
    place = _environment(given)
    try:
        credentials.check()  # first: without a store, no address and no correction of the settings helps
    except CredentialsError as error:
        raise CommandFailed(error.message) from error
    settings = _settings(place, given.words)
    if settings is UNUSABLE:  # nobody knows which profile was meant
        return ExitCode.FAILED
    words, profile, store = given.words, settings.active(), credentials.STORE
    found, name = _discover(place, profile), formatting.clean(profile.name)
    if found.target is None:
        missing = message(
            "There is no gateway address: set url in profile {name} of the settings.", name=name
        )
        raise CommandFailed(found.refusal or missing)
    url = found.target.url
    try:
        if given.password:
            secrets = Secrets(password=_read_secret(words("Password"), url, words))
            done = words(
                "Saved the password for {url} (profile {name}) in {store}.", url=url, name=name, store=store
            )
        else:
            secrets = Secrets(token=_read_secret(words("Token"), url, words))
            done = words(
                "Saved the token for {url} (profile {name}) in {store}.", url=url, name=name, store=store
            )
        credentials.store(profile.name, url, secrets)
    except CredentialsError as error:
        raise CommandFailed(error.message) from error
    if found.secrets.given:
        unused = words("It is not used yet: the environment or the gateway's own configuration comes first.")
        done = f"{done} {unused}"
    say(done)
    return None


def _logout(given: Given) -> ExitCode | None:
    place = _environment(given)
    settings = _settings(place, given.words)
    if settings is UNUSABLE and not given.all:
        return ExitCode.FAILED
    words, profile, store = given.words, settings.active(), credentials.STORE
    try:
        issued = _forget_device_token(place, profile, everything=given.all)
        if issued:
            say(words("Removed what the gateway issued to this computer."))
        if not credentials.is_available():
            if not issued:
                say(words("Nothing was saved."))
            return None
        if given.all:
            found = credentials.forget_all(profile.name for profile in settings.profiles)
        else:
            found = credentials.forget(profile.name)
    except (CredentialsError, StoreError) as error:
        raise CommandFailed(error.message) from error
    if not found:
        say(words("Nothing was saved in {store}.", store=store))
    elif given.all:
        say(words("Removed everything that was saved in {store}.", store=store))
    else:
        say(words("Removed what was saved for profile {name}.", name=formatting.clean(profile.name)))
    return None


def _environment(given: Given) -> Environment:
    if given.demo:
        raise BadUsage(message("The demo needs no token or password: leave out --demo."))
    return user_environment(given.options)


def _settings(place: Environment, words: Words) -> Settings:
    settings, complaint = load_settings(place)
    complain(complaint, words)
    return settings


def _forget_device_token(place: Environment, profile: Profile, *, everything: bool) -> bool:
    tokens = DeviceTokens(persistent=True)
    if everything:
        return tokens.forget_all()
    target = _discover(place, profile).target
    return target is not None and tokens.forget(target.url)


def _discover(place: Environment, profile: Profile) -> Discovery:
    return config_files.discover(
        profile, url=place.url, environ=place.environ, home=place.home, guests=wsl.homes
    )


def _read_secret(what: str, url: str, words: Words) -> str:
    """Return one line without the blanks around it, as the variables of the environment are read."""
    try:
        if sys.stdin.isatty():
            line = _read_hidden(words("{what} for {url}:", what=what, url=url) + " ")
        else:
            line = sys.stdin.readline(_LONGEST)
        line.encode()  # bytes that are no text come as surrogates in some locales
    except EOFError:
        line = ""
    except UnicodeError:
        raise BadUsage(message("That is not valid text: check the encoding of this terminal.")) from None
    except getpass.GetPassWarning:
        problem = message("This terminal would show what you type: pipe the token or password in instead.")
        raise BadUsage(problem) from None
    secret = readable_secret(line)
    if isinstance(secret, Message):
        raise BadUsage(secret)
    return secret


def _read_hidden(prompt: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)
        return getpass.getpass(prompt)
