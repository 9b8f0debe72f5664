"""Opens windows. Each is a process of its own, which ends with the window.

So the program itself never loads Tk, and a window's memory is freed. Two threads serve each window: one
writes its content, only the newest if the window is slow; one reads the user's commands.
"""

import contextlib
import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from enum import Enum, auto
from typing import IO

from tray import system
from tray.core.events import CommandReceived, Event, WindowClosed
from tray.core.model import Window
from tray.core.state import State
from tray.gui import ipc
from tray.i18n.words import Words
from tray.runtime.clock import now
from tray.storage import bugs, processes
from tray.view.panel.forms import TryGateway
from tray.view.panel.panes import Pane, pane

_CLOSE_TIMEOUT = 1.0
"""Seconds for all windows to close when the program ends."""


class _Awaited(Enum):
    """What the writer of a window is to send next."""

    PANE = auto()  # the newest one
    FRONT = auto()


class Windows:
    """The open windows."""

    def __init__(
        self,
        words: Words,
        post: Callable[[Event], None],
        program: Sequence[str] | None = None,
        *,
        anchor: Callable[[], tuple[int, int, int, int] | None] = lambda: None,
        try_gateway: Callable[[TryGateway], None] = lambda _: None,
    ) -> None:
        """Create the collection without windows.

        Args:
            words: The language.
            post: Called with a window's commands and its end, on other threads.
            program: The command that starts this program; by default the running one.
            anchor: Tells where the tray icon is on the screen.
            try_gateway: Tests an address and a secret that were typed; called on other threads.
        """
        self._words, self._post, self._anchor = words, post, anchor
        self._try_gateway = try_gateway
        self._program = processes.own_command() if program is None else program
        self._open: dict[str, _Open] = {}

    def open(self, window: Window, state: State) -> None:
        """Open a window or bring it to the front, without waiting; call it from one thread only."""
        known = self._open.get(window.id)
        if known is not None:
            known.bring_to_front()
            return
        command = (*self._program, "--window", window.kind.value)
        opened = _Open(window, command, self._post, self._remove, self._try_gateway)
        self._open[window.id] = opened
        opened.introduce(ipc.Init(self._words.language, self._anchor()))
        opened.show(pane(window, state, now(), self._words))
        opened.start()

    def show(self, state: State) -> None:
        """Show a state in every window, without waiting; called on the gateway's thread."""
        for window in state.process.windows:
            known = self._open.get(window.id)
            if known is None:
                continue
            try:
                known.show(pane(window, state, now(), self._words))
            except Exception as error:  # noqa: BLE001 - the connection must survive a failing window
                bugs.report("showing the state in a window", error)

    def close(self) -> None:
        """Close all windows at the end of the program."""
        windows = tuple(self._open.values())
        for known in windows:
            known.end()
        ends_at = time.monotonic() + _CLOSE_TIMEOUT
        for known in windows:
            known.kill_at(ends_at)

    def _remove(self, window: Window) -> None:
        self._open.pop(window.id, None)


class _Open:
    """The process of a window and the two threads that serve it."""

    def __init__(
        self,
        window: Window,
        command: Sequence[str],
        post: Callable[[Event], None],
        closed: Callable[[Window], None],
        try_gateway: Callable[[TryGateway], None],
    ) -> None:
        self._window, self._command, self._post, self._closed = window, command, post, closed
        self._try_gateway = try_gateway
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.SimpleQueue[ipc.Init | _Awaited | None] = queue.SimpleQueue()
        self._awaited: set[_Awaited] = set()
        self._newest: Pane | None = None
        self._closing = False
        self._reader = threading.Thread(target=self._serve, name="window", daemon=True)

    def start(self) -> None:
        self._reader.start()

    def introduce(self, value: ipc.Init) -> None:
        self._lines.put(value)

    def bring_to_front(self) -> None:
        if self._process is not None:
            system.current().allow_foreground(self._process.pid)
        self._await(_Awaited.FRONT)

    def show(self, shown: Pane) -> None:
        if shown != self._newest:
            self._newest = shown
            self._await(_Awaited.PANE)

    def _await(self, what: _Awaited) -> None:
        """Have the writer send this, unless it is going to: the queue of a window that hangs stays short."""
        if what not in self._awaited:
            self._awaited.add(what)
            self._lines.put(what)

    def end(self) -> None:
        self._closing = True
        self._lines.put(None)

    def kill_at(self, ends_at: float) -> None:
        """Wait until the window has closed, and kill it if it has not by then."""
        process = self._process
        if process is None:
            return
        try:
            process.wait(max(0.0, ends_at - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()

    def _serve(self) -> None:
        """Start the process, read until it ends, and report its end."""
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
                cwd=processes.folder(),
                env=processes.without_secrets(os.environ),
                creationflags=processes.NO_CONSOLE,  # of a terminal's Python
            )
            system.current().allow_foreground(process.pid)
            assert process.stdin is not None
            assert process.stdout is not None
            threading.Thread(
                target=self._write, args=(process.stdin,), name="window-out", daemon=True
            ).start()
            with process.stdout as lines:
                for line in lines:
                    shown = self._receive(line) or shown
            process.wait()
        except OSError as error:
            bugs.report("opening a window", error)
        except Exception as error:  # noqa: BLE001 - the window must not count as open for ever
            bugs.report("reading from a window", error)
        self._lines.put(None)
        self._closed(self._window)
        if not self._closing:
            self._post(WindowClosed(self._window.id, shown))

    def _receive(self, line: str) -> bool:
        """Process a line; return whether it says that the window is visible."""
        value = ipc.load_from_window(line)
        if isinstance(value, ipc.Ready):
            return True
        if isinstance(value, TryGateway):  # its secret must not pass through the core
            self._try_gateway(value)
        elif value is not None:
            self._post(CommandReceived(value))
        return False

    def _write(self, out: IO[str]) -> None:
        try:
            with contextlib.suppress(OSError, ValueError), out:
                while (value := self._next()) is not None:
                    out.write(ipc.dump(value) + "\n")
                    out.flush()
        except Exception as error:  # noqa: BLE001 - the end of its input has closed the window
            bugs.report("writing to a window", error)

    def _next(self) -> ipc.ToWindow | None:
        line = self._lines.get()
        if not isinstance(line, _Awaited):
            return line
        self._awaited.discard(line)  # first: a pane that is replaced from now on is sent once more
        return self._newest if line is _Awaited.PANE else ipc.BringToFront()


_STDERR = subprocess.DEVNULL if os.name == "nt" else None
"""A windowed program on Windows has no stderr to share; elsewhere errors appear with our own."""
