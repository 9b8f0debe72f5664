from __future__ import annotations

import pytest

from tray.view.icon.glyphs import EXCLAMATION, QUESTION, Glyph, fit

_ALL = pytest.mark.parametrize("glyph", [EXCLAMATION, QUESTION], ids=["!", "?"])


@_ALL
def test_rows_are_equally_long_and_even_so_that_the_middle_is_a_pixel_border(glyph: Glyph) -> None:
    for rows in glyph.values():
        assert {len(row) for row in rows} == {len(rows[0])}
        assert len(rows[0]) % 2 == 0
        assert set().union(*rows) <= set("#.")


@_ALL
def test_each_row_is_symmetric_or_belongs_to_a_question(glyph: Glyph) -> None:
    lopsided = [row for rows in glyph.values() for row in rows if row != row[::-1]]
    assert bool(lopsided) == (glyph is QUESTION)


@pytest.mark.parametrize(
    ("size", "of", "scale"),
    [
        (16, 16, 1),
        (18, 16, 1),
        (20, 20, 1),
        (24, 24, 1),
        (28, 24, 1),
        (32, 32, 1),
        (40, 20, 2),
        (48, 48, 1),
        (64, 32, 2),
    ],
)
def test_the_class_that_fills_most_is_used(size: int, of: int, scale: int) -> None:
    assert fit(QUESTION, size) == (QUESTION[of], scale)


@_ALL
@pytest.mark.parametrize("size", range(16, 97))
def test_a_sign_leaves_room_for_the_ring(glyph: Glyph, size: int) -> None:
    rows, scale = fit(glyph, size)
    assert size / 3 <= len(rows) * scale <= size * 5 / 8
