"""One window as a program: reads what to show from its input, writes what the user wants to its output."""

from __future__ import annotations

import queue
import sys
import threading
import tkinter as tk
from collections.abc import Callable, Sequence
from typing import TextIO

from tray import system
from tray.core.model.windows import WindowKind
from tray.gui import theme
from tray.gui.base import Dialog
from tray.gui.ipc import BringToFront, FromWindow, Init, Ready, ToWindow, dump, load_for_window
from tray.i18n.translate import Words

_USAGE = 2
_ICON_AFTER = 150
"""Milliseconds: a window is seen sooner without it."""
_LOOK = 30
"""Milliseconds between two looks at what was read: Tk takes nothing from another thread."""


def main(arguments: Sequence[str]) -> int:
    """Show the window that the command line names; see `run`."""
    kinds = [kind for kind in WindowKind if [kind.value] == list(arguments)]
    return run(kinds[0]) if kinds else _USAGE


def run(kind: WindowKind) -> int:
    """Show a window until it is closed, or the program that opened it is gone.

    Returns:
        The exit code: 1 where there is nothing to show a window on.
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
        WindowApp(root, kind, Words(dict(greeting.catalogue)), lines, sys.stdout)
        root.mainloop()
    except (BrokenPipeError, tk.TclError):  # the program that opened it is gone, and so is its wish
        return 1
    return 0


def _class_of(kind: WindowKind) -> type[Dialog]:
    """The content for a kind of window; somebody is waiting, so that no other kind is loaded."""
    match kind:
        case WindowKind.ASK:
            from tray.gui.ask import AskDialog  # noqa: PLC0415 - as above

            return AskDialog
        case WindowKind.ANSWER:
            from tray.gui.answer import AnswerDialog  # noqa: PLC0415 - as above

            return AnswerDialog
        case WindowKind.SETTINGS:
            from tray.gui.settings import SettingsDialog  # noqa: PLC0415 - as above

            return SettingsDialog
        case WindowKind.USAGE | WindowKind.NOTIFICATIONS | WindowKind.APPROVAL | WindowKind.DIAGNOSTICS:
            from tray.gui.text import TextDialog  # noqa: PLC0415 - as above

            return TextDialog


class WindowApp:
    """Between the two streams and the window."""

    def __init__(
        self,
        root: tk.Tk,
        kind: WindowKind,
        words: Words,
        lines: queue.SimpleQueue[ToWindow | None],
        out: TextIO,
    ) -> None:
        self._root, self._lines, self._out = root, lines, out
        looks = theme.dressed(root)
        self._dialog = _class_of(kind)(root, looks, words, self._send)
        self._take(first=True)
        theme.finish(root, looks)
        _place(root)
        root.deiconify()
        _to_front(root, self._dialog.first)
        root.bind("<Map>", self._on_seen())
        root.after(_ICON_AFTER, _give_icon, root)
        root.after(_LOOK, self._look)

    def _on_seen(self) -> Callable[[object], None]:
        notified = False

        def seen(_event: object) -> None:
            nonlocal notified
            if not notified:
                notified = True
                self._root.after_idle(self._seen)

        return seen

    def _seen(self) -> None:
        _to_front(self._root, self._dialog.first)  # once more: what is not seen yet gets no keyboard
        self._send(Ready())

    def _send(self, value: FromWindow) -> None:
        self._out.write(dump(value) + "\n")
        self._out.flush()

    def _look(self) -> None:
        if self._take(first=False):
            self._root.after(_LOOK, self._look)

    def _take(self, *, first: bool) -> bool:
        """Take what was read; False once the window is closed. At first there is something to wait for."""
        while first or not self._lines.empty():
            value = self._lines.get()
            if value is None:
                self._root.destroy()
                return False
            if isinstance(value, BringToFront):
                _to_front(self._root, self._dialog.first)
            elif not isinstance(value, Init):
                self._dialog.show(value)
                first = False
        return True


def _read(stream: TextIO | None) -> queue.SimpleQueue[ToWindow | None]:
    """Read lines on a thread; None stands for their end. What is no value of ours is passed over."""
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
    """Our icon in place of Tk's feather, for which Pillow has to be loaded."""
    from tray.gui.images import program_icon  # noqa: PLC0415 - as above

    root.iconphoto(True, program_icon(root))  # noqa: FBT003 - Tk's own


def _place(root: tk.Tk) -> None:
    """As large as it wants to be and no smaller; in the middle, a little above it; always on the screen.

    The frame and the taskbar have the rest of it, and on a small screen with large letters they need it.
    """
    root.update_idletasks()
    screen_width, screen_height = root.winfo_screenwidth(), root.winfo_screenheight()
    width = min(root.winfo_reqwidth(), int(screen_width * 0.95))
    height = min(root.winfo_reqheight(), int(screen_height * 0.85))
    root.minsize(min(width, root.winfo_reqwidth() * 3 // 4), min(height, root.winfo_reqheight() * 3 // 4))
    left, top = (screen_width - width) // 2, (screen_height - height) // 3
    root.geometry(f"{width}x{height}+{left}+{top}")


def _to_front(root: tk.Tk, first: tk.Misc) -> None:
    if root.state() == "iconic":
        root.deiconify()
    root.lift()
    root.attributes("-topmost", True)  # noqa: FBT003 - Tk's own
    root.after_idle(root.attributes, "-topmost", False)  # noqa: FBT003 - as above
    last = root.focus_lastfor()
    (first if last is None or last is root else last).focus_force()
