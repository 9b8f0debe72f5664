"""How the icon looks: seen on a panel of any colour, and in the style that the settings name."""

from __future__ import annotations

import os
import sys

import pytest
from PIL import Image

from tests.blackbox.fake_gateway import TOKEN, FakeGateway, listing
from tests.blackbox.user import User
from tests.desktop import screen as desktop
from tests.desktop.screen import until

LIGHT = (0xF5, 0xF5, 0xF5)
CONTRAST = 3.0
"""What a person needs to see a shape, by WCAG 2.2."""
_REQUIRED = "blackbox" in os.environ.get("CLAWTRAY_REQUIRE", "").replace(",", " ").split()


@pytest.fixture
def light_screen(tmp_path):
    """A desktop with a light panel; where it cannot be had, the test is not run and says why."""
    why = desktop.missing() if sys.platform == "linux" else "there is no virtual screen on this system"
    if why is not None:
        (pytest.fail if _REQUIRED else pytest.skip)(f"not run: {why}")
    with desktop.Screen(tmp_path / "desktop", trayer=True, ground=LIGHT) as started:
        yield started


def luminance(grey):
    return (grey / 255) ** 2.2 + 0.05


def seen(picture):
    """How many pixels stand out from the light panel."""
    shades = picture.convert("L").tobytes()
    return sum(luminance(LIGHT[0]) / luminance(shade) >= CONTRAST for shade in shades)


def test_on_a_light_panel_the_icon_is_seen(light_screen, clawtray):
    with FakeGateway(sessions__list=listing({})) as gateway:
        clawtray(gateway, **light_screen.environment)
        picture = until(light_screen.icon, "the icon is in the tray")
        until(lambda: seen(light_screen.icon() or picture) > 100, "it stands out from the panel")


def test_each_style_has_its_own_picture_of_every_state(tmp_path):
    user = User(tmp_path)
    pictures = set()
    for style in ("ring", "digits", "bar"):
        file = tmp_path / f"{style}.png"
        code, said = user.run("icons", str(file), "--style", style)
        assert code == 0, said
        with Image.open(file) as picture:
            pictures.add(picture.tobytes())
    assert len(pictures) == 3


def test_a_style_in_the_settings_is_known_and_another_one_is_reported_with_the_choices(tmp_path):
    user = User(tmp_path)
    with FakeGateway(sessions__list=listing({})) as gateway:
        for style, reported in (("digits", False), ("pie", True)):
            user.write("ClawTray/settings.toml", f'[icon]\nstyle = "{style}"\n')
            _, said = user.run("doctor", CLAWTRAY_URL=gateway.url, CLAWTRAY_TOKEN=TOKEN)
            assert ("icon.style must be one of ring, digits, bar" in said) is reported
            assert "is not a setting" not in said
