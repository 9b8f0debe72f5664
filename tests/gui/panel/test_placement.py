from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tray.gui.panel.placement import place

SCREEN, SIZE, GAP = (0, 0, 1920, 1080), (396, 600), 8
BOTTOM, TOP = (0, 0, 1920, 1040), (0, 40, 1920, 1080)
LEFT, RIGHT = (60, 0, 1920, 1080), (0, 0, 1860, 1080)


@pytest.mark.parametrize(
    ("anchor", "area", "expected"),
    [
        ((1700, 1044, 1724, 1076), BOTTOM, (1514, 436 - 4)),
        ((1890, 1044, 1914, 1076), BOTTOM, (1516, 432)),
        ((1700, 4, 1724, 36), TOP, (1514, 48)),
        ((4, 1000, 56, 1030), LEFT, (68, 392)),
        ((1864, 1000, 1916, 1030), RIGHT, (1456, 392)),
        ((900, 900, 900, 900), BOTTOM, (702, 292)),
    ],
    ids=["above", "in the corner", "below", "beside the left one", "beside the right one", "at the pointer"],
)
def test_it_opens_at_the_icon_on_the_side_of_the_taskbar(anchor, area, expected):
    assert place(anchor, area, SIZE, GAP) == expected


def test_a_second_screen_is_a_place_like_any_other():
    assert place((-300, 1044, -276, 1076), (-1920, 0, 0, 1040), SIZE, GAP) == (-486, 432)


def test_without_room_the_beginning_is_seen():
    assert place((90, 90, 90, 90), (0, 0, 300, 200), SIZE, GAP) == (8, 8)


@given(st.tuples(*[st.integers(-5000, 5000)] * 2), st.integers(800, 4000), st.integers(700, 3000))
def test_it_is_always_inside(corner, wide, high):
    area = (100, 50, 100 + wide, 50 + high)
    x, y = place((*corner, corner[0] + 24, corner[1] + 24), area, SIZE, GAP)
    assert area[0] + GAP <= x <= area[2] - GAP - SIZE[0]
    assert area[1] + GAP <= y <= area[3] - GAP - SIZE[1]
