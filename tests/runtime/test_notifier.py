from __future__ import annotations

import threading

import pytest

from tests.stage import SECONDS, until
from tray import system
from tray.runtime.notifier import MAX_WAITING, Notifier
from tray.view.notification import Notification


def notice(number):
    return Notification(f"Title {number}", "A body.")


@pytest.fixture
def desktop(monkeypatch):
    """A desktop that shows one at a time, each when it is allowed to."""

    class Desktop:
        def __init__(self):
            self.started, self.works = [], True
            self.allowed = threading.Semaphore(0)

        def show(self, notification):
            self.started.append(notification)
            assert self.allowed.acquire(timeout=SECONDS)
            return self.works

    made = Desktop()
    monkeypatch.setattr(system.current(), "show_notification", made.show)
    return made


@pytest.fixture
def notifier(desktop):
    made = Notifier()
    made.start()
    yield made
    made.close()
    desktop.allowed.release(100)
    until(lambda: "notice" not in [thread.name for thread in threading.enumerate()])


def test_one_is_shown_at_a_time_and_in_order(notifier, desktop):
    for number in range(3):
        notifier.show(notice(number))
    for number in range(3):
        until(lambda number=number: len(desktop.started) == number + 1)
        desktop.allowed.release()
    assert desktop.started == [notice(0), notice(1), notice(2)]


def test_one_that_fails_is_reported_and_a_row_of_them_logged_once(notifier, desktop, caplog):
    desktop.works, failed = False, []
    for number in range(3):
        notifier.show(notice(number), lambda number=number: failed.append(number))
    desktop.allowed.release(3)
    until(lambda: failed == [0, 1, 2])
    assert len(caplog.records) == 1


def test_too_many_count_as_not_shown(notifier, desktop):
    failed = []
    notifier.show(notice(0))
    until(lambda: desktop.started)
    for number in range(1, MAX_WAITING + 3):
        notifier.show(notice(number), lambda number=number: failed.append(number))
    assert failed == [MAX_WAITING + 1, MAX_WAITING + 2]


def test_nothing_is_shown_after_the_end(notifier, desktop):
    notifier.show(notice(0))
    notifier.show(notice(1))
    until(lambda: desktop.started)
    notifier.close()
    desktop.allowed.release(2)
    until(lambda: "notice" not in [thread.name for thread in threading.enumerate()])
    assert desktop.started == [notice(0)]
