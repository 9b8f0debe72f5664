"""Draws the program's own icon, for the Start menu and Explorer: the ring of the tray on a tile.

The tile makes it readable on any ground. Lengths are pixels.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image

from tray.view.icon.raster import FINE, TURN, Grid, Shape

FILE: Final = Path(__file__).parent.parent / "assets" / "app.ico"
SIZES: Final = (16, 20, 24, 32, 40, 48, 64, 128, 256)
"""What Windows asks for between 100 % and 400 %."""

_CLEAR = (0, 0, 0, 0)
_ABOVE, _BELOW = (0x1F, 0xA8, 0x62), (0x0A, 0x5F, 0x35)
_RING, _TRACK = (0xFF, 0xFF, 0xFF), 80
_FILLED = TURN * 68 // 100


def app_icon(size: int) -> Image.Image:
    """One icon: RGBA, `size` by `size` pixels, an even number, on a transparent ground."""
    grid = Grid(size)
    tile, filled = _slope(size * FINE), grid.sector(_FILLED)
    ring = _disc(grid, size * 5 // 32) - _disc(grid, size * 9 // 32)
    tile.paste(_RING, (0, 0), (ring - filled).mask().convert("L").point(lambda on: on and _TRACK))
    tile.paste(_RING, (0, 0), (ring & filled).mask())
    fine = Image.new("RGBA", tile.size, _CLEAR)
    fine.paste(tile, (0, 0), _rounded(grid, size * 7 // 32).mask())
    return fine.reduce(FINE)


def app_icon_file() -> bytes:
    """The icon at all sizes, as an .ico file."""
    file = BytesIO()
    *others, largest = map(app_icon, SIZES)
    largest.save(file, "ICO", sizes=[(size, size) for size in SIZES], append_images=others)
    return file.getvalue()


def main(arguments: Sequence[str] = ()) -> None:
    """Write the file, or another that is named, and print where it is."""
    file = Path(arguments[0]) if arguments else FILE
    file.write_bytes(app_icon_file())
    print(file)


def _rounded(grid: Grid, corner: int) -> Shape:
    """All of it, but for the corners, which are quarters of a disc."""
    edge = grid.size - 2 * corner
    shape = grid.box(corner, 0, edge, grid.size) | grid.box(0, corner, grid.size, edge)
    for left in (0, edge):
        for top in (0, edge):
            shape |= grid.disc(left, top, 2 * corner)
    return shape


def _disc(grid: Grid, margin: int) -> Shape:
    return grid.disc(margin, margin, grid.size - 2 * margin)


def _slope(side: int) -> Image.Image:
    """An opaque ground, lighter above than below."""
    ground = Image.new("RGB", (side, side))
    for y in range(side):
        red, green, blue = (
            (above * (side - 1 - y) + below * y) // (side - 1)
            for above, below in zip(_ABOVE, _BELOW, strict=True)
        )
        ground.paste((red, green, blue), (0, y, side, y + 1))
    return ground


if __name__ == "__main__":
    main(sys.argv[1:])
