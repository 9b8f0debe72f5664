"""Pictures for windows: check marks, in place of the plain theme's crosses, and the window icon."""

import io
import tkinter as tk
from tkinter import ttk

from PIL import Image, ImageDraw

from tray.gui.palette import Colours
from tray.gui.theme import Theme
from tray.view.icon.model import Icon, Situation
from tray.view.icon.palette import Taskbar
from tray.view.icon.render import draw

_ICON, _SAMPLE = 48, 62
"""Pixels of a window's icon, which the system scales, and the percentage it shows."""
_FINE = 8
"""Pictures are drawn so many times larger and then scaled down."""


def install_check_marks(root: tk.Tk, theme: Theme) -> list[tk.PhotoImage]:
    """Draw the plain theme's checkboxes with check marks; the caller keeps the returned pictures alive."""
    style = ttk.Style(root)
    if style.theme_use() != "clam":
        return []
    size, gap = 5 * theme.unit, 2 * theme.unit
    faces = [photo(root, _box(theme.colours, size, gap, *each)) for each in _STATES]
    plain, ticked, focused, focused_ticked, off, off_ticked = faces
    style.element_create(
        "ClawTray.tick",
        "image",
        plain,
        ("disabled", "selected", off_ticked),
        ("disabled", off),
        ("focus", "selected", focused_ticked),
        ("focus", focused),
        ("selected", ticked),
    )
    style.layout(
        "TCheckbutton",
        [
            (
                "Checkbutton.padding",
                {
                    "sticky": "nswe",
                    "children": [
                        ("ClawTray.tick", {"side": "left", "sticky": ""}),
                        ("Checkbutton.label", {"side": "left", "sticky": "nswe"}),
                    ],
                },
            )
        ],
    )
    return faces


_STATES = tuple(
    (ticked, focused, enabled)
    for focused, enabled in ((False, True), (True, True), (False, False))
    for ticked in (False, True)
)


def _box(c: Colours, size: int, gap: int, ticked: bool, focused: bool, enabled: bool) -> Image.Image:  # noqa: FBT001 - one row of a table
    side = size * _FINE
    picture = Image.new("RGB", ((size + gap) * _FINE, side), c.ground)
    pen = ImageDraw.Draw(picture)
    border = c.accent if focused or (ticked and enabled) else c.faint if enabled else c.line
    fill = c.surface if not ticked else c.accent if enabled else c.line
    width = max(1, side // (10 if focused else 16))
    pen.rounded_rectangle(
        (0, 0, side - 1, side - 1), radius=side // 6, fill=fill, outline=border, width=width
    )
    if focused and ticked:
        pen.rounded_rectangle((0, 0, side - 1, side - 1), radius=side // 6, outline=c.ink, width=width)
    if ticked:
        points = [(int(side * x), int(side * y)) for x, y in ((0.24, 0.52), (0.43, 0.71), (0.77, 0.31))]
        pen.line(points, fill=c.accent_ink if enabled else c.ground, width=side // 8, joint="curve")
    return picture.resize((size + gap, size), Image.Resampling.LANCZOS)


def program_icon(root: tk.Tk) -> tk.PhotoImage:
    """Return the program's icon for the title bar and the taskbar."""
    icon = Icon(Situation.CALM, _SAMPLE, threshold=100)
    return photo(root, draw(icon, _ICON, Taskbar.LIGHT))


def photo(root: tk.Misc, picture: Image.Image) -> tk.PhotoImage:
    """Return a picture for Tk; the caller keeps it alive."""
    content = io.BytesIO()
    picture.save(content, "PNG")
    return tk.PhotoImage(master=root, data=content.getvalue())
