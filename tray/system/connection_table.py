"""The system's table of connections, as rows, and who owns the other end of one."""

import ipaddress
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

End: TypeAlias = tuple[bytes, int]
"""One end of a connection: the address in network order, an IPv4 one as four bytes, and the port."""


_MAPPED = bytes(10) + b"\xff\xff"
"""What IPv6 writes before an IPv4 address."""


class Row(NamedTuple):
    """A row of the system's table of connections, and the number of the user or process that owns it."""

    here: End
    there: End
    listens: bool
    owner: int


def end(host: str, port: int) -> End:
    """Return one end of a connection, as a socket names it."""
    return plain(ipaddress.ip_address(host.partition("%")[0]).packed), port


def owner(rows: Iterable[Row], theirs: End, ours: End) -> int | None:
    """Return who owns the other end; who listens there, if the connection is in no table of this computer."""
    listener = None
    for row in rows:
        if (row.here, row.there) == (theirs, ours):
            return row.owner
        if row.listens and row.here == theirs:
            listener = row.owner
        elif row.listens and listener is None and row.here[1] == theirs[1] and not any(row.here[0]):
            listener = row.owner  # on all addresses
    return listener


def plain(address: bytes) -> bytes:
    """Return an IPv4 address that is mapped into IPv6 as four bytes, and every other one as it is."""
    return address.removeprefix(_MAPPED)
