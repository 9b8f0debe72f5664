"""The system's credential store, which holds a typed secret for one profile and one address.

On Windows it is the Credential Manager; elsewhere ClawTray uses none. A secret is returned only for exactly
the address that it was typed for, so that an edited url cannot send it elsewhere.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

import msgspec

from tray.i18n.words import Message, MessageError, message
from tray.settings.target import SecretOrigin, Secrets, SecretSource

SERVICE = "ClawTray"
"""The name of all entries; their user name is the profile."""

STORE = "Windows Credential Manager"

_AVAILABLE = sys.platform == "win32"

_LIMIT = 2560
"""Bytes of UTF-16 in one entry (CRED_MAX_CREDENTIAL_BLOB_SIZE)."""

_NO_LOGON_SESSION = 1312


class _Credential(Protocol):
    @property
    def username(self) -> str: ...


class _Vault(Protocol):
    """The part of keyring's backend that is used; it has no types."""

    persist: str

    def get_password(self, service: str, username: str, /) -> str | None: ...
    def get_credential(self, service: str, username: str | None, /) -> _Credential | None: ...
    def set_password(self, service: str, username: str, password: str, /) -> None: ...
    def delete_password(self, service: str, username: str, /) -> None: ...


class CredentialsError(MessageError):
    """The store cannot be used; the message says why and what to do, and contains no secret."""


class StoredCredential(msgspec.Struct, frozen=True):
    """What the store has.

    Attributes:
        secrets: A token or a password, or neither.
        said: What was found, in words; never a secret.
    """

    secrets: Secrets
    said: Message


def is_available() -> bool:
    """Return whether this system has a store that is used."""
    return _AVAILABLE


def check() -> None:
    """Check that there is a store, before the user is asked to type anything.

    Raises:
        CredentialsError: There is none.
    """
    with _translated_errors():
        _vault()


def read(profile: str, url: str) -> StoredCredential | None:
    """Return what is stored for this profile and exactly this address; None if there is no store."""
    if not _AVAILABLE:
        return None
    try:
        with _translated_errors():
            text = _vault().get_password(SERVICE, profile)
    except CredentialsError:
        return StoredCredential(Secrets(), message("cannot be read"))
    if text is None:
        return StoredCredential(Secrets(), message("nothing kept"))
    return _parse(text, url)


def store(profile: str, url: str, secrets: Secrets) -> None:
    """Store a token or a password for this profile and this address, instead of the one before.

    Raises:
        CredentialsError: It is not stored.
    """
    entry = {"url": url, "token": secrets.token, "password": secrets.password}
    text = json.dumps({name: value for name, value in entry.items() if value}, ensure_ascii=False)
    if len(text.encode("utf-16-le")) > _LIMIT:
        raise CredentialsError(
            message(
                "That is too long to be kept: {store} takes {n} characters together with the address. "
                "Set it as CLAWTRAY_TOKEN or CLAWTRAY_PASSWORD in the environment instead.",
                store=STORE,
                n=_LIMIT // 2,
            )
        )
    with _translated_errors():
        vault = _vault()
        # keyring would move the old secret to another name, where it would outlive the new one.
        _delete(vault, profile)
        vault.set_password(SERVICE, profile, text)


def forget(profile: str) -> bool:
    """Delete what is stored for this profile, and return whether there was anything.

    Raises:
        CredentialsError: It may still be there.
    """
    with _translated_errors():
        return _delete(_vault(), profile)


def forget_all(profiles: Iterable[str]) -> bool:
    """Delete what is stored for these profiles, and for a removed profile if its entry can be found.

    Raises:
        CredentialsError: Some may still be there.
    """
    with _translated_errors():
        vault = _vault()
        found = [_delete(vault, profile) for profile in profiles]
        # keyring cannot list its entries, but returns the last one if no user name is given.
        last = vault.get_credential(SERVICE, None)
        found.append(last is not None and _delete(vault, last.username))
        return any(found)


def _vault() -> _Vault:
    # Neither a search among the installed backends, nor what keyring's own settings may name.
    if not _AVAILABLE:
        raise CredentialsError(
            message(
                "There is no credential store here that ClawTray can use. "
                "Set CLAWTRAY_TOKEN or CLAWTRAY_PASSWORD in the environment, "
                "or have the secret in the gateway's own configuration."
            )
        )
    from keyring.backends.Windows import WinVaultKeyring  # noqa: PLC0415 - needed only where nothing else is found

    vault: _Vault = WinVaultKeyring()
    vault.persist = "local machine"  # a secret for 127.0.0.1 must not roam to another computer
    return vault


def _delete(vault: _Vault, profile: str) -> bool:
    from keyring.errors import PasswordDeleteError  # noqa: PLC0415 - as above

    try:
        vault.delete_password(SERVICE, profile)
    except PasswordDeleteError:  # there was none
        return False
    return True


def _parse(text: str, url: str) -> StoredCredential:
    # Any program of this user may have changed the entry.
    try:
        entry = json.loads(text)
    except (ValueError, RecursionError):
        entry = None
    if not isinstance(entry, dict):
        return StoredCredential(Secrets(), message("something that ClawTray did not write"))
    if entry.get("url") != url:
        return StoredCredential(Secrets(), message("kept for another address"))
    token, password = (
        value if isinstance(value, str) and value else None
        for value in (entry.get("token"), entry.get("password"))
    )
    origin = SecretOrigin(SecretSource.STORE, STORE)
    said = message("used") if token or password else message("nothing kept")
    return StoredCredential(Secrets(token, password, origin), said)


@contextmanager
def _translated_errors() -> Iterator[None]:
    """Turn any failure into a sentence with only its number or type: its text may contain the secret."""
    try:
        yield
    except CredentialsError:
        raise
    except Exception as error:  # noqa: BLE001 - keyring lets through whatever Windows and its bindings raise
        number = getattr(error, "winerror", None)
        code = f"error {number}" if isinstance(number, int) else type(error).__name__
        reason = message("{store} failed ({code}).", store=STORE, code=code)
        if number == _NO_LOGON_SESSION:
            reason = message(
                "{store} is not there in this kind of session, such as one over SSH.", store=STORE
            )
        raise CredentialsError(
            message(
                "{reason} Set CLAWTRAY_TOKEN or CLAWTRAY_PASSWORD in the environment instead.", reason=reason
            )
        ) from None
