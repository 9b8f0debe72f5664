from __future__ import annotations

import os
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import fields
from PIL import Image

from tray.settings.settings import IconStyle
from tray.values import replace
from tray.view.icon.model import Icon, Situation
from tray.view.icon.palette import PALETTES, Taskbar, high_contrast
from tray.view.icon.render import SMALLEST, draw, draw_on_tile

_GOLDEN = Path(__file__).parent / "golden"
_TASKBARS = pytest.mark.parametrize("taskbar", Taskbar, ids=lambda taskbar: taskbar.value)
_SIZES = pytest.mark.parametrize("size", [16, 20, 24, 28, 32, 40, 48, 64])
_STYLES = pytest.mark.parametrize("style", IconStyle)
_GAUGES = (Situation.CALM, Situation.WARNING, Situation.CRITICAL)
_CASES = {
    "empty": Icon(Situation.CALM, 0),
    "calm": Icon(Situation.CALM, 38),
    "calm, stale": Icon(Situation.CALM, 62, stale=True),
    "warning": Icon(Situation.WARNING, 75),
    "warning at 60": Icon(Situation.WARNING, 83, threshold=60),
    "warning, stale": Icon(Situation.WARNING, 83, stale=True),
    "critical": Icon(Situation.CRITICAL, 94),
    "critical, stale": Icon(Situation.CRITICAL, 94, stale=True),
    "full": Icon(Situation.CRITICAL, 100),
    "unknown": Icon(Situation.UNKNOWN),
    "connecting": Icon(Situation.CONNECTING),
    "down": Icon(Situation.DOWN),
    "refused": Icon(Situation.REFUSED),
    "not set up": Icon(Situation.NOT_SET_UP),
    "running": Icon(Situation.CALM, 38, running=True),
    "waiting": Icon(Situation.CALM, 38, waiting=True),
    "running and waiting": Icon(Situation.WARNING, 83, running=True, waiting=True),
}

icons = st.builds(
    Icon,
    situation=st.sampled_from(Situation),
    percent=st.none() | st.integers(0, 100),
    stale=st.booleans(),
    threshold=st.integers(1, 100),
    running=st.booleans(),
    waiting=st.booleans(),
    critical=st.integers(1, 100),
    style=st.sampled_from(IconStyle),
)


def alphas(icon: Icon, size: int = SMALLEST) -> bytes:
    return draw(icon, size, Taskbar.DARK).getchannel("A").tobytes()


def silhouette(icon: Icon) -> int:
    """One bit for each pixel at 16 px that is at least half covered, be it only by the track: no colour."""
    return sum(1 << place for place, alpha in enumerate(alphas(icon)) if alpha >= 32)


@_SIZES
@_TASKBARS
@_STYLES
def test_pictures_are_the_golden_ones_to_the_last_bit(size: int, taskbar: Taskbar, style: IconStyle) -> None:
    """To accept a new look, run with CLAWTRAY_GOLDEN=write and look at what changed."""
    path = _GOLDEN / style.value / f"{size}-{taskbar.value}.png"
    drawn = {name: draw(replace(icon, style=style), size, taskbar) for name, icon in _CASES.items()}
    if os.environ.get("CLAWTRAY_GOLDEN") == "write":
        strip = Image.new("RGBA", (size * len(drawn), size))
        for place, image in enumerate(drawn.values()):
            strip.paste(image, (place * size, 0))
        path.parent.mkdir(parents=True, exist_ok=True)
        strip.save(path, optimize=True)
    with Image.open(path) as golden:
        assert golden.size == (size * len(drawn), size)
        expected = [golden.crop((place * size, 0, (place + 1) * size, size)) for place in range(len(drawn))]
    different = [
        name
        for (name, image), wanted in zip(drawn.items(), expected, strict=True)
        if image.tobytes() != wanted.tobytes()
    ]
    assert different == []


@given(icons, st.integers(SMALLEST, 64), st.sampled_from(Taskbar))
def test_any_icon_can_be_drawn_at_any_size(icon: Icon, size: int, taskbar: Taskbar) -> None:
    image = draw(icon, size, taskbar)
    assert (image.mode, image.size) == ("RGBA", (size, size))
    assert draw(icon, size, taskbar).tobytes() == image.tobytes()


def test_a_size_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="15 pixels"):
        draw(Icon(Situation.CALM, 5), SMALLEST - 1, Taskbar.DARK)


def test_an_odd_size_is_the_smaller_even_one_with_a_blank_edge() -> None:
    icon = Icon(Situation.CRITICAL, 94, waiting=True)
    odd = draw(icon, 21, Taskbar.LIGHT)
    assert odd.crop((0, 0, 20, 20)).tobytes() == draw(icon, 20, Taskbar.LIGHT).tobytes()
    assert odd.getbbox() == (0, 0, 20, 20)


@pytest.mark.parametrize(("threshold", "critical"), [(75, 90), (60, 95), (98, 99)])
@_STYLES
def test_every_two_situations_differ_in_shape_at_the_smallest_size_at_whatever_percentage(
    style: IconStyle, threshold: int, critical: int
) -> None:
    def shapes_of(situation: Situation, *, stale: bool = False) -> set[int]:
        icon = Icon(situation, stale=stale, threshold=threshold, critical=critical, style=style)
        return {silhouette(replace(icon, percent=percent)) for percent in range(0, 101, 4)}

    shapes = {(gauge, stale): shapes_of(gauge, stale=stale) for gauge in _GAUGES for stale in (False, True)}
    shapes |= {(other, False): shapes_of(other) for other in Situation if other not in _GAUGES}
    closest = {
        (one, other): min((a ^ b).bit_count() for a in shapes[one] for b in shapes[other])
        for one, other in combinations(shapes, 2)
    }
    assert {pair: pixels for pair, pixels in closest.items() if pixels < 8} == {}


@_STYLES
@pytest.mark.parametrize("stale", [False, True])
@pytest.mark.parametrize("situation", Situation)
def test_dot_and_badge_show_in_the_silhouette(situation: Situation, stale: bool, style: IconStyle) -> None:  # noqa: FBT001 - a table's column
    for percent in range(0, 101, 50):
        plain = Icon(situation, percent, stale, style=style)
        marked = [
            silhouette(replace(plain, running=running, waiting=waiting))
            for running, waiting in product((False, True), repeat=2)
        ]
        assert min((one ^ other).bit_count() for one, other in combinations(marked, 2)) >= 8


@_STYLES
def test_every_percentage_shows(style: IconStyle) -> None:
    shown = {alphas(Icon(Situation.CALM, percent, style=style)) for percent in range(100)}
    assert len(shown) == 100


@pytest.mark.parametrize(("wild", "tame"), [(None, 0), (-5, 0), (140, 100)])
def test_a_percentage_outside_the_ring_is_drawn_as_its_end(wild: int | None, tame: int) -> None:
    assert alphas(Icon(Situation.CALM, wild)) == alphas(Icon(Situation.CALM, tame))


@_SIZES
@pytest.mark.parametrize("name", _CASES)
def test_corners_of_a_ring_are_clear_but_for_a_badge_a_dot_or_a_slash(name: str, size: int) -> None:
    icon = _CASES[name]
    image = draw(icon, size, Taskbar.DARK)
    last = size - 1
    corners = {at for at in ((0, 0), (last, 0), (0, last), (last, last)) if image.getpixel(at)[3] > 0}
    allowed = set()
    if icon.situation is Situation.DOWN:
        allowed |= {(0, 0), (last, last)}
    if icon.running:
        allowed.add((0, last))
    if icon.waiting:
        allowed.add((last, last))
    assert corners <= allowed


@_SIZES
@_TASKBARS
@_STYLES
def test_only_the_palette_is_used(size: int, taskbar: Taskbar, style: IconStyle) -> None:
    palette = PALETTES[taskbar]
    allowed = {getattr(palette, field.name) for field in fields(palette)} - {palette.ground}
    for name, icon in _CASES.items():
        colours = draw(replace(icon, style=style), size, taskbar).getcolors(size * size)
        assert colours is not None
        opaque = {colour for _, colour in colours if colour[3] == 255}
        assert opaque <= allowed, name
        assert opaque or name == "empty"


@_STYLES
def test_in_high_contrast_there_are_the_two_colours_of_the_user_and_nothing_is_lost(style: IconStyle) -> None:
    yellow, black = (255, 255, 0, 255), (0, 0, 0, 255)
    pictures = {}
    for name, case in _CASES.items():
        icon = replace(case, style=style)
        picture = draw(icon, SMALLEST, high_contrast(black, yellow))
        assert {colour[:3] for _, colour in picture.getcolors() if colour[3]} <= {yellow[:3]}
        assert picture.getchannel("A").tobytes() == alphas(icon), name
        pictures[name] = picture.tobytes()
    assert len(set(pictures.values())) == len(pictures)


def on_panel(picture: Image.Image, grey: int) -> Image.Image:
    panel = Image.new("RGBA", picture.size, (grey, grey, grey, 255))
    panel.alpha_composite(picture)
    return panel


@pytest.mark.parametrize("grey", [0, 30, 128, 215, 255])
@pytest.mark.parametrize("name", _CASES)
def test_on_its_tile_an_icon_looks_on_any_panel_as_on_a_dark_one(name: str, grey: int) -> None:
    picture = on_panel(draw_on_tile(_CASES[name], 22), grey)
    expected = on_panel(draw(_CASES[name], 20, Taskbar.DARK), PALETTES[Taskbar.DARK].ground[0])
    for x, y in product(range(20), repeat=2):
        if {x, y} <= {0, 1, 18, 19}:  # the tile's corners are round
            continue
        drawn, wanted = picture.getpixel((x + 1, y + 1)), expected.getpixel((x, y))
        assert max(abs(a - b) for a, b in zip(drawn, wanted, strict=True)) <= 30


def test_the_tile_itself_is_not_seen_on_a_dark_panel() -> None:
    panel = on_panel(draw_on_tile(Icon(Situation.DOWN), 22), PALETTES[Taskbar.DARK].ground[0])
    assert panel.getpixel((0, 11)) == (*PALETTES[Taskbar.DARK].ground[:3], 255)
