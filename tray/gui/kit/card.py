"""A card: a box with round corners that grows with what is in it."""

import tkinter as tk
from abc import abstractmethod
from collections.abc import Callable
from functools import partial
from tkinter import ttk
from typing import ClassVar, Generic, TypeAlias, TypeVar

import msgspec

from tray.gui.kit.kit import Kit
from tray.gui.kit.layout import flow
from tray.i18n.words import Words
from tray.view.panel.cards import Action, Card
from tray.view.panel.forms import TryGateway
from tray.view.panel.sent import PanelCommand

_MIDDLE = 64
"""Pixels that the sides of a card repeat: fewer take longer to draw."""

CardT = TypeVar("CardT", bound=Card)


Lead: TypeAlias = Callable[[tk.Misc, int], ttk.Button]
"""Makes the first button of a line, at most so many pixels wide."""


class Stage(msgspec.Struct, frozen=True):
    """What cards need of the panel.

    Attributes:
        kit: The look.
        words: The language.
        want: Sends a command of the user.
        changed: Called when a card has become higher or lower because of a click.
        copy: Puts a text on the clipboard.
        width: Pixels of a card's content.
    """

    kit: Kit
    words: Words
    want: Callable[[PanelCommand | TryGateway], None]
    changed: Callable[[], None]
    copy: Callable[[str], None]
    width: int


class CardView(tk.Frame, Generic[CardT]):
    """The widget of a card; `show` draws what differs from the card that it shows.

    Attributes:
        inset: Units by which its content reaches beyond that of other cards, at the left and the right.
        first: What gets the keyboard when its page is opened; None for nothing.
    """

    inset: ClassVar[int] = 0

    def __init__(self, parent: tk.Misc, stage: Stage) -> None:
        """Create an empty card."""
        kit = stage.kit
        super().__init__(parent, background=kit.colours.ground, borderwidth=0)
        self.stage, self.kit = stage, kit
        self.card: CardT | None = None
        self.first: tk.Misc | None = None
        outer = box(self, kit, ((4 - self.inset) * kit.unit, 4 * kit.unit))
        outer.pack(fill="x")
        self.body = tk.Frame(outer, background=kit.colours.surface, borderwidth=0)
        self.body.pack(fill="x")

    def show(self, card: CardT) -> None:
        """Show this card in place of the last one."""
        before, self.card = self.card, card
        if card != before:
            self.draw(card, before)

    @abstractmethod
    def draw(self, card: CardT, before: CardT | None) -> None:
        """Draw a card that differs from the one before; None for the first."""

    def cancel(self) -> bool:
        """Take back a question of the card; return whether there was one."""
        return any(isinstance(each, Buttons) and each.cancel() for each in self.body.winfo_children())

    def holds(self) -> bool:
        """Return whether the panel is to stay open when it is left."""
        return False

    def end(self) -> None:
        """Send what would be lost with the panel."""

    def clear(self, area: tk.Misc | None = None) -> None:
        """Remove everything from an area, by default from the card."""
        for child in (area or self.body).winfo_children():
            child.destroy()


class Buttons(tk.Frame):
    """The buttons of a card. One with a question is replaced by it until it is answered.

    The question belongs to the very command that it was asked for: where that is no longer offered, it goes.
    """

    def __init__(self, parent: tk.Misc, stage: Stage, *, apart: bool = False) -> None:
        """Create it without buttons; `apart`: the last one stands at the right edge."""
        super().__init__(parent, background=str(parent.cget("background")), borderwidth=0)
        self._stage, self._specs = stage, ()  # type: tuple[Stage, tuple[Action, ...]]
        self._apart = apart
        self._lead: Lead | None = None
        self.asked: Action | None = None

    def show(self, specs: tuple[Action, ...], lead: Lead | None = None) -> None:
        """Show these buttons, after the one that `lead` makes, if any."""
        self._specs, self._lead = specs, lead
        if self.asked is not None:
            now = next((s for s in specs if s.command == self.asked.command and s.enabled), None)
            if now is not None:
                if now != self.asked:
                    self._ask(now)
                return
            self.asked = None
        self._draw()

    def ask(self, spec: Action) -> None:
        """Ask the question of an action, in place of the buttons."""
        self._ask(spec)
        self._stage.changed()

    def cancel(self) -> bool:
        """Take a question back; return whether there was one."""
        if self.asked is None:
            return False
        asked, self.asked = self.asked, None
        self._draw(asked.label)
        self._stage.changed()
        return True

    def _draw(self, focused: str = "") -> None:
        focused = focused or self._focused_label()
        for child in self.winfo_children():
            child.destroy()
        kit = self._stage.kit
        parts: list[ttk.Button] = []
        for spec in self._specs:
            style = "Main.TButton" if spec.main and spec.enabled else "Kit.TButton"
            button = kit.button(self, spec.label, partial(self._press, spec), style)
            button.state(["!disabled"] if spec.enabled else ["disabled"])
            parts.append(button)
            if spec.label == focused:
                button.focus_set()
        gap, width = int(1.5 * kit.unit), self._stage.width
        if self._lead is not None:
            room = width - sum(part.winfo_reqwidth() + gap for part in parts)
            first = self._lead(self, room)
            tk.Misc.lower(first)  # the keyboard comes to it first, too
            parts.insert(0, first)
            if str(first.cget("text")) == focused:
                first.focus_set()
        if parts:
            flow(self, parts, width, gap, apart=self._apart)
        else:
            self.configure(height=1)

    def _press(self, spec: Action) -> None:
        if spec.question:
            self.ask(spec)
        else:
            self._stage.want(spec.command)

    def _ask(self, spec: Action) -> None:
        self.asked = spec
        for child in self.winfo_children():
            child.destroy()
        kit, unit = self._stage.kit, self._stage.kit.unit
        area = kit.frame(self)
        area.pack(fill="x")
        for line in spec.question:
            kit.paragraph(area, line, self._stage.width).pack(fill="x", pady=(0, unit))
        row = kit.frame(area)
        row.pack(fill="x", pady=(unit, 0))
        cancel = kit.button(row, self._stage.words("Cancel"), self.cancel)
        act = kit.button(row, spec.confirm, partial(self._confirm, spec), "Main.TButton")
        flow(row, [cancel, act], self._stage.width, int(1.5 * unit))
        cancel.focus_set()

    def _confirm(self, spec: Action) -> None:
        self._stage.want(spec.command)
        self.cancel()

    def _focused_label(self) -> str:
        focused = self.winfo_toplevel().focus_lastfor()
        if isinstance(focused, ttk.Button) and focused.winfo_parent() == str(self):
            return str(focused.cget("text"))
        return ""


def box(parent: tk.Misc, kit: Kit, padding: tuple[int, int]) -> ttk.Frame:
    """Create a box with round corners."""
    style, c, border = ttk.Style(parent), kit.colours, 2 * kit.unit
    if "Card.box" not in style.element_names():
        picture = kit.pictures.box(border, c.surface, c.edge, c.ground, max(1, kit.unit // 4), _MIDDLE)
        style.element_create("Card.box", "image", picture, border=border, sticky="nsew")
        style.layout("Card.TFrame", [("Card.box", {"sticky": "nsew"})])
    return ttk.Frame(parent, style="Card.TFrame", padding=padding)
