"""Shapes that several styles of the icon share. Must not know colours or what a shape means."""

from functools import reduce
from operator import or_

from tray.view.icon import glyphs
from tray.view.icon.raster import TURN, Grid, Shape


def sign(grid: Grid, glyph: glyphs.Glyph) -> Shape:
    """Return a sign in the middle of the picture."""
    return grid.bitmap(*glyphs.fit(glyph, grid.size))


def spokes(grid: Grid, count: int, width: int) -> Shape:
    """Return bands from the middle outwards at equal angles, the first one upwards."""
    return reduce(or_, (grid.ray(TURN * spoke // count, width) for spoke in range(count)))


def dashed_frame(grid: Grid, left: int, width: int) -> Shape:
    """Return a rounded frame as high as the picture, with three gaps in each long side."""
    size, stroke = grid.size, grid.size // 16
    inner = grid.rounded_box(left + stroke, stroke, width - 2 * stroke, size - 2 * stroke, stroke)
    frame = grid.rounded_box(left, 0, width, size, 2 * stroke) - inner
    for quarter in (1, 2, 3):
        frame -= grid.box(0, size * quarter // 4 - stroke, size, 2 * stroke)
        if width == size or quarter == 2:  # noqa: PLR2004 - the middle one
            frame -= grid.box(left + width * quarter // 4 - stroke, 0, 2 * stroke, size)
    return frame
