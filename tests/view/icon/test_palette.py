from __future__ import annotations

import pytest
from msgspec.structs import fields

from tray.view.icon.model import Icon, Situation
from tray.view.icon.palette import PALETTES, Colour, Taskbar, high_contrast

_GAUGES = (Situation.CALM, Situation.WARNING, Situation.CRITICAL)


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


@pytest.mark.parametrize("taskbar", Taskbar, ids=lambda taskbar: taskbar.value)
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


@pytest.mark.parametrize("situation", Situation)
@pytest.mark.parametrize("stale", [False, True])
def test_a_figure_has_the_colour_of_its_band_paler_if_stale(situation: Situation, stale: bool) -> None:  # noqa: FBT001 - a table's column
    palette = PALETTES[Taskbar.DARK]
    name = (f"{situation.value}_stale" if stale else situation.value) if situation in _GAUGES else "grey"
    assert palette.of(Icon(situation, 50, stale=stale)) == getattr(palette, name)


def test_high_contrast_has_no_other_colours_than_the_users() -> None:
    yellow, black = (255, 255, 0, 255), (0, 0, 0, 255)
    palette = high_contrast(black, yellow)
    assert {getattr(palette, field.name)[:3] for field in fields(palette)} == {yellow[:3], black[:3]}
    assert palette.ground == black
