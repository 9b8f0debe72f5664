"""Areas that arrange what is in them: buttons that wrap, and a page that scrolls."""

from __future__ import annotations  # `tk.Event[…]` cannot be evaluated

import sys
import tkinter as tk
from collections.abc import Sequence
from typing import Any

from tray.gui.kit.kit import Kit

_WHEEL = 120
"""Units of one step of the wheel on Windows."""


def flow(area: tk.Frame, parts: Sequence[tk.Widget], width: int, gap: int, *, apart: bool = False) -> None:
    """Place widgets side by side in an area, in as many lines as this width needs, and make it as high.

    Args:
        area: Their parent.
        parts: The widgets, in order.
        width: Pixels available.
        gap: Pixels between two widgets.
        apart: The last one stands at the right edge.
    """
    sizes = [(part.winfo_reqwidth(), part.winfo_reqheight()) for part in parts]
    x = y = high = 0
    for part, (wide, tall) in zip(parts, sizes, strict=True):
        if x and x + wide > width:
            x, y, high = 0, y + high + gap, 0
        left = width - wide if apart and part is parts[-1] else x
        part.place(x=left, y=y, width=min(wide, width), height=tall)
        x, high = x + wide + gap, max(high, tall)
    area.configure(width=width, height=max(1, y + high))


class Scroll(tk.Frame):
    """Shows one of several pages, which scrolls if it is higher than its room; `inner` is that page."""

    def __init__(self, parent: tk.Misc, kit: Kit, width: int) -> None:
        """Create an empty page of this width."""
        c, self._kit = kit.colours, kit
        super().__init__(parent, background=c.ground, borderwidth=0)
        self._canvas = tk.Canvas(
            self, background=c.ground, highlightthickness=0, borderwidth=0, width=width, height=1
        )
        self._canvas.pack(side="left", fill="both", expand=True)
        self._thumb = tk.Frame(self, background=c.line, borderwidth=0)
        self.inner = self.new_page()
        self._window = self._canvas.create_window(0, 0, window=self.inner, anchor="nw", width=width)
        self._canvas.configure(yscrollcommand=self._moved)
        root = self.winfo_toplevel()
        for event in ("<MouseWheel>", "<Button-4>", "<Button-5>"):
            root.bind(event, self._wheel)
        root.bind("<Prior>", lambda _: self._canvas.yview_scroll(-1, "pages"))
        root.bind("<Next>", lambda _: self._canvas.yview_scroll(1, "pages"))

    def new_page(self) -> tk.Frame:
        """Return a page without content that is not shown yet."""
        page = tk.Frame(self._canvas, background=self._kit.colours.ground, borderwidth=0)
        page.bind("<Configure>", self._resized)
        return page

    def turn(self, page: tk.Frame) -> None:
        """Show a page from its beginning, at once: what is on it is there already."""
        if page is not self.inner:
            page.update_idletasks()
            self.inner = page
            self._canvas.itemconfigure(self._window, window=page)
            self._canvas.yview_moveto(0)

    def resize(self, height: int) -> None:
        """Give the page this many pixels."""
        self._canvas.configure(height=height)

    def reveal(self, widget: tk.Misc) -> None:
        """Scroll so far that a widget of the page is seen."""
        top = widget.winfo_rooty() - self.inner.winfo_rooty()
        bottom, whole = top + widget.winfo_height(), max(1, self.inner.winfo_height())
        first, room = self._canvas.canvasy(0), self._canvas.winfo_height()
        if top < first:
            self._canvas.yview_moveto(top / whole)
        elif bottom > first + room:
            self._canvas.yview_moveto((bottom - room) / whole)

    def _resized(self, _event: object) -> None:
        self._canvas.configure(scrollregion=self._canvas.bbox("all"))
        self._canvas.yview_moveto(self._canvas.yview()[0])  # not beyond the end of a page that became shorter

    def _wheel(self, event: tk.Event[Any]) -> None:
        inner = event.widget
        if self._canvas.yview() == (0.0, 1.0) or (isinstance(inner, tk.Text) and inner.yview() != (0.0, 1.0)):
            return  # a text that is cut off scrolls by itself
        if event.num in (4, 5):
            steps = -1 if event.num == 4 else 1  # noqa: PLR2004 - X11's buttons of the wheel
        else:
            steps = -event.delta // (_WHEEL if sys.platform == "win32" else 1)
        self._canvas.yview_scroll(steps * 2, "units")

    def _moved(self, first: float, last: float) -> None:
        """Show where in the page we are, at its right edge, unless all of it is seen."""
        top, bottom = float(first), float(last)
        if top <= 0 and bottom >= 1:
            self._thumb.place_forget()
            return
        unit = self._kit.unit
        self._thumb.place(
            relx=1.0, x=-unit - unit // 2, rely=top, relheight=bottom - top, width=max(2, unit * 3 // 4)
        )
