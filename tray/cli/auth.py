"""`login` and `logout`: a typed secret goes into the system's credential store, or out of it."""

from __future__ import annotations

import getpass
import sys
import warnings
from typing import TextIO

from tray.discovery import config_files, wsl
from tray.discovery.config_files import Discovery
from tray.discovery.resolver import Environment
from tray.i18n.translate import Words
from tray.runtime.app import BadUsage, Options, real_place, settings_for, spoken
from tray.settings.settings import UNUSABLE, Profile
from tray.settings.target import Secrets
from tray.storage import credentials
from tray.storage.credentials import CredentialsError
from tray.storage.device_tokens import DeviceTokens
from tray.storage.files import StoreError
from tray.view.reports import status
from tray.view.text import formatting

_LONGEST = 10_000
"""Characters that are read from a pipe; no store takes as many."""


def login(options: Options, source: TextIO, *, password: bool) -> int:
    """Read a secret from `source`, on a terminal without echo, and keep it for profile and address.

    Raises:
        BadUsage: There is nothing to keep, or it is no text.
    """
    place = _place(options)
    settings, complaint = settings_for(place)
    words = spoken(settings)
    _complain(None if complaint is None else words.render(complaint))
    if settings is UNUSABLE:  # nobody knows which profile was meant
        return status.FAILED
    profile = settings.active()
    found = config_files.discover(
        profile, url=place.url, environ=place.environ, home=place.home, guests=wsl.homes
    )
    name = formatting.clean(profile.name)
    if found.target is None:
        missing = words(
            "There is no address to keep it for: write url into profile {name} of the settings.", name=name
        )
        return _fail(words.render(found.refusal or missing))
    url = found.target.url
    try:
        credentials.check()
        typed = _secret(words("Password") if password else words("Token"), url, source, words)
        credentials.store(profile.name, url, Secrets(password=typed) if password else Secrets(token=typed))
    except CredentialsError as error:
        return _fail(words.render(error.message))
    done = (
        words(
            "The password for {url} (profile {name}) is kept in {store}.",
            url=url,
            name=name,
            store=credentials.STORE,
        )
        if password
        else words(
            "The token for {url} (profile {name}) is kept in {store}.",
            url=url,
            name=name,
            store=credentials.STORE,
        )
    )
    if found.secrets.given:
        done += " " + words(
            "It is not used yet: what the environment or the gateway's own configuration says comes first."
        )
    _say(done)
    return status.OK


def logout(options: Options, *, everybody: bool) -> int:
    """Forget what is kept for the active profile and its gateway, or for every profile and every gateway.

    Raises:
        BadUsage: The profile does not exist.
    """
    place = _place(options)
    settings, complaint = settings_for(place)
    words = spoken(settings)
    _complain(None if complaint is None else words.render(complaint))
    if settings is UNUSABLE and not everybody:
        return status.FAILED
    try:
        if _forget_device_token(place, settings.active(), everybody=everybody):
            _say(words("What the gateway had given to this computer is forgotten."))
        if everybody:
            found = credentials.forget_all(profile.name for profile in settings.profiles)
        else:
            found = credentials.forget(settings.active().name)
    except (CredentialsError, StoreError) as error:
        return _fail(words.render(error.message))
    if not found:
        _say(words("Nothing was kept in {store}.", store=credentials.STORE))
    elif everybody:
        _say(words("All that was kept in {store} is forgotten.", store=credentials.STORE))
    else:
        name = formatting.clean(settings.active().name)
        _say(words("What was kept for profile {name} is forgotten.", name=name))
    return status.OK


def _forget_device_token(place: Environment, profile: Profile, *, everybody: bool) -> bool:
    tokens = DeviceTokens(persistent=True)
    if everybody:
        return tokens.forget_all()
    target = config_files.discover(
        profile, url=place.url, environ=place.environ, home=place.home, guests=wsl.homes
    ).target
    return target is not None and tokens.forget(target.url)


def _discovered(place: Environment, profile: Profile) -> Discovery:
    return config_files.discover(
        profile, url=place.url, environ=place.environ, home=place.home, guests=wsl.homes
    )


def _place(options: Options) -> Environment:
    if options.demo:
        raise BadUsage("The demo needs no secret and keeps none: leave out --demo.")
    return real_place(options)


def _secret(what: str, url: str, source: TextIO, words: Words) -> str:
    """One line, without the blanks around it, as the variables of the environment are read."""
    try:
        if source.isatty():
            line = _hidden(words("{what} for {url}:", what=what, url=url) + " ")
        else:
            line = source.readline(_LONGEST)
        line.encode()  # bytes that are no text come as surrogates in some locales
    except EOFError:
        line = ""
    except UnicodeError:
        raise BadUsage("That is not valid text: encode it as this terminal does.") from None
    typed = line.strip("\ufeff \t\r\n")  # PowerShell puts a byte order mark before what it pipes
    if not typed:
        raise BadUsage("Nothing was typed, so nothing is kept.")
    if not typed.isprintable():
        raise BadUsage("There are characters in it that cannot be printed, so nothing is kept.")
    return typed


def _hidden(prompt: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return getpass.getpass(prompt)
        except getpass.GetPassWarning:
            raise BadUsage("This terminal would show what is typed: pipe the secret in instead.") from None


def _fail(sentence: str) -> int:
    _complain(sentence)
    return status.FAILED


def _complain(sentence: str | None) -> None:
    if sentence is not None:
        sys.stderr.write(f"clawtray: {sentence}\n")
        sys.stderr.flush()


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()
