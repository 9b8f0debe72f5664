"""The window with a text to read: an approval, diagnostics."""

import tkinter as tk
from collections.abc import Callable
from functools import partial
from tkinter import ttk

from tray.gui.base import Dialog
from tray.gui.ipc import WindowCommand
from tray.gui.markdown_view import TextView
from tray.gui.theme import Theme
from tray.i18n.words import Words
from tray.view.panel.panes import Pane
from tray.view.panel.texts import Button, TextPane

_SIZE = 86, 22
"""Columns and rows; commands have lines of 80 columns plus a mark before each."""


class TextDialog(Dialog):
    """A read-only text, a button that copies it, and the buttons of its pane."""

    def __init__(
        self, root: tk.Tk, theme: Theme, words: Words, want: Callable[[WindowCommand], None]
    ) -> None:
        super().__init__(root, theme, words, want)
        unit = theme.unit
        self._pane = TextPane("", "", "")
        self._intro = self.paragraph(self, "Faint.TLabel")
        self._intro.grid(row=0, column=0, sticky="ew", pady=(0, 2 * unit))
        self._view = TextView(self, theme, size=_SIZE)
        self._view.grid(row=1, column=0, sticky="nsew")
        row = ttk.Frame(self)
        row.grid(row=2, column=0, sticky="ew", pady=(2 * unit, 0))
        self._button_row = ttk.Frame(row)
        self._button_row.pack(side="left")
        self._buttons: list[ttk.Button] = []
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
        if pane.buttons != before.buttons:
            self._show_buttons(pane.buttons)

    def _show_buttons(self, specs: tuple[Button, ...]) -> None:
        # The keyboard focus does not move to any of them.
        for button in self._buttons:
            button.destroy()
        self._buttons = []
        for spec in specs:
            button = self.button(self._button_row, spec.label, partial(self.want, spec.command))
            button.state(["!disabled"] if spec.enabled else ["disabled"])
            button.pack(side="left", padx=(0, 2 * self.theme.unit))
            self._buttons.append(button)
        if not specs:
            self._button_row.configure(width=1)  # an empty frame keeps its previous size
        if self.root.focus_get() is None:
            self.first.focus_set()

    def _on_copy(self) -> None:
        self.copy(self._pane.text)
        self._done.configure(text=self.words("Copied."))
