"""A network that only this thread and the processes that it starts can reach; on Linux, for root."""

from __future__ import annotations

import contextlib
import ctypes
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from build.commands import NotAvailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

_NEW_NETWORK = 0x40000000  # CLONE_NEWNET


@contextlib.contextmanager
def own_network(*addresses: str) -> Iterator[None]:
    """Have loopback and one interface with these addresses, and nothing else. Raises NotAvailableError."""
    libc = ctypes.CDLL(None, use_errno=True)
    with Path("/proc/thread-self/ns/net").open() as usual:
        if libc.unshare(_NEW_NETWORK) != 0:
            raise NotAvailableError(f"no network of its own: {os.strerror(ctypes.get_errno())}")
        try:
            _ip("link set lo up")
            _ip("link add own0 type veth peer name own1")
            for name in ("own0", "own1"):
                _ip(f"link set {name} up")
            for address in addresses:
                _ip(f"addr add {address} dev own0")
            yield
        finally:
            assert libc.setns(usual.fileno(), _NEW_NETWORK) == 0


def _ip(arguments: str) -> None:
    try:
        subprocess.run(["ip", *arguments.split()], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise NotAvailableError(f"ip {arguments}: {error}") from error
