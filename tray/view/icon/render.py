"""Turns an `Icon` into pixels. Must not know where the picture is used."""

from collections.abc import Iterator
from enum import Enum
from functools import reduce
from itertools import chain, product
from operator import or_
from typing import Final, assert_never

import msgspec
from PIL import Image

from tray.view.icon import glyphs
from tray.view.icon.model import Icon, Situation
from tray.view.icon.raster import FINE, TURN, Grid, Shape

Colour = tuple[int, int, int, int]
Layer = tuple[Shape, Colour]

SMALLEST: Final = 16
"""Pixels; below this the signs inside the ring do not fit."""

_CLEAR: Final[Colour] = (0, 0, 0, 0)
_TILE_ALPHA: Final = 225


class Taskbar(Enum):
    """The taskbar behind the icon."""

    LIGHT = "light"
    DARK = "dark"


class Palette(msgspec.Struct, frozen=True):
    """Colours for one taskbar. All but the track carry meaning and have a contrast of at least 3:1."""

    ground: Colour
    ink: Colour
    grey: Colour
    track: Colour
    calm: Colour
    warning: Colour
    critical: Colour
    calm_stale: Colour
    warning_stale: Colour
    critical_stale: Colour
    badge: Colour


def _rgb(code: int, alpha: int = 255) -> Colour:
    return code >> 16, code >> 8 & 255, code & 255, alpha


PALETTES: Final = {
    Taskbar.LIGHT: Palette(
        ground=_rgb(0xEEF3FA),
        ink=_rgb(0x30343B),
        grey=_rgb(0x737982),
        track=_rgb(0x30343B, 64),
        calm=_rgb(0x0E7A3F),
        warning=_rgb(0xB06000),
        critical=_rgb(0xC4281C),
        calm_stale=_rgb(0x4A9468),
        warning_stale=_rgb(0xBC7A2C),
        critical_stale=_rgb(0xDA655A),
        badge=_rgb(0x0063C6),
    ),
    Taskbar.DARK: Palette(
        ground=_rgb(0x1C1C1C),
        ink=_rgb(0xF2F2F2),
        grey=_rgb(0x9DA1A8),
        track=_rgb(0xFFFFFF, 64),
        calm=_rgb(0x52D689),
        warning=_rgb(0xFFB53D),
        critical=_rgb(0xFF6A5C),
        calm_stale=_rgb(0x4FA577),
        warning_stale=_rgb(0xBF8C3C),
        critical_stale=_rgb(0xD0665B),
        badge=_rgb(0x56B8FF),
    ),
}


def high_contrast(ground: Colour, ink: Colour) -> Palette:
    """Return a palette of the user's two colours; only shapes distinguish the situations."""
    return Palette(
        ground=ground,
        ink=ink,
        grey=ink,
        track=(*ink[:3], 64),
        calm=ink,
        warning=ink,
        critical=ink,
        calm_stale=ink,
        warning_stale=ink,
        critical_stale=ink,
        badge=ink,
    )


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
    fine = Image.new("RGBA", (size * FINE, size * FINE), _CLEAR)
    grid = Grid(even)
    palette = PALETTES[taskbar] if isinstance(taskbar, Taskbar) else taskbar
    for shape, colour in chain(_ring(icon, grid, palette), _corners(icon, grid, palette)):
        fine.paste(colour, (0, 0), shape.mask())
    return fine.reduce(FINE)


def draw_on_tile(icon: Icon, size: int) -> Image.Image:
    """Draw an icon for a panel of unknown colour: as for a dark taskbar, on a dark tile of its own.

    On a dark panel the tile is hardly seen. A rim around shapes would fill gaps by which they differ.

    Raises:
        ValueError: The picture inside the tile is below SMALLEST.
    """
    rim = size // SMALLEST
    tile = Image.new("RGBA", (size * FINE, size * FINE), _CLEAR)
    shape = Grid(size).rounded_box(0, 0, size, size, size // 4)
    tile.paste((*PALETTES[Taskbar.DARK].ground[:3], _TILE_ALPHA), (0, 0), shape.mask())
    picture = tile.reduce(FINE)
    picture.alpha_composite(draw(icon, size - 2 * rim, Taskbar.DARK), (rim, rim))
    return picture


def _ring(icon: Icon, grid: Grid, palette: Palette) -> Iterator[Layer]:
    # The situation, in painting order: later layers cover earlier ones.
    size = grid.size
    hair, thin, thick = size // 16, size // 8, (3 * size + 8) // 16
    match icon.situation:
        case Situation.CALM:
            colour = palette.calm_stale if icon.stale else palette.calm
            yield from _gauge(icon, grid, thin, palette.track, colour)
        case Situation.WARNING:
            stroke, colour = (thin, palette.warning_stale) if icon.stale else (thick, palette.warning)
            threshold = icon.threshold * TURN // 100
            yield from _gauge(icon, grid, stroke, palette.track, colour)
            yield grid.ray(threshold, 4 * hair) & grid.ring(stroke), _CLEAR
            yield grid.ray(threshold, 2 * hair) & grid.ring(stroke + 2 * hair), palette.ink
        case Situation.CRITICAL:
            stroke, colour = (thin, palette.critical_stale) if icon.stale else (thick, palette.critical)
            yield from _gauge(icon, grid, stroke, palette.track, colour)
            yield _sign(grid, glyphs.EXCLAMATION), colour
        case Situation.UNKNOWN:
            yield grid.ring(thin), palette.grey
            yield _sign(grid, glyphs.QUESTION), palette.ink
        case Situation.CONNECTING:
            yield grid.ring(thin) - _spokes(grid, 3, thin + 2 * hair), palette.grey
        case Situation.DOWN:
            yield grid.ring(thin) - _slash(grid, thin + 2 * hair), palette.grey
            yield _slash(grid, thin), palette.grey
        case Situation.REFUSED:
            yield grid.ring(size // 12), palette.critical
            yield _sign(grid, glyphs.KEYHOLE), palette.critical
        case Situation.NOT_SET_UP:
            yield _dotted_ring(grid), palette.grey
            yield _plus(grid), palette.ink
        case _:
            assert_never(icon.situation)


def _corners(icon: Icon, grid: Grid, palette: Palette) -> Iterator[Layer]:
    # The dot and the badge, each with a gap around it.
    size = grid.size
    hair = size // 16
    if icon.running:
        dot = size * 5 // 16
        yield grid.disc(-hair, size - dot - hair, dot + 2 * hair), _CLEAR
        yield grid.disc(0, size - dot, dot), palette.ink
    if icon.waiting:
        badge = size * 7 // 16
        yield grid.disc(size - badge - hair, -hair, badge + 2 * hair), _CLEAR
        yield grid.disc(size - badge, 0, badge), palette.badge


def _gauge(icon: Icon, grid: Grid, stroke: int, track: Colour, colour: Colour) -> Iterator[Layer]:
    # The ring filled to the percentage, if any; dashed if the figure is stale.
    ring = grid.ring(stroke)
    if icon.stale:
        ring -= _spokes(grid, 8, 2 * (grid.size // 16))
    yield ring, track
    yield ring & grid.sector((icon.percent or 0) * TURN // 100), colour


def _sign(grid: Grid, glyph: glyphs.Glyph) -> Shape:
    return grid.bitmap(*glyphs.fit(glyph, grid.size))


def _spokes(grid: Grid, count: int, width: int) -> Shape:
    # Bands from the middle outwards at equal angles, the first one upwards.
    return reduce(or_, (grid.ray(TURN * spoke // count, width) for spoke in range(count)))


def _slash(grid: Grid, width: int) -> Shape:
    """From the upper left corner to the lower right: the other two belong to the dot and the badge."""
    return grid.ray(TURN * 3 // 8, width) | grid.ray(TURN * 7 // 8, width)


def _dotted_ring(grid: Grid) -> Shape:
    dot = 2 * ((grid.size + 8) // 16)
    radius = (grid.size - dot) // 2
    diagonal = radius * 5 // 7  # 1 / sqrt(2), nearly
    at = (-radius, 0), (radius, 0), (0, -radius), (0, radius), *product((-diagonal, diagonal), repeat=2)
    return reduce(or_, (grid.disc(radius + x, radius + y, dot) for x, y in at))


def _plus(grid: Grid) -> Shape:
    arm, stroke, middle = 3 * grid.size // 16, grid.size // 16, grid.size // 2
    upright = grid.box(middle - stroke, middle - arm, 2 * stroke, 2 * arm)
    return upright | grid.box(middle - arm, middle - stroke, 2 * arm, 2 * stroke)
