"""Boxes to tick and lists of which one is chosen, on cards."""

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

from PIL import Image, ImageDraw

from tray.gui.images import photo
from tray.gui.kit.kit import Kit

_FINE = 8
_STATES = tuple(
    (ticked, focused, enabled)
    for focused, enabled in ((False, True), (True, True), (False, False))
    for ticked in (False, True)
)
_pictures: list[tk.PhotoImage] = []
"""Tk drops a picture when Python does."""


def check(
    parent: tk.Misc, kit: Kit, text: str, variable: tk.BooleanVar, changed: Callable[[], None]
) -> ttk.Checkbutton:
    """Create a box to tick."""
    _install(kit, ttk.Style(parent))
    return ttk.Checkbutton(
        parent, text=text, variable=variable, command=changed, style="Kit.TCheckbutton", takefocus=True
    )


def radio(
    parent: tk.Misc, kit: Kit, text: str, variable: tk.StringVar, value: str, changed: Callable[[], None]
) -> ttk.Radiobutton:
    """Create one of several choices; the arrow keys lead to the others."""
    _install(kit, ttk.Style(parent))
    button = ttk.Radiobutton(
        parent, text=text, variable=variable, value=value, command=changed, style="Kit.TRadiobutton"
    )
    for key, move in (("<Down>", button.tk_focusNext), ("<Up>", button.tk_focusPrev)):
        button.bind(key, lambda _, move=move: _to(move()))  # type: ignore[misc]
    return button


def _to(widget: tk.Misc | None) -> str:
    if isinstance(widget, ttk.Radiobutton):
        widget.focus_set()
        widget.invoke()
    return "break"


def _install(kit: Kit, style: ttk.Style) -> None:
    if "Kit.check" in style.element_names():
        return
    size, gap = 5 * kit.unit, 2 * kit.unit
    for element, name, is_round in (("Kit.check", "Checkbutton", False), ("Kit.radio", "Radiobutton", True)):
        faces = [photo(style.master, _face(kit, size, gap, is_round, *state)) for state in _STATES]
        _pictures.extend(faces)
        plain, ticked, focused, focused_ticked, off, off_ticked = faces
        style.element_create(
            element,
            "image",
            plain,
            ("disabled", "selected", off_ticked),
            ("disabled", off),
            ("focus", "selected", focused_ticked),
            ("focus", focused),
            ("selected", ticked),
        )
        label = (f"{name}.label", {"side": "left", "sticky": "nswe"})
        style.layout(f"Kit.T{name}", [(element, {"side": "left", "sticky": ""}), label])  # type: ignore[list-item]
        style.configure(
            f"Kit.T{name}",
            background=kit.colours.surface,
            foreground=kit.colours.ink,
            font=kit.body,
            padding=0,
        )
        style.map(
            f"Kit.T{name}",
            background=[("active", kit.colours.surface)],
            foreground=[("disabled", kit.colours.off)],
        )


def _face(
    kit: Kit,
    size: int,
    gap: int,
    is_round: bool,  # noqa: FBT001 - one row of a table
    ticked: bool,  # noqa: FBT001 - as above
    focused: bool,  # noqa: FBT001 - as above
    enabled: bool,  # noqa: FBT001 - as above
) -> Image.Image:
    c, side = kit.colours, size * _FINE
    picture = Image.new("RGB", ((size + gap) * _FINE, side), c.surface)
    pen, radius = ImageDraw.Draw(picture), side // 2 if is_round else side // 5
    border = c.ink if focused and ticked else c.accent if focused or (ticked and enabled) else c.faint
    fill = (c.accent if enabled else c.line) if ticked else c.code
    pen.rounded_rectangle(
        (0, 0, side - 1, side - 1),
        radius=radius,
        fill=fill,
        outline=border,
        width=max(1, side // (8 if focused else 18)),
    )
    ink = c.accent_ink if enabled else c.surface
    if ticked and is_round:
        edge = side * 31 // 100
        pen.ellipse((edge, edge, side - edge, side - edge), fill=ink)
    elif ticked:
        points = [(int(side * x), int(side * y)) for x, y in ((0.24, 0.52), (0.43, 0.71), (0.77, 0.31))]
        pen.line(points, fill=ink, width=side // 8, joint="curve")
    return picture.resize((size + gap, size), Image.Resampling.LANCZOS)
