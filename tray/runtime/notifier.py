"""Shows notifications where the icon cannot, one after another: each may need a program, which may hang."""

import logging
import queue
import threading
from collections.abc import Callable

from tray import system
from tray.view.notification import Notification

log = logging.getLogger(__name__)

MAX_WAITING = 8
"""Notifications that wait for their turn; what comes after them counts as not shown."""


class Notifier:
    """A thread and its queue."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[tuple[Notification, Callable[[], None]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="notice", daemon=True)
        self._closed = self._failing = False

    def start(self) -> None:
        """Begin to show what waits and what comes."""
        self._thread.start()

    def show(self, notification: Notification, on_failure: Callable[[], None] = lambda: None) -> None:
        """Let a notification wait for its turn, and return at once; from any thread.

        Args:
            notification: What to show.
            on_failure: Called, on any thread, if it could not be shown.
        """
        if self._waiting.qsize() < MAX_WAITING:
            self._waiting.put((notification, on_failure))
        else:
            on_failure()

    def close(self) -> None:
        """End the thread after what it shows now, without waiting for it."""
        self._closed = True
        self._waiting.put(None)

    def _work(self) -> None:
        while (waiting := self._waiting.get()) is not None and not self._closed:
            notification, on_failure = waiting
            if system.current().show_notification(notification):
                self._failing = False
                continue
            if not self._failing:  # one line for all that fail in a row
                log.warning("A notice could not be shown. What it said is in the menu, too.")
            self._failing = True
            on_failure()
