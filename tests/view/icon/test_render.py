from __future__ import annotations

import os
from itertools import combinations, pairwise, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import fields
from PIL import Image

from tray.view.icon.model import Icon, Situation
from tray.view.icon.render import PALETTES, SMALLEST, Colour, Taskbar, draw, draw_on_tile, high_contrast

_GOLDEN = Path(__file__).parent / "golden"
_TASKBARS = pytest.mark.parametrize("taskbar", Taskbar, ids=lambda taskbar: taskbar.value)
_SIZES = pytest.mark.parametrize("size", [16, 20, 24, 28, 32, 40, 48, 64])
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
)


def alphas(icon: Icon, size: int = SMALLEST) -> bytes:
    return draw(icon, size, Taskbar.DARK).getchannel("A").tobytes()


def silhouette(icon: Icon) -> int:
    """One bit for each pixel at 16 px that is at least half covered, be it only by the track: no colour."""
    return sum(1 << place for place, alpha in enumerate(alphas(icon)) if alpha >= 32)


def luminance(colour: Colour) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in (part / 255 for part in colour[:3])
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@_SIZES
@_TASKBARS
def test_pictures_are_the_golden_ones_to_the_last_bit(size: int, taskbar: Taskbar) -> None:
    """To accept a new look, run with CLAWTRAY_GOLDEN=write and look at what changed."""
    path = _GOLDEN / f"{size}-{taskbar.value}.png"
    drawn = {name: draw(icon, size, taskbar) for name, icon in _CASES.items()}
    if os.environ.get("CLAWTRAY_GOLDEN") == "write":
        strip = Image.new("RGBA", (size * len(drawn), size))
        for place, image in enumerate(drawn.values()):
            strip.paste(image, (place * size, 0))
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


def test_every_two_situations_differ_in_shape_at_the_smallest_size_at_whatever_percentage() -> None:
    shapes = {
        (situation, stale): {silhouette(Icon(situation, percent, stale)) for percent in range(101)}
        for situation in _GAUGES
        for stale in (False, True)
    }
    shapes |= {
        (situation, False): {silhouette(Icon(situation))}
        for situation in Situation
        if situation not in _GAUGES
    }
    closest = {
        (one, other): min((a ^ b).bit_count() for a in shapes[one] for b in shapes[other])
        for one, other in combinations(shapes, 2)
    }
    assert {pair: pixels for pair, pixels in closest.items() if pixels < 8} == {}


@pytest.mark.parametrize("extra", [{"running": True}, {"waiting": True}])
@pytest.mark.parametrize("situation", Situation)
def test_dot_and_badge_show_in_the_silhouette(situation: Situation, extra: dict[str, bool]) -> None:
    plain, marked = Icon(situation, 50), Icon(situation, 50, **extra)
    assert (silhouette(plain) ^ silhouette(marked)).bit_count() >= 8


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


@pytest.mark.parametrize(("wild", "tame"), [(None, 0), (-5, 0), (140, 100)])
def test_a_percentage_outside_the_ring_is_drawn_as_its_end(wild: int | None, tame: int) -> None:
    assert alphas(Icon(Situation.CALM, wild)) == alphas(Icon(Situation.CALM, tame))


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
@pytest.mark.parametrize("name", _CASES)
def test_corners_are_clear_but_for_a_badge_a_dot_or_a_slash(name: str, size: int) -> None:
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
        allowed.add((last, 0))
    assert corners <= allowed


@_SIZES
def test_dot_and_badge_stand_free_of_the_ring(size: int) -> None:
    image = draw(Icon(Situation.CRITICAL, 100, running=True, waiting=True), size, Taskbar.DARK).getchannel(
        "A"
    )
    badge, dot = size * 7 // 16, size * 5 // 16
    beside_badge, below_badge = (size - badge - 1, badge // 2), (size - badge + badge // 2, badge)
    beside_dot, above_dot = (dot, size - dot + dot // 2), (dot // 2, size - dot - 1)
    for at in (beside_badge, below_badge, beside_dot, above_dot):
        assert image.getpixel(at) <= 16


@_TASKBARS
def test_every_colour_with_a_meaning_stands_out_from_the_taskbar(taskbar: Taskbar) -> None:
    palette = PALETTES[taskbar]
    contrasts = {
        field.name: contrast(getattr(palette, field.name), palette.ground)
        for field in fields(palette)
        if field.name not in {"ground", "track"}
    }
    assert {name: ratio for name, ratio in contrasts.items() if ratio < 3} == {}
    for band in _GAUGES:
        assert contrasts[f"{band.value}_stale"] < contrasts[band.value]


@_SIZES
@_TASKBARS
def test_only_the_palette_is_used(size: int, taskbar: Taskbar) -> None:
    palette = PALETTES[taskbar]
    allowed = {getattr(palette, field.name) for field in fields(palette)} - {palette.ground}
    for name, icon in _CASES.items():
        colours = draw(icon, size, taskbar).getcolors(size * size)
        assert colours is not None
        opaque = {colour for _, colour in colours if colour[3] == 255}
        assert opaque <= allowed, name
        assert opaque or name == "empty"


def test_in_high_contrast_there_are_the_two_colours_of_the_user_and_nothing_is_lost() -> None:
    yellow, black = (255, 255, 0, 255), (0, 0, 0, 255)
    pictures = {}
    for name, icon in _CASES.items():
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
