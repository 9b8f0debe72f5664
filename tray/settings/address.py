"""A gateway's URL: one spelling for all that users type. It never holds a secret."""

import hashlib
import ipaddress
import re
from urllib.parse import parse_qs, urlsplit

from tray.i18n.words import Message, message

DEFAULT_PORT = 18789
"""The port of every generation without a configured one."""

_SCHEMES = {"ws": "ws", "wss": "wss", "http": "ws", "https": "wss"}
_VISIBLE = re.compile(r"[!-~]+")
_HOST_NAME = re.compile(r"[A-Za-z0-9._-]+")
_FINGERPRINT = re.compile(r"(?:sha-?256(?:fingerprint)?=?)?([0-9a-f]{64})")
_LAST_PORT = 65535
_PORT = re.compile(r"[0-9]{1,5}")
_EXAMPLE = f"ws://127.0.0.1:{DEFAULT_PORT}"


def normalise_url(text: str) -> str | Message:
    """Return the URL as ``ws://host[:port][/path]`` or ``wss://…``, or why it is invalid.

    The dashboard's http and https URLs stand for ws and wss. A bare ``host`` or ``host:port`` gets ``ws://``.
    A bare ``host`` gets the default port, and so does this computer with ``ws://``, since no gateway listens
    on port 80. An IPv4 address that is mapped into IPv6 is written as IPv4. Anything that could hide a secret
    (a user name, a query, a fragment) is refused, since URLs are shown, copied and logged. Idempotent.
    """
    written = text.strip()
    if not written:
        return message("The address is empty. Write it like {example}.", example=_EXAMPLE)
    if not _VISIBLE.fullmatch(written):
        return message(
            "The address has blanks or unusual characters in it. Write it like {example}.",
            example=_EXAMPLE,
        )
    bare = "://" not in written
    try:
        parts = urlsplit(f"ws://{written}" if bare else written)
        host, port = _plain_host(parts.hostname or ""), parts.port
    except ValueError:
        return message("The address has no valid host or port. Write it like {example}.", example=_EXAMPLE)
    scheme = _SCHEMES.get(parts.scheme)
    if scheme is None:
        return message(
            "A gateway's address starts with ws:// or wss://. Write it like {example}.", example=_EXAMPLE
        )
    if "@" in parts.netloc or "?" in written or "#" in written:
        return message(
            "An address must not carry a password or token: "
            "remove what stands before @ or after ? and #, "
            "and give the secret as CLAWTRAY_TOKEN or CLAWTRAY_PASSWORD."
        )
    is_ipv6 = ":" in host
    if not is_ipv6 and not _HOST_NAME.fullmatch(host):
        return message("The address names no valid host. Write it like {example}.", example=_EXAMPLE)
    if port == 0:
        return message("Port 0 cannot be called. Gateways usually listen on {port}.", port=DEFAULT_PORT)
    if port is None and (bare or (scheme == "ws" and _is_this_computer(host))):
        port = DEFAULT_PORT
    shown_host = f"[{host}]" if is_ipv6 else host
    return f"{scheme}://{shown_host}{'' if port is None else f':{port}'}{parts.path.rstrip('/')}"


def split_token(text: str) -> tuple[str, str]:
    """Return an address without the token in it, and that token, as in the link to a gateway's dashboard."""
    for mark in ("#", "?"):
        head, _, fields = text.strip().partition(mark)
        token = next(iter(parse_qs(fields).get("token", ())), "")
        if token:
            return head, token
    return text, ""


def is_loopback(url: str) -> bool:
    """Return whether a normalised URL means this computer."""
    return _is_this_computer(urlsplit(url).hostname or "")


def user_at(user: str, url: str) -> str:
    """Return how the settings name a user of this computer who may run the gateway at a URL."""
    return f"{user}@{urlsplit(url).netloc}"


def is_ipv4(host: str) -> bool:
    """Return whether this is an IPv4 address that can be called."""
    try:
        return not ipaddress.IPv4Address(host).is_unspecified
    except ValueError:
        return False


def _is_this_computer(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _plain_host(host: str) -> str:
    """Return ``127.0.0.1`` for ``::ffff:127.0.0.1``, and every other host as it is."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return host if mapped is None else str(mapped)


def parse_port(value: object) -> int | None:
    """Return a TCP port from a number or its digits; None if it is invalid."""
    if isinstance(value, str) and _PORT.fullmatch(value):
        value = int(value)
    return value if type(value) is int and 0 < value <= _LAST_PORT else None


def certificate_fingerprint(der: bytes) -> str:
    """Return a certificate's SHA-256 as 64 lower-case hex digits."""
    return hashlib.sha256(der).hexdigest()


def normalise_fingerprint(text: str) -> str | None:
    """Return a certificate's SHA-256 as 64 lower-case hex digits; None if the text holds none.

    Colons, blanks, capitals and a leading ``sha256`` are accepted, as openssl and browsers print them.
    """
    found = _FINGERPRINT.fullmatch(re.sub(r"[:\s]", "", text).lower())
    return found[1] if found else None
