"""The system's credential store: a secret that was typed, kept for one profile and one address.

Windows has one, its Credential Manager; elsewhere there is none that ClawTray uses. What is kept is given
back for exactly the address that it was typed for: an edited url cannot carry it somewhere else.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

import msgspec

from tray.i18n.message import Message, MessageError, message
from tray.settings.target import SecretOrigin, Secrets, SecretSource

SERVICE = "ClawTray"
"""What all entries are named after; the name of the profile is their user name."""

STORE = "Windows Credential Manager"

_THERE = sys.platform == "win32"

_LIMIT = 2560
"""Bytes of UTF-16 that Windows takes for one entry (CRED_MAX_CREDENTIAL_BLOB_SIZE)."""

_NO_LOGON_SESSION = 1312


class _Credential(Protocol):
    @property
    def username(self) -> str: ...


class _Vault(Protocol):
    """What is used of keyring's backend, which has no types for it."""

    persist: str

    def get_password(self, service: str, username: str, /) -> str | None: ...
    def get_credential(self, service: str, username: str | None, /) -> _Credential | None: ...
    def set_password(self, service: str, username: str, password: str, /) -> None: ...
    def delete_password(self, service: str, username: str, /) -> None: ...


class CredentialsError(MessageError):
    """The store cannot be used; the message says why, and what to do instead. It holds no secret."""


class StoredCredential(msgspec.Struct, frozen=True):
    """What the store had.

    Attributes:
        secrets: A token or a password, or neither.
        said: What was there, in words; never a secret.
    """

    secrets: Secrets
    said: Message


def check() -> None:
    """See whether there is a store, before a person is asked to type anything.

    Raises:
        CredentialsError: There is none.
    """
    with _in_words():
        _vault()


def read(profile: str, url: str) -> StoredCredential | None:
    """Give what is kept for this profile and exactly this address; None where there is no store to ask."""
    if not _THERE:
        return None
    try:
        with _in_words():
            text = _vault().get_password(SERVICE, profile)
    except CredentialsError:
        return StoredCredential(Secrets(), message("cannot be read"))
    if text is None:
        return StoredCredential(Secrets(), message("nothing kept"))
    return _understood(text, url)


def store(profile: str, url: str, secrets: Secrets) -> None:
    """Keep a token or a password for this profile and this address, in place of what was kept before.

    Raises:
        CredentialsError: It is not kept.
    """
    given = {"url": url, "token": secrets.token, "password": secrets.password}
    text = json.dumps({name: value for name, value in given.items() if value}, ensure_ascii=False)
    if len(text.encode("utf-16-le")) > _LIMIT:
        raise CredentialsError(
            message(
                "That is too long to be kept: {store} takes {n} characters together with the address. "
                "Set it as CLAWTRAY_TOKEN or CLAWTRAY_PASSWORD in the environment instead.",
                store=STORE,
                n=_LIMIT // 2,
            )
        )
    with _in_words():
        vault = _vault()
        # keyring would put the old secret aside under another name, where it would outlive the new one.
        _drop(vault, profile)
        vault.set_password(SERVICE, profile, text)


def forget(profile: str) -> bool:
    """Take out what is kept for this profile, and tell whether there was anything.

    Raises:
        CredentialsError: It may still be there.
    """
    with _in_words():
        return _drop(_vault(), profile)


def forget_all(profiles: Iterable[str]) -> bool:
    """Take out what is kept for these, and what a profile that is no more has left where it can be found.

    Raises:
        CredentialsError: Some may still be there.
    """
    with _in_words():
        vault = _vault()
        found = [_drop(vault, profile) for profile in profiles]
        # keyring cannot list its entries, but gives the one kept last without being told whose it is.
        left = vault.get_credential(SERVICE, None)
        found.append(left is not None and _drop(vault, left.username))
        return any(found)


def _vault() -> _Vault:
    """The backend itself: no search among those installed, and not what keyring's own settings may name."""
    if not _THERE:
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


def _drop(vault: _Vault, profile: str) -> bool:
    from keyring.errors import PasswordDeleteError  # noqa: PLC0415 - as above

    try:
        vault.delete_password(SERVICE, profile)
    except PasswordDeleteError:  # there was none
        return False
    return True


def _understood(text: str, url: str) -> StoredCredential:
    """Read an entry, which any program of this user may have changed."""
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
def _in_words() -> Iterator[None]:
    """Any failure as a sentence. Of what was raised only its number or kind is told: it saw the secret."""
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
