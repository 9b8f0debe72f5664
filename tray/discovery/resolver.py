"""Decides which gateway to call, and what logs in there, by files, environment and credential stores."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import msgspec

from tray.core.events import TargetResolved
from tray.core.model import ConnectionFailure, FailureKind
from tray.discovery import config_files, wsl
from tray.discovery.config_files import Discovery
from tray.i18n.words import message
from tray.settings.settings import Profile
from tray.settings.target import SecretOrigin, Secrets, SecretSource, Target
from tray.storage import files
from tray.storage.device_tokens import DeviceTokens
from tray.values import PrivateStruct, replace


class Environment(msgspec.Struct, frozen=True):
    """Where this process looks for things.

    Attributes:
        environ: The environment variables; the demo has its own.
        home: The user's folder.
        url: The address from the command line.
        profile: The profile from the command line, which overrides the settings.
        settings: The settings file from the command line, or the usual one.
        persistent: Whether anything is saved; the demo leaves no trace.
    """

    environ: Mapping[str, str]
    home: Path
    url: str | None = None
    profile: str | None = None
    settings: Path | None = None
    persistent: bool = True


class _Kept(PrivateStruct, frozen=True):
    """What was typed for an address, and what was found otherwise when it was: the next change counts."""

    private_fields: ClassVar[frozenset[str]] = frozenset({"secrets", "instead_of"})

    url: str
    secrets: Secrets
    instead_of: tuple[str | None, str | None] | None = None


class TargetResolver:
    """Finds the gateway and keeps the secrets. For one thread, except `secrets`."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._found: tuple[Profile, Discovery] | None = None
        self._secrets = Secrets()
        self._device_tokens = DeviceTokens(persistent=environment.persistent)
        self._reported: (
            tuple[Target | None, tuple[str | None, str | None], ConnectionFailure | None] | None
        ) = None
        self._revision = 0
        self._kept: _Kept | None = None
        self._seed: bytes | None = None

    def secrets(self) -> Secrets:
        """Return what logs in, as last read."""
        return self._secrets

    def device_seed(self) -> bytes:
        """Return the 32 bytes of this computer's key, which is created if there is none.

        Raises:
            StoreError: It can be neither read nor created.
        """
        if self._seed is None:
            self._seed = files.device_seed() if self._environment.persistent else os.urandom(files.SEED_SIZE)
        return self._seed

    def find(self, profile: Profile, *, force: bool = False) -> TargetResolved:
        """Find the gateway of a profile; `revision` counts changes of target, secrets or failure.

        Args:
            profile: The active profile.
            force: Search every place again, even if no file has changed.
        """
        if force:
            self._found = None
        found = config_files.with_stored_credential(self._discover(profile), profile)
        if found.target is not None and found.target.bind is not None:
            from tray.discovery import own_address  # noqa: PLC0415 - hardly any gateway is configured so

            last = None if self._reported is None else self._reported[0]
            found = replace(found, target=own_address.where_it_listens(found.target, last))
        found = self._with_kept(found)
        failure = None if found.refusal is None else ConnectionFailure(FailureKind.ADDRESS, found.refusal)
        if found.profiles:
            failure = ConnectionFailure(FailureKind.NOT_FOUND, profiles=found.profiles)
        if found.target is not None:
            try:
                self.device_seed()
            except files.StoreError as error:
                failure = ConnectionFailure(FailureKind.DEVICE_KEY, error.message)
        device = None if found.target is None else self._device_tokens.get(found.target.url)
        self._secrets = replace(found.secrets, device=device)
        report = (found.target, found.secrets.shared, failure)
        if report != self._reported:
            self._reported = report
            self._revision += 1
        searched = found.searched + found.problems
        known, origin = device is not None, found.secrets.origin
        return TargetResolved(found.target, self._revision, searched, failure, origin, device_token=known)

    def keep(self, profile: str, url: str, secrets: Secrets) -> None:
        """Log in at this address with what the user typed, from now on before all that is found there.

        It holds until the program ends, or what is found there changes. The system's store keeps it longer.

        Raises:
            CredentialsError: The store does not keep it.
        """
        origin = SecretOrigin(SecretSource.TYPED, "")
        self._kept = _Kept(url, replace(secrets, origin=origin))
        if self._environment.persistent:
            from tray.storage import credentials  # noqa: PLC0415 - only where something was typed

            if credentials.is_available():
                credentials.store(profile, url, secrets)

    def failed(self, failure: ConnectionFailure) -> TargetResolved:
        """Forget everything that was found, and report this failure."""
        self._found, self._secrets, self._reported = None, Secrets(), None
        self._revision += 1
        return TargetResolved(None, self._revision, failure=failure)

    def change_device_token(self, target: Target, token: str | None) -> None:
        """Save the token that the gateway gave this device; None deletes it.

        Raises:
            StoreError: It cannot be written; it is used until the program ends all the same.
        """
        if self._reported is not None and self._reported[0] == target:
            self._secrets = replace(self._secrets, device=token)
        if token is None:
            self._device_tokens.forget(target.url)
        else:
            self._device_tokens.keep(target.url, token)

    def _with_kept(self, found: Discovery) -> Discovery:
        kept = self._kept
        if kept is None or found.target is None or found.target.url != kept.url:
            return found
        if kept.instead_of not in (None, found.secrets.shared):
            self._kept = None
            return found
        self._kept = replace(kept, instead_of=found.secrets.shared)
        return replace(found, secrets=kept.secrets)

    def _discover(self, profile: Profile) -> Discovery:
        # Files are read again if one has changed, or was found and could not be used.
        environment = self._environment
        if self._found is not None:
            known, found = self._found
            if known == profile and not found.problems and not config_files.changed(found.stamp):
                return found
        guests = wsl.homes if environment.persistent else tuple
        found = config_files.discover(
            profile, url=environment.url, environ=environment.environ, home=environment.home, guests=guests
        )
        if not environment.persistent and found.target is not None:
            source = message("the simulated gateway of --demo")
            found = replace(found, target=replace(found.target, source=source))
        self._found = (profile, found)
        return found
