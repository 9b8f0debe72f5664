"""The window with a text to read: the diagnostics."""

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

from tray.gui.base import Dialog
from tray.gui.ipc import Wish
from tray.gui.markdown_view import TextView
from tray.gui.theme import Theme
from tray.i18n.words import Words
from tray.view.panel.panes import Pane
from tray.view.panel.texts import TextPane

_SIZE = 86, 22
"""Columns and rows."""


class TextDialog(Dialog):
    """A read-only text, and a button that copies it."""

    def __init__(self, root: tk.Tk, theme: Theme, words: Words, want: Callable[[Wish], None]) -> None:
        super().__init__(root, theme, words, want)
        unit = theme.unit
        self._pane = TextPane("", "", "")
        self._intro = self.paragraph(self, "Faint.TLabel")
        self._intro.grid(row=0, column=0, sticky="ew", pady=(0, 2 * unit))
        self._view = TextView(self, theme, size=_SIZE)
        self._view.grid(row=1, column=0, sticky="nsew")
        row = ttk.Frame(self)
        row.grid(row=2, column=0, sticky="ew", pady=(2 * unit, 0))
        copy = self.button(row, words("_Copy"), self._on_copy)
        copy.pack(side="left", padx=(0, 2 * unit))
        self._done = ttk.Label(row, style="Faint.TLabel")
        self._done.pack(side="left")
        close = self.button(row, words("C_lose"), self.close)
        close.pack(side="right")
        self.columnconfigure(0, weight=1)
        self.rowconfigure(1, weight=1)
        self.first = copy

    def show(self, pane: Pane) -> None:
        """Show a text as it is, not as Markdown; an empty one keeps the previous text."""
        if not isinstance(pane, TextPane):
            return
        before, self._pane = self._pane, pane
        self.root.title(f"{pane.title} - ClawTray")
        self._intro.configure(text=pane.intro)
        if pane.intro:
            self._intro.grid()
        else:
            self._intro.grid_remove()
        if pane.text and pane.text != before.text:
            self._done.configure(text="")
            self._view.show_plain(pane.text)

    def _on_copy(self) -> None:
        self.copy(self._pane.text)
        self._done.configure(text=self.words("Copied."))
