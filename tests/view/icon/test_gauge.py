from __future__ import annotations

import pytest

from tray.view.icon.gauge import ring

TRACK, COLOUR = (200, 200, 200, 255), (0, 120, 60, 255)


def share(picture, colour):
    counted = {pixel: number for number, pixel in picture.getcolors(1 << 16) if pixel[3] == 255}
    return counted.get(colour, 0) / sum(counted.values())


def clear(picture):
    return sum(number for number, pixel in picture.getcolors(1 << 16) if pixel[3] == 0)


@pytest.mark.parametrize("percent", [0, 25, 62, 100])
def test_as_much_of_it_is_filled_as_is_used(percent):
    drawn = ring(percent, 96, 12, TRACK, COLOUR)
    assert drawn.size == (96, 96)
    assert share(drawn, COLOUR) == pytest.approx(percent / 100, abs=0.03)
    assert drawn.getpixel((48, 48))[3] == 0


def test_a_doubtful_ring_is_dashed_and_an_unknown_one_empty_as_well():
    whole = ring(62, 96, 12, TRACK, COLOUR)
    dashed = ring(62, 96, 12, TRACK, COLOUR, doubtful=True)
    unknown = ring(None, 96, 12, TRACK, COLOUR)
    gaps = [clear(each) for each in (whole, dashed, unknown)]
    assert gaps[0] < gaps[1] == gaps[2]
    assert share(unknown, COLOUR) == 0


def test_an_odd_size_leaves_an_edge():
    assert ring(50, 97, 12, TRACK, COLOUR).size == (97, 97)
