"""The page Prompts of the Settings window: saved prompts (presets), and what can be filled in."""

import tkinter as tk
from collections.abc import Callable, Mapping
from functools import partial

from tray.gui.base import Dialog
from tray.gui.kit.kit import Kit
from tray.gui.settings.form import Draft
from tray.gui.settings.pages import SettingsPage
from tray.gui.theme import text_options
from tray.i18n.words import Message
from tray.settings.settings import Preset
from tray.values import replace

_PLACEHOLDERS = ("{date}", "{time}", "{session}", "{clipboard}")


class PromptsPage(SettingsPage):
    """A list of prompts, and the fields of the selected one."""

    def __init__(
        self, parent: tk.Misc, dialog: Dialog, kit: Kit, width: int, changed: Callable[[], None]
    ) -> None:
        super().__init__(parent, dialog, kit, width, changed)
        self._presets: list[Preset] = []
        self._at: int | None = None
        words, unit, c = self.words, kit.unit, kit.colours
        left = kit.frame(self)
        left.grid(row=0, column=0, sticky="ns", padx=(0, 4 * unit))
        right_width = width * 2 // 3 - 4 * unit
        self._names = tk.Listbox(
            left,
            exportselection=False,
            height=8,
            width=14,
            activestyle="none",
            relief="flat",
            borderwidth=unit,
            font=kit.body,
            background=c.code,
            foreground=c.ink,
            selectbackground=c.selected,
            selectforeground=c.selected_ink,
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
            button = dialog.button(left, text, do, style="Kit.TButton")
            button.grid(row=1 + at // 2, column=at % 2, sticky="ew", padx=(0, unit), pady=(unit, 0))
        self._names.bind("<<ListboxSelect>>", lambda _: self._choose())
        right = kit.frame(self)
        right.grid(row=0, column=1, sticky="nsew")
        self.grid_rowconfigure(0, weight=1)
        self.grid_columnconfigure(1, weight=1)
        self._title = self.field(right, "preset", words("Na_me"), width=right_width)  # created in Tab order
        self._title.pack(fill="x", pady=(0, 3 * unit))
        head = kit.frame(right)
        head.pack(fill="x", pady=(0, unit))
        self.caption(head, words("Text")).pack(side="left")
        self._text = tk.Text(right, height=5, width=30, pady=unit, **text_options(dialog.theme))
        self._text.configure(background=c.code, font=kit.body)
        self._text.pack(fill="both", expand=True, pady=(0, 3 * unit))
        self._text.bind("<KeyRelease>", lambda _: self._typed())
        self._text.bind("<Tab>", lambda _: _step(self._text))
        links = [
            kit.button(right, name, partial(self._insert, name), "Link.TButton") for name in _PLACEHOLDERS
        ]
        for link in reversed(links):
            link.pack(side="right", in_=head, padx=(2 * unit, 0))
        half = (right_width - 4 * unit) // 2
        row = kit.frame(right)
        row.pack(fill="x")
        own = words("Empty: ClawTray's own")
        self._session = self.field(row, "session", words("Session"), own, width=half)
        self._model = self.field(row, "model", words("Model"), words("Empty: as it is"), width=half)
        self.beside(row, self._session, self._model)
        cost = words("Choosing a prompt in the menu sends it and spends tokens.")
        note = kit.paragraph(self, cost, width, face=kit.small, colour=c.faint)
        note.grid(row=1, column=0, columnspan=2, sticky="w", pady=(3 * unit, 0))

    def fill(self, draft: Draft) -> None:
        """Put the draft into the widgets."""
        self._at = None
        self._presets = list(draft.presets)
        self._list(0)

    def read(self, draft: Draft) -> Draft:
        """Return the draft with what stands in the widgets."""
        self._store_fields()
        return replace(draft, presets=tuple(self._presets))

    def mark(self, mistakes: Mapping[str, Message]) -> None:
        """Say at the prompt what is wrong with it, or first which one has a mistake."""
        found = {"preset": mistakes[f"preset {self._at}"]} if f"preset {self._at}" in mistakes else {}
        super().mark(found)

    def elsewhere(self, mistakes: Mapping[str, Message]) -> str:
        """Return what is wrong with another prompt."""
        for at, preset in enumerate(self._presets):
            if at != self._at and (found := mistakes.get(f"preset {at}")) is not None:
                return f"{preset.name or '?'}: {self.words.render(found)}"
        return ""

    def changed(self) -> None:
        """Show another name in the list, too."""
        if not self._loading and self._at is not None:
            self._store_fields()
            name = self._presets[self._at].name or "?"
            if self._names.get(self._at) != name:
                self._names.delete(self._at)
                self._names.insert(self._at, name)
                self._names.selection_set(self._at)
        super().changed()

    def _typed(self) -> None:
        self.changed()

    def _insert(self, placeholder: str) -> None:
        self._text.insert("insert", placeholder)
        self._text.focus_set()
        self.changed()

    def _store_fields(self) -> None:
        if self._at is not None and not self._loading:
            session, model = self._session.text.strip() or None, self._model.text.strip() or None
            self._presets[self._at] = Preset(
                self._title.text, self._text.get("1.0", "end-1c"), session, model
            )

    def _list(self, at: int) -> None:
        before, self._loading = self._loading, True
        self._names.delete(0, "end")
        for preset in self._presets:
            self._names.insert("end", preset.name or "?")
        self._at = min(max(at, 0), len(self._presets) - 1) if self._presets else None
        chosen = Preset("", "") if self._at is None else self._presets[self._at]
        if self._at is not None:
            self._names.selection_set(self._at)
            self._names.see(self._at)
        self._title.text = chosen.name
        self._session.text, self._model.text = chosen.session or "", chosen.model or ""
        self._text.delete("1.0", "end")
        self._text.insert("1.0", chosen.text)
        self._loading = before

    def _choose(self) -> None:
        chosen = self._names.curselection()  # type: ignore[no-untyped-call]
        self._store_fields()
        if chosen:
            self._list(chosen[0])
            self.changed()

    def _add(self) -> None:
        self._store_fields()
        self._presets.append(Preset(self.words("New prompt"), ""))
        self._list(len(self._presets) - 1)
        self.changed()

    def _remove(self) -> None:
        if self._at is not None:
            at, self._at = self._at, None
            del self._presets[at]
            self._list(at)
            self.changed()

    def _move(self, by: int) -> None:
        self._store_fields()
        at = self._at
        if at is not None and 0 <= at + by < len(self._presets):
            self._presets.insert(at + by, self._presets.pop(at))
            self._list(at + by)
            self.changed()


def _step(text: tk.Text) -> str:
    following = text.tk_focusNext()
    if following is not None:
        following.focus_set()
    return "break"
