"""A prompt's answer while it arrives, its status, and its buttons."""

from tkinter import ttk

from tray.core.commands import AskAgain, OpenDashboard, StopPrompt
from tray.gui.base import Dialog
from tray.gui.markdown_view import TextView
from tray.view.panel.panes import Exchange


class AnswerView(ttk.Frame):
    """The lower half of the Ask window, and most of the Answer window."""

    def __init__(self, dialog: Dialog) -> None:
        super().__init__(dialog)
        words, unit = dialog.words, dialog.theme.unit
        self._dialog = dialog
        self._exchange: Exchange | None = None
        self._dashboard = False
        self.view = TextView(self, dialog.theme, follow=dialog.follow)
        self.view.grid(row=0, column=0, sticky="nsew")
        self._status = ttk.Label(self, style="Faint.TLabel", anchor="w", justify="left")
        self._status.grid(row=1, column=0, sticky="ew", pady=(2 * unit, 0))
        row = ttk.Frame(self)
        row.grid(row=2, column=0, sticky="ew", pady=(2 * unit, 0))
        self._copy = dialog.button(row, words("_Copy"), self._do_copy)
        self._stop = dialog.button(row, words("S_top"), self._do_stop)
        self._again = dialog.button(row, words("Send _again as a new run"), self._do_again)
        self._page = dialog.button(row, words("Continue in _dashboard"), self._do_page)
        for button in (self._copy, self._stop, self._again, self._page):
            button.pack(side="left", padx=(0, 2 * unit))
        self._again.pack_forget()
        self.close_button = dialog.button(row, words("C_lose"), dialog.close)
        self.close_button.pack(side="right")
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        self.bind("<Configure>", lambda event: self._status.configure(wraplength=max(1, event.width)))
        self._settle()

    def show(self, exchange: Exchange | None, *, dashboard: bool) -> None:
        """Show a prompt's answer and status."""
        if exchange is not None and (self._exchange is None or exchange.id != self._exchange.id):
            self.view.clear()
        self._exchange, self._dashboard = exchange, dashboard
        if exchange is not None:
            self.view.show(exchange.answer, growing=exchange.running)
        self._settle()

    def _settle(self) -> None:
        exchange = self._exchange
        failed = exchange is not None and exchange.failed
        status = "" if exchange is None else exchange.status
        self._status.configure(text=status, style="Error.TLabel" if failed else "Faint.TLabel")
        _enable(self._copy, on=exchange is not None and bool(exchange.answer))
        _enable(self._stop, on=exchange is not None and exchange.running)
        _enable(self._page, on=exchange is not None and self._dashboard)
        if exchange is not None and exchange.repeatable:
            self._again.pack(side="left", padx=(0, 2 * self._dialog.theme.unit), before=self._page)
        else:
            self._again.pack_forget()

    def _do_copy(self) -> None:
        if self._exchange is not None:
            self._dialog.copy(self._exchange.answer)
            self._status.configure(text=self._dialog.words("Copied."))

    def _do_stop(self) -> None:
        if self._exchange is not None:
            self._dialog.want(StopPrompt(self._exchange.id))

    def _do_again(self) -> None:
        if self._exchange is not None:
            self._dialog.want(AskAgain(self._exchange.id))

    def _do_page(self) -> None:
        if self._exchange is not None:
            self._dialog.want(OpenDashboard(self._exchange.key))


def _enable(button: ttk.Button, *, on: bool) -> None:
    button.state(["!disabled"] if on else ["disabled"])
