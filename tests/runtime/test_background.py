from __future__ import annotations

import threading

from tests.stage import SECONDS, until
from tray.runtime.background import run_in_background


def test_work_runs_on_another_thread_and_nobody_waits_for_it():
    may_end, threads = threading.Event(), []

    def work():
        assert may_end.wait(SECONDS)
        threads.append(threading.current_thread())

    run_in_background("working", work)
    may_end.set()
    until(lambda: threads)
    assert threads[0] is not threading.current_thread()
    assert (threads[0].name, threads[0].daemon) == ("working", True)


def test_a_bug_is_logged_and_reported_to_the_caller(caplog):
    failed = threading.Event()
    run_in_background("dividing", lambda: 1 / 0, on_bug=failed.set)
    assert failed.wait(SECONDS)
    assert "bug while dividing: ZeroDivisionError" in caplog.text
