from __future__ import annotations

from itertools import combinations

import pytest

from tray.settings.settings import IconStyle
from tray.values import replace
from tray.view.icon.model import Icon, Situation
from tray.view.icon.palette import PALETTES, Taskbar
from tray.view.icon.render import draw

_SIZES = pytest.mark.parametrize("size", [16, 20, 24, 28, 32, 40, 48, 64])
_GAUGES = (Situation.CALM, Situation.WARNING, Situation.CRITICAL)


def digits(situation: Situation, percent: int | None = None, **more: bool) -> Icon:
    return replace(Icon(situation, percent, style=IconStyle.DIGITS), **more)


def silhouette(icon: Icon, size: int) -> int:
    alphas = draw(icon, size, Taskbar.DARK).getchannel("A").tobytes()
    return sum(1 << place for place, alpha in enumerate(alphas) if alpha >= 128)


@pytest.mark.parametrize("size", [16, 20])
@pytest.mark.parametrize("stale", [False, True])
@pytest.mark.parametrize("situation", [Situation.CALM, Situation.CRITICAL])
def test_every_two_numbers_differ(size: int, stale: bool, situation: Situation) -> None:  # noqa: FBT001 - a table's column
    for marks in (False, True):
        shapes = [
            silhouette(digits(situation, percent, stale=stale, running=marks, waiting=marks), size)
            for percent in range(101)
        ]
        assert min((one ^ other).bit_count() for one, other in combinations(shapes, 2)) >= 1
        ones = shapes[30:40]
        assert min((one ^ other).bit_count() for one, other in combinations(ones, 2)) >= 2


@_SIZES
def test_a_number_stands_in_the_middle_and_fills_the_width(size: int) -> None:
    left, top, right, bottom = draw(digits(Situation.CALM, 88), size, Taskbar.DARK).getbbox()
    assert (left, right) == (0, size)
    assert abs(top - (size - bottom)) <= 1
    assert bottom - top >= size * 2 // 3


@_SIZES
@pytest.mark.parametrize("situation", _GAUGES)
def test_dot_and_badge_stand_below_the_number(size: int, situation: Situation) -> None:
    icon = digits(situation, 88, running=True, waiting=True)
    image = draw(icon, size, Taskbar.DARK)
    dot = size // 4
    assert image.getpixel((dot // 2, size - dot // 2)) == PALETTES[Taskbar.DARK].ink
    assert image.getpixel((size - dot // 2, size - dot // 2)) == PALETTES[Taskbar.DARK].badge
    assert image.getpixel((dot // 2, size - dot - 1))[3] <= 16


@_SIZES
def test_an_amber_number_is_underlined_and_a_red_one_is_cut_out(size: int) -> None:
    amber, red = (draw(digits(situation, 88), size, Taskbar.DARK) for situation in _GAUGES[1:])
    assert {amber.getpixel((x, size - 1)) for x in range(size)} == {PALETTES[Taskbar.DARK].warning}
    assert red.getpixel((size // 2, size // 2)) == PALETTES[Taskbar.DARK].critical
    assert red.getbbox() == (0, 0, size, size)
    assert 0 in {red.getpixel((x, size // 2))[3] for x in range(size)}


@pytest.mark.parametrize(("wild", "tame"), [(None, 0), (-5, 0), (140, 100)])
def test_a_number_outside_the_range_is_its_end(wild: int | None, tame: int) -> None:
    assert silhouette(digits(Situation.CALM, wild), 16) == silhouette(digits(Situation.CALM, tame), 16)


def test_unknown_is_a_question_in_a_dashed_frame() -> None:
    image = draw(digits(Situation.UNKNOWN), 16, Taskbar.DARK)
    dashes = [image.getpixel((x, 0))[3] > 0 for x in range(3, 13)]
    assert dashes == [False, False, True, True, False, False, True, True, False, False]
    assert image.getpixel((8, 11)) == PALETTES[Taskbar.DARK].ink
