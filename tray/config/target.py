"""Which gateway to call, and with which secret. Decides between what was found; reads nothing itself."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Target:
    """A gateway that can be called.

    Attributes:
        url: Normalised address, ``ws://`` or ``wss://``.
        source: Where the address was found, in words for a person; never holds a secret.
        is_loopback: The address means this very computer.
        secure: The connection is encrypted (wss).
        fingerprint: SHA-256 of the gateway's certificate as 64 lower-case hex digits; None when not pinned.
    """

    url: str
    source: str
    is_loopback: bool
    secure: bool
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Secrets:
    """What logs in. Kept out of every repr."""

    token: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
