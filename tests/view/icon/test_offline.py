from __future__ import annotations

import pytest

from tray.settings.settings import IconStyle
from tray.view.icon.model import Icon, Situation
from tray.view.icon.palette import PALETTES, Taskbar
from tray.view.icon.render import draw

_OFFLINE = (Situation.CONNECTING, Situation.DOWN, Situation.REFUSED, Situation.NOT_SET_UP)


@pytest.mark.parametrize("situation", _OFFLINE)
def test_without_a_connection_every_style_shows_the_same(situation: Situation) -> None:
    pictures = {draw(Icon(situation, style=style), 16, Taskbar.DARK).tobytes() for style in IconStyle}
    assert len(pictures) == 1


@pytest.mark.parametrize("size", [16, 20, 24, 28, 32, 40, 48, 64])
def test_what_stands_upright_is_symmetric(size: int) -> None:
    for situation in (Situation.CONNECTING, Situation.REFUSED, Situation.NOT_SET_UP):
        image = draw(Icon(situation), size, Taskbar.DARK).getchannel("A")
        for y in range(size):
            row = [image.getpixel((x, y)) for x in range(size)]
            assert max(abs(a - b) for a, b in zip(row, row[::-1], strict=True)) <= 64, (situation, y)


def test_the_slash_goes_from_the_upper_left_to_the_lower_right() -> None:
    image = draw(Icon(Situation.DOWN), 16, Taskbar.DARK)
    assert {image.getpixel((at, at)) for at in range(1, 15)} == {PALETTES[Taskbar.DARK].grey}


def test_the_keyhole_is_red_and_stands_free_of_its_ring() -> None:
    image = draw(Icon(Situation.REFUSED), 32, Taskbar.DARK)
    column = [image.getpixel((16, y))[3] > 0 for y in range(32)]
    assert [column[y] for y in (0, 4, 8, 16, 25, 28, 31)] == [True, False, True, True, True, False, True]
    assert image.getpixel((16, 16)) == PALETTES[Taskbar.DARK].critical
