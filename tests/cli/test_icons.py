"""`icons`."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops

from tests.cli.results import only_complained
from tray.i18n.words import Words
from tray.settings.settings import IconStyle
from tray.view.icon.contact_sheet import contact_sheet


@pytest.mark.parametrize(
    ("options", "style"),
    [((), IconStyle.RING), (("--style", "digits"), IconStyle.DIGITS), (("--style", "bar"), IconStyle.BAR)],
)
def test_icons_is_the_contact_sheet(clawtray, tmp_path, options, style):
    path = tmp_path / "icons.PNG"
    assert clawtray("icons", path, *options).code == 0
    with Image.open(path) as drawn:
        expected = contact_sheet(Words(), style)
        assert (drawn.size, drawn.mode) == (expected.size, expected.mode)
        assert ImageChops.difference(drawn, expected).getbbox() is None


def test_icons_has_no_other_style(clawtray, tmp_path):
    result = clawtray("icons", tmp_path / "icons.png", "--style", "pie")
    assert result.code == 2
    assert "pie" in result.err
    assert not list(tmp_path.glob("icons*"))


@pytest.mark.parametrize("name", ["icons", "icons.jpg", "icons.png.txt"])
def test_icons_draws_only_png(clawtray, tmp_path, name):
    result = clawtray("icons", tmp_path / name)
    assert result.code == 2
    only_complained(result, "must end in .png")
    assert not list(tmp_path.glob("icons*"))


def test_icons_that_cannot_be_written(clawtray, tmp_path):
    result = clawtray("icons", tmp_path / "gone" / "icons.png")
    assert result.code == 1
    only_complained(result, "icons.png: No such file or directory.")
