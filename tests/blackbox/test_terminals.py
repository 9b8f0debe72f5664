"""What a terminal shows is whole, or marked as cut."""

from __future__ import annotations

import sys

import pytest

from tests.blackbox.fake_gateway import FakeGateway, listing

LONG = "the session in which the release of the second quarter is prepared"


@pytest.mark.skipif(sys.platform == "win32", reason="not run: there is no pseudo-terminal on Windows")
@pytest.mark.parametrize("columns", [40, 20])
def test_a_narrow_terminal_shows_where_a_line_is_cut(clawtray, columns):
    with FakeGateway(sessions__list=listing({"label": LONG})) as gateway:
        watch = clawtray(gateway, "watch", columns=columns)
        line = watch.until(lambda line: "the session" in line)
    assert len(line) == columns
    assert line.endswith("…")
    assert max(map(len, watch.lines)) <= columns
