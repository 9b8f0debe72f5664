"""Reads a tray icon from the screen's pixels: by its shape, and apart from that by its colour."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Final

from PIL import Image, ImageChops, ImageStat

from tests.outline import outline_box
from tray.view.icon.model import Icon, Situation
from tray.view.icon.palette import Taskbar
from tray.view.icon.render import draw, draw_on_tile

_FURTHEST: Final = 16.0
"""The mean difference of a channel, of 255, up to which a picture is taken for a drawing."""
_STEP: Final = 5


@dataclass(frozen=True, slots=True)
class Panel:
    """What an icon stands on.

    Attributes:
        ground: Its colour.
        size: Pixels of an icon when it is drawn.
        taskbar: The kind of taskbar that the icon is drawn for; None where it has a tile of its own.
    """

    ground: tuple[int, int, int]
    size: int
    taskbar: Taskbar | None = Taskbar.DARK


def seen(picture: Image.Image | None, panel: Panel) -> Icon | None:
    """The icon of this panel that a picture, cut to its outline, shows; None if it is like none of ours.

    The percentage is right to about five points.
    """
    if picture is None:
        return None
    distances = {icon: _distance(picture, drawing) for icon, drawing in _drawings(panel).items()}
    nearest = min(distances, key=lambda icon: distances[icon])
    return nearest if distances[nearest] <= _FURTHEST else None


def colour(picture: Image.Image) -> str:
    """What a person would call it: green, amber, red, or grey where hardly anything is coloured."""
    pixels = [picture.getpixel((x, y)) for x in range(picture.width) for y in range(picture.height)]
    tints = [colorsys.rgb_to_hsv(*(channel / 255 for channel in pixel)) for pixel in pixels]
    hues = sorted(hue * 360 for hue, saturation, value in tints if saturation > 0.35 and value > 0.35)
    if len(hues) < 8:
        return "grey"
    middle = hues[len(hues) // 2]
    return "red" if middle < 20 or middle > 340 else "amber" if middle < 60 else "green"


def outline(picture: Image.Image, panel: Panel) -> Image.Image | None:
    """Cut a picture to what is not bare ground; None if all of it is."""
    box = outline_box(picture, panel.ground)
    return None if box is None else picture.crop(box)


@cache
def _drawings(panel: Panel) -> dict[Icon, Image.Image]:
    icons = [
        Icon(situation, running=running, waiting=waiting)
        for situation in Situation
        if situation not in {Situation.CALM, Situation.WARNING, Situation.CRITICAL}
        for running, waiting in product((False, True), repeat=2)
    ]
    for percent in range(0, 101, _STEP):
        situation = (
            Situation.CALM if percent < 75 else Situation.WARNING if percent < 90 else Situation.CRITICAL
        )
        icons += [
            Icon(situation, percent, stale, running=running, waiting=waiting)
            for stale, running, waiting in product((False, True), repeat=3)
        ]
    drawings = {icon: _drawn(icon, panel) for icon in icons}
    return {icon: drawing for icon, drawing in drawings.items() if drawing is not None}


def _drawn(icon: Icon, panel: Panel) -> Image.Image | None:
    picture = Image.new("RGBA", (panel.size, panel.size), (*panel.ground, 255))
    drawing = (
        draw_on_tile(icon, panel.size) if panel.taskbar is None else draw(icon, panel.size, panel.taskbar)
    )
    picture.alpha_composite(drawing)
    return outline(picture.convert("RGB"), panel)


def _distance(picture: Image.Image, drawing: Image.Image) -> float:
    difference = ImageChops.difference(picture, drawing.resize(picture.size, Image.Resampling.BILINEAR))
    return sum(ImageStat.Stat(difference).mean) / 3
