"""Which gateway to call, and what logs in there, as files, environment and stores say at the moment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from tray.core.errors import ConnectionFailure, FailureKind
from tray.core.events import TargetResolved
from tray.discovery import config_files, wsl
from tray.discovery.config_files import Discovery
from tray.settings.settings import Profile
from tray.settings.target import Secrets, Target
from tray.storage import files
from tray.storage.device_tokens import DeviceTokens
from tray.values import replace


class Environment(msgspec.Struct, frozen=True):
    """Where this process looks for things.

    Attributes:
        environ: The environment; the demo has one of its own.
        home: The user's folder.
        url: The address from the command line.
        profile: The profile from the command line, in place of the settings' own.
        settings: The settings file from the command line, or the usual one.
        persistent: Whether memory and device key are kept; the demo leaves no trace.
    """

    environ: Mapping[str, str]
    home: Path
    url: str | None = None
    profile: str | None = None
    settings: Path | None = None
    persistent: bool = True


class TargetResolver:
    """Looks for it, and remembers what it found; the secrets stay here. For one thread, but for `secrets`."""

    def __init__(self, place: Environment) -> None:
        """Nothing is read yet.

        Args:
            place: Where to look.
        """
        self._place = place
        self._found: tuple[Profile, Discovery] | None = None
        self._secrets = Secrets()
        self._device_tokens = DeviceTokens(persistent=place.persistent)
        self._told: tuple[Target | None, tuple[str | None, str | None], ConnectionFailure | None] | None = (
            None
        )
        self._revision = 0
        self._seed: bytes | None = None

    def secrets(self) -> Secrets:
        """What logs in, as last read."""
        return self._secrets

    def device_seed(self) -> bytes:
        """The 32 bytes of this computer's key; they were read, or made, before any gateway was called.

        Raises:
            store.StoreError: It can be neither read nor made.
        """
        if self._seed is None:
            self._seed = files.device_seed() if self._place.persistent else os.urandom(files.SEED_SIZE)
        return self._seed

    def find(self, profile: Profile, *, force: bool = False) -> TargetResolved:
        """The gateway that the profile means; its revision counts changes of anything that matters.

        Args:
            profile: The one that is watched.
            force: Look again in every place, also where nothing was and no change would be seen.
        """
        if force:
            self._found = None
        found = config_files.with_kept(self._discovered(profile), profile)
        failure = None if found.refusal is None else ConnectionFailure(FailureKind.ADDRESS, found.refusal)
        if found.target is not None:
            try:
                self.device_seed()
            except files.StoreError as error:
                failure = ConnectionFailure(FailureKind.DEVICE_KEY, error.message)
        device = None if found.target is None else self._device_tokens.of(found.target.url)
        self._secrets = replace(found.secrets, device=device)
        notified = (found.target, found.secrets.shared, failure)
        if notified != self._told:
            self._told = notified
            self._revision += 1
        searched = found.searched + found.problems
        known, origin = device is not None, found.secrets.origin
        return TargetResolved(found.target, self._revision, searched, failure, origin, device_token=known)

    def failed(self, failure: ConnectionFailure) -> TargetResolved:
        """Looking for it has failed, and nothing that was known before counts."""
        self._found, self._secrets, self._told = None, Secrets(), None
        self._revision += 1
        return TargetResolved(None, self._revision, failure=failure)

    def change_device_token(self, target: Target, token: str | None) -> None:
        """Keep what the gateway gave this device; None forgets it.

        Raises:
            store.StoreError: That cannot be written; it counts until the program ends all the same.
        """
        if self._told is not None and self._told[0] == target:
            self._secrets = replace(self._secrets, device=token)
        if token is None:
            self._device_tokens.forget(target.url)
        else:
            self._device_tokens.keep(target.url, token)

    def _discovered(self, profile: Profile) -> Discovery:
        """What files and environment say now.

        Files are read again if one changed, or if one was there and of no use.
        """
        place = self._place
        if self._found is not None:
            known, found = self._found
            if known == profile and not found.problems and not config_files.changed(found.stamp):
                return found
        guests = wsl.homes if place.persistent else tuple
        found = config_files.discover(
            profile, url=place.url, environ=place.environ, home=place.home, guests=guests
        )
        self._found = (profile, found)
        return found
