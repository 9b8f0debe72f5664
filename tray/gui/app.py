"""A window as a program: reads its content from stdin and writes the user's commands to stdout."""

import queue
import sys
import threading
import tkinter as tk
from collections.abc import Callable, Sequence
from typing import TextIO

from tray import system
from tray.core.model import WindowKind
from tray.gui import theme
from tray.gui.base import Dialog
from tray.gui.ipc import BringToFront, FromWindow, Init, Ready, ToWindow, dump, load_for_window
from tray.storage.translations import words_in

_USAGE = 2
_ICON_AFTER = 150
"""Milliseconds: without the icon a window opens sooner."""
_POLL = 30
"""Milliseconds between checks for input: Tk cannot be called from another thread."""


def main(arguments: Sequence[str]) -> int:
    """Show the window that the command line names; see `run`."""
    kinds = [kind for kind in WindowKind if [kind.value] == list(arguments)]
    return run(kinds[0]) if kinds else _USAGE


def run(kind: WindowKind) -> int:
    """Show a window until it is closed, or the program that opened it is gone.

    Returns:
        The exit code; 1 if there is no display.
    """
    system.current().prepare_process()
    lines = _read(sys.stdin)
    greeting = lines.get()
    if not isinstance(greeting, Init):
        return 1
    try:
        root = tk.Tk(className="ClawTray")
    except tk.TclError:
        return 1
    root.withdraw()
    try:
        WindowApp(root, kind, greeting, lines, sys.stdout)
        root.mainloop()
    except (BrokenPipeError, tk.TclError):  # the program that opened it is gone
        return 1
    return 0


def _class_of(kind: WindowKind) -> type[Dialog]:
    # Import only the content that is needed, so that the window opens sooner.
    match kind:
        case WindowKind.SETTINGS:
            from tray.gui.settings.dialog import SettingsDialog  # noqa: PLC0415 - as above

            return SettingsDialog
        case WindowKind.PANEL:
            from tray.gui.panel.panel import PanelDialog  # noqa: PLC0415 - as above

            return PanelDialog
        case WindowKind.DIAGNOSTICS:
            from tray.gui.text import TextDialog  # noqa: PLC0415 - as above

            return TextDialog


class WindowApp:
    """Connects the two streams to the window."""

    def __init__(
        self,
        root: tk.Tk,
        kind: WindowKind,
        greeting: Init,
        lines: queue.SimpleQueue[ToWindow | None],
        out: TextIO,
    ) -> None:
        self._root, self._lines, self._out = root, lines, out
        looks = theme.apply_theme(root)
        words = words_in(greeting.language)
        self._dialog = _class_of(kind)(root, looks, words, self._send)
        self._process_input(first=True)
        self._dialog.appear(greeting.anchor)
        root.deiconify()
        self._dialog.to_front()
        root.bind("<Map>", self._on_seen())
        root.after(_ICON_AFTER, _give_icon, root)
        root.after(_POLL, self._poll)

    def _on_seen(self) -> Callable[[object], None]:
        seen = False

        def mapped(_event: object) -> None:
            nonlocal seen
            if not seen:
                seen = True
                self._root.after_idle(self._seen)

        return mapped

    def _seen(self) -> None:
        self._dialog.to_front()  # again: a window that is not visible yet gets no focus
        self._send(Ready())

    def _send(self, value: FromWindow) -> None:
        self._out.write(dump(value) + "\n")
        self._out.flush()

    def _poll(self) -> None:
        if self._process_input(first=False):
            self._root.after(_POLL, self._poll)

    def _process_input(self, *, first: bool) -> bool:
        """Process the input; return False once the window is closed. The first call waits for content."""
        while first or not self._lines.empty():
            value = self._lines.get()
            if value is None:
                self._root.destroy()
                return False
            if isinstance(value, BringToFront):
                self._dialog.to_front()
            elif not isinstance(value, Init):
                self._dialog.show(value)
                first = False
        return True


def _read(stream: TextIO | None) -> queue.SimpleQueue[ToWindow | None]:
    """Read lines on a thread; None marks the end. Invalid lines are skipped."""
    values: queue.SimpleQueue[ToWindow | None] = queue.SimpleQueue()

    def read() -> None:
        for line in stream or ():
            value = load_for_window(line)
            if value is not None:
                values.put(value)
        values.put(None)

    threading.Thread(target=read, name="input", daemon=True).start()
    return values


def _give_icon(root: tk.Tk) -> None:
    from tray.gui.images import program_icon  # noqa: PLC0415 - as above

    root.iconphoto(True, program_icon(root))  # noqa: FBT003 - Tk's own
