from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.view.chart import BARS, Bar, bars, text

VALUES = st.lists(st.integers(0, 10**12), max_size=40)


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        ((), ""),
        ((0, 0), "  "),
        ((5,), "█"),
        ((0, 1, 100), " ▁█"),
        ((1, 2, 3, 4, 5, 6, 7, 8), "▁▂▃▄▅▆▇█"),
        ((50, 100, 12, 13), "▄█▁▂"),
    ],
)
def test_a_character_for_each_value(values, drawn):
    assert text(values) == drawn


@given(VALUES)
def test_more_is_never_drawn_lower(values):
    drawn = text(values)
    assert len(drawn) == len(values)
    order = " " + BARS
    pairs = sorted(zip(values, map(order.index, drawn), strict=True))
    assert [height for _, height in pairs] == sorted(height for _, height in pairs)
    assert all((height == 0) is (value == 0) for value, height in pairs)


def test_bars_in_whole_pixels():
    assert bars((1, 0, 4), width=10, height=8) == (Bar(1, 6, 2, 2), Bar(7, 0, 2, 8))


def test_where_there_is_no_room_nothing_is_drawn():
    assert bars((), 10, 10) == ()
    assert bars((1, 2, 3), 2, 10) == ()
    assert bars((1,), 10, 0) == ()
    assert bars((0, 0), 10, 10) == ()


@given(VALUES, st.integers(1, 400), st.integers(1, 100), st.integers(0, 9))
def test_every_bar_is_inside_and_beside_the_next(values, width, height, gap):
    drawn = bars(values, width, height, gap)
    assert len(drawn) == (sum(value > 0 for value in values) if width >= len(values) else 0)
    for bar in drawn:
        assert bar.x >= 0
        assert bar.x + bar.width <= width
        assert bar.y >= 0
        assert bar.height >= 1
        assert bar.y + bar.height == height
    assert all(one.x + one.width <= other.x for one, other in pairwise(drawn))
