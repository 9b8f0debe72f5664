"""Which row of the system's table of connections counts."""

from __future__ import annotations

import pytest

from tray.system.connection_table import Row, end, owner

THEIRS, OURS = end("127.0.0.1", 18789), end("127.0.0.1", 40_000)
LISTENS = Row(THEIRS, end("0.0.0.0", 0), listens=True, owner=3)
EVERYWHERE = [Row(end(host, 18789), end(host, 0), listens=True, owner=2) for host in ("0.0.0.0", "::")]
CONNECTED = Row(THEIRS, OURS, listens=False, owner=1)
OTHERS = (
    Row(OURS, THEIRS, listens=False, owner=5),
    Row(THEIRS, end("127.0.0.1", 40_001), listens=False, owner=5),
    Row(end("127.0.0.1", 18790), end("0.0.0.0", 0), listens=True, owner=5),
    Row(end("0.0.0.0", 18790), end("0.0.0.0", 0), listens=True, owner=5),
    Row(end("127.0.0.2", 18789), end("0.0.0.0", 0), listens=True, owner=5),
    Row(end("0.0.0.0", 18789), OURS, listens=False, owner=5),
)


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ((LISTENS, CONNECTED, *EVERYWHERE), 1),
        ((LISTENS, *EVERYWHERE), 3),
        ((EVERYWHERE[0],), 2),
        ((EVERYWHERE[1],), 2),
        ((), None),
    ],
)
def test_the_connection_counts_before_the_listener_and_an_address_before_all(rows, found, order):
    assert owner((*OTHERS, *rows)[::order], THEIRS, OURS) == found
