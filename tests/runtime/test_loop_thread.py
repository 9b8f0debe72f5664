from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tray.core.model import Mode
from tray.core.state import Process, State
from tray.runtime.loop import EventLoop
from tray.runtime.loop_thread import LoopEndedError, LoopThread
from tray.runtime.mailbox import Mailbox
from tray.settings.settings import Settings


class NoHandler:
    """Nothing that has to be done outside the loop is done."""

    def run_effect(self, effect, state):
        pass


@pytest.fixture
def thread():
    mailbox = Mailbox()
    loop = EventLoop(State(Settings(), Mode.ONE_SHOT, Process("5eed")), mailbox, NoHandler())
    running = LoopThread(loop)
    yield running
    running.close()
    mailbox.close()


def test_several_threads_wait_at_the_same_time(thread):
    called_on = set()

    def observe(state):
        called_on.add(threading.current_thread().name)
        return state.mode is Mode.ONE_SHOT

    with ThreadPoolExecutor(4) as pool:
        states = list(pool.map(lambda _: thread.run(observe), range(4)))
    assert {state.mode for state in states} == {Mode.ONE_SHOT}
    assert called_on == {"event-loop"}


def test_it_is_called_when_it_wants_to_be(thread):
    calls = []

    def observe(_state):
        calls.append(None)
        return len(calls) == 3

    thread.run(observe, lambda: 0.0)
    assert len(calls) == 3


def test_an_error_belongs_to_the_thread_that_waits(thread):
    with pytest.raises(ZeroDivisionError):
        thread.run(lambda _state: 1 // 0)
    assert thread.run(lambda _state: True).mode is Mode.ONE_SHOT


def test_after_its_end_nobody_waits(thread):
    waits = threading.Event()

    def observe(_state):
        waits.set()
        return False

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(thread.run, observe)
        assert waits.wait(30)
        thread.close()
        with pytest.raises(LoopEndedError):
            waiting.result(30)
    with pytest.raises(LoopEndedError):
        thread.run(observe)
    thread.close()
