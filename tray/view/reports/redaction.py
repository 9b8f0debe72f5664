"""Removes secrets and private data from a text before the user shares it."""

import ipaddress
import re
from typing import ClassVar

from tray.protocol.secret_spellings import spellings
from tray.values import PrivateStruct

SHORTEST = 4
"""Characters: a shorter secret would match parts of ordinary words."""

_OPAQUE = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9_-]{32,}={0,2}")
"""Anything that looks like a token, a key or a fingerprint."""
_ADDRESS = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)(?![\w.])"
)
_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]+@")
_KEY = re.compile(r"\bagent:[^\s:,;\"']+:[^\s,;\"']+")


class Private(PrivateStruct, frozen=True):
    """The known private data.

    Attributes:
        secrets: Tokens and passwords.
        home: The user's folder.
        user: The user's name.
        host: The gateway's host name if it is another computer, else empty.
        names: Other names given by the user, such as profiles.
    """

    private_fields: ClassVar[frozenset[str]] = frozenset({"secrets"})

    secrets: tuple[str, ...] = ()
    home: str = ""
    user: str = ""
    host: str = ""
    names: tuple[str, ...] = ()


def redact(text: str, private: Private) -> str:
    """Return the text without secrets, names, hosts and addresses."""
    for secret in sorted(private.secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST:
            text = re.sub(spellings(secret), "[secret]", text)
    text = _CREDENTIALS.sub("[secret]@", text)
    for folder in {private.home, private.home.replace("\\", "/"), private.home.replace("\\", "\\\\")}:
        if len(folder) > 1:
            text = re.sub(re.escape(folder), "~", text, flags=re.IGNORECASE)
    named = [
        (private.host, "[host]"),
        (private.user, "[user]"),
        *((name, "[name]") for name in private.names),
    ]
    for name, placeholder in named:
        if name:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", placeholder, text, flags=re.IGNORECASE)
    text = _KEY.sub("[session]", text)
    text = _OPAQUE.sub("[removed]", text)
    return _ADDRESS.sub(_hide_address, text)


def _hide_address(match: re.Match[str]) -> str:
    # Loopback addresses reveal nothing, so they stay.
    try:
        address = ipaddress.ip_address(match[0])
    except ValueError:
        return match[0]  # a time of day, or part of a number
    return match[0] if address.is_loopback or address.is_unspecified else "[address]"
