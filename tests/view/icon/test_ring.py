from __future__ import annotations

from itertools import pairwise

import pytest

from tray.values import replace
from tray.view.icon.model import Icon, Situation
from tray.view.icon.palette import PALETTES, Taskbar
from tray.view.icon.render import draw

_SIZES = pytest.mark.parametrize("size", [16, 20, 24, 28, 32, 40, 48, 64])
_GAUGES = (Situation.CALM, Situation.WARNING, Situation.CRITICAL)


def alphas(icon: Icon, size: int = 16) -> bytes:
    return draw(icon, size, Taskbar.DARK).getchannel("A").tobytes()


@pytest.mark.parametrize("stale", [False, True])
@pytest.mark.parametrize("situation", _GAUGES)
def test_more_percent_never_takes_colour_away(situation: Situation, stale: bool) -> None:  # noqa: FBT001 - a table's column
    pictures = [alphas(Icon(situation, percent, stale)) for percent in range(101)]
    for less, more in pairwise(pictures):
        assert all(a <= b for a, b in zip(less, more, strict=True))
    assert sum(pictures[100]) > sum(pictures[50]) > sum(pictures[0])


@_SIZES
def test_each_percent_shows(size: int) -> None:
    filled = [sum(alphas(Icon(Situation.CALM, percent), size)) for percent in range(101)]
    assert sorted(set(filled)) == filled


@pytest.mark.parametrize("threshold", [25, 50, 60, 75, 80])
def test_the_tick_stands_at_the_threshold(threshold: int) -> None:
    at = draw(Icon(Situation.WARNING, 99, threshold=threshold), 64, Taskbar.DARK)
    ink = at.split()[2].point(lambda blue: 255 * (blue == PALETTES[Taskbar.DARK].ink[2])).getbbox()
    assert ink is not None
    across, down = (ink[0] + ink[2]) / 2 - 32, (ink[1] + ink[3]) / 2 - 32
    assert {
        25: across > 20,
        50: down > 20,
        60: across < -10 < 10 < down,
        75: across < -20,
        80: across < -20 < down < -2,
    }[threshold]


@_SIZES
@pytest.mark.parametrize("stale", [False, True])
def test_the_tick_leaves_the_inside_of_the_ring_free(size: int, stale: bool) -> None:  # noqa: FBT001 - a table's column
    """Else the ring is a letter e."""
    image = draw(Icon(Situation.WARNING, 83, stale=stale), size, Taskbar.DARK)
    thick = (3 * size + 8) // 16
    inside = image.crop((thick + 1, size // 2 - size // 16, size // 2, size // 2 + size // 16))
    assert inside.getbbox() is None


@_SIZES
def test_the_badge_hides_nothing_of_the_first_15_percent_of_the_ring(size: int) -> None:
    """A colour that is drawn up to 15% is drawn with the badge, too."""
    for percent in range(16):
        icon = Icon(Situation.CALM, percent)
        plain, marked = (draw(each, size, Taskbar.DARK) for each in (icon, replace(icon, waiting=True)))
        right_half = (size // 2, 0, size, size // 2)
        assert plain.crop(right_half).tobytes() == marked.crop(right_half).tobytes()


@_SIZES
def test_dot_and_badge_stand_free_of_the_ring(size: int) -> None:
    image = draw(Icon(Situation.CRITICAL, 100, running=True, waiting=True), size, Taskbar.DARK)
    badge, dot = 2 * (3 * size // 16), size // 4
    beside_badge, above_badge = (size - badge - 1, size - badge // 2), (size - badge // 2, size - badge - 1)
    beside_dot, above_dot = (dot, size - dot + dot // 2), (dot // 2, size - dot - 1)
    for at in (beside_badge, above_badge, beside_dot, above_dot):
        assert image.getpixel(at)[3] <= 16


def test_a_context_that_is_not_known_has_a_whole_ring() -> None:
    image = draw(Icon(Situation.UNKNOWN), 16, Taskbar.DARK)
    for at in ((7, 0), (15, 7), (7, 15), (0, 7)):
        assert image.getpixel(at) == PALETTES[Taskbar.DARK].grey
