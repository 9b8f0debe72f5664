from __future__ import annotations

from math import pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.view.icon.raster import FINE, TURN, Grid, Shape

_SIZE = 16
_GRID = Grid(_SIZE)
_CELLS = (_SIZE * FINE) ** 2


def cells(shape: Shape) -> int:
    return sum(row.bit_count() for row in shape.rows)


def coverage(shape: Shape) -> list[list[int]]:
    """Cells in each pixel, 0 to FINE * FINE, rows of columns."""
    pixels = shape.mask().load()
    assert pixels is not None
    return [
        [
            sum(pixels[x * FINE + i, y * FINE + j] == 255 for i in range(FINE) for j in range(FINE))
            for x in range(_SIZE)
        ]
        for y in range(_SIZE)
    ]


def flipped(shape: Shape) -> Shape:
    """Left and right exchanged."""
    width = _SIZE * FINE
    return Shape(tuple(int(f"{row:0{width}b}"[::-1], 2) for row in shape.rows))


def upside_down(shape: Shape) -> Shape:
    return Shape(shape.rows[::-1])


def test_nothing_and_everything() -> None:
    assert cells(_GRID.nothing()) == 0
    assert cells(_GRID.everything()) == _CELLS


def test_a_box_is_made_of_whole_pixels() -> None:
    found = coverage(_GRID.box(2, 3, 4, 1))
    assert found[3] == [0, 0, 64, 64, 64, 64] + [0] * 10
    assert sum(map(sum, found)) == 4 * 64


def test_what_lies_outside_the_grid_is_cut_off() -> None:
    assert cells(_GRID.box(-3, 14, 5, 9)) == 2 * 2 * FINE**2
    assert cells(_GRID.box(20, 20, 4, 4)) == 0
    assert 0 < cells(_GRID.disc(-2, -2, 4)) < cells(_GRID.disc(0, 0, 4))


@pytest.mark.parametrize("diameter", range(2, 17))
def test_a_disc_touches_its_square_and_has_the_right_area(diameter: int) -> None:
    shape = _GRID.disc(0, 0, diameter)
    found = coverage(shape)
    assert all(found[diameter // 2][x] > 0 for x in range(diameter))
    assert all(found[y][x] == 0 for y in range(16) for x in range(16) if max(x, y) >= diameter)
    assert cells(shape) == pytest.approx(pi / 4 * (diameter * FINE) ** 2, rel=0.04)


def test_a_rounded_box_is_a_box_without_its_corners() -> None:
    shape = _GRID.rounded_box(2, 3, 10, 12, 4)
    assert cells(shape - _GRID.box(2, 3, 10, 12)) == 0
    assert cells(shape) == pytest.approx((10 * 12 - (4 - pi) * 4**2) * FINE**2, rel=0.01)
    assert flipped(shape) == _GRID.rounded_box(4, 3, 10, 12, 4)
    assert _GRID.rounded_box(1, 1, 5, 6, 0) == _GRID.box(1, 1, 5, 6)


def test_a_ring_is_symmetric_and_its_stroke_is_whole_pixels_on_the_axes() -> None:
    ring = _GRID.ring(3)
    assert flipped(ring) == ring == upside_down(ring)
    middle = [row[7] for row in coverage(ring)]
    assert middle[1] == middle[2] == middle[13] == middle[14] == 64
    assert middle[4:12] == [0] * 8


@pytest.mark.parametrize(
    ("end", "quarters"), [(-1, 0), (0, 0), (250, 1), (500, 2), (750, 3), (1000, 4), (2000, 4)]
)
def test_a_sector_turns_clockwise_from_twelve_o_clock(end: int, quarters: int) -> None:
    half = _SIZE // 2
    clockwise = [(half, 0), (half, half), (0, half), (0, 0)]
    expected = _GRID.nothing()
    for left, top in clockwise[:quarters]:
        expected |= _GRID.box(left, top, half, half)
    assert _GRID.sector(end) == expected


@given(st.integers(0, TURN - 1))
def test_a_sector_only_grows_and_is_in_proportion_within_a_disc(end: int) -> None:
    assert cells(_GRID.sector(end) - _GRID.sector(end + 1)) == 0
    disc = _GRID.disc(0, 0, _SIZE)
    assert cells(disc & _GRID.sector(end)) == pytest.approx(cells(disc) * end / TURN, abs=cells(disc) / 100)


@pytest.mark.parametrize(("height", "pixels"), [(-1, 0), (0, 0), (250, 4), (500, 8), (1000, 16), (2000, 16)])
def test_a_level_is_the_lower_part(height: int, pixels: int) -> None:
    assert _GRID.level(height) == _GRID.box(0, _SIZE - pixels, _SIZE, pixels)


@given(st.integers(0, TURN - 1))
def test_a_level_only_rises(height: int) -> None:
    assert cells(_GRID.level(height) - _GRID.level(height + 1)) == 0


def test_a_slant_is_a_band_between_two_heights() -> None:
    assert _GRID.slant(3, 2, 3, 9, 4) == _GRID.box(3, 2, 4, 7)
    leaning = _GRID.slant(10, 2, 4, 10, 3)
    assert cells(leaning) == 3 * 8 * FINE**2
    assert cells(leaning - _GRID.box(4, 2, 9, 8)) == 0
    assert coverage(leaning)[2][11] == coverage(leaning)[9][5] == 64


def test_a_shape_moves_sideways_and_is_cut_at_the_edge() -> None:
    box = _GRID.box(2, 3, 4, 5)
    assert _GRID.moved(box, 3) == _GRID.box(5, 3, 4, 5)
    assert _GRID.moved(box, -4) == _GRID.box(0, 3, 2, 5)
    assert _GRID.moved(box, 12) == _GRID.box(14, 3, 2, 5)
    assert _GRID.moved(box, 0) == box


@pytest.mark.parametrize(
    ("direction", "box"),
    [(0, (7, 0, 2, 8)), (250, (8, 7, 8, 2)), (500, (7, 8, 2, 8)), (750, (0, 7, 8, 2)), (1750, (0, 7, 8, 2))],
)
def test_an_upright_ray_is_whole_pixels(direction: int, box: tuple[int, int, int, int]) -> None:
    assert _GRID.ray(direction, 2) == _GRID.box(*box)


@given(st.integers(0, TURN), st.integers(1, 6))
def test_opposite_rays_mirror_each_other(direction: int, width: int) -> None:
    assert flipped(_GRID.ray(direction, width)) == _GRID.ray(-direction, width)


def test_a_bitmap_stands_in_the_middle() -> None:
    assert _GRID.bitmap(("#.", ".#"), 2) == _GRID.box(6, 6, 2, 2) | _GRID.box(8, 8, 2, 2)
    assert _GRID.bitmap(("##", "..", "##"), 1) == _GRID.box(7, 6, 2, 1) | _GRID.box(7, 8, 2, 1)


def test_sets_of_cells_combine() -> None:
    left, top = _GRID.box(0, 0, 8, 16), _GRID.box(0, 0, 16, 8)
    assert left & top == _GRID.box(0, 0, 8, 8)
    assert left - top == _GRID.box(0, 8, 8, 8)
    assert left | _GRID.box(8, 0, 8, 16) == _GRID.everything()
