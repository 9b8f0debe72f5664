"""A loaded gateway is waited for, and a time-out is never called anything else."""

from __future__ import annotations

import threading

import pytest

from tests.blackbox.conftest import SECONDS
from tests.blackbox.fake_gateway import FakeGateway, RefusedError, challenge, hello, listing

DOWN = 40
SLOW_HANDSHAKE = 11.0
SLOW_LIST = 16.0


class Slow:
    """Answers once, after these seconds or when it is asked again; a client without patience gets nothing."""

    def __init__(self, seconds, answer):
        self._seconds, self._answer = seconds, answer
        self._asked, self._asked_again = False, threading.Event()

    def __call__(self, params):
        if self._asked:
            self._asked_again.set()
            raise RefusedError("UNAVAILABLE", "busy")
        self._asked = True
        self._asked_again.wait(self._seconds)
        return self._answer(params)

    def give_up(self):
        self._asked_again.set()


@pytest.mark.parametrize(
    ("step", "seconds", "answer"),
    [
        ("connect__challenge", SLOW_HANDSHAKE, challenge),
        ("connect", SLOW_HANDSHAKE, hello),
        ("sessions__list", SLOW_LIST, lambda _: listing({})),
    ],
)
def test_a_slow_gateway_is_waited_for(clawtray, step, seconds, answer):
    with FakeGateway(**{"sessions__list": listing({}), step: Slow(seconds, answer)}) as gateway:
        status = clawtray(gateway, "--timeout", "50", "status")
        assert status.ended(2 * SECONDS) == 0
    assert status.lines[0].startswith("main  31%")


def test_a_gateway_that_says_nothing_in_time_is_not_called_anything_else(clawtray):
    slow = Slow(SECONDS, challenge)
    with FakeGateway(connect__challenge=slow) as gateway:
        status = clawtray(gateway, "--timeout", "13", "status")
        assert status.ended() == DOWN
        slow.give_up()
    said = " ".join(status.lines)
    assert "No answer yet" in said
    assert "--timeout" in said
    assert "not a gateway" not in said
