"""The page of the Settings window for saved prompts (presets)."""

import tkinter as tk
from collections.abc import Callable, Sequence
from tkinter import ttk

from tray.gui.base import Dialog
from tray.gui.theme import text_options
from tray.settings.settings import Preset


class PromptsPage(ttk.Frame):
    """A list of prompts, and the fields of the selected one."""

    def __init__(self, dialog: Dialog, parent: tk.Misc, changed: Callable[[], None]) -> None:
        """Create an empty page.

        Args:
            dialog: The window.
            parent: The parent widget.
            changed: Called when something was typed, added, removed or moved.
        """
        super().__init__(parent, padding=4 * dialog.theme.unit)
        self._dialog, self._changed = dialog, changed
        self._presets: list[Preset] = []
        self._preset: int | None = None
        self._loading = False
        self._title, self._session, self._model = (tk.StringVar(dialog.root) for _ in range(3))
        for variable in (self._title, self._session, self._model):
            variable.trace_add("write", lambda *_: self._on_change())
        words, theme = dialog.words, dialog.theme
        unit, c = theme.unit, theme.colours
        self.columnconfigure(1, weight=0)
        self.columnconfigure(2, weight=1)
        left = ttk.Frame(self)
        left.grid(row=0, column=0, rowspan=5, sticky="ns", padx=(0, 4 * unit))
        self._names = tk.Listbox(
            left,
            exportselection=False,
            height=8,
            width=22,
            activestyle="none",
            relief="flat",
            borderwidth=0,
            background=c.surface,
            foreground=c.ink,
            selectbackground=c.selected,
            selectforeground=c.ink,
            highlightthickness=max(1, unit // 3),
            highlightbackground=c.line,
            highlightcolor=c.accent,
        )
        self._names.grid(row=0, column=0, columnspan=2, sticky="nsew")
        left.rowconfigure(0, weight=1)
        left.columnconfigure((0, 1), weight=1, uniform="buttons")
        for at, (text, do) in enumerate(
            (
                (words("A_dd"), self._add),
                (words("Remo_ve"), self._remove),
                (words("_Up"), lambda: self._move(-1)),
                (words("Dow_n"), lambda: self._move(1)),
            )
        ):
            dialog.button(left, text, do).grid(
                row=1 + at // 2, column=at % 2, sticky="ew", padx=(0, unit), pady=(unit, 0)
            )
        self._names.bind("<<ListboxSelect>>", lambda _: self._choose())

        def field(row: int, name: str, variable: tk.StringVar) -> None:
            entry = ttk.Entry(self, textvariable=variable, width=30)
            dialog.label(self, name, lambda: entry).grid(row=row, column=1, sticky="w", pady=unit)
            entry.grid(row=row, column=2, sticky="ew", padx=(3 * unit, 0), pady=unit)

        field(0, words("Na_me"), self._title)  # created in Tab order
        label = dialog.label(self, words("Te_xt"), lambda: self._text)
        label.grid(row=1, column=1, sticky="nw", pady=unit)
        self._text = tk.Text(
            self,
            height=5,
            width=30,
            pady=unit,
            **text_options(theme),
        )
        self._text.grid(row=1, column=2, sticky="nsew", padx=(3 * unit, 0), pady=unit)
        self._text.bind("<KeyRelease>", lambda _: self._on_change())
        self._text.bind("<Tab>", lambda _: _step(self._text))
        field(2, words("Session"), self._session)
        field(3, words("Model"), self._model)
        self.rowconfigure(1, weight=1)
        ttk.Label(
            self,
            style="Faint.TLabel",
            justify="left",
            text=words(
                "Without a session, the prompt goes to ClawTray's own session. Choosing a prompt sends "
                "it and spends tokens."
            ),
            wraplength=theme.body.measure("0" * 52),
        ).grid(row=4, column=1, columnspan=2, sticky="w", pady=(unit, 0))

    def show(self, presets: Sequence[Preset]) -> None:
        """Replace all prompts."""
        self._preset = None
        self._presets = list(presets)
        self._list(0)

    @property
    def presets(self) -> tuple[Preset, ...]:
        """Return the prompts as edited."""
        self._store_fields()
        return tuple(self._presets)

    def _on_change(self) -> None:
        if self._loading:
            return
        self._store_fields()
        at = self._preset
        if at is not None and self._names.get(at) != self._line(at):
            self._names.delete(at)
            self._names.insert(at, self._line(at))
            self._names.selection_set(at)
        self._changed()

    def _line(self, at: int) -> str:
        return self._presets[at].name or "?"

    def _store_fields(self) -> None:
        if self._preset is not None and not self._loading:
            text, name = self._text.get("1.0", "end-1c"), self._title.get()
            session, model = self._session.get().strip() or None, self._model.get().strip() or None
            self._presets[self._preset] = Preset(name, text, session, model)

    def _list(self, at: int) -> None:
        before, self._loading = self._loading, True
        self._names.delete(0, "end")
        for preset in self._presets:
            self._names.insert("end", preset.name or "?")
        self._preset = min(max(at, 0), len(self._presets) - 1) if self._presets else None
        chosen = Preset("", "") if self._preset is None else self._presets[self._preset]
        if self._preset is not None:
            self._names.selection_set(self._preset)
            self._names.see(self._preset)
        self._title.set(chosen.name)
        self._session.set(chosen.session or "")
        self._model.set(chosen.model or "")
        self._text.delete("1.0", "end")
        self._text.insert("1.0", chosen.text)
        self._loading = before

    def _choose(self) -> None:
        chosen = self._names.curselection()  # type: ignore[no-untyped-call]
        self._store_fields()
        if chosen:
            self._list(chosen[0])

    def _add(self) -> None:
        self._store_fields()
        self._presets.append(Preset(self._dialog.words("New prompt"), ""))
        self._list(len(self._presets) - 1)
        self._on_change()

    def _remove(self) -> None:
        if self._preset is not None:
            at, self._preset = self._preset, None
            del self._presets[at]
            self._list(at)
            self._on_change()

    def _move(self, by: int) -> None:
        self._store_fields()
        at = self._preset
        if at is not None and 0 <= at + by < len(self._presets):
            self._presets.insert(at + by, self._presets.pop(at))
            self._list(at + by)
            self._on_change()


def _step(text: tk.Text) -> str:
    following = text.tk_focusNext()
    if following is not None:
        following.focus_set()
    return "break"
