"""The Answer window: the question and the whole answer."""

import tkinter as tk
from collections.abc import Callable

from tray.gui.answer_view import AnswerView
from tray.gui.base import Dialog
from tray.gui.ipc import WindowCommand
from tray.gui.theme import Theme
from tray.i18n.words import Words
from tray.view.panel.panes import AnswerPane, Pane


class AnswerDialog(Dialog):
    """The window with the answer of one prompt."""

    def __init__(
        self, root: tk.Tk, theme: Theme, words: Words, want: Callable[[WindowCommand], None]
    ) -> None:
        super().__init__(root, theme, words, want)
        unit = theme.unit
        root.title(words("Answer - ClawTray"))
        self._title = self.paragraph(self, "Title.TLabel")
        self._title.grid(row=0, column=0, sticky="ew")
        self._question = self.paragraph(self, "Faint.TLabel")
        self._question.grid(row=1, column=0, sticky="ew", pady=(unit, 3 * unit))
        self._answering = AnswerView(self)
        self._answering.grid(row=2, column=0, sticky="nsew")
        self.columnconfigure(0, weight=1)
        self.rowconfigure(2, weight=1)
        self.first = self._answering.close_button

    def show(self, pane: Pane) -> None:
        """Show the answer; if the program has dropped the prompt, keep the previous content."""
        if not isinstance(pane, AnswerPane) or pane.exchange is None:
            return
        self.root.title(f"{pane.name} - ClawTray")
        self._title.configure(text=pane.name)
        self._question.configure(text=pane.question)
        self._answering.show(pane.exchange, dashboard=pane.dashboard)
