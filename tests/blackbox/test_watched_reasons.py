"""What `watch` says on a terminal about a gateway that cannot be reached, with what to do about it."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from tests.blackbox.fake_gateway import FakeGateway


@pytest.mark.skipif(sys.platform == "win32", reason="not run: there is no pseudo-terminal on Windows")
@pytest.mark.parametrize("columns", [80, 40])
def test_the_command_at_the_end_of_a_reason_is_not_cut_off(clawtray, columns):
    with FakeGateway() as gateway:
        gone = SimpleNamespace(url=gateway.url)
    watch = clawtray(gone, "watch", columns=columns)
    watch.until(lambda line: line.endswith("gateway start"))
    said = " ".join(watch.lines)
    assert "Nothing is listening at" in said
    assert "Start it with: openclaw gateway start" in said
    assert "…" not in said
    assert max(map(len, watch.lines)) <= columns
