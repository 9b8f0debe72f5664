"""A card with a table: names, bars and figures in columns, and rows that can be chosen."""

from __future__ import annotations  # `tk.Event[…]` cannot be evaluated

import tkinter as tk
from functools import partial
from tkinter import font
from typing import TYPE_CHECKING, Any

from tray.gui.kit.card import CardView, Stage
from tray.gui.kit.options import matches
from tray.view.panel.cards import Row, Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_BAR = 16
"""Units of a bar."""
_SEARCHED, _MOST = 12, 60
"""Above this number of rows an open list has a field to search them; so many are shown at once."""
_DETAIL, _END = 24, 26
"""Units of the last two columns, at the most."""


class _Widths:
    """Pixels of each column: all rows of a card agree."""

    def __init__(self, rows: Sequence[Row], stage: Stage) -> None:
        kit, unit = stage.kit, stage.kit.unit
        slack = max(2, unit // 2)  # a font may be drawn wider than it is measured

        def most(texts: list[str], face: font.Font, limit: int) -> int:
            widest = max((face.measure(text) + slack for text in texts if text), default=0)
            return min(widest, limit)

        self.gap = 2 * unit
        with_bars = [row for row in rows if row.gauge is not None]
        self.bar = _BAR * unit
        self.figure = most([row.figure for row in with_bars], kit.body, 40 * unit)
        alone = most([row.figure for row in rows if row.gauge is None], kit.small, 40 * unit)
        self.figure = max(self.figure, alone - self.bar - self.gap, unit)
        self.detail = most([row.detail for row in rows], kit.small, _DETAIL * unit)
        self.end = most([row.end for row in rows], kit.small, _END * unit)
        taken = self.bar + self.figure + self.detail + self.end
        columns = 2 + bool(self.detail) + bool(self.end)
        self.label = stage.width - taken - columns * self.gap


class TableView(CardView[Rows]):
    """The widget of `Rows`."""

    inset = 1  # what marks a row reaches so much further than texts

    def __init__(self, parent: tk.Misc, stage: Stage) -> None:
        super().__init__(parent, stage)
        self._open = False
        self._order: list[str] = []
        head = self.kit.frame(self.body)
        head.pack(fill="x", padx=self.kit.unit, pady=(0, self.kit.unit))
        self._title = self.kit.label(head, face=self.kit.heading, colour=self.kit.colours.faint)
        self._title.pack(side="left")
        self._more = self.kit.button(head, "", self._toggle, "Link.TButton")
        self._typed = tk.StringVar(self)
        self._search, self._field = self.kit.field(self.body, stage.words("Filter"), self._typed)
        self._list = self.kit.frame(self.body)
        self._list.pack(fill="x")
        self._note = self.kit.label(self.body, face=self.kit.small, colour=self.kit.colours.faint)
        self._typed.trace_add("write", lambda *_: self._redraw())
        self._field.bind("<Down>", lambda _: self._on_first(tk.Misc.focus_set))
        self._field.bind("<Return>", lambda _: self._on_first(_RowView.choose))

    def draw(self, card: Rows, before: Rows | None) -> None:
        """Draw what differs from the card before."""
        self._title.configure(text=card.title)
        hidden = len(card.rows) > card.shown
        self._more.configure(text=self.stage.words("Fewer") if self._open else card.more)
        if hidden:
            self._more.pack(side="right")
        else:
            self._more.pack_forget()
        rows = self._in_order(card.rows) if before is not None else list(card.rows)
        self._order = [str(row.command) for row in rows]
        typed = self._typed.get() if self._open else ""
        found = [row for row in rows if matches(typed, row.label, row.detail)]
        shown = found[: _MOST if self._open else card.shown]
        self._show_field(searched=self._open and len(rows) > _SEARCHED)
        widths = _Widths(card.rows, self.stage)
        views: list[Any] = self._list.winfo_children()
        for view in views[len(shown) :]:
            view.destroy()
        for place, row in enumerate(shown):
            view = views[place] if place < len(views) else _RowView(self._list, self.stage)
            view.pack(fill="x")
            view.show(row, widths)
        self._show_note(card.note, len(found) - len(shown))

    def cancel(self) -> bool:
        """Empty the field; return whether something was in it."""
        was_typed = self._open and bool(self._typed.get())
        self._typed.set("")
        return was_typed

    def _show_field(self, *, searched: bool) -> None:
        if not searched:
            self._search.pack_forget()
        elif not self._search.winfo_manager():
            unit = self.kit.unit
            self._search.pack(fill="x", padx=unit, pady=(0, unit), before=self._list)
            self.update_idletasks()  # what is not on the screen yet gets the keyboard too late
            self._field.focus_set()

    def _show_note(self, note: str, more: int) -> None:
        """Say below an open list what is missing in it."""
        words = self.stage.words
        if more > 0:
            note = words("{n} more: type a part of the name", n=more)
        elif not self._list.winfo_children():
            note = words("Nothing has this name")
        self._note.configure(text=note)
        if self._open and note:
            self._note.pack(fill="x", padx=self.kit.unit)
        else:
            self._note.pack_forget()

    def _on_first(self, do: Callable[[Any], None]) -> None:
        if rows := self._list.winfo_children():
            do(rows[0])

    def _in_order(self, rows: Sequence[Row]) -> list[Row]:
        """Keep the rows where they are while the pointer is over them."""
        x, y = self.winfo_pointerxy()
        over = self.winfo_containing(x, y)
        if over is None or not str(over).startswith(str(self)):
            return list(rows)
        known = {name: place for place, name in enumerate(self._order)}
        return sorted(rows, key=lambda row: known.get(str(row.command), len(known)))

    def _toggle(self) -> None:
        self._open = not self._open
        self._redraw()

    def _redraw(self) -> None:
        if self.card is not None:
            self.draw(self.card, self.card)
        self.stage.changed()


class _RowView(tk.Frame):
    """One line; one that can be chosen takes the keyboard focus."""

    def __init__(self, parent: tk.Misc, stage: Stage) -> None:
        kit = stage.kit
        c, thick = kit.colours, max(1, kit.unit // 2)
        super().__init__(
            parent,
            background=c.surface,
            borderwidth=0,
            highlightthickness=thick,
            highlightbackground=c.surface,
            highlightcolor=c.accent,
            padx=kit.unit - thick,
            pady=kit.unit - thick,
        )
        self._stage, self._row, self._over = stage, Row("", None, ""), False
        self._label = kit.label(self)
        self._bar = tk.Label(self, background=c.surface, borderwidth=0, padx=0, pady=0)
        self._figure = kit.label(self)
        self._detail = kit.label(self, face=kit.small, colour=c.faint)
        self._end = kit.label(self, face=kit.small, colour=c.faint)
        for widget in (self, self._label, self._bar, self._figure, self._detail, self._end):
            widget.bind("<Button-1>", self._chosen)
        self.bind("<Return>", self._chosen)
        self.bind("<space>", self._chosen)
        self.bind("<Enter>", partial(self._hover, over=True))
        self.bind("<Leave>", partial(self._hover, over=False))
        self.bind("<Up>", partial(self._step, -1))
        self.bind("<Down>", partial(self._step, 1))

    def show(self, row: Row, widths: _Widths) -> None:
        kit, self._row = self._stage.kit, row
        clickable = row.command is not None
        self.configure(takefocus=clickable)
        ground = self._ground()
        face = kit.strong if row.chosen else kit.body
        self._label.configure(text=kit.fit(row.label, face, widths.label), font=face)
        if row.gauge is None:
            self._bar.configure(image="")
            text = kit.fit(row.figure, kit.small, widths.bar + widths.gap + widths.figure)
            self._figure.configure(text=text, font=kit.small, foreground=kit.colours.faint)
        else:
            picture = kit.pictures.bar(row.gauge, widths.bar, int(1.5 * kit.unit), ground)
            self._bar.configure(image=picture)
            self._figure.configure(text=row.figure, font=kit.body, foreground=kit.colours.ink)
        self._detail.configure(text=kit.fit(row.detail, kit.small, widths.detail))
        self._end.configure(text=kit.fit(row.end, kit.small, widths.end))
        self._place(row, widths)
        self._paint(ground)

    def _place(self, row: Row, widths: _Widths) -> None:
        self.grid_columnconfigure(0, weight=1)
        columns = (widths.label, widths.bar, widths.figure, widths.detail, widths.end)
        for column, width in enumerate(columns):
            self.grid_columnconfigure(column, minsize=width + widths.gap if column and width else width)
        gap = (widths.gap, 0)
        self._label.grid(row=0, column=0, sticky="w")
        if row.gauge is None:
            self._bar.grid_forget()
            self._figure.grid(row=0, column=1, columnspan=2, sticky="w", padx=gap)
        else:
            self._bar.grid(row=0, column=1, padx=gap)
            self._figure.grid(row=0, column=2, columnspan=1, sticky="e", padx=gap)
        self._detail.grid(row=0, column=3, sticky="w", padx=gap if widths.detail else 0)
        self._end.grid(row=0, column=4, sticky="e", padx=gap if widths.end else 0)

    def _ground(self) -> str:
        c = self._stage.kit.colours
        return c.hover if self._over and self._row.command is not None else c.surface

    def _paint(self, ground: str) -> None:
        for widget in (self, *self.winfo_children()):
            widget.configure(background=ground)  # type: ignore[call-arg]
        self.configure(highlightbackground=ground)

    def _hover(self, _event: object, *, over: bool) -> None:
        self._over = over
        if self._row.command is None:
            return
        kit, ground = self._stage.kit, self._ground()
        if self._row.gauge is not None:
            height = int(1.5 * kit.unit)
            self._bar.configure(image=kit.pictures.bar(self._row.gauge, _BAR * kit.unit, height, ground))
        self._paint(ground)

    def _chosen(self, _event: object) -> None:
        self.choose()

    def choose(self) -> None:
        """Do what a click does."""
        if self._row.command is not None:
            self._stage.want(self._row.command)

    def _step(self, by: int, _event: object) -> str:
        rows: list[Any] = [each for each in self.master.winfo_children() if isinstance(each, _RowView)]
        rows[max(0, min(rows.index(self) + by, len(rows) - 1))].focus_set()
        return "break"
