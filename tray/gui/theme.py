"""The look of windows: the system's widgets where they fit, else plain ones in our colours."""

import sys
import tkinter as tk
from tkinter import font, ttk
from typing import Any

import msgspec

from tray import system
from tray.gui.palette import DARK, LIGHT, Colours, high_contrast

_FONTS = ("TkDefaultFont", "TkTextFont", "TkFixedFont", "TkMenuFont", "TkHeadingFont", "TkCaptionFont")
_SMALLEST = 10
"""Points, where the system gives no size: Tk's default for X11 is too small for today's screens."""


class Theme(msgspec.Struct, frozen=True):
    """Colours, sizes and fonts of a window.

    Attributes:
        colours: The colours.
        dark: The colours are the dark ones.
        unit: Pixels of a small gap; all gaps are multiples of it, so they scale with the screen's resolution.
        body: The font of text.
        fixed: The font of code.
    """

    colours: Colours
    dark: bool
    unit: int
    body: font.Font
    fixed: font.Font


def native(themes: tuple[str, ...], *, windows: bool, dark: bool) -> str:
    """Return the ttk theme to use: Windows' own if available and light, since it has no dark colours."""
    return "vista" if windows and not dark and "vista" in themes else "clam"


def pixels(points: float, scaling: float) -> int:
    """Convert points to pixels; at least one."""
    return max(1, round(points * scaling))


def apply_theme(root: tk.Tk) -> Theme:
    """Apply the look to a new window and return it."""
    dark, contrast = system.current().prefers_dark(), system.current().contrast_colours()
    colours = DARK if dark else LIGHT
    if contrast is not None:
        colours = high_contrast(contrast.ground, contrast.ink, contrast.chosen, contrast.chosen_ink)
    scaling = float(root.tk.call("tk", "scaling"))
    unit = pixels(3, scaling)
    body, fixed = font.nametofont("TkDefaultFont"), font.nametofont("TkFixedFont")
    if sys.platform != "win32":
        for name in _FONTS:
            font.nametofont(name).configure(size=_SMALLEST)
    style = ttk.Style(root)
    theme = Theme(colours, dark, unit, body, fixed)
    chosen = native(style.theme_names(), windows=sys.platform == "win32", dark=dark or contrast is not None)
    style.theme_use(chosen)
    if chosen == "clam":
        _style_clam(style, theme)
        root.configure(background=colours.ground)
    else:
        ground = style.lookup("TFrame", "background")
        root.configure(background=ground)
        style.configure("TButton", padding=(2 * unit, unit // 3))
    style.configure("Faint.TLabel", foreground=colours.faint)
    root.event_delete("<<LineStart>>", "<Control-a>")  # Emacs keys, unexpected here
    root.event_add("<<SelectAll>>", "<Control-a>")
    return theme


def style_title_bar(root: tk.Tk, theme: Theme) -> None:
    """Set the colour of the title bar, which needs the realised window."""
    root.update_idletasks()
    system.current().set_dark_title_bar(int(root.wm_frame(), 16), dark=theme.dark)


def text_options(theme: Theme) -> dict[str, Any]:
    """Return the options of a multi-line field, with a visible focus."""
    c, unit = theme.colours, theme.unit
    return {
        "wrap": "word",
        "font": theme.body,
        "background": c.surface,
        "foreground": c.ink,
        "insertbackground": c.ink,
        "selectbackground": c.selected,
        "selectforeground": c.selected_ink,
        "relief": "flat",
        "borderwidth": 0,
        "highlightthickness": max(1, unit // 3),
        "highlightbackground": c.line,
        "highlightcolor": c.accent,
        "padx": 2 * unit,
    }


def _style_clam(style: ttk.Style, theme: Theme) -> None:
    # `clam` in our colours, with a visible focus everywhere.
    c, unit = theme.colours, theme.unit
    style.configure(
        ".",
        background=c.ground,
        foreground=c.ink,
        fieldbackground=c.surface,
        bordercolor=c.line,
        lightcolor=c.ground,
        darkcolor=c.ground,
        troughcolor=c.ground,
        selectbackground=c.selected,
        selectforeground=c.selected_ink,
        insertcolor=c.ink,
        focuscolor=c.accent,
        arrowcolor=c.ink,
        arrowsize=4 * unit,
    )
    style.map(".", foreground=[("disabled", c.off)])
    flat = {"lightcolor": c.raised, "darkcolor": c.raised, "background": c.raised}
    style.configure("TButton", padding=(4 * unit, int(1.5 * unit)), anchor="center", width=0, **flat)
    style.map(
        "TButton",
        background=[("disabled", c.ground), ("pressed", c.line), ("active", c.hover)],
        lightcolor=[("disabled", c.ground), ("pressed", c.line), ("active", c.hover)],
        darkcolor=[("disabled", c.ground), ("pressed", c.line), ("active", c.hover)],
        bordercolor=[("focus", c.accent)],
        foreground=[("disabled", c.off)],
    )
    style.configure(
        "TScrollbar",
        background=c.line,
        bordercolor=c.surface,
        lightcolor=c.line,
        darkcolor=c.line,
        troughcolor=c.surface,
        gripcount=0,
        arrowsize=3 * unit,
    )
    moved = [("active", c.faint)]
    style.map("TScrollbar", lightcolor=moved, darkcolor=moved, background=moved)
    thumb: Any = ("Vertical.Scrollbar.thumb", {"expand": True, "sticky": "nswe"})
    style.layout(
        "Vertical.TScrollbar", [("Vertical.Scrollbar.trough", {"sticky": "ns", "children": [thumb]})]
    )
