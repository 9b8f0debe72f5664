"""Whose process is at the other end of a connection on this computer."""

import contextlib
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tray.system.connection_table import End, Row, end, owner, plain

_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
_LISTENS = "0A"
_FIRST_USER = 1000
"""Smaller numbers belong to the system and its services."""
_NOBODY = 65534
_SERVICES = range(61184, 65520)
"""Numbers that systemd lends to services."""


class User(NamedTuple):
    """A user of this computer: the system's number or SID, empty if that is not known, and the name."""

    id: str
    name: str


def other_user(sock: socket.socket) -> User | None:
    """Return the user who runs the other end of a connection, if that is an ordinary one and not our own.

    Call it once the other end has sent something: a connection that it has not accepted yet is nobody's. None
    for root, the system and its services, and also where the system does not tell. May take a while.
    """
    with contextlib.suppress(OSError):
        theirs, ours = (end(*name[:2]) for name in (sock.getpeername(), sock.getsockname()))
        if sys.platform == "win32":
            from tray.system.win32 import connections  # noqa: PLC0415 - it cannot be imported elsewhere

            process = owner(connections.rows(), theirs, ours)
            found = None if process is None else connections.other_user(process)
            return None if found is None else User(*found)
        number = owner(_rows(), theirs, ours)
        if number is not None and number != os.getuid() and _is_ordinary(number):
            import pwd  # noqa: PLC0415 - hardly anybody needs it, and it is not on Windows

            name = str(number)
            with contextlib.suppress(KeyError):
                name = pwd.getpwuid(number).pw_name
            return User(str(number), name)
    return None


def _rows() -> Iterator[Row]:
    for table in _TABLES:
        if table.exists():
            with table.open(encoding="ascii") as lines:
                next(lines, None)
                for line in lines:
                    _, here, there, state, _, _, _, number, *_ = line.split(maxsplit=9)
                    yield Row(_end(here), _end(there), state == _LISTENS, int(number))


def _end(text: str) -> End:
    # An address is a row of numbers of 32 bits, each written as this processor reads it.
    address, _, port = text.partition(":")
    numbers = (int(address[at : at + 8], 16) for at in range(0, len(address), 8))
    return plain(b"".join(number.to_bytes(4, sys.byteorder) for number in numbers)), int(port, 16)


def _is_ordinary(number: int) -> bool:
    return number >= _FIRST_USER and number != _NOBODY and number not in _SERVICES
