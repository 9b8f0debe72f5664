"""The style `digits`: context usage as a number, drawn for each size."""

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Final

from tray.view.icon import glyphs
from tray.view.icon.model import Icon, Situation
from tray.view.icon.palette import CLEAR, Layer, Palette
from tray.view.icon.raster import Grid, Shape
from tray.view.icon.shapes import dashed_frame, sign

_HUNDRED: Final = "100"
_OPEN: Final = {"2": "ad", "3": "ac", "5": "bc", "6": "b", "8": "", "9": "c"}
"""Where the strokes of an 8 are left out: above a left and b right, below c left and d right."""


def digits(icon: Icon, grid: Grid, palette: Palette) -> Iterator[Layer]:
    """Draw the context in painting order: later layers cover earlier ones."""
    size, hair = grid.size, grid.size // 16
    stroke, colour = (size + 4) // 8, palette.of(icon)
    # The dot and the badge stand below the number.
    floor = size - size // 4 - hair if icon.running or icon.waiting else size
    number = str(min(100, max(0, icon.percent or 0)))
    if icon.situation is Situation.UNKNOWN:
        yield dashed_frame(grid, 0, size), palette.grey
        yield sign(grid, glyphs.QUESTION), palette.ink
    elif icon.stale:
        yield dashed_frame(grid, 0, size), colour
        if icon.situation is not Situation.CALM:
            yield grid.box(0, size - 2 * hair, size, 2 * hair), colour
        if icon.situation is Situation.CRITICAL:
            yield grid.box(0, 0, size, 2 * hair), colour
        bottom = min(floor, size - 3 * hair)
        yield _number(grid, number, 2 * hair, 3 * hair, bottom, (size + 8) // 16), colour
    elif icon.situation is Situation.CRITICAL:
        bottom = min(floor + hair, size)
        yield grid.rounded_box(0, 0, size, bottom, size // 8), colour
        yield _number(grid, number, hair, hair, bottom - hair, stroke), CLEAR
    elif icon.situation is Situation.WARNING:
        yield _number(grid, number, 0, 0, min(floor, size - stroke - hair), stroke), colour
        yield grid.box(0, size - stroke, size, stroke), colour
    else:
        yield _number(grid, number, 0, 0, floor, stroke), colour


def _number(grid: Grid, number: str, side: int, top: int, bottom: int, stroke: int) -> Shape:
    # In the middle between `top` and `bottom`, `side` pixels away from the sides.
    hair, room = grid.size // 16, grid.size - 2 * side
    gap = 2 * hair
    widths = [(room - gap) // 2] * len(number)
    if number == _HUNDRED:
        stroke, gap = max(hair, stroke - hair), hair
        one = stroke + (stroke + 1) // 2
        widths = [one, *[(room - one - 2 * gap) // 2] * 2]
    hole = (min(grid.size * 3 // 4, bottom - top) - 3 * stroke) // 2
    left = (grid.size - sum(widths) - gap * (len(number) - 1)) // 2
    above = top + (bottom - top - 3 * stroke - 2 * hole) // 2
    shape = grid.nothing()
    for digit, width in zip(number, widths, strict=True):
        shape |= _digit(grid, digit, left, above, width, hole, stroke)
        left += width + gap
    return shape


def _digit(grid: Grid, digit: str, left: int, top: int, width: int, hole: int, stroke: int) -> Shape:
    # Three strokes high, with a hole below each of the upper two: the shape of an 8.
    height = 3 * stroke + 2 * hole
    middle, low = top + stroke + hole, top + 2 * (stroke + hole)
    right = left + width - stroke
    if digit == "1":
        stem = right if width < 2 * stroke else left + (width - stroke + 1) // 2
        flag = grid.slant(stem, top, stem - stroke, top + stroke + (stroke + 1) // 2, stroke)
        return grid.box(stem, top, stroke, height) | flag
    if digit == "4":
        upper = grid.box(left, top, stroke, stroke + hole) | grid.box(right, top, stroke, height)
        return upper | grid.box(left, middle, width, stroke)
    if digit == "7":
        bar = grid.box(left, top, width, stroke)
        return bar | grid.slant(right, top + stroke, left + (width - stroke) // 3, top + height, stroke)
    radius = min(width * 2 // 7, stroke + stroke // 2)
    inside, inner = width - 2 * stroke, max(0, radius - stroke)
    outline = grid.rounded_box(left, top, width, height, radius)
    if digit == "0":
        return outline - grid.rounded_box(left + stroke, top + stroke, inside, height - 2 * stroke, inner)
    for above in (top + stroke, middle + stroke):
        outline -= grid.rounded_box(left + stroke, above, inside, hole, inner)
    sides = {
        "a": grid.box(left, top + stroke, stroke, hole),
        "b": grid.box(right, top + stroke, stroke, hole),
        "c": grid.box(left, middle + stroke, stroke, hole),
        "d": grid.box(right, middle + stroke, stroke, hole),
    }
    outline -= reduce(or_, (sides[side] for side in _OPEN[digit]), grid.nothing())
    # The ends of a 2 and the upper left of a 5 are square.
    if digit == "2":
        outline |= grid.box(left, low, width, stroke)
    if digit == "5":
        outline |= grid.box(left, top, width - radius, stroke)
    return outline
