"""What the console writes on: the live view of `watch`, and an answer that grows."""

from __future__ import annotations

import queue
from typing import TextIO

from tray import system
from tray.view.notifications import Notification
from tray.view.text import formatting

_NO_WRAP, _WRAP = "\x1b[?7l", "\x1b[?7h"
"""A line too long for the terminal is cut off by it: wrapped ones could not be counted."""


class Screen:
    """What `watch` shows. Only one thread writes, or a notice would land amid the live view.

    Attributes:
        live: It is a terminal on which the text can be replaced in place.
    """

    def __init__(self, out: TextIO, err: TextIO) -> None:
        self._out, self._err = out, err
        self.live = out.isatty() and system.current().terminal_supports_escapes()
        self._shown = ""
        self._told: queue.SimpleQueue[Notification] = queue.SimpleQueue()

    def tell(self, balloon: Notification) -> None:
        """Keep a notice for the next `show`; from any thread."""
        self._told.put(balloon)

    def show(self, text: str) -> None:
        """Show this from now on, and above it what was told."""
        if text == self._shown and self._told.empty():
            return
        back = _up(self._shown) if self.live and self._shown else ""
        try:
            if not self._told.empty():
                self._write(back)
                back = ""
                self._tell()
        finally:  # an interrupt must not leave the terminal without the view
            if self.live:
                self._write(f"{back}{_NO_WRAP}{text}{_WRAP}\n")
            elif text != self._shown:
                self._write(f"{text}\n")
        self._shown = text

    def _tell(self) -> None:
        while not self._told.empty():
            balloon = self._told.get()
            self._err.write(f"{balloon.title}. {balloon.body}\n")
        self._err.flush()

    def _write(self, text: str) -> None:
        """In one piece: what replaces the view is never cut off between taking away and drawing anew."""
        self._out.write(text)
        self._out.flush()


class Stream:
    """An answer that grows: only what is new is written."""

    def __init__(self, out: TextIO) -> None:
        self._out, self._told = out, ""

    def write(self, text: str) -> None:
        """Write what this text has more than the last; one that differs begins on a new line."""
        if text == self._told:
            return
        grown = text.startswith(self._told)
        new = text[len(self._told) :] if grown else f"\n{text}"
        self._told = text
        self._out.write(formatting.printable(new))
        self._out.flush()

    def finish(self, text: str) -> None:
        """Write the rest, and end the line. What differs only in blanks at its ends was written already."""
        if text.strip() != self._told.strip():
            self.write(text)
        if self._told and not self._told.endswith("\n"):
            self._out.write("\n")
        self._out.flush()


def takes(out: TextIO, text: str) -> bool:
    """Whether this text can be written as it is; a code page has not every character."""
    try:
        text.encode(out.encoding or "utf-8")
    except UnicodeError:
        return False
    return True


def _up(printed: str) -> str:
    """Back to where this text began, and everything below it cleared."""
    lines = printed.count("\n") + 1
    return f"\x1b[{lines}F\x1b[J"
