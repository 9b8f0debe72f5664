"""The large card: the ring, the session, its models and its buttons."""

import tkinter as tk
from functools import partial
from tkinter import ttk

from tray.gui.kit.card import Buttons, CardView, Stage
from tray.gui.kit.options import Line, Options
from tray.view.panel.cards import Choice, Hero, Picker

_RING, _STROKE, _ICON = 26, 3, 18
"""Units of the ring, of its line, and of an icon in its place."""
_ARROW, _PICKER = "  ▾", 20
"""What marks a picker, and the units of its text at the least."""


class HeroView(CardView[Hero]):
    """The widget of `Hero`."""

    def __init__(self, parent: tk.Misc, stage: Stage) -> None:
        super().__init__(parent, stage)
        kit, c, unit = self.kit, self.kit.colours, self.kit.unit
        top = kit.frame(self.body)
        top.pack(fill="x")
        self._ring = tk.Label(
            top,
            background=c.surface,
            foreground=c.ink,
            font=kit.figure,
            compound="center",
            borderwidth=0,
            padx=0,
            pady=0,
        )
        self._ring.pack(side="left", anchor="n")
        about = kit.frame(top)
        about.pack(side="left", fill="x", expand=True, padx=(4 * unit, 0))
        self._room = stage.width - (_RING + 4) * unit
        self._title = kit.paragraph(about, "", self._room, face=kit.title)
        self._title.pack(fill="x", pady=(0, unit))
        self._lines = kit.frame(about)
        self._lines.pack(fill="x")
        self._below = kit.frame(self.body)
        self._code = kit.frame(self.body)
        self._buttons = Buttons(self.body, stage)
        self._list = Options(self.body, stage, self._pick)
        self._picking = False

    def draw(self, card: Hero, before: Hero | None) -> None:
        """Draw what differs from the card before."""
        kit = self.kit
        if before is None or before.key != card.key:
            self._picking = False
        size = (_RING if card.icon is None else _ICON) * kit.unit // 2 * 2
        self._room = self.stage.width - size - 4 * kit.unit
        if card.icon is not None:
            picture = kit.pictures.icon(card.icon, size)
        else:
            picture = kit.pictures.ring(card.gauge, size, _STROKE * kit.unit)
        room = size - 2 * (_STROKE + 1) * self.kit.unit
        face = self.kit.figure if self.kit.figure.measure(card.figure) <= room else self.kit.number
        self._ring.configure(image=picture, text=card.figure, font=face)
        self._title.configure(text=card.title, wraplength=self._room)
        self._show_lines(card)
        self._show_code(card.code)
        if before is None or (card.picker, card.actions) != (before.picker, before.actions):
            self._show_actions(card)

    def cancel(self) -> bool:
        """Take a question back, or close the list of models; return whether there was one."""
        if self._picking:
            self._pick()
            return True
        return self._buttons.cancel()

    def _show_lines(self, card: Hero) -> None:
        kit, unit = self.kit, self.kit.unit
        self.clear(self._lines)
        for line in card.lines:
            text = kit.paragraph(self._lines, line, self._room, colour=kit.colours.faint)
            text.pack(fill="x", pady=(unit // 2, 0))
        self.clear(self._below)
        texts = ((card.reason, kit.colours.ink), (card.result, kit.colours.faint))
        for line, colour in texts:
            if line:
                text = kit.paragraph(self._below, line, self.stage.width, face=kit.small, colour=colour)
                text.pack(fill="x", pady=(unit, 0))
        if any(text for text, _ in texts):
            self._below.pack(fill="x", pady=(2 * unit, 0))
        else:
            self._below.pack_forget()

    def _show_code(self, code: str) -> None:
        kit, c, unit = self.kit, self.kit.colours, self.kit.unit
        self.clear(self._code)
        if not code:
            self._code.pack_forget()
            return
        box = tk.Frame(self._code, background=c.code, borderwidth=0, padx=2 * unit, pady=2 * unit)
        box.pack(fill="x")
        copy = kit.button(box, self.stage.words("Copy"), partial(self.stage.copy, code), "Code.TButton")
        copy.pack(side="right")
        room = self.stage.width - copy.winfo_reqwidth() - 6 * unit
        kit.paragraph(box, code, room, face=kit.fixed).pack(side="left")
        self._code.pack(fill="x", pady=(3 * unit, 0))

    def _show_actions(self, card: Hero) -> None:
        unit = self.kit.unit
        self._list.pack_forget()
        if self._picking and card.picker is not None:
            self._buttons.pack_forget()
            self._list.pack(fill="x", pady=(3 * unit, 0))
            self._list.show(self._lines_of(card.picker), card.picker.reason)
            return
        lead = None if card.picker is None else partial(self._lead, card.picker)
        self._buttons.show(card.actions, lead)
        if card.actions or lead is not None:
            self._buttons.pack(fill="x", pady=(4 * unit, 0))
        else:
            self._buttons.pack_forget()

    def _lead(self, picker: Picker, parent: tk.Misc, width: int) -> ttk.Button:
        kit = self.kit
        room = max(_PICKER * kit.unit, min(width - 6 * kit.unit, 2 * _PICKER * kit.unit))
        label = kit.fit(picker.label, kit.body, room - kit.body.measure(_ARROW))
        return kit.button(parent, label + _ARROW, self._pick)

    def _pick(self) -> None:
        self._picking = not self._picking
        if self.card is not None:
            self._show_actions(self.card)
        self.stage.changed()

    def _lines_of(self, picker: Picker) -> tuple[Line, ...]:
        return tuple(
            Line(choice.label, choice.detail, choice.chosen, choice.enabled, partial(self._choose, choice))
            for choice in picker.choices
        )

    def _choose(self, choice: Choice) -> None:
        self.stage.want(choice.command)
        self._pick()
