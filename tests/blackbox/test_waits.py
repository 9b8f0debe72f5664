"""How long ClawTray waits is bounded, whatever a gateway asks for."""

from __future__ import annotations

import sys

import pytest

from tests.blackbox.conftest import SECONDS
from tests.blackbox.fake_gateway import FakeGateway, RefusedError

EXIT_CODE_OF_CTRL_C = 130


@pytest.mark.skipif(sys.platform != "linux", reason="not run: only Linux tells in /proc what a process does")
@pytest.mark.parametrize("milliseconds", [2**53, 2**63, 1e300, -1, "soon"])
def test_a_refusal_that_asks_for_an_endless_wait_ends_nothing(clawtray, milliseconds):
    def refuse(_):
        raise RefusedError(
            "UNAVAILABLE", "gateway starting; retry shortly", retryable=True, retryAfterMs=milliseconds
        )

    with FakeGateway(connect=refuse) as gateway:
        watch = clawtray(gateway, "watch")
        watch.until(lambda line: "start" in line.lower())
        assert gateway.hung_up.wait(SECONDS)
        watch.wait_until_idle()
        assert watch.interrupt() == EXIT_CODE_OF_CTRL_C
    assert not any("Traceback" in line for line in watch.lines)
