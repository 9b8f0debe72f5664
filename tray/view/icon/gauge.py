"""A large ring around a figure, drawn with the shapes of the icon. Must not know where it is shown."""

from functools import reduce
from operator import or_

from PIL import Image

from tray.view.icon.palette import Colour
from tray.view.icon.raster import FINE, TURN, Grid

_DASHES = 24


def ring(
    percent: int | None, size: int, stroke: int, track: Colour, colour: Colour, *, doubtful: bool = False
) -> Image.Image:
    """Draw a ring as RGBA, `size` by `size` pixels, on a transparent background.

    Args:
        percent: How much of it is filled, 0 to 100; None for none, dashed.
        size: Pixels; an odd size leaves a blank edge.
        stroke: Its width in pixels.
        track: The colour of the rest.
        colour: The colour of the filled part.
        doubtful: Dash it.
    """
    grid = Grid(size - size % 2)
    whole = grid.ring(stroke)
    if doubtful or percent is None:
        gap = max(1, stroke // 3)
        whole -= reduce(or_, (grid.ray(TURN * dash // _DASHES, gap) for dash in range(_DASHES)))
    fine = Image.new("RGBA", (size * FINE, size * FINE), (*track[:3], 0))
    fine.paste(track, (0, 0), whole.mask())
    filled = whole & grid.sector((percent or 0) * TURN // 100)
    fine.paste(colour, (0, 0), filled.mask())
    return fine.reduce(FINE)
