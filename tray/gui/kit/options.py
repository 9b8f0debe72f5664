"""A list to choose from, in a card: if it is long, by typing a part of a name."""

from __future__ import annotations  # `tk.Event[…]` cannot be evaluated

import tkinter as tk
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from tray.gui.kit.layout import flow

if TYPE_CHECKING:
    from tkinter import ttk

    from tray.gui.kit.card import Stage

SEARCHED, SHOWN = 8, 8
"""Above this number of options there is a field to search them; so many are shown at once."""


class Line(NamedTuple):
    """An option: its name, its figure at the right, and what a click does."""

    label: str
    detail: str
    chosen: bool
    enabled: bool
    choose: Callable[[], None]


class Options(tk.Frame):
    """The list, with a button that closes it."""

    def __init__(self, parent: tk.Misc, stage: Stage, close: Callable[[], None]) -> None:
        """Create it without options; `close` is called by its button."""
        super().__init__(parent, background=str(parent.cget("background")), borderwidth=0)
        self._stage, self._close = stage, close
        self._lines: tuple[Line, ...] = ()
        self._list = stage.kit.frame(self)

    def show(self, lines: Sequence[Line], reason: str = "") -> None:
        """Show these options, and why none of them can be chosen."""
        for child in self.winfo_children():
            child.destroy()
        kit, stage, unit = self._stage.kit, self._stage, self._stage.kit.unit
        self._lines = tuple(lines)
        if reason:
            kit.paragraph(self, reason, stage.width).pack(fill="x", pady=(0, unit))
        self._list = kit.frame(self)
        row = kit.frame(self)
        cancel = kit.button(row, stage.words("Cancel"), self._close)
        flow(row, [cancel], stage.width, unit)
        first: tk.Misc = cancel
        if len(lines) > SEARCHED:
            typed = tk.StringVar(self)
            area, field = kit.field(self, stage.words("Filter"), typed)
            first = field
            area.pack(fill="x", pady=(0, unit))
            typed.trace_add("write", lambda *_: self._fill(typed.get()))
            field.bind("<Down>", lambda _: self._step(-1, 1))
            field.bind("<Return>", lambda _: self._choose_first())
        self._list.pack(fill="x")
        row.pack(fill="x", pady=(2 * unit, 0))
        self._fill("")
        chosen = [button for line, button in zip(lines, self._buttons(), strict=False) if line.chosen]
        (first if len(lines) > SEARCHED or not chosen else chosen[0]).focus_set()

    def _fill(self, typed: str) -> None:
        """List the options whose name has all the words that were typed."""
        kit, unit = self._stage.kit, self._stage.kit.unit
        for child in self._list.winfo_children():
            child.destroy()
        found = [line for line in self._lines if matches(typed, line.label, line.detail)]
        for place, line in enumerate(found[:SHOWN]):
            room = self._stage.width - kit.small.measure(line.detail) - 10 * unit
            row = kit.frame(self._list)
            row.pack(fill="x")
            text = ("●  " if line.chosen else "○  ") + kit.fit(line.label, kit.body, room)
            button = kit.button(row, text, line.choose, "Choice.TButton")
            button.state(["!disabled"] if line.enabled else ["disabled"])
            button.pack(side="left", fill="x", expand=True)
            for key, by in (("<Up>", -1), ("<Down>", 1)):
                button.bind(key, partial(self._on_step, place, by))
            kit.label(row, line.detail, face=kit.small, colour=kit.colours.faint).pack(side="right")
        words, more = self._stage.words, len(found) - SHOWN
        note = words("{n} more: type a part of the name", n=more) if more > 0 else ""
        if not found:
            note = words("Nothing has this name")
        if note:
            kit.label(self._list, note, face=kit.small, colour=kit.colours.faint).pack(fill="x", pady=unit)
        self._stage.changed()

    def _buttons(self) -> list[ttk.Button]:
        rows = (row.winfo_children() for row in self._list.winfo_children())
        return [row[0] for row in rows if row]  # type: ignore[misc]

    def _on_step(self, place: int, by: int, _event: object) -> str:
        self._step(place, by)
        return "break"

    def _step(self, place: int, by: int) -> None:
        buttons = self._buttons()
        if buttons:
            buttons[max(0, min(place + by, len(buttons) - 1))].focus_set()

    def _choose_first(self) -> None:
        if buttons := self._buttons():
            buttons[0].invoke()


def matches(typed: str, *texts: str) -> bool:
    """Return whether the texts contain every word that was typed."""
    whole = " ".join(texts).casefold()
    return all(word in whole for word in typed.casefold().split())
