"""Draws the panel in every situation, keeps the pictures, and writes what is cut off, as JSON.

Use: ``python -m tests.desktop.panel_pictures LANGUAGE PREFIX [SITUATION ...]``, on the display of DISPLAY.
"""

from __future__ import annotations

import json
import os
import sys
import tkinter as tk
from tkinter import ttk

from PIL import ImageGrab

from tests.desktop.conftest import OUT
from tests.situations import situations
from tray.gui import theme
from tray.gui.panel.panel import PanelDialog
from tray.storage.translations import words_in


def draw(pane, words, name, press=""):
    """Keep a picture of the panel, and return its size and what is cut off in it."""
    root = tk.Tk(className="ClawTray")
    root.withdraw()
    panel = PanelDialog(root, theme.apply_theme(root), words, lambda _: None)
    panel.show(pane)
    panel.appear(None)
    if press:
        buttons = (each for each in _all(root) if isinstance(each, ttk.Button))
        next(each for each in buttons if str(each.cget("text")).startswith(press)).invoke()
    root.deiconify()
    root.wait_visibility()
    root.update()
    root.update()
    left, top = root.winfo_rootx(), root.winfo_rooty()
    box = (left, top, left + root.winfo_width(), top + root.winfo_height())
    picture = ImageGrab.grab(bbox=box, xdisplay=os.environ["DISPLAY"]).convert("RGB")
    OUT.mkdir(exist_ok=True)
    picture.save(OUT / f"{name}.png")
    cut = [part for widget in _all(root) if (part := _cut(widget))]
    size = root.winfo_width(), root.winfo_height()
    root.destroy()
    return {"size": size, "cut": cut, "colours": len(picture.reduce(4).getcolors(1 << 16) or ())}


def _all(widget):
    yield widget
    for child in widget.winfo_children():
        yield from _all(child)


def _cut(widget):
    """Describe a text that has less room than it asks for, or that reaches over the edge of what it is in."""
    if not isinstance(widget, tk.Label | ttk.Button) or not widget.winfo_ismapped():
        return None
    wanted = widget.winfo_reqwidth(), widget.winfo_reqheight()
    given = widget.winfo_width(), widget.winfo_height()
    parent = widget.master
    beyond = widget.winfo_x() + given[0] > parent.winfo_width()
    if wanted[0] <= given[0] and wanted[1] <= given[1] and not beyond:
        return None
    return f"{widget.cget('text')!r}: {wanted} in {given}{' beyond its parent' if beyond else ''}"


def main():
    """Draw them all."""
    language, prefix, *names = sys.argv[1:]
    words = words_in(language)
    panes = situations(words)
    found = {name: draw(panes[name], words, f"{prefix}-{name}") for name in names or panes}
    if not names:
        for name, page, press in (
            ("asking", "now", words("Compact…")),
            ("starting-over", "now", words("New…")),
            ("picking", "now", "opus"),
            ("all-sessions", "many", words("All {n}…", n=200)),
            ("ask-sessions", "ask-many", "ClawTray"),
            ("ask-model", "ask", words("Session's model")[:3]),
            ("ask-preset", "ask", "Summarise this session"),
        ):
            found[name] = draw(panes[page], words, f"{prefix}-{name}", press)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
