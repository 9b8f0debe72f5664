"""The look of the panel: fonts, sizes and the styles of its buttons, made of pictures in our colours."""

import tkinter as tk
from collections.abc import Callable
from tkinter import font, ttk
from typing import Any

from msgspec.structs import replace

from tray.gui.kit.pictures import Pictures
from tray.gui.theme import Theme, text_options

ELLIPSIS = "…"
_SMALLEST = 10
"""Points of the body, where the system has less: its own panels have larger texts than its dialogs."""


class Kit:
    """What all widgets of the panel share.

    Attributes:
        theme: The look of texts that are laid out by themselves.
        colours: The colours.
        unit: Pixels of a small gap; all lengths are multiples of it.
        pictures: Rings, bars and boxes.
        body: The font of text.
        strong: The same, bold.
        small: The font of further information.
        heading: The font of a card's title.
        title: The font of what the page is about.
        number: The font of large figures.
        figure: The font inside the ring.
        fixed: The font of commands.
    """

    def __init__(self, root: tk.Misc, theme: Theme) -> None:
        """Make the fonts and the styles."""
        self.colours, self.unit = theme.colours, theme.unit
        self.pictures = Pictures(root, theme.colours)
        self.body = _font(theme.body, 1.0)
        self.strong = _font(theme.body, 1.0, bold=True)
        self.small = _font(theme.body, 0.9)
        self.heading = _font(theme.body, 0.9, bold=True)
        self.title = _font(theme.body, 1.45, bold=True)
        self.number = _font(theme.body, 1.35, bold=True)
        self.figure = _font(theme.body, 2.0, bold=True)
        self.fixed = _font(theme.fixed, 0.9)
        self.theme = replace(theme, body=self.body, fixed=self.fixed)
        self._install(ttk.Style(root))

    def label(
        self, parent: tk.Misc, text: str = "", *, face: font.Font | None = None, colour: str = ""
    ) -> tk.Label:
        """Create a text on the background of its parent."""
        ground = str(parent.cget("background"))
        ink = colour or self.colours.ink
        plain = {"borderwidth": 0, "padx": 0, "pady": 0, "anchor": "w", "justify": "left"}
        return tk.Label(parent, text=text, font=face or self.body, background=ground, foreground=ink, **plain)  # type: ignore[arg-type]

    def paragraph(
        self, parent: tk.Misc, text: str, width: int, *, face: font.Font | None = None, colour: str = ""
    ) -> tk.Label:
        """Create a text that wraps at this width."""
        label = self.label(parent, text, face=face, colour=colour)
        label.configure(wraplength=width)
        return label

    def frame(self, parent: tk.Misc, ground: str = "") -> tk.Frame:
        """Create an area on the background of its parent."""
        return tk.Frame(parent, background=ground or str(parent.cget("background")), borderwidth=0)

    def button(
        self, parent: tk.Misc, text: str, command: Callable[[], object], style: str = "Kit.TButton"
    ) -> ttk.Button:
        """Create a button that Enter presses, too."""
        button = ttk.Button(parent, text=text, command=command, style=style)
        if style == "Link.TButton":
            button.configure(cursor="hand2")

        def pressed(_event: object) -> str:
            button.invoke()
            return "break"

        button.bind("<Return>", pressed)
        return button

    def field(self, parent: tk.Misc, name: str, typed: tk.StringVar) -> tuple[tk.Frame, tk.Entry]:
        """Create a field for a line of text, after its name, and the area of both."""
        c, area = self.colours, self.frame(parent)
        label = self.label(area, name, face=self.small, colour=c.faint)
        label.pack(side="left", padx=(0, 2 * self.unit))
        options: Any = text_options(self.theme)
        del options["wrap"], options["padx"]
        options |= {"background": c.code, "highlightbackground": c.edge}
        field = tk.Entry(area, textvariable=typed, **options)
        field.pack(side="left", fill="x", expand=True, ipady=self.unit // 2)
        return area, field

    def fit(self, text: str, face: font.Font, width: int) -> str:
        """Return the text, or its beginning and an ellipsis if it is wider than these pixels."""
        if face.measure(text) <= width:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if face.measure(text[:middle].rstrip() + ELLIPSIS) <= width:
                low = middle
            else:
                high = middle - 1
        return text[:low].rstrip() + ELLIPSIS

    def _install(self, style: ttk.Style) -> None:
        c, unit = self.colours, self.unit
        wide = (int(2.25 * unit), int(1.75 * unit))
        self._style(style, "Kit", (c.raised, c.hover, c.edge), c.surface, c.ink, wide)
        self._style(style, "Main", (c.accent, c.accent, c.accent), c.surface, c.accent_ink, wide)
        self._style(style, "Link", (c.surface, c.surface, c.surface), c.surface, c.link, (0, 0))
        self._style(style, "Code", (c.code, c.hover, c.code), c.code, c.link, (unit, unit // 2))
        self._style(style, "Choice", (c.surface, c.hover, c.surface), c.surface, c.ink, (unit, unit))
        self._style(style, "Quiet", (c.surface, c.hover, c.surface), c.surface, c.faint, (0, unit))
        self._style(style, "Head", (c.ground, c.hover, c.ground), c.ground, c.faint, (unit, unit // 2))
        self._style(
            style, "Tab", (c.ground, c.hover, c.ground), c.ground, c.faint, (2 * unit, int(1.5 * unit))
        )
        self._style(
            style, "Chosen", (c.ground, c.hover, c.ground), c.ground, c.ink, (2 * unit, int(1.5 * unit))
        )
        beside = (2 * unit, int(1.5 * unit))
        self._style(style, "Side", (c.ground, c.hover, c.ground), c.ground, c.ink, beside)
        self._style(style, "Beside", (c.surface, c.surface, c.edge), c.ground, c.ink, beside)
        style.configure("Side.TButton", anchor="w")
        style.configure("Beside.TButton", anchor="w", font=self.strong)
        style.configure("Main.TButton", font=self.strong)
        style.configure("Chosen.TButton", font=self.strong)
        style.configure("Link.TButton", font=self.small)
        style.configure("Code.TButton", font=self.small)
        style.configure("Quiet.TButton", font=self.small)
        style.configure("Choice.TButton", anchor="w")

    def _style(
        self,
        style: ttk.Style,
        name: str,
        fills: tuple[str, str, str],
        ground: str,
        ink: str,
        padding: tuple[int, int],
    ) -> None:
        """Make a style of buttons: `fills` are the colours at rest, under the mouse, and of the line."""
        c, radius = self.colours, int(1.25 * self.unit)
        rest, hover, line = fills
        thick = max(2, self.unit // 2)
        ring = c.ink if rest == c.accent else c.accent

        def box(fill: str, edge: str, thickness: int = max(1, self.unit // 4)) -> tk.PhotoImage:
            return self.pictures.box(radius, fill, edge, ground, thickness)

        off = ground if rest != c.accent else c.track
        style.element_create(
            f"{name}.box",
            "image",
            box(rest, line),
            ("disabled", box(off, line if line != c.accent else c.track)),
            ("focus", box(rest, ring, thick)),
            ("pressed", box(hover, line)),
            ("active", box(hover, line)),
            border=radius,
            padding=0,
            sticky="nsew",
        )
        label = ("Button.label", {"sticky": "nsew"})
        inner: Any = ("Button.padding", {"sticky": "nsew", "children": [label]})
        style.layout(f"{name}.TButton", [(f"{name}.box", {"sticky": "nsew", "children": [inner]})])
        style.configure(
            f"{name}.TButton",
            padding=padding,
            anchor="center",
            background=ground,
            foreground=ink,
            font=self.body,
            width=0,
        )
        style.map(f"{name}.TButton", foreground=[("disabled", c.off)], background=[("disabled", ground)])


def _font(base: font.Font, factor: float, *, bold: bool = False) -> font.Font:
    copied = base.copy()
    size = max(_SMALLEST, abs(int(base.actual("size"))))
    copied.configure(size=round(size * factor), weight="bold" if bold else "normal")
    return copied
