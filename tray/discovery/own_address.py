"""Finds where this computer's gateway listens if not on loopback. Calls no other computer."""

import ipaddress
import socket
from urllib.parse import urlsplit

from tray.i18n.words import message
from tray.settings.target import TAILNET, Target
from tray.values import replace

_TAILNET_ADDRESSES = ipaddress.ip_network("100.64.0.0/10")
_TAILNET_SERVICE = "100.100.100.100"
"""Tailscale's own name server, to which every computer in such a network has a route."""
_TIMEOUT = 1.0
"""Seconds; on the same computer a connection takes a millisecond."""
_DISCARD_PORT = 9


def where_it_listens(target: Target, last: Target | None) -> Target:
    """Return the target, with the address of its `bind` if loopback refuses and that is this computer's own.

    If neither listens, the one of `last` stays: the gateway is down, and has not moved.
    """
    port = urlsplit(target.url).port
    host = None if target.bind is None else _own_address(target.bind)
    if port is None or host is None or _listens("127.0.0.1", port):
        return target
    elsewhere = replace(
        target,
        url=f"{urlsplit(target.url).scheme}://{host}:{port}",
        source=message(
            "{source} (gateway.bind; the gateway may ask for pairing there)", source=target.source
        ),
    )
    return elsewhere if elsewhere == last or _listens(host, port) else target


def _own_address(bind: str) -> str | None:
    """Return the address that is meant, if it is one of this computer's own."""
    if bind == TAILNET:
        host = _source_address(_TAILNET_SERVICE)
        return host if host is not None and ipaddress.ip_address(host) in _TAILNET_ADDRESSES else None
    own = ipaddress.ip_address(bind).is_loopback or _source_address(bind) == bind
    return bind if own else None


def _source_address(host: str) -> str | None:
    """Return our own address on the way to a host: for an address of this computer, that address itself."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.connect((host, _DISCARD_PORT))  # only looks up the route
            source: str = sock.getsockname()[0]
            return source
    except OSError:
        return None


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), _TIMEOUT).close()
    except OSError:
        return False
    return True
