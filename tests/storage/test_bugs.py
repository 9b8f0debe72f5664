from __future__ import annotations

import logging
import threading

from tray.storage import bugs

SECRET = "s3cret-of-the-test"


def test_a_bug_is_logged_with_its_place_alone(caplog):
    def fail(deep):
        if deep:
            fail(deep - 1)
        raise ValueError(SECRET)

    try:
        fail(5)
    except ValueError as error:
        bugs.report("reading the tea leaves", error)
    (record,) = caplog.records
    message = record.getMessage()
    assert message.startswith("bug while reading the tea leaves: ValueError: ")
    assert message.count("test_bugs.py:") == 3
    assert message.endswith(" in fail")
    assert "\n" not in message
    assert (record.levelno, record.exc_info) == (logging.ERROR, None)
    assert SECRET not in caplog.text


def test_an_error_that_was_never_raised_has_no_place(caplog):
    bugs.report("nothing", ValueError(SECRET))
    assert caplog.records[0].getMessage() == "bug while nothing: ValueError: "


def test_what_ends_a_thread_is_logged_in_the_same_way(monkeypatch, capsys, caplog):
    def fail():
        raise ValueError(SECRET)

    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    bugs.report_threads()
    thread = threading.Thread(target=fail, name="tea")
    thread.start()
    thread.join()
    assert "bug while running the thread tea: ValueError: " in caplog.text
    assert SECRET not in caplog.text + capsys.readouterr().err
