"""The live view of `watch`, and the growing answer of `ask`."""

import json
import os
import queue
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TextIO

from tray import system
from tray.core.state import State
from tray.view.notification import Notification
from tray.view.reports.table import cut, fold
from tray.view.text import formatting

_NO_WRAP, _WRAP = "\x1b[?7l", "\x1b[?7h"
"""Lines that fitted wrap when a terminal is made narrower, and wrapped rows could not be counted."""


class Screen:
    """What `watch` shows. Only one thread writes, or a notification would land inside the live view.

    Attributes:
        live: The text can be replaced in place, because this is a terminal that can do so.
    """

    def __init__(self, out: TextIO, err: TextIO) -> None:
        self._out, self._err = out, err
        self.live = out.isatty() and system.current().terminal_supports_escapes()
        self._shown = ""
        self._rows = 0
        self._queued: queue.SimpleQueue[Notification] = queue.SimpleQueue()

    def notify(self, notification: Notification) -> None:
        """Queue a notification for the next `show`, from any thread."""
        self._queued.put(notification)

    def show(self, text: str) -> None:
        """Show this text from now on, and above it the queued notifications."""
        if text == self._shown and self._queued.empty():
            return
        back = _up(self._rows) if self._rows else ""
        rows = _fit(text) if self.live else []
        lines = "\n".join(rows)
        view = f"{_NO_WRAP}{lines}{_WRAP}\n" if self.live else f"{text}\n"
        try:
            if not self._queued.empty():
                self._write(back)
                back = ""
                self._write_notifications()
        finally:  # an interrupt must not leave the terminal without the view
            if self.live or text != self._shown:
                self._write(f"{back}{view}")
                self._rows = len(rows)
        self._shown = text

    def show_notifications(self) -> None:
        """Show the queued notifications alone."""
        if not self._queued.empty():
            self._write_notifications()

    def _write_notifications(self) -> None:
        while not self._queued.empty():
            notification = self._queued.get()
            self._err.write(f"{notification.title}. {notification.body}\n")
        self._err.flush()

    def _write(self, text: str) -> None:
        # In one piece, so that an interrupt cannot fall between erasing the view and drawing it.
        self._out.write(text)
        self._out.flush()


class Feed:
    """Writes reports as lines of JSON, on a thread of its own. A slow reader misses some, never the last.

    It writes past the stream: what is still held there at the end would be written then, and could block.
    """

    def __init__(
        self, out: TextIO, report: Callable[[State], dict[str, Any]], on_failure: Callable[[], None]
    ) -> None:
        self._file, self._report, self._on_failure = out.fileno(), report, on_failure
        self._error: Exception | None = None
        self._next: queue.Queue[State] = queue.Queue(1)
        threading.Thread(target=self._run, name="output", daemon=True).start()

    def put(self, state: State) -> None:
        """Write this state unless another one comes first; from one thread only.

        Raises:
            Exception: The last one could not be written.
        """
        if self._error is not None:
            raise self._error
        with suppress(queue.Empty):
            self._next.get_nowait()
        self._next.put_nowait(state)

    def _run(self) -> None:
        shown: dict[str, Any] = {}
        try:
            while True:
                report = self._report(self._next.get())
                if {**report, "at": None} != {**shown, "at": None}:
                    self._write(f"{json.dumps(report)}\n".encode("ascii"))
                shown = report
        except Exception as error:  # noqa: BLE001 - the other thread raises it
            self._error = error
            self._on_failure()

    def _write(self, line: bytes) -> None:
        while line:
            line = line[os.write(self._file, line) :]


class Stream:
    """Writes an answer as it grows: only what is new."""

    def __init__(self, out: TextIO) -> None:
        self._out, self._written = out, ""

    def write(self, text: str) -> None:
        """Write what this text adds to the last one; a text that differs begins on a new line."""
        if text == self._written:
            return
        new, self._written = formatting.added(self._written, text), text
        self._out.write(formatting.printable(new))
        self._out.flush()

    def pause(self) -> None:
        """End the line on a terminal, where something else is written next."""
        if self._out.isatty() and self._written and not self._written.endswith("\n"):
            self._out.write("\n")
            self._out.flush()

    def finish(self, text: str) -> None:
        """Write the rest, and end the line; blanks at the ends make no difference."""
        if text.strip() != self._written.strip():
            self.write(text)
        if self._written and not self._written.endswith("\n"):
            self._out.write("\n")
        self._out.flush()


def takes(out: TextIO, text: str) -> bool:
    """Return whether this text can be written as it is; a code page may lack some characters."""
    try:
        text.encode(out.encoding or "utf-8")
    except UnicodeError:
        return False
    return True


def _fit(text: str) -> list[str]:
    """Return the rows of a text on this terminal: its lines folded, or cut if it is too low for that."""
    size, lines = shutil.get_terminal_size(), text.split("\n")
    rows = [row for line in lines for row in fold(line, size.columns)]
    return rows if len(rows) < size.lines else [cut(line, size.columns) for line in lines]


def _up(rows: int) -> str:
    # The escape sequence moves to the start of these rows and erases from there.
    return f"\x1b[{rows}F\x1b[J"
