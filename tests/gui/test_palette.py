from __future__ import annotations

import pytest

from tray.gui.palette import DARK, LIGHT, contrast, high_contrast


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1


@pytest.mark.parametrize("c", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ink", ["ink", "faint", "error", "link"])
@pytest.mark.parametrize("ground", ["ground", "surface"])
def test_every_text_has_enough_contrast(c, ink, ground):
    assert contrast(getattr(c, ink), getattr(c, ground)) >= 4.5


@pytest.mark.parametrize("c", [LIGHT, DARK], ids=["light", "dark"])
def test_code_buttons_and_selections_have_enough_contrast(c):
    for ink, ground in (
        (c.ink, c.code),
        (c.ink, c.raised),
        (c.ink, c.hover),
        (c.ink, c.selected),
        (c.accent_ink, c.accent),
    ):
        assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize("c", [LIGHT, DARK], ids=["light", "dark"])
def test_the_focus_is_visible(c):
    assert contrast(c.accent, c.surface) >= 3
    assert contrast(c.accent, c.ground) >= 3


@pytest.mark.parametrize("c", [LIGHT, DARK], ids=["light", "dark"])
def test_a_figure_is_known_from_what_is_around_it(c):
    for tone in (c.calm, c.warning, c.critical, c.accent, c.faint):
        assert contrast(tone, c.surface) >= 3
        assert contrast(tone, c.track) >= 2


def test_high_contrast_takes_the_colours_that_the_user_chose():
    c = high_contrast("#000000", "#ffffff", "#1aebff", "#000000")
    assert (c.ground, c.surface, c.ink, c.faint, c.calm) == ("#000000", "#000000", *["#ffffff"] * 3)
    assert contrast(c.accent_ink, c.accent) >= 7
    assert contrast(c.off, c.ground) >= 4.5
    assert c.ground < c.track < c.off < c.ink


@pytest.mark.parametrize("colours", [LIGHT, DARK, high_contrast("#000000", "#ffffff", "#ffffff", "#000000")])
def test_selected_text_can_be_read(colours):
    assert contrast(colours.selected, colours.selected_ink) >= 4.5
