"""The windows, seen from the program: each is a process of its own, which is gone when the window is.

So the program itself never loads Tk, and what a window took is given back. Two threads serve each window:
one writes what it shows, the latest alone if it is slow; one reads what the user wants.
"""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from typing import IO

from tray import system
from tray.core.events import CommandReceived, Event, WindowClosed
from tray.core.model.windows import Window
from tray.core.state import State
from tray.gui import ipc
from tray.i18n.translate import Words
from tray.runtime.clock import now
from tray.storage import bugs
from tray.storage.processes import NO_CONSOLE
from tray.view.panel.panes import Pane, pane

_PATIENCE = 1.0
"""Seconds that a window has to close when the program ends."""


class Windows:
    """All windows that are open."""

    def __init__(
        self, words: Words, post: Callable[[Event], None], program: Sequence[str] | None = None
    ) -> None:
        """None is opened yet.

        Args:
            words: The language.
            post: Takes what a window asks for, and its end; called on threads of ours.
            program: The command that is this program; found by itself if not given.
        """
        self._words, self._post = words, post
        self._program = ours() if program is None else program
        self._open: dict[str, _Open] = {}

    def open(self, window: Window, state: State) -> None:
        """Open a window, or bring it to the front; from any one thread, and without waiting for it."""
        known = self._open.get(window.id)
        if known is not None:
            known.come()
            return
        opened = _Open(window, (*self._program, "--window", window.kind.value), self._post, self._over)
        self._open[window.id] = opened
        opened.tell(ipc.Init(tuple(self._words.catalogue.items())))
        opened.show(pane(window, state, now(), self._words))
        opened.start()

    def show(self, state: State) -> None:
        """Let each window show this state; from the gateway's thread, which waits for none of them."""
        for window in state.windows:
            known = self._open.get(window.id)
            if known is None:
                continue
            try:
                known.show(pane(window, state, now(), self._words))
            except Exception as error:  # noqa: BLE001 - the connection must outlive a window that fails
                bugs.report("showing the state in a window", error)

    def close(self) -> None:
        """Close all of them: the program ends."""
        for known in tuple(self._open.values()):
            known.close()

    def _over(self, window: Window) -> None:
        self._open.pop(window.id, None)


class _Open:
    """One window's process, and the two threads that serve it."""

    def __init__(
        self,
        window: Window,
        command: Sequence[str],
        post: Callable[[Event], None],
        over: Callable[[Window], None],
    ) -> None:
        self._window, self._command, self._post, self._over = window, command, post, over
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.SimpleQueue[ipc.ToWindow | None] = queue.SimpleQueue()
        self._last: Pane | None = None
        self._closing = False
        self._reader = threading.Thread(target=self._serve, name="window", daemon=True)

    def start(self) -> None:
        self._reader.start()

    def tell(self, value: ipc.ToWindow) -> None:
        self._lines.put(value)

    def come(self) -> None:
        if self._process is not None:
            system.current().allow_foreground(self._process.pid)
        self.tell(ipc.BringToFront())

    def show(self, shown: Pane) -> None:
        if shown != self._last:
            self._last = shown
            self.tell(shown)

    def close(self) -> None:
        self._closing = True
        self._lines.put(None)
        process = self._process
        if process is None:
            return
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()

    def _serve(self) -> None:
        """Start the process, read until it ends, and tell that it did."""
        shown = False
        try:
            process = self._process = subprocess.Popen(  # noqa: S603 - this program itself
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=_STDERR,
                text=True,
                encoding="ascii",
                errors="replace",
                creationflags=NO_CONSOLE,  # of a terminal's Python
            )
            system.current().allow_foreground(process.pid)
            assert process.stdin is not None
            assert process.stdout is not None
            threading.Thread(
                target=self._write, args=(process.stdin,), name="window-out", daemon=True
            ).start()
            with process.stdout as lines:
                for line in lines:
                    shown = self._heard(line) or shown
            process.wait()
        except OSError as error:
            bugs.report("opening a window", error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the window must not count as open for ever
            bugs.report("reading from a window", error)
        self._lines.put(None)
        self._over(self._window)
        if not self._closing:
            self._post(WindowClosed(self._window.id, shown))

    def _heard(self, line: str) -> bool:
        """Take one line; tell whether it says that the window is seen."""
        value = ipc.load_from_window(line)
        if isinstance(value, ipc.Ready):
            return True
        if value is not None:
            self._post(CommandReceived(value))
        return False

    def _write(self, out: IO[str]) -> None:
        """Write what is to be told until there is nothing more; then the window hears the end, and closes."""
        with contextlib.suppress(OSError, ValueError), out:
            while (value := self._latest()) is not None:
                out.write(ipc.dump(value) + "\n")
                out.flush()

    def _latest(self) -> ipc.ToWindow | None:
        """The next thing to tell: of several panes that wait, the last."""
        value = self._lines.get()
        while _is_pane(value) and not self._lines.empty():
            following = self._lines.get()
            if not _is_pane(following):
                self._lines.put(following)  # told after the pane: its place among panes is of no account
                break
            value = following
        return value


def ours() -> tuple[str, ...]:
    """The command that starts this program once more."""
    if getattr(sys, "frozen", False):
        return (sys.executable,)
    return (sys.executable, "-m", "tray")


def _is_pane(value: ipc.ToWindow | None) -> bool:
    return value is not None and not isinstance(value, ipc.Init | ipc.BringToFront)


_STDERR = subprocess.DEVNULL if os.name == "nt" else None
"""A windowed program of Windows has none that it could hand on; elsewhere a fault is seen beside our own."""
