"""Exact shapes on a grid finer than pixels, in integers only, so that every platform draws the same picture.

Must not know colours or what a shape means.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from math import cos, isqrt, pi, sin
from operator import or_

import msgspec
from PIL import Image

FINE = 8
"""Cells along one side of a pixel; an edge pixel is covered in steps of 1/64."""

TURN = 1000
"""Units of a whole turn; directions count clockwise from 12 o'clock."""

# Lengths inside this module are half cells: the samples, at the middle of each cell, then are the odd numbers
# and a pixel's border is a multiple of _PIXEL, so that no sample ever lies on a straight border.
_PIXEL = 2 * FINE
_UNIT = 1 << 12


class Shape(msgspec.Struct, frozen=True):
    """A set of cells: one integer per row, the leftmost cell in the highest bit."""

    rows: tuple[int, ...]

    def __and__(self, other: Shape) -> Shape:
        return Shape(tuple(a & b for a, b in zip(self.rows, other.rows, strict=True)))

    def __or__(self, other: Shape) -> Shape:
        return Shape(tuple(a | b for a, b in zip(self.rows, other.rows, strict=True)))

    def __sub__(self, other: Shape) -> Shape:
        return Shape(tuple(a & ~b for a, b in zip(self.rows, other.rows, strict=True)))

    def mask(self) -> Image.Image:
        """Return the shape as a picture of mode "1", FINE times as wide and high as the grid."""
        side = len(self.rows)
        return Image.frombytes(
            "1", (side, side), b"".join(row.to_bytes(side // 8, "big") for row in self.rows)
        )


class Grid(msgspec.Struct, frozen=True):
    """Makes shapes for a picture of `size` by `size` pixels. Lengths are whole pixels from the upper left."""

    size: int

    def nothing(self) -> Shape:
        """Return the empty shape."""
        return self.box(0, 0, 0, 0)

    def everything(self) -> Shape:
        """Return the shape with every cell."""
        return self.box(0, 0, self.size, self.size)

    def box(self, left: int, top: int, width: int, height: int) -> Shape:
        """Return a rectangle, cut at the edge of the grid."""
        span = self._span(left * FINE, (left + width) * FINE)
        return self._each_row(lambda y: span if top * _PIXEL < y < (top + height) * _PIXEL else 0)

    def disc(self, left: int, top: int, diameter: int) -> Shape:
        """Return the disc inside a square of whole pixels."""
        middle_x, middle_y = (2 * edge * FINE + diameter * FINE for edge in (left, top))
        radius = diameter * FINE

        def row(y: int) -> int:
            rest = radius**2 - (y - middle_y) ** 2
            reach = (isqrt(rest) + 1) // 2 if rest > 0 else 0
            return self._span(middle_x // 2 - reach, middle_x // 2 + reach)

        return self._each_row(row)

    def rounded_box(self, left: int, top: int, width: int, height: int, radius: int) -> Shape:
        """Return a rectangle with round corners."""
        upright = self.box(left, top + radius, width, height - 2 * radius)
        across = self.box(left + radius, top, width - 2 * radius, height)
        right, below = left + width - 2 * radius, top + height - 2 * radius
        corners = (self.disc(x, y, 2 * radius) for x in (left, right) for y in (top, below))
        return reduce(or_, corners, upright | across)

    def ring(self, stroke: int) -> Shape:
        """Return a ring that touches all four borders, `stroke` pixels wide."""
        return self.disc(0, 0, self.size) - self.disc(stroke, stroke, self.size - 2 * stroke)

    def sector(self, end: int) -> Shape:
        """Return the sector from 12 o'clock clockwise to direction `end`, 0 to TURN."""
        if end <= 0:
            return self.nothing()
        if end >= TURN:
            return self.everything()
        x, y = _direction(end)
        right, before_hand = self._half_plane(1, 0, 0), self._half_plane(y, -x, 0)
        return right & before_hand if 2 * end <= TURN else right | before_hand

    def level(self, height: int) -> Shape:
        """Return the lower part of the picture: `height` of TURN."""
        span = self._span(0, self.size * FINE)
        top = self.size * _PIXEL * (TURN - height)
        return self._each_row(lambda y: span if y * TURN > top else 0)

    def slant(self, left: int, top: int, end: int, bottom: int, width: int) -> Shape:
        """Return a slanting band between two heights; its left edge goes from `left` to `end`."""
        height = (bottom - top) * _PIXEL

        def row(y: int) -> int:
            down = y - top * _PIXEL
            if not 0 < down < height:
                return 0
            edge = left * FINE + (end - left) * FINE * down // height
            return self._span(edge, edge + width * FINE)

        return self._each_row(row)

    def moved(self, shape: Shape, right: int) -> Shape:
        """Return a shape moved to the right by whole pixels, or to the left if `right` is negative."""
        cells, everything = right * FINE, self._span(0, self.size * FINE)
        if cells < 0:
            return Shape(tuple((row << -cells) & everything for row in shape.rows))
        return Shape(tuple(row >> cells for row in shape.rows))

    def ray(self, direction: int, width: int) -> Shape:
        """Return a straight band from the middle outwards, `width` pixels wide."""
        x, y = _direction(direction)
        half = width * FINE * _UNIT
        return self._half_plane(x, y, 0) & self._half_plane(y, -x, -half) & self._half_plane(-y, x, -half)

    def bitmap(self, dots: Sequence[str], scale: int) -> Shape:
        """Return a centred picture made of "#", each `scale` pixels wide; an odd pixel is left below."""
        left = (self.size - scale * len(dots[0])) // 2
        top = (self.size - scale * len(dots)) // 2
        shape = self.nothing()
        for y, line in enumerate(dots):
            for x, dot in enumerate(line):
                if dot == "#":
                    shape |= self.box(left + x * scale, top + y * scale, scale, scale)
        return shape

    def _half_plane(self, across: int, down: int, least: int) -> Shape:
        # The cells at (x, y) from the middle with across * x + down * y >= least.
        middle = self.size * FINE

        def row(y: int) -> int:
            needed = least - down * (y - middle)
            if across > 0:
                first = -(-needed // across)
                return self._span((first + middle) // 2, 2 * middle)
            if across < 0:
                last = needed // across
                return self._span(0, (last + middle + 1) // 2)
            return self._span(0, middle) if needed <= 0 else 0

        return self._each_row(row)

    def _each_row(self, row: Callable[[int], int]) -> Shape:
        return Shape(tuple(row(y) for y in range(1, self.size * _PIXEL, 2)))

    def _span(self, start: int, end: int) -> int:
        # The cells from column `start` up to, not including, `end`.
        width = self.size * FINE
        start, end = max(start, 0), min(end, width)
        return (1 << (width - start)) - (1 << (width - end)) if start < end else 0


def _direction(turn: int) -> tuple[int, int]:
    """Where a direction points, as whole numbers: across and down, _UNIT long.

    Libraries of mathematics differ in the last of 53 bits; rounded to 12 they agree.
    """
    angle = 2 * pi * turn / TURN
    return round(_UNIT * sin(angle)), round(-_UNIT * cos(angle))
