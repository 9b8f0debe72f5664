from __future__ import annotations

import pytest

from tray.view.icon.glyphs import QUESTION
from tray.view.icon.raster import Grid
from tray.view.icon.shapes import dashed_frame, sign, spokes


@pytest.mark.parametrize("size", [16, 20, 24, 32, 48])
def test_a_sign_stands_in_the_middle(size: int) -> None:
    left, _, right, _ = sign(Grid(size), QUESTION).mask().getbbox()
    assert left + right == size * 8


def test_the_first_spoke_points_upwards() -> None:
    grid = Grid(16)
    assert spokes(grid, 4, 2) == grid.box(7, 0, 2, 16) | grid.box(0, 7, 16, 2)


@pytest.mark.parametrize("size", [16, 20, 24, 32, 48])
def test_a_dashed_frame_has_three_gaps_in_each_long_side_and_one_in_a_short_one(size: int) -> None:
    grid, hair = Grid(size), size // 16
    whole, slim = dashed_frame(grid, 0, size), dashed_frame(grid, size // 4, size // 2)
    upper = [
        "".join("#" if shape.mask().getpixel((x, 0)) else "." for x in range(size * 8))
        for shape in (whole, slim)
    ]
    assert [len(row.strip(".").split("." * 2 * hair * 8)) for row in upper] == [4, 2]
    assert whole & grid.box(hair, hair, size - 2 * hair, size - 2 * hair) == dashed_frame(grid, 0, size) - (
        grid.everything() - grid.box(hair, hair, size - 2 * hair, size - 2 * hair)
    )
