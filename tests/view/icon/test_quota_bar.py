from __future__ import annotations

import pytest

from tray.view.icon.model import QuotaBar
from tray.view.icon.palette import PALETTES, Taskbar, high_contrast
from tray.view.icon.quota_bar import draw_quota_bar

LIGHT = PALETTES[Taskbar.LIGHT]


def filled(picture, colour):
    """How many pixels of the middle row have this colour."""
    row = [picture.getpixel((x, picture.height // 2)) for x in range(picture.width)]
    assert row == sorted(row, key=lambda pixel: pixel != colour)
    return row.count(colour)


@pytest.mark.parametrize(("percent", "pixels"), [(0, 0), (1, 1), (50, 8), (99, 15), (100, 16)])
def test_a_bar_is_as_long_as_its_level(percent, pixels):
    picture = draw_quota_bar(QuotaBar(percent, 0), 16, Taskbar.LIGHT)
    assert picture.size == (16, 16)
    assert filled(picture, LIGHT.calm) == pixels
    assert picture.getpixel((0, 0))[3] == picture.getpixel((0, 15))[3] == 0


def test_a_threshold_that_is_reached_colours_it():
    colours = [draw_quota_bar(QuotaBar(95, level), 20, Taskbar.LIGHT).getpixel((0, 10)) for level in range(3)]
    assert colours == [LIGHT.calm, LIGHT.warning, LIGHT.critical]


def test_in_high_contrast_it_has_the_colours_of_the_user():
    ink = (255, 255, 0, 255)
    assert filled(draw_quota_bar(QuotaBar(50, 2), 16, high_contrast((0, 0, 0, 255), ink)), ink) == 8
