"""The Diagnostics window: all that would be handed on, to be read first, and copied."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

from tray.crossing import WindowCommand
from tray.dialogs.reading import Reading
from tray.dialogs.theme import Theme
from tray.dialogs.window import Dialog
from tray.view.panes import DiagnosticsPane, Pane
from tray.view.words import Words


class DiagnosticsDialog(Dialog):
    """A text that cannot be changed, and a button that copies it."""

    def __init__(
        self, root: tk.Tk, theme: Theme, words: Words, want: Callable[[WindowCommand], None]
    ) -> None:
        super().__init__(root, theme, words, want)
        unit = theme.unit
        root.title(words("Diagnostics - ClawTray"))
        self._text = ""
        self._told = ttk.Label(
            self,
            style="Faint.TLabel",
            justify="left",
            text=words(
                "This is for whoever helps you. Read it before you pass it on: nothing leaves by itself."
            ),
        )
        self._told.grid(row=0, column=0, sticky="ew", pady=(0, 2 * unit))
        self._reading = Reading(self, theme, follow=self.follow, size=(84, 24))
        self._reading.grid(row=1, column=0, sticky="nsew")
        row = ttk.Frame(self)
        row.grid(row=2, column=0, sticky="ew", pady=(2 * unit, 0))
        self._copy = self.button(row, words("_Copy"), self._do_copy)
        self._copy.pack(side="left", padx=(0, 2 * unit))
        self._done = ttk.Label(row, style="Faint.TLabel")
        self._done.pack(side="left")
        self.button(row, words("C_lose"), self.close).pack(side="right")
        self.columnconfigure(0, weight=1)
        self.rowconfigure(1, weight=1)
        self.bind("<Configure>", self._on_size)
        self.first = self._copy

    def show(self, pane: Pane) -> None:
        """Show this text, as it is and not as Markdown; once it was closed there is none."""
        if isinstance(pane, DiagnosticsPane) and pane.text:
            self._text = pane.text
            self._done.configure(text="")
            self._reading.show_plain(pane.text)

    def _do_copy(self) -> None:
        self.copy(self._text)
        self._done.configure(text=self.words("Copied."))

    def _on_size(self, event: tk.Event[tk.Misc]) -> None:
        self._told.configure(wraplength=max(1, event.width - 8 * self.theme.unit))
