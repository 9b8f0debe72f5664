"""Takes out of a text what is nobody else's business, before it is handed to somebody who helps."""

from __future__ import annotations

import ipaddress
import re
from typing import ClassVar

from tray.values import PrivateStruct

SHORTEST = 4
"""Characters: anything shorter that is secret would be found in ordinary words."""

_OPAQUE = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9_-]{32,}={0,2}")
"""What looks like a token, a key or a fingerprint, whoever may have put it there."""
_ADDRESS = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)(?![\w.])"
)
_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]+@")
_KEY = re.compile(r"\bagent:[^\s:,;\"']+:[^\s,;\"']+")


class Private(PrivateStruct, frozen=True):
    """What is known to be private here.

    Attributes:
        secrets: Tokens and passwords.
        home: The user's folder, as the system writes it.
        user: The user's name.
        host: The gateway's name, if it is another computer; else empty.
        names: What else was named by the user.
    """

    private_fields: ClassVar[frozenset[str]] = frozenset({"secrets"})

    secrets: tuple[str, ...] = ()
    home: str = ""
    user: str = ""
    host: str = ""
    names: tuple[str, ...] = ()


def redacted(text: str, private: Private) -> str:
    """The text without secrets, and without what tells who and where somebody is."""
    for secret in sorted(private.secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST:
            text = text.replace(secret, "[secret]")
    text = _CREDENTIALS.sub("[secret]@", text)
    for folder in {private.home, private.home.replace("\\", "/"), private.home.replace("\\", "\\\\")}:
        if len(folder) > 1:
            text = re.sub(re.escape(folder), "~", text, flags=re.IGNORECASE)
    named = [
        (private.host, "[host]"),
        (private.user, "[user]"),
        *((name, "[name]") for name in private.names),
    ]
    for name, instead in named:
        if name:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", instead, text, flags=re.IGNORECASE)
    text = _KEY.sub("[session]", text)
    text = _OPAQUE.sub("[removed]", text)
    return _ADDRESS.sub(_place, text)


def _place(match: re.Match[str]) -> str:
    """An address in place of which its kind is said; those of this very computer tell nothing."""
    try:
        address = ipaddress.ip_address(match[0])
    except ValueError:
        return match[0]  # a time of day, or part of a number
    return match[0] if address.is_loopback or address.is_unspecified else "[address]"
