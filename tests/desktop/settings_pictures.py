"""Draws the pages of the Settings window, keeps the pictures, and writes what is cut off, as JSON.

Use: ``python -m tests.desktop.settings_pictures LANGUAGE PREFIX``, on the display of DISPLAY.
"""

from __future__ import annotations

import functools
import json
import os
import sys
import tkinter as tk

from PIL import ImageGrab

from tests.desktop.conftest import OUT
from tests.desktop.panel_pictures import _all, _cut
from tests.panes import PANES
from tray.core.model import SettingsPage, WindowKind
from tray.gui import theme
from tray.gui.settings import pages
from tray.gui.settings.dialog import SettingsDialog
from tray.settings.settings import Preset
from tray.storage.translations import words_in
from tray.values import replace
from tray.view.panel.forms import Login, Result

PANE = replace(PANES[WindowKind.SETTINGS], login=Login("In use: the one from ~/.openclaw/openclaw.json."))


def wrong(dialog):
    """Type what cannot be saved, on every page."""
    shown = dialog._pages
    shown[SettingsPage.GENERAL]._poll.text = "1"
    shown[SettingsPage.GENERAL]._to.text = "soon"
    shown[SettingsPage.ICON]._critical.text = "50"
    shown[SettingsPage.GATEWAYS]._url.text = "ws://gateway.example"
    shown[SettingsPage.PROMPTS]._title.text = ""
    gateways = shown[SettingsPage.GATEWAYS]
    gateways.tried = "it"
    said = "ClawTray cannot reach gateway.example."
    result = Result("it", running=False, works=False, text=said, in_secret=False)
    dialog.show(replace(PANE, login=replace(PANE.login, result=result)))


def draw(words, name, page, spoil):
    """Keep a picture of a page, and return its size and what is cut off in it."""
    root = tk.Tk(className="ClawTray")
    root.withdraw()
    dialog = SettingsDialog(root, theme.apply_theme(root), words, lambda _: None)
    dialog.show(replace(PANE, presets=(*PANE.presets, Preset("한국어", "{date}"))))
    if spoil:
        wrong(dialog)
    dialog._turn(page)
    dialog._changed()
    dialog.appear(None)
    root.deiconify()
    root.wait_visibility()
    root.update()
    root.update()
    left, top = root.winfo_rootx(), root.winfo_rooty()
    box = (left, top, left + root.winfo_width(), top + root.winfo_height())
    OUT.mkdir(exist_ok=True)
    ImageGrab.grab(bbox=box, xdisplay=os.environ["DISPLAY"]).convert("RGB").save(OUT / f"{name}.png")
    cut = [part for widget in _all(root) if (part := _cut(widget))]
    size = root.winfo_width(), root.winfo_height()
    root.destroy()
    return {"size": size, "cut": cut}


def main():
    """Draw them all."""
    language, prefix = sys.argv[1:]
    words = words_in(language)
    pages.draw = functools.cache(pages.draw)  # each window shows the same icons
    found = {}
    for page in SettingsPage:
        found[page.value] = draw(words, f"{prefix}-{page.value}", page, spoil=False)
        name = f"{page.value}-wrong"
        found[name] = draw(words, f"{prefix}-{name}", page, spoil=True)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
