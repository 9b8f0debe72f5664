"""A field to type in: its label above, the line with round corners, and below it a hint or what is wrong."""

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

from tray.gui.kit.kit import Kit
from tray.i18n.words import Words
from tray.view.panel.forms import Field

_MASK = "●"


class FieldView(tk.Frame):
    """The widget of `Field`. What stands in it changes by typing, and where another text is asked for.

    Attributes:
        entry: Takes the keyboard.
        label: Its name.
    """

    def __init__(
        self,
        parent: tk.Misc,
        kit: Kit,
        words: Words,
        width: int,
        *,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """Create an empty field.

        Args:
            parent: Where it is.
            kit: The look.
            words: The language.
            width: Pixels of its line.
            changed: Called when something was typed.
        """
        super().__init__(parent, background=str(parent.cget("background")), borderwidth=0)
        self._kit, self._words = kit, words
        self._field = Field("")
        self._shown = False
        unit = kit.unit
        head = kit.frame(self)
        head.pack(fill="x", pady=(0, unit))
        self.label = kit.label(head, face=kit.small, colour=kit.colours.faint)
        self.label.pack(side="left")
        self._text = tk.StringVar(self)
        _install(kit, ttk.Style(self))
        self.entry = ttk.Entry(self, textvariable=self._text, style="Kit.TEntry", font=kit.body, width=1)
        self.entry.pack(fill="x")
        self._head = head
        self._toggle = kit.button(self, words("Show"), self._show_or_hide, "Link.TButton")
        self._note = kit.paragraph(self, "", width, face=kit.small, colour=kit.colours.faint)
        self._text.trace_add("write", lambda *_: changed())

    def show(self, field: Field) -> None:
        """Show this field; what was typed stays."""
        kit, before, self._field = self._kit, self._field, field
        self.label.configure(text=field.label)
        if field.text != before.text:
            self._text.set(field.text)
        if field.masked:
            self._toggle.pack(side="right", in_=self._head)
            self._mask()
        note = field.error or field.hint
        self._note.configure(text=note, foreground=kit.colours.error if field.error else kit.colours.faint)
        self.entry.configure(style="Wrong.TEntry" if field.error else "Kit.TEntry")
        if note:
            self._note.pack(fill="x", pady=(kit.unit, 0))
        else:
            self._note.pack_forget()

    @property
    def text(self) -> str:
        """What stands in it."""
        return self._text.get()

    @text.setter
    def text(self, text: str) -> None:
        self._text.set(text)

    def enable(self, *, on: bool) -> None:
        """Take input, or none for now."""
        self.entry.state(["!disabled"] if on else ["disabled"])

    def _show_or_hide(self) -> None:
        self._shown = not self._shown
        words = self._words
        self._toggle.configure(text=words("Hide") if self._shown else words("Show"))
        self._mask()

    def _mask(self) -> None:
        self.entry.configure(show="" if self._shown else _MASK)


def _install(kit: Kit, style: ttk.Style) -> None:
    if "Kit.field" in style.element_names():
        return
    c, unit = kit.colours, kit.unit
    radius, thin, thick = int(1.25 * unit), max(1, unit // 4), max(2, unit // 2)

    def box(edge: str, thickness: int, fill: str = c.code) -> tk.PhotoImage:
        return kit.pictures.box(radius, fill, edge, c.surface, thickness)

    for name, edge in (("Kit", c.line), ("Wrong", c.error)):
        element = f"{name}.field"
        style.element_create(
            element,
            "image",
            box(edge, thin if name == "Kit" else thick),  # seen without colours, too
            ("disabled", box(c.edge, thin, c.surface)),
            ("focus", box(c.accent if name == "Kit" else c.error, thick)),
            border=radius,
            padding=0,
            sticky="nsew",
        )
        area = ("Entry.textarea", {"sticky": "nsew"})
        padding = ("Entry.padding", {"sticky": "nsew", "children": [area]})
        style.layout(f"{name}.TEntry", [(element, {"sticky": "nsew", "children": [padding]})])  # type: ignore[list-item]
        style.configure(
            f"{name}.TEntry",
            padding=(2 * unit, int(1.5 * unit)),
            foreground=c.ink,
            insertcolor=c.ink,
            selectbackground=c.selected,
            selectforeground=c.selected_ink,
        )
        style.map(f"{name}.TEntry", foreground=[("disabled", c.off)])
