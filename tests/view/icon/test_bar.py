from __future__ import annotations

from itertools import pairwise

import pytest

from tray.settings.settings import IconStyle
from tray.values import replace
from tray.view.icon.model import Icon, Situation
from tray.view.icon.palette import PALETTES, Taskbar
from tray.view.icon.render import draw

_SIZES = pytest.mark.parametrize("size", [16, 20, 24, 28, 32, 40, 48, 64])
_GAUGES = (Situation.CALM, Situation.WARNING, Situation.CRITICAL)
_COLOURS = PALETTES[Taskbar.DARK]


def bar(situation: Situation, percent: int | None = None, **more: bool | int) -> Icon:
    return replace(Icon(situation, percent, style=IconStyle.BAR), **more)


def alphas(icon: Icon) -> bytes:
    return draw(icon, 16, Taskbar.DARK).getchannel("A").tobytes()


@pytest.mark.parametrize("stale", [False, True])
@pytest.mark.parametrize("situation", _GAUGES)
def test_more_percent_never_takes_colour_away(situation: Situation, stale: bool) -> None:  # noqa: FBT001 - a table's column
    pictures = [alphas(bar(situation, percent, stale=stale)) for percent in range(101)]
    for less, more in pairwise(pictures):
        assert all(a <= b for a, b in zip(less, more, strict=True))
    assert sum(pictures[100]) > sum(pictures[50]) > sum(pictures[0])


@_SIZES
def test_the_column_is_filled_from_below(size: int) -> None:
    image = draw(bar(Situation.CALM, 50), size, Taskbar.DARK)
    middle = [image.getpixel((size // 2, y)) for y in range(size)]
    assert middle == [_COLOURS.track] * (size // 2) + [_COLOURS.calm] * (size // 2)


@_SIZES
def test_ticks_stand_beside_a_calm_column_and_cut_an_amber_one(size: int) -> None:
    calm = draw(bar(Situation.CALM, 10, threshold=50, critical=75), size, Taskbar.DARK)
    amber = draw(bar(Situation.WARNING, 60, threshold=50, critical=75), size, Taskbar.DARK)
    for top in (size // 2, size // 4):
        assert _COLOURS.grey in {calm.getpixel((x, top)) for x in range(size // 2)}
        assert {amber.getpixel((x, top))[3] for x in range(size)} == {0}


@_SIZES
@pytest.mark.parametrize("situation", [*_GAUGES, Situation.UNKNOWN])
def test_dot_and_badge_stand_to_the_left_and_hide_nothing(size: int, situation: Situation) -> None:
    one = bar(situation, 83, waiting=True)
    images = [draw(icon, size, Taskbar.DARK) for icon in (one, replace(one, running=True))]
    badge, both = (image.crop((size * 5 // 16, 0, size, size)).tobytes() for image in images)
    assert badge == both
    assert images[1].getpixel((size // 8, size - size // 8)) == _COLOURS.ink
    assert images[1].getpixel((size // 8, size // 8)) == _COLOURS.badge


@_SIZES
def test_a_doubtful_or_unknown_figure_has_a_dashed_frame(size: int) -> None:
    for icon in (bar(Situation.CALM, 62, stale=True), bar(Situation.UNKNOWN)):
        left = draw(icon, size, Taskbar.DARK).getchannel("A").getbbox()[0]
        edge = [draw(icon, size, Taskbar.DARK).getpixel((left, y))[3] > 128 for y in range(size)]
        assert sum(a and not b for a, b in pairwise(edge)) == 4


@_SIZES
def test_a_red_column_has_an_exclamation_mark_cut_out(size: int) -> None:
    image = draw(bar(Situation.CRITICAL, 100), size, Taskbar.DARK)
    middle = [image.getpixel((size // 2, y))[3] > 0 for y in range(size)]
    assert [a for a, b in pairwise([*middle, None]) if a is not b] == [True, False, True, False, True]
