"""The window for a text that is there to be read: usage, notices, what waits for a word, diagnostics."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from functools import partial
from tkinter import ttk

from tray.gui.base import Dialog
from tray.gui.ipc import WindowCommand
from tray.gui.markdown_view import Reading
from tray.gui.theme import Theme
from tray.i18n.translate import Words
from tray.view import chart
from tray.view.panel.panes import Pane
from tray.view.panel.texts import Button, TextPane

_SIZE = 86, 22
"""Columns and rows; a command is shown in lines of 80, and a sign before each."""
_CHART = 14
"""Height of the chart in units of the theme."""


class TextDialog(Dialog):
    """A text that cannot be changed, what can be done about it, and a button that copies it."""

    def __init__(
        self, root: tk.Tk, theme: Theme, words: Words, want: Callable[[WindowCommand], None]
    ) -> None:
        super().__init__(root, theme, words, want)
        unit = theme.unit
        self._pane = TextPane("", "", "")
        self._told = self.prose(self, "Faint.TLabel")
        self._told.grid(row=0, column=0, sticky="ew", pady=(0, 2 * unit))
        c = theme.colours
        self._chart = tk.Canvas(
            self, height=_CHART * unit, background=c.ground, highlightthickness=0, borderwidth=0
        )
        self._chart.grid(row=1, column=0, sticky="ew")
        self._caption = self.prose(self, "Faint.TLabel")
        self._caption.grid(row=2, column=0, sticky="ew", pady=(unit, 2 * unit))
        self._reading = Reading(self, theme, follow=self.follow, size=_SIZE)
        self._reading.grid(row=3, column=0, sticky="nsew")
        row = ttk.Frame(self)
        row.grid(row=4, column=0, sticky="ew", pady=(2 * unit, 0))
        self._offers = ttk.Frame(row)
        self._offers.pack(side="left")
        self._buttons: list[ttk.Button] = []
        copy = self.button(row, words("_Copy"), self._do_copy)
        copy.pack(side="left", padx=(0, 2 * unit))
        self._done = ttk.Label(row, style="Faint.TLabel")
        self._done.pack(side="left")
        close = self.button(row, words("C_lose"), self.close)
        close.pack(side="right")
        self.columnconfigure(0, weight=1)
        self.rowconfigure(3, weight=1)
        self._chart.bind("<Configure>", lambda _: self._draw())
        self.first = copy

    def show(self, pane: Pane) -> None:
        """Show this text, as it is and not as Markdown; a text that is gone stays until the window closes."""
        if not isinstance(pane, TextPane):
            return
        before, self._pane = self._pane, pane
        self.root.title(f"{pane.title} - ClawTray")
        self._told.configure(text=pane.notified)
        self._settle(self._told, on=bool(pane.notified))
        self._caption.configure(text=pane.caption)
        for part in (self._chart, self._caption):
            self._settle(part, on=bool(pane.bars))
        if pane.text and pane.text != before.text:
            self._done.configure(text="")
            self._reading.show_plain(pane.text)
        if pane.bars != before.bars:
            self._draw()
        if pane.offers != before.offers:
            self._offer(pane.offers)

    def _offer(self, offers: tuple[Button, ...]) -> None:
        """The buttons anew; the keyboard goes to none of them by itself."""
        for button in self._buttons:
            button.destroy()
        self._buttons = []
        for offer in offers:
            button = self.button(self._offers, offer.label, partial(self.want, offer.command))
            button.state(["!disabled"] if offer.enabled else ["disabled"])
            button.pack(side="left", padx=(0, 2 * self.theme.unit))
            self._buttons.append(button)
        if not offers:
            self._offers.configure(width=1)  # an empty frame keeps the size that it had
        if self.root.focus_get() is None:
            self.first.focus_set()

    def _draw(self) -> None:
        self._chart.delete("all")
        width, height, c = self._chart.winfo_width(), self._chart.winfo_height(), self.theme.colours
        gap = max(1, self.theme.unit // 2)
        for bar in chart.bars(self._pane.bars, width, height - 1, gap):
            edges = (bar.x, bar.y, bar.x + bar.width, bar.y + bar.height)
            self._chart.create_rectangle(*edges, fill=c.accent, outline="")
        self._chart.create_line(0, height - 1, width, height - 1, fill=c.line)

    def _do_copy(self) -> None:
        self.copy(self._pane.text)
        self._done.configure(text=self.words("Copied."))

    @staticmethod
    def _settle(part: tk.Canvas | ttk.Label, *, on: bool) -> None:
        if on:
            part.grid()
        else:
            part.grid_remove()
