"""The mailbox: events from any thread wake the one that waits, together with a socket."""

import select
import signal
import socket
import threading
import time

import pytest

from tray.core.events import Resumed, SocketOpened, Tick
from tray.runtime.mailbox import Mailbox

LONG = 60.0


@pytest.fixture
def mailbox():
    box = Mailbox()
    yield box
    box.close()


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_events_come_out_once_in_the_order_they_went_in(mailbox):
    for event in (SocketOpened(1), Tick(), SocketOpened(2)):
        mailbox.post(event)
    assert mailbox.take() == [SocketOpened(1), Tick(), SocketOpened(2)]
    assert mailbox.take() == []


def test_waiting_ends_by_the_time_out(mailbox):
    before = time.monotonic()
    assert mailbox.wait(None, 0.05) is False
    assert time.monotonic() - before >= 0.05


def test_an_event_that_is_there_ends_the_wait_at_once_and_taking_it_makes_the_next_one_long(mailbox):
    mailbox.post(Tick())
    before = time.monotonic()
    mailbox.wait(None, LONG)
    assert time.monotonic() - before < LONG / 2
    mailbox.take()
    before = time.monotonic()
    mailbox.wait(None, 0.05)
    assert time.monotonic() - before >= 0.05


def test_a_socket_that_can_be_written_ends_the_wait_only_if_that_is_awaited(mailbox, pair):
    ours, _ = pair
    assert mailbox.wait(ours, None, writes=True) is False
    before = time.monotonic()
    assert mailbox.wait(ours, 0.05) is False
    assert time.monotonic() - before >= 0.05


def test_an_event_from_another_thread_wakes_a_wait_without_end(mailbox):
    poster = threading.Timer(0.05, mailbox.post, [Resumed()])
    poster.start()
    mailbox.wait(None, None)
    poster.join(LONG)
    assert mailbox.take() == [Resumed()]


def test_the_other_socket_wakes_too_and_is_distinguished(mailbox, pair):
    ours, theirs = pair
    mailbox.post(Tick())
    assert mailbox.wait(ours, LONG) is False
    theirs.send(b"x")
    assert mailbox.wait(ours, LONG) is True
    mailbox.take()
    assert mailbox.wait(ours, LONG) is True


def test_more_events_than_the_pipe_has_room_for_are_all_kept(mailbox):
    for number in range(20_000):
        mailbox.post(SocketOpened(number))
    mailbox.wait(None, LONG)
    assert mailbox.take() == [SocketOpened(number) for number in range(20_000)]


def test_no_event_is_lost_or_left_behind_when_many_threads_post(mailbox):
    def post(start):
        for number in range(start, start + 500):
            mailbox.post(SocketOpened(number))

    threads = [threading.Thread(target=post, args=(start,)) for start in range(0, 4000, 500)]
    for thread in threads:
        thread.start()
    taken = []
    until = time.monotonic() + LONG
    while len(taken) < 4000:
        assert time.monotonic() < until
        mailbox.wait(None, LONG)
        taken += mailbox.take()
    for thread in threads:
        thread.join(LONG)
    assert sorted(event.attempt for event in taken) == list(range(4000))
    mine = [event.attempt for event in taken if event.attempt < 500]
    assert mine == sorted(mine)


def test_posting_after_the_end_is_no_error_and_closing_twice_neither(mailbox):
    mailbox.close()
    mailbox.post(Tick())
    mailbox.close()


def test_a_signal_ends_a_wait(mailbox):
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        with mailbox.woken_by_signals():
            signal.raise_signal(signal.SIGTERM)
            assert select.select([mailbox._reader], [], [], 0)[0]
            mailbox.take()
        signal.raise_signal(signal.SIGTERM)
        assert not select.select([mailbox._reader], [], [], 0)[0]
    finally:
        signal.signal(signal.SIGTERM, before)


def test_off_the_main_thread_signals_are_left_alone(mailbox):
    def elsewhere():
        with mailbox.woken_by_signals():
            entered.append(True)

    entered = []
    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join(LONG)
    assert entered == [True]
    assert signal.set_wakeup_fd(-1) == -1
