"""What all windows have in common: where they stand, their keys, and asking before a link is followed."""

from __future__ import annotations

import tkinter as tk
from abc import abstractmethod
from collections.abc import Callable
from tkinter import messagebox, ttk

from tray.core.commands import OpenLink
from tray.gui.ipc import WindowCommand
from tray.gui.theme import Theme
from tray.i18n.translate import Words
from tray.view.panel.panes import Pane

_PAGE = 58
"""Letters in a line of a text that is read with ease."""


class Dialog(ttk.Frame):
    """The content of a window; `root` is the window, and `first` has the keyboard at first."""

    def __init__(
        self, root: tk.Tk, theme: Theme, words: Words, want: Callable[[WindowCommand], None]
    ) -> None:
        """Nothing is shown yet.

        Args:
            root: The window.
            theme: How it looks.
            words: The language.
            want: Takes what the user wants.
        """
        super().__init__(root, padding=4 * theme.unit)
        self.root, self.theme, self.words, self.want = root, theme, words, want
        self.first: tk.Misc = self
        self.grid(row=0, column=0, sticky="nsew")
        root.columnconfigure(0, weight=1)
        root.rowconfigure(0, weight=1)
        root.bind("<Escape>", lambda _: self.close())
        root.protocol("WM_DELETE_WINDOW", self.close)

    @abstractmethod
    def show(self, pane: Pane) -> None:
        """Show this from now on."""

    def prose(self, parent: tk.Misc, style: str) -> ttk.Label:
        """Sentences that break where the window ends, and alone ask for no wider one than a page of text."""
        room = self.theme.body.measure("0") * _PAGE
        made = ttk.Label(parent, style=style, justify="left", wraplength=room)

        def fit(event: tk.Event[tk.Misc]) -> None:
            # A page that is not seen yet is a pixel wide, and would ask for a column of single letters.
            made.configure(wraplength=max(room // 2, event.width))

        made.bind("<Configure>", fit)
        return made

    def close(self) -> None:
        """Close the window, and with it this process."""
        self.root.destroy()

    def follow(self, url: str) -> None:
        """Ask whether an address is to be opened, and show it in full: what a link says may be another."""
        question = self.words("Open this address in the browser?")
        if messagebox.askyesno("ClawTray", f"{question}\n\n{url[:500]}", parent=self.root, default="no"):
            self.want(OpenLink(url))

    def copy(self, text: str) -> None:
        """Put a text on the clipboard."""
        self.root.clipboard_clear()
        self.root.clipboard_append(text)

    def button(
        self, parent: tk.Misc, text: str, command: Callable[[], None], *, style: str = "TButton"
    ) -> ttk.Button:
        """A button; an underscore before a letter of its text makes that its key, with Alt."""
        label, at = mnemonic(text)
        made = ttk.Button(parent, text=label, underline=at, command=command, style=style)
        if at >= 0:
            self._on_key(label[at], made, made.invoke)
        made.bind("<Return>", lambda _: (made.invoke(), "break")[1])
        return made

    def label(self, parent: tk.Misc, text: str, target: Callable[[], tk.Misc]) -> ttk.Label:
        """The name of a field, whose key goes there."""
        name, at = mnemonic(text)
        made = ttk.Label(parent, text=name, underline=at)
        if at >= 0:
            self._on_key(name[at], made, lambda: target().focus_set())
        return made

    def _on_key(self, letter: str, widget: tk.Misc, do: Callable[[], object]) -> None:
        """A letter with Alt, while what it belongs to is seen: pages of one window may share it."""

        def pressed(_event: object) -> None:
            if widget.winfo_viewable():
                do()

        self.root.bind(f"<Alt-{letter.lower()}>", pressed, add="+")


def grow(root: tk.Tk) -> None:
    """Make a window as large as it now wants to be, and never smaller; it stays on the screen."""
    width = max(root.winfo_width(), min(root.winfo_reqwidth(), int(root.winfo_screenwidth() * 0.95)))
    height = max(root.winfo_height(), min(root.winfo_reqheight(), int(root.winfo_screenheight() * 0.85)))
    left = min(root.winfo_x(), max(0, root.winfo_screenwidth() - width))
    top = min(root.winfo_y(), max(0, int(root.winfo_screenheight() * 0.9) - height))
    root.geometry(f"{width}x{height}+{left}+{top}")


def mnemonic(text: str) -> tuple[str, int]:
    """A text without its underscore, and the place of the letter after it; -1 if there is none."""
    before, mark, after = text.partition("_")
    usable = bool(mark) and after[:1].isascii() and after[:1].isalnum()
    return before + after, len(before) if usable else -1
