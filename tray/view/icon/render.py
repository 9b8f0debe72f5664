"""Turns an `Icon` into pixels. Must not know where the picture is used."""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from PIL import Image

from tray.settings.settings import IconStyle
from tray.view.icon.bar import bar
from tray.view.icon.digits import digits
from tray.view.icon.model import Icon, Situation
from tray.view.icon.offline import offline
from tray.view.icon.palette import CLEAR, PALETTES, Layer, Palette, Taskbar
from tray.view.icon.raster import FINE, Grid
from tray.view.icon.ring import ring

SMALLEST: Final = 16
"""Pixels; below this the signs do not fit."""

_TILE_ALPHA: Final = 225
_STYLES: Final = {IconStyle.RING: ring, IconStyle.DIGITS: digits, IconStyle.BAR: bar}


def draw(icon: Icon, size: int, taskbar: Taskbar | Palette) -> Image.Image:
    """Draw an icon as RGBA, `size` by `size` pixels, on a transparent background.

    Taskbars use even sizes. An odd size gets the next smaller picture and a blank edge at the right and
    bottom, because strokes are an even number of pixels around the middle.

    Raises:
        ValueError: `size` is below SMALLEST.
    """
    if size < SMALLEST:
        raise ValueError(f"an icon of {size} pixels is too small to be drawn")
    even = size - size % 2
    fine = Image.new("RGBA", (size * FINE, size * FINE), CLEAR)
    grid = Grid(even)
    palette = PALETTES[taskbar] if isinstance(taskbar, Taskbar) else taskbar
    for shape, colour in chain(_context(icon, grid, palette), _marks(icon, grid, palette)):
        fine.paste(colour, (0, 0), shape.mask())
    return fine.reduce(FINE)


def draw_on_tile(icon: Icon, size: int) -> Image.Image:
    """Draw an icon for a panel of unknown colour: as for a dark taskbar, on a dark tile of its own.

    On a dark panel the tile is hardly seen. A rim around shapes would fill gaps by which they differ.

    Raises:
        ValueError: The picture inside the tile is below SMALLEST.
    """
    rim = size // SMALLEST
    tile = Image.new("RGBA", (size * FINE, size * FINE), CLEAR)
    shape = Grid(size).rounded_box(0, 0, size, size, size // 4)
    tile.paste((*PALETTES[Taskbar.DARK].ground[:3], _TILE_ALPHA), (0, 0), shape.mask())
    picture = tile.reduce(FINE)
    picture.alpha_composite(draw(icon, size - 2 * rim, Taskbar.DARK), (rim, rim))
    return picture


def _context(icon: Icon, grid: Grid, palette: Palette) -> Iterator[Layer]:
    situation = icon.situation
    match situation:
        case Situation.CONNECTING | Situation.DOWN | Situation.REFUSED | Situation.NOT_SET_UP:
            yield from offline(situation, grid, palette)
        case _:
            yield from _STYLES[icon.style](icon, grid, palette)


def _marks(icon: Icon, grid: Grid, palette: Palette) -> Iterator[Layer]:
    # The dot and the badge, each with a gap around it.
    size = grid.size
    hair = size // 16
    dot, badge = size // 4, 2 * (3 * size // 16)
    if icon.style is IconStyle.DIGITS:
        badge = dot
    if icon.style is IconStyle.BAR:
        dot = badge = size * 5 // 16
    if icon.running:
        yield grid.disc(-hair, size - dot - hair, dot + 2 * hair), CLEAR
        yield grid.disc(0, size - dot, dot), palette.ink
    if icon.waiting:
        left, top = (0, 0) if icon.style is IconStyle.BAR else (size - badge, size - badge)
        yield grid.disc(left - hair, top - hair, badge + 2 * hair), CLEAR
        yield grid.disc(left, top, badge), palette.badge
