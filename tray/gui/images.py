"""Pictures for windows: a Pillow picture for Tk, and the window icon."""

import io
import tkinter as tk

from PIL import Image

from tray.view.icon.model import Icon, Situation
from tray.view.icon.palette import Taskbar
from tray.view.icon.render import draw

_ICON, _SAMPLE = 48, 62
"""Pixels of a window's icon, which the system scales, and the percentage it shows."""


def program_icon(root: tk.Tk) -> tk.PhotoImage:
    """Return the program's icon for the title bar and the taskbar."""
    icon = Icon(Situation.CALM, _SAMPLE, threshold=100)
    return photo(root, draw(icon, _ICON, Taskbar.LIGHT))


def photo(root: tk.Misc, picture: Image.Image) -> tk.PhotoImage:
    """Return a picture for Tk; the caller keeps it alive."""
    content = io.BytesIO()
    picture.save(content, "PNG")
    return tk.PhotoImage(master=root, data=content.getvalue())
