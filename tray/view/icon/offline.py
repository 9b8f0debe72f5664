"""Pictures of a gateway that is not connected: the same in every style."""

from collections.abc import Iterator
from functools import reduce
from itertools import product
from operator import or_
from typing import Literal, TypeAlias, assert_never

from tray.view.icon.model import Situation
from tray.view.icon.palette import Layer, Palette
from tray.view.icon.raster import TURN, Grid, Shape
from tray.view.icon.shapes import spokes

Offline: TypeAlias = Literal[Situation.CONNECTING, Situation.DOWN, Situation.REFUSED, Situation.NOT_SET_UP]


def offline(situation: Offline, grid: Grid, palette: Palette) -> Iterator[Layer]:
    """Draw a situation without a connection."""
    size = grid.size
    hair, thin = size // 16, size // 8
    match situation:
        case Situation.CONNECTING:
            yield grid.ring(thin) - spokes(grid, 3, thin + 2 * hair), palette.grey
        case Situation.DOWN:
            yield grid.ring(thin) - _slash(grid, thin + 2 * hair), palette.grey
            yield _slash(grid, thin), palette.grey
        case Situation.REFUSED:
            yield grid.ring(size // 12), palette.critical
            yield _keyhole(grid), palette.critical
        case Situation.NOT_SET_UP:
            yield _dotted_ring(grid), palette.grey
            yield _plus(grid), palette.ink
        case _:
            assert_never(situation)


def _slash(grid: Grid, width: int) -> Shape:
    """From the upper left corner to the lower right."""
    return grid.ray(TURN * 3 // 8, width) | grid.ray(TURN * 7 // 8, width)


def _keyhole(grid: Grid) -> Shape:
    size, hair, middle = grid.size, grid.size // 16, grid.size // 2
    head, top, foot = 2 * (3 * size // 16), 3 * size // 16, 13 * size // 16
    left = grid.slant(middle - hair, top + head // 2, middle - 3 * hair, foot, 3 * hair)
    right = grid.slant(middle - 2 * hair, top + head // 2, middle, foot, 3 * hair)
    return grid.disc(middle - head // 2, top, head) | left | right


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
