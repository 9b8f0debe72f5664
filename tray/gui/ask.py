"""The Ask window: session, model and prompt, and below them the answer while it arrives."""

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

from tray.core.commands import AskInWindow
from tray.gui.answer_view import AnswerView
from tray.gui.base import Dialog, grow
from tray.gui.ipc import WindowCommand
from tray.gui.searchable_combobox import SearchableCombobox
from tray.gui.theme import Theme, text_options
from tray.i18n.words import Words
from tray.view.panel.panes import AskPane, Choice, Pane


class AskDialog(Dialog):
    """The window for prompts; it keeps nothing after it is closed."""

    def __init__(
        self, root: tk.Tk, theme: Theme, words: Words, want: Callable[[WindowCommand], None]
    ) -> None:
        super().__init__(root, theme, words, want)
        root.title(words("Ask - ClawTray"))
        unit = theme.unit
        self._pane: AskPane | None = None
        self._sent: str | None = None
        self._session = SearchableCombobox(self, chosen=self._settle)
        self._model = SearchableCombobox(self, chosen=self._settle)
        self.label(self, words("_Session"), lambda: self._session).grid(row=0, column=0, sticky="w")
        self._session.grid(row=0, column=1, sticky="ew", padx=(3 * unit, 0))
        self.label(self, words("_Model"), lambda: self._model).grid(
            row=1, column=0, sticky="w", pady=(2 * unit, 0)
        )
        self._model.grid(row=1, column=1, sticky="ew", padx=(3 * unit, 0), pady=(2 * unit, 0))
        self._prompt = _prompt_field(self, theme)
        self._prompt.grid(row=2, column=0, columnspan=2, sticky="nsew", pady=(3 * unit, 0))
        row = ttk.Frame(self)
        row.grid(row=3, column=0, columnspan=2, sticky="ew", pady=(2 * unit, 3 * unit))
        room = theme.body.measure("0" * 44)
        self._hint = ttk.Label(row, style="Faint.TLabel", justify="left", wraplength=room)
        self._hint.grid(row=0, column=0, sticky="ew")
        self._send = self.button(row, words("S_end"), self._on_send, style="Accent.TButton")
        self._send.grid(row=0, column=1, sticky="e", padx=(3 * unit, 0))
        row.columnconfigure(0, weight=1)
        row.bind(
            "<Configure>", lambda event: self._hint.configure(wraplength=max(room, self._room(event.width)))
        )
        self._answering = AnswerView(self)
        self.columnconfigure(1, weight=1)
        self.rowconfigure(2, weight=1)
        self._prompt.bind("<Control-Return>", self._on_enter)
        self._prompt.bind("<<Modified>>", self._on_typed)
        self.first = self._prompt

    def show(self, pane: Pane) -> None:
        """Show the sessions and models, and the prompt's answer."""
        if not isinstance(pane, AskPane):
            return
        before = None if self._pane is None else self._pane.exchange
        self._pane = pane
        if pane.exchange is not None and (before is None or before.id != pane.exchange.id):
            if not pane.exchange.failed and self._typed() == self._sent:
                self._prompt.delete("1.0", "end")  # a prompt that failed at once stays, to be corrected
            self._sent = None
        self._session.offer(pane.sessions)
        own = Choice("", self.words("Same as the session"))
        self._model.offer((own, *pane.models))
        if pane.exchange is not None and not self._answering.winfo_manager():
            self._unfold()
        self._answering.show(pane.exchange, dashboard=pane.dashboard)
        self._settle()

    def _unfold(self) -> None:
        """Make room for the answer: the window is small until there is one."""
        self._answering.grid(row=4, column=0, columnspan=2, sticky="nsew")
        self.rowconfigure(2, weight=0)
        self.rowconfigure(4, weight=1)
        self.root.update_idletasks()
        if self.root.winfo_viewable():
            grow(self.root)

    def _settle(self) -> None:
        pane = self._pane
        if pane is None:
            return
        session, running = self._session.choice, pane.exchange is not None and pane.exchange.running
        own = session is not None and session.own
        self._session.enable(on=True)
        self._model.enable(on=own and not pane.model_reason)
        typed = self._typed()
        new = bool(typed.strip()) and typed != self._sent  # until the program reports the prompt
        ready = new and not pane.reason and not running and session is not None
        self._send.state(["!disabled"] if ready else ["disabled"])
        only_own = self.words("A prompt can set a model only in ClawTray's own or new sessions.")
        send_key = self.words("Ctrl+Enter sends.")
        reason = pane.reason or (pane.model_reason if own else only_own)
        parts = (pane.reason,) if pane.reason else (pane.cost, "" if own else reason, send_key)
        self._hint.configure(
            text=" ".join(_sentence(part) for part in parts if part),
            style="Error.TLabel" if pane.reason else "Faint.TLabel",
        )

    def _on_send(self) -> None:
        session, model = self._session.choice, self._model.choice
        text = self._typed()
        if session is None or not self._send.instate(["!disabled"]):
            return
        chosen = model.key if model is not None and session.own else ""
        self.want(AskInWindow(text, session.key, chosen or None))
        self._sent = text
        self._settle()

    def _on_enter(self, _event: object) -> str:
        self._settle()  # a quick typist's Ctrl+Enter comes before the event of the last letter
        self._on_send()
        return "break"

    def _on_typed(self, _event: object) -> None:
        if self._prompt.edit_modified():
            self._prompt.edit_modified(False)  # noqa: FBT003 - Tk's own
            self._settle()

    def _typed(self) -> str:
        return self._prompt.get("1.0", "end-1c")

    def _room(self, width: int) -> int:
        return width - self._send.winfo_reqwidth() - 4 * self.theme.unit


def _prompt_field(parent: tk.Misc, theme: Theme) -> tk.Text:
    # The field for the prompt; Tab moves to the next field as everywhere else.
    text = tk.Text(
        parent,
        width=58,
        height=4,
        undo=True,
        pady=2 * theme.unit,
        **text_options(theme),
    )

    def go(following: tk.Misc | None) -> str:
        if following is not None:
            following.focus_set()
        return "break"

    text.bind("<Tab>", lambda _: go(text.tk_focusNext()))
    text.bind("<Shift-Tab>", lambda _: go(text.tk_focusPrev()))
    return text


def _sentence(text: str) -> str:
    return text if text.endswith((".", "…", "!", "?")) else f"{text}."
