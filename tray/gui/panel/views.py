"""The smaller cards: what waits for a decision, figures, the chart, past notifications, and notes."""

from __future__ import annotations  # `tk.Event[…]` cannot be evaluated

import time
import tkinter as tk
from functools import partial
from tkinter import ttk
from typing import Any

from msgspec.structs import replace

from tray.gui.kit.card import Buttons, CardView, Stage
from tray.view import chart
from tray.view.panel.cards import Chart, Entries, Entry, Figures, Note, Request
from tray.view.panel.sent import PanelCommand

_CHART = 22
"""Units of the chart's height."""
_HASTE = 0.7
"""Seconds for which a request that has just appeared is not decided: the click may have meant another."""
_CODE = 30
"""Lines of a command, of which a longer one scrolls."""
_LONGEST_BODY = 3
"""Lines of a past notification."""


class NoteView(CardView[Note]):
    """The widget of `Note`."""

    def __init__(self, parent: tk.Misc, stage: Stage) -> None:
        super().__init__(parent, stage)
        self._text = self.kit.frame(self.body)
        self._text.pack(fill="x")
        self._buttons = Buttons(self.body, stage)

    def draw(self, card: Note, before: Note | None) -> None:
        """Draw what differs from the card before."""
        kit, unit = self.kit, self.kit.unit
        self.clear(self._text)
        if card.title:
            kit.paragraph(self._text, card.title, self.stage.width, face=kit.strong).pack(fill="x")
        for line in card.lines:
            text = kit.paragraph(self._text, line, self.stage.width, face=kit.small, colour=kit.colours.faint)
            text.pack(fill="x", pady=(unit if card.title else 0, unit // 2))
        if before is None or card.actions != before.actions:
            self._buttons.show(card.actions)
        if card.actions:
            self._buttons.pack(fill="x", pady=(2 * unit, 0))
        else:
            self._buttons.pack_forget()


class RequestView(CardView[Request]):
    """The widget of `Request`."""

    def __init__(self, parent: tk.Misc, stage: Stage) -> None:
        super().__init__(parent, stage)
        kit, c, unit = self.kit, self.kit.colours, self.kit.unit
        head = kit.frame(self.body)
        head.pack(fill="x")
        self._end = kit.label(head, face=kit.small, colour=c.faint)
        self._end.pack(side="right")
        self._title = kit.label(head, face=kit.strong, colour=c.warning)
        self._title.pack(side="left")
        self._since = 0.0
        self._box = kit.frame(self.body)
        self._code = tk.Text(
            self._box,
            font=kit.fixed,
            background=c.code,
            foreground=c.ink,
            selectbackground=c.selected,
            selectforeground=c.selected_ink,
            inactiveselectbackground=c.selected,
            wrap="char",
            width=1,
            height=1,
            borderwidth=0,
            highlightthickness=max(1, unit // 4),
            highlightbackground=c.edge,
            highlightcolor=c.accent,
            padx=2 * unit,
            pady=2 * unit,
            takefocus=True,
            cursor="arrow",
        )
        for sequence in ("<Tab>", "<Shift-Tab>", "<ISO_Left_Tab>"):
            self._code.bind(sequence, self._leave)
        self._bar = ttk.Scrollbar(self._box, orient="vertical", command=self._code.yview)
        self._code.configure(yscrollcommand=self._bar.set)
        self._note = kit.paragraph(self.body, "", stage.width, face=kit.small, colour=c.warning)
        self._lines = kit.frame(self.body)
        self._lines.pack(fill="x", pady=(unit, 0))
        self._buttons = Buttons(self.body, replace(stage, want=self._decided), apart=True)

    def draw(self, card: Request, before: Request | None) -> None:
        """Draw what differs from the card before."""
        kit, unit = self.kit, self.kit.unit
        if before is None or before.id != card.id:
            self._since = time.monotonic()
        self._end.configure(text=card.end)
        self._title.configure(foreground=kit.colours.warning if card.actions else kit.colours.ink)
        room = self.stage.width - kit.small.measure(card.end) - 2 * unit
        self._title.configure(text=kit.fit(card.title, kit.strong, room))
        if before is None or card.code != before.code:
            self._show_code(card)
        self._note.configure(text=card.note)
        if card.note:
            self._note.pack(fill="x", pady=(unit, 0), after=self._box if card.code else self._lines)
        else:
            self._note.pack_forget()
        if before is None or card.lines != before.lines:
            self.clear(self._lines)
            for line in card.lines:
                text = kit.paragraph(
                    self._lines, line, self.stage.width, face=kit.small, colour=kit.colours.faint
                )
                text.pack(fill="x")
        if before is None or card.actions != before.actions:
            self._buttons.show(card.actions)
        if card.actions:
            self._buttons.pack(fill="x", pady=(3 * unit, 0))
        else:
            self._buttons.pack_forget()

    def _decided(self, command: PanelCommand) -> None:
        if time.monotonic() - self._since > _HASTE:
            self.stage.want(command)

    def _show_code(self, card: Request) -> None:
        if not card.code:
            self._box.pack_forget()
            return
        kit, code = self.kit, self._code
        code.configure(state="normal")
        code.delete("1.0", "end")
        code.insert("1.0", "\n".join(card.code))
        self._bar.pack_forget()
        code.pack(side="left", fill="x", expand=True)
        self._box.pack(fill="x", pady=(2 * kit.unit, 0), after=self._lines)
        code.update_idletasks()
        lines: Any = code.count("1.0", "end", "update", "displaylines")
        count = lines[0] if isinstance(lines, tuple) else lines
        height = max(int(count or 1), len(card.code))
        code.configure(state="disabled", height=min(height, _CODE))
        if height > _CODE:
            self._bar.pack(side="right", fill="y")

    def _leave(self, event: tk.Event[tk.Misc]) -> str:
        onward = event.keysym == "Tab" and not int(event.state) & 1
        (self._code.tk_focusNext if onward else self._code.tk_focusPrev)().focus_set()  # type: ignore[union-attr]
        return "break"


class FiguresView(CardView[Figures]):
    """The widget of `Figures`."""

    def draw(self, card: Figures, before: Figures | None) -> None:  # noqa: ARG002 - all of it is small
        """Draw what differs from the card before."""
        self.clear()
        kit, faint = self.kit, self.kit.colours.faint
        width = self.stage.width // max(1, len(card.figures))
        for column, figure in enumerate(card.figures):
            cell = kit.frame(self.body)
            cell.grid(row=0, column=column, sticky="new")
            self.body.grid_columnconfigure(column, minsize=width, weight=1)
            room = width - kit.unit
            kit.label(cell, figure.label, face=kit.small, colour=faint).pack(fill="x")
            kit.label(cell, kit.fit(figure.value, kit.number, room), face=kit.number).pack(fill="x")
            kit.paragraph(cell, figure.detail, room, face=kit.small, colour=faint).pack(fill="x")


class ChartView(CardView[Chart]):
    """The widget of `Chart`: the bar under the pointer, or chosen by the arrow keys, is put into words."""

    def __init__(self, parent: tk.Misc, stage: Stage) -> None:
        super().__init__(parent, stage)
        kit, c, unit = self.kit, self.kit.colours, self.kit.unit
        head = kit.frame(self.body)
        head.pack(fill="x", pady=(0, 2 * unit))
        self._most = kit.label(head, face=kit.small, colour=c.faint)
        self._most.pack(side="right")
        self._title = kit.label(head, face=kit.heading, colour=c.faint)
        self._title.pack(side="left")
        self._height = _CHART * unit
        self._canvas = tk.Canvas(
            self.body,
            width=stage.width - 2 * max(1, unit // 2),
            height=self._height,
            background=c.surface,
            borderwidth=0,
            highlightthickness=max(1, unit // 2),
            highlightbackground=c.surface,
            highlightcolor=c.accent,
            takefocus=True,
        )
        self._canvas.pack()
        foot = kit.frame(self.body)
        foot.pack(fill="x", pady=(unit, 0))
        self._first = kit.label(foot, face=kit.small, colour=c.faint)
        self._first.pack(side="left")
        self._last = kit.label(foot, face=kit.small, colour=c.faint)
        self._last.pack(side="right")
        self._at: int | None = None
        self._canvas.bind("<Motion>", self._point)
        self._canvas.bind("<Leave>", lambda _: self._mark(None))
        self._canvas.bind("<FocusOut>", lambda _: self._mark(None))
        for key, by in (("<Left>", -1), ("<Right>", 1)):
            self._canvas.bind(key, partial(self._step, by))

    def draw(self, card: Chart, before: Chart | None) -> None:  # noqa: ARG002 - all of it is drawn
        """Draw what differs from the card before."""
        self._title.configure(text=card.title)
        self._first.configure(text=card.first)
        self._last.configure(text=card.last)
        self._mark(self._at)

    def _mark(self, at: int | None) -> None:
        card, c, unit = self.card, self.kit.colours, self.kit.unit
        if card is None:
            return
        self._at = at if at is not None and at < len(card.values) else None
        spoken = card.most if self._at is None else card.labels[self._at]
        room = self.stage.width - self.kit.heading.measure(card.title) - 4 * unit
        self._most.configure(text=self.kit.fit(spoken, self.kit.small, room))
        canvas, edge = self._canvas, max(1, unit // 2)
        canvas.delete("all")
        width, height, number = self.stage.width, self._height, len(card.values)
        step = width // number
        for bar in chart.bars(card.values, width, height - edge, max(1, unit // 2)):
            place = (bar.x - (width - step * number)) // step
            fill = c.ink if place == self._at else c.accent
            corners = (bar.x, bar.y + edge, bar.x + bar.width, bar.y + bar.height + edge)
            canvas.create_rectangle(*corners, fill=fill, outline="")
        canvas.create_line(0, height, width, height, fill=c.line)

    def _point(self, event: tk.Event[tk.Misc]) -> None:
        if self.card is not None:
            number = len(self.card.values)
            step = self.stage.width // number
            left = self.stage.width - step * number
            self._mark(max(0, min((event.x - left) // step, number - 1)))

    def _step(self, by: int, _event: object) -> str:
        if self.card is not None:
            last = len(self.card.values) - 1
            self._mark(last if self._at is None else max(0, min(self._at + by, last)))
        return "break"


class EntriesView(CardView[Entries]):
    """The widget of `Entries`."""

    def draw(self, card: Entries, before: Entries | None) -> None:  # noqa: ARG002 - they change rarely
        """Draw what differs from the card before."""
        self.clear()
        for place, entry in enumerate(card.entries):
            if place:
                line = tk.Frame(
                    self.body, background=self.kit.colours.edge, height=max(1, self.kit.unit // 4)
                )
                line.pack(fill="x", pady=3 * self.kit.unit)
            self._entry(entry)

    def _entry(self, entry: Entry) -> None:
        kit, c, unit = self.kit, self.kit.colours, self.kit.unit
        indent = 5 * unit
        head = kit.frame(self.body)
        head.pack(fill="x")
        dot = kit.pictures.dot(entry.tone, 2 * unit, c.surface)
        mark = tk.Label(head, image=dot, background=c.surface, borderwidth=0, padx=0, pady=0)
        mark.pack(side="left", anchor="n", padx=(0, indent - 2 * unit), pady=(unit, 0))
        kit.label(head, entry.end, face=kit.small, colour=c.faint).pack(side="right", anchor="n")
        room = self.stage.width - indent - kit.small.measure(entry.end) - 3 * unit
        kit.paragraph(head, entry.title, room, face=kit.strong).pack(side="left")
        below = kit.frame(self.body)
        below.pack(fill="x", padx=(indent, 0))
        for line in entry.body.splitlines()[:_LONGEST_BODY]:
            text = kit.paragraph(below, line, self.stage.width - indent, face=kit.small, colour=c.faint)
            text.pack(fill="x", pady=(unit // 2, 0))
        if entry.action is not None:
            command = partial(self.stage.want, entry.action.command)
            link = kit.button(below, entry.action.label, command, "Link.TButton")
            link.pack(anchor="w", pady=(unit // 2, 0))
