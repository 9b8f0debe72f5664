"""The panel: a window without a frame beside the tray icon, that closes when it is left.

It stays open while it has a text that was not sent, or an answer is on its way.
"""

from __future__ import annotations  # `tk.Event[…]` cannot be evaluated

import sys
import tkinter as tk
from collections.abc import Callable
from functools import partial
from tkinter import ttk
from typing import Any

from tray import system
from tray.core.commands import OpenSettings
from tray.core.model import Page
from tray.gui.base import Dialog
from tray.gui.ipc import Wish
from tray.gui.kit.card import CardView, Stage
from tray.gui.kit.kit import Kit
from tray.gui.kit.layout import Scroll
from tray.gui.panel.compose import ComposeView
from tray.gui.panel.exchange import ExchangeView
from tray.gui.panel.form import FormView
from tray.gui.panel.hero import HeroView
from tray.gui.panel.placement import Box, place
from tray.gui.panel.table import TableView
from tray.gui.panel.views import ChartView, EntriesView, FiguresView, NoteView, RequestView
from tray.gui.theme import Theme
from tray.i18n.words import Words
from tray.view.panel.cards import (
    Card,
    Chart,
    Compose,
    Entries,
    Exchange,
    Figures,
    Form,
    Hero,
    Note,
    PanelPane,
    Request,
    Rows,
    Tab,
)
from tray.view.panel.panes import Pane

WIDTH = 99
"""Units of the panel's width: 396 pixels at 100 %."""
_TALLEST = 190
"""Units of its height, at the most."""
_EDGE, _PADDING = 3, 4
"""Units around the cards, and inside them."""
_LOOK_AGAIN = 30
"""Milliseconds after the focus was lost, when it is known who has it."""
_SWALLOW = 300
"""Milliseconds between the end of the panel, as it is seen, and that of its process.

A second click on the icon first takes the focus away, which closes the panel, and then asks for the panel.
While the process still runs, the program brings it to the front instead of starting another one.
"""
_VIEWS: dict[type[Card], type[CardView[Any]]] = {
    Hero: HeroView,
    Rows: TableView,
    Request: RequestView,
    Compose: ComposeView,
    Exchange: ExchangeView,
    Figures: FiguresView,
    Chart: ChartView,
    Entries: EntriesView,
    Note: NoteView,
    Form: FormView,
}


class PanelDialog(Dialog):
    """The panel's head, tabs and cards."""

    def __init__(self, root: tk.Tk, theme: Theme, words: Words, want: Callable[[Wish], None]) -> None:
        super().__init__(root, theme, words, want)
        self.kit = Kit(root, theme)
        c, unit = self.kit.colours, self.kit.unit
        self.configure(padding=0)
        root.configure(background=c.edge)
        self._pane: PanelPane | None = None
        self._anchor: Box = (0, 0, 0, 0)
        self._views: list[CardView[Any]] = []
        self._pages: dict[Page, tuple[tk.Frame, list[CardView[Any]]]] = {}
        self._marks: list[tuple[ttk.Button, tk.Frame]] = []
        self._closing = False
        line = max(1, unit // 4)
        ground = tk.Frame(self, background=c.ground, borderwidth=0)
        ground.pack(fill="both", expand=True, padx=line, pady=line)
        self._head = self.kit.frame(ground)
        self._head.pack(fill="x", padx=(5 * unit, _EDGE * unit), pady=(_EDGE * unit, 0))
        self._gear = self.kit.button(self._head, "⚙", partial(want, OpenSettings()), "Head.TButton")
        self._gear.pack(side="right")
        self._name = self.kit.label(self._head, face=self.kit.strong)
        self._name.pack(side="left")
        self._about = self.kit.label(self._head, face=self.kit.small, colour=c.faint)
        self._about.configure(padx=unit)  # some fonts draw the last letter wider than Tk measures it
        self._about.pack(side="left", padx=(unit, 0))
        self._tabs = self.kit.frame(ground)
        self._tabs.pack(fill="x", padx=_EDGE * unit, pady=(unit, 2 * unit))
        width = WIDTH * unit
        self._scroll = Scroll(ground, self.kit, width - 2 * line)
        self._scroll.pack(fill="both", expand=True)
        content = width - 2 * line - 2 * (_EDGE + _PADDING) * unit
        self._stage = Stage(self.kit, words, want, self._fit, self.copy, content)
        root.bind("<Escape>", self._escape)
        root.bind("<FocusOut>", self._left)
        root.bind("<Button-1>", self._clicked, add="+")
        for number in (1, 2, 3, 4):
            root.bind(f"<Control-Key-{number}>", partial(self._page, number - 1))
        root.bind("<FocusIn>", self._focused)

    def show(self, pane: Pane) -> None:
        """Show a page; a card of the same kind in the same place keeps its widgets."""
        if not isinstance(pane, PanelPane):
            return
        before, self._pane = self._pane, pane
        self.root.title(pane.title)
        other_page = before is None or before.page is not pane.page
        self._show_head(pane)
        if before is None or before.tabs != pane.tabs:
            self._show_tabs(pane.tabs)
        self._show_cards(pane.page, pane.cards)
        if other_page:
            self.first = next((view.first for view in self._views if view.first is not None), self)
            self.first.focus_set()
        other_page = other_page or _shape(before) != _shape(pane)
        if before is not None and (other_page or not self._is_pointed_at()):
            self._fit()

    def appear(self, anchor: Box | None) -> None:
        """Take the frame away and place the window at the icon, or where the pointer has clicked."""
        x, y = self.root.winfo_pointerxy()
        self._anchor = (x, y, x, y) if anchor is None else anchor
        if sys.platform == "win32":
            self.root.overrideredirect(True)  # noqa: FBT003 - Tk's own
        else:  # a window that the window manager does not know gets no keyboard there
            self.root.attributes("-type", "splash")
        self.root.attributes("-topmost", True)  # noqa: FBT003 - Tk's own
        self.root.resizable(False, False)  # noqa: FBT003 - Tk's own
        self._fit()
        system.current().round_corners(int(self.root.wm_frame(), 16))

    def to_front(self) -> None:
        """Take the keyboard; not if it is being closed, which the click meant that asks for it."""
        if self._closing:
            return
        self.root.lift()
        last = self.root.focus_lastfor()
        (self.first if last is None or last is self.root else last).focus_force()

    def close(self) -> None:
        """Hide the window at once, and end this process a moment later; see `_SWALLOW`."""
        if not self._closing:
            self._closing = True
            for _, views in self._pages.values():
                for view in views:
                    view.end()
            self.root.withdraw()
            self.root.after(_SWALLOW, self.root.destroy)

    def _show_head(self, pane: PanelPane) -> None:
        kit, unit = self.kit, self.kit.unit
        room = (WIDTH - 8 - _EDGE) * unit - self._gear.winfo_reqwidth()
        name = kit.fit(pane.name, kit.strong, room)
        self._name.configure(text=name)
        room -= kit.strong.measure(name)
        fits = kit.small.measure(pane.about) <= room
        about = pane.about if fits else pane.about.partition(" · ")[0]  # the connection comes first
        self._about.configure(text=kit.fit(about, kit.small, room))

    def _show_tabs(self, tabs: tuple[Tab, ...]) -> None:
        kit, c, unit = self.kit, self.kit.colours, self.kit.unit
        if not self._marks:
            for column, tab in enumerate(tabs):
                button = kit.button(self._tabs, tab.label, partial(self.want, tab.command), "Tab.TButton")
                button.grid(row=0, column=column, sticky="ew")
                self._tabs.grid_columnconfigure(column, weight=1)
                mark = tk.Frame(self._tabs, width=9 * unit, height=max(2, unit * 3 // 4))
                mark.grid(row=1, column=column)
                self._marks.append((button, mark))
                for key, by in (("<Left>", -1), ("<Right>", 1)):
                    button.bind(key, partial(self._step, column, by))
        for tab, (button, mark) in zip(tabs, self._marks, strict=True):
            button.configure(style="Chosen.TButton" if tab.chosen else "Tab.TButton")
            mark.configure(background=c.accent if tab.chosen else c.ground)

    def _step(self, column: int, by: int, _event: object) -> str:
        self._marks[(column + by) % len(self._marks)][0].focus_set()
        return "break"

    def _show_cards(self, page: Page, cards: tuple[Card, ...]) -> None:
        if page not in self._pages:
            self._pages[page] = (self._scroll.new_page() if self._pages else self._scroll.inner, [])
        inner, self._views = self._pages[page]
        for number, card in enumerate(cards):
            wanted = _VIEWS[type(card)]
            if number < len(self._views) and type(self._views[number]) is not wanted:
                self._drop(number)
            if number == len(self._views):
                view = wanted(inner, self._stage)
                view.pack(fill="x", padx=_EDGE * self.kit.unit, pady=(0, 2 * self.kit.unit))
                self._views.append(view)
            self._views[number].show(card)
        self._drop(len(cards))
        self._scroll.turn(inner)

    def _drop(self, number: int) -> None:
        """Remove the cards from this one on."""
        for view in self._views[number:]:
            view.destroy()
        del self._views[number:]

    def _fit(self) -> None:
        """Make the window as high as its page, if there is room, and keep it at the icon."""
        root, unit = self.root, self.kit.unit
        root.update_idletasks()
        area = self._area()
        head = self._head.winfo_reqheight() + self._tabs.winfo_reqheight() + 7 * unit
        most = min(_TALLEST * unit, area[3] - area[1] - 4 * unit)
        height = min(self._scroll.inner.winfo_reqheight() + head, most)
        self._scroll.resize(height - head)
        x, y = place(self._anchor, area, (WIDTH * unit, height), 2 * unit)
        root.geometry(f"{WIDTH * unit}x{height}+{x}+{y}")

    def _area(self) -> Box:
        screen = (0, 0, self.root.winfo_screenwidth(), self.root.winfo_screenheight())
        return system.current().work_area(self._anchor[:2]) or screen

    def _is_pointed_at(self) -> bool:
        over = self.root.winfo_containing(*self.root.winfo_pointerxy())
        return over is not None

    def _page(self, number: int, _event: object) -> str:
        if self._pane is not None and number < len(self._pane.tabs):
            self.want(self._pane.tabs[number].command)
        return "break"

    def _escape(self, _event: object) -> str:
        """Take back a question, else close."""
        if not any(view.cancel() for view in self._views):
            self.close()
        return "break"

    def _clicked(self, _event: object) -> None:
        """Take the keyboard where the window manager does not give it to a window without a frame."""
        if not self._has_keyboard():
            self.root.focus_force()

    def _has_keyboard(self) -> bool:
        return bool(self.root.tk.call("focus", "-displayof", "."))

    def _left(self, _event: object) -> None:
        self.root.after(_LOOK_AGAIN, self._close_if_left)

    def _close_if_left(self) -> None:
        held = any(view.holds() for view in self._views)
        if not self._closing and not held and not self._has_keyboard():
            self.close()

    def _focused(self, event: tk.Event[tk.Misc]) -> None:
        if str(event.widget).startswith(str(self._scroll.inner)):
            self._scroll.reveal(event.widget)


def _shape(pane: PanelPane | None) -> list[tuple[bool, bool]]:
    """Return what makes a page another one, such as the first session after a failure."""
    cards = () if pane is None else pane.cards
    large = (card for card in cards if isinstance(card, Hero | Form))
    return [(isinstance(card, Hero), isinstance(card, Hero) and card.icon is None) for card in large]
