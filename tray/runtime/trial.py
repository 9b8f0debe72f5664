"""Tests an address and a secret that the user typed, with a connection of its own that reads nothing."""

import time
from collections.abc import Callable

from tray.core.effects import Effect, ResolveTarget
from tray.core.events import Event, TargetResolved
from tray.core.model import ConnectionFailure, FailureKind, Mode, Trial, Waiting
from tray.core.state import Process, State
from tray.discovery.resolver import Environment, TargetResolver
from tray.i18n.words import Message, message
from tray.runtime.loop import EventLoop
from tray.runtime.mailbox import Mailbox
from tray.settings.address import is_loopback, normalise_fingerprint, normalise_url
from tray.settings.settings import Profile, Settings
from tray.settings.target import SecretOrigin, Secrets, SecretSource, readable_secret
from tray.values import replace
from tray.view.panel.forms import TryGateway

_PASSWORD = (FailureKind.PASSWORD_MISSING, FailureKind.PASSWORD_WRONG)


def run(typed: TryGateway, environment: Environment, state: State) -> tuple[Trial, Secrets]:
    """Return how it ended, and the secret as the gateway wants it; without one if none was typed.

    What was typed is a token until the gateway says that it wants a password.
    """
    trial = started(typed)
    profile = _profile(typed, state.settings)
    secret = readable_secret(typed.secret) if typed.secret.strip() else ""
    if isinstance(profile, Message):
        return replace(trial, running=False, problem=profile), Secrets()
    if isinstance(secret, Message):
        return replace(trial, running=False, problem=secret, in_secret=True), Secrets()
    resolver = TargetResolver(replace(environment, url=profile.url))
    found = resolver.find(profile)
    if found.target is None or found.failure is not None:
        failure = found.failure or ConnectionFailure(FailureKind.NOT_FOUND)
        return replace(trial, running=False, failure=failure), Secrets()
    settings = replace(state.settings, profile=profile.name, profiles=(profile,))
    secrets = Secrets(secret, None) if secret else Secrets()
    ended = _log_in(trial, settings, resolver, found, secrets, state)
    if secret and ended.failure is not None and ended.failure.kind in _PASSWORD:
        secrets = Secrets(None, secret)
        ended = _log_in(trial, settings, resolver, found, secrets, state)
    return ended, secrets


def started(typed: TryGateway) -> Trial:
    """Return a test that has just started."""
    return Trial(typed.profile, typed.saves, running=True, id=typed.id)


def known_urls(profile: str, state: State) -> set[str | None]:
    """Return the addresses of a profile that need not be written: in its settings, or found by itself."""
    urls = {each.url for each in state.settings.profiles if each.name == profile}
    target = state.connection.target if profile == state.settings.profile else None
    return urls if target is None else urls | {target.url}


class _Typed:
    """Answers the event loop with what was typed; keeps nothing."""

    def __init__(
        self,
        found: TargetResolved,
        secrets: Secrets,
        seed: Callable[[], bytes],
        post: Callable[[Event], None],
    ) -> None:
        self._found, self._secrets, self._seed, self._post = found, secrets, seed, post

    def run_effect(self, effect: Effect, state: State) -> None:  # noqa: ARG002 - as the loop calls it
        if isinstance(effect, ResolveTarget):
            self._post(self._found)

    def secrets(self) -> Secrets:
        return self._secrets

    def device_seed(self) -> bytes:
        return self._seed()

    def keep_device_token(self, token: str, state: State) -> None:
        """Keep none: the connection that follows is issued one, too."""


def _profile(typed: TryGateway, settings: Settings) -> Profile | Message:
    """Return the profile as typed, or what is wrong with it."""
    profile = next((each for each in settings.profiles if each.name == typed.profile), Profile(typed.profile))
    profile = replace(profile, url=None, allow_plain=typed.allow_plain or profile.allow_plain)
    if typed.fingerprint.strip():
        fingerprint = normalise_fingerprint(typed.fingerprint)
        if fingerprint is None:
            return message("The fingerprint is not a SHA-256 one: 64 digits and letters from a to f.")
        profile = replace(profile, fingerprint=fingerprint)
    if not typed.url.strip():
        return profile
    url = normalise_url(typed.url)
    if isinstance(url, Message):
        return url
    if url.startswith("ws:") and not (is_loopback(url) or profile.allow_plain):
        return message(
            "ws:// to another computer would show the token to everyone on the way. Use wss://, or allow it "
            "in Settings, page Gateways."
        )
    return replace(profile, url=url)


def _log_in(
    trial: Trial,
    settings: Settings,
    resolver: TargetResolver,
    found: TargetResolved,
    secrets: Secrets,
    state: State,
) -> Trial:
    """Log in with these secrets, or, without any, with those that were found."""
    given = secrets if secrets.given else replace(resolver.secrets(), device=None)
    origin = SecretOrigin(SecretSource.TYPED, "") if secrets.given else found.origin
    mailbox = Mailbox()
    try:
        answers = _Typed(
            replace(found, origin=origin, device_token=False), given, resolver.device_seed, mailbox.post
        )
        process = Process(state.process.seed, patience=state.process.patience)
        began = time.monotonic()
        last = EventLoop(State(settings, Mode.ONE_SHOT, process), mailbox, answers).run(_has_ended)
        seconds = time.monotonic() - began
    finally:
        mailbox.close()
    hello = last.connection.hello if last.connected else None
    failure = None if last.connected else last.connection.failure
    return replace(trial, running=False, target=found.target, failure=failure, hello=hello, seconds=seconds)


def _has_ended(state: State) -> bool:
    return state.connected or (
        state.connection.failure is not None and isinstance(state.connection.step, Waiting)
    )
