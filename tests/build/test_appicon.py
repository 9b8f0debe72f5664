from io import BytesIO

import pytest
from PIL import Image, ImageChops

from build import appicon


@pytest.mark.parametrize("size", appicon.SIZES)
def test_the_file_of_the_checkout_is_what_is_drawn(size):
    with Image.open(appicon.FILE) as file:
        assert file.info["sizes"] == {(each, each) for each in appicon.SIZES}
        file.size = (size, size)
        drawn = appicon.app_icon(size)
        assert ImageChops.difference(file.convert("RGBA"), drawn).getbbox(alpha_only=False) is None


@pytest.mark.parametrize("size", appicon.SIZES)
def test_the_tile_fills_the_square_but_for_its_corners(size):
    icon = appicon.app_icon(size)
    assert (icon.mode, icon.size, icon.getbbox()) == ("RGBA", (size, size), (0, 0, size, size))
    assert icon.getpixel((0, 0))[3] < 128
    assert icon.getpixel((size // 2, 0))[3] == 255


@pytest.mark.parametrize("size", appicon.SIZES)
def test_the_ring_is_full_on_the_right_and_a_track_on_the_left(size):
    icon, at = appicon.app_icon(size), size * 7 // 32
    assert icon.getpixel((size - 1 - at, size // 2)) == (255, 255, 255, 255)
    track, ground = icon.getpixel((at, size // 2)), icon.getpixel((size // 2, size // 2))
    assert sum(ground[:3]) < sum(track[:3]) < 3 * 200


def test_the_command_writes_the_file(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(appicon, "FILE", tmp_path / "app.ico")
    appicon.main()
    assert capsys.readouterr().out.strip() == str(tmp_path / "app.ico")
    with Image.open(BytesIO(appicon.FILE.read_bytes())) as file:
        assert file.size == (256, 256)
