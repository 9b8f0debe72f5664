"""Work that may take long or never end, on a thread of its own."""

import threading
from collections.abc import Callable

from tray.storage import bugs


def run_in_background(
    doing: str, work: Callable[[], None], *, on_bug: Callable[[], None] = lambda: None
) -> None:
    """Start the work and return at once.

    Args:
        doing: What the work does, for the log and as the thread's name.
        work: Called on a daemon thread.
        on_bug: Called if it raises; the error itself is logged.
    """

    def attempt() -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - the program outlives a bug
            bugs.report(doing, error)
            on_bug()

    threading.Thread(target=attempt, name=doing, daemon=True).start()
