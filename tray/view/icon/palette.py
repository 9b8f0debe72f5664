"""The colours of the icon on light, dark and high-contrast taskbars."""

from enum import Enum
from typing import Final

import msgspec

from tray.view.icon.model import Icon, Situation
from tray.view.icon.raster import Shape

Colour = tuple[int, int, int, int]
Layer = tuple[Shape, Colour]

CLEAR: Final[Colour] = (0, 0, 0, 0)


class Taskbar(Enum):
    """The taskbar behind the icon."""

    LIGHT = "light"
    DARK = "dark"


class Palette(msgspec.Struct, frozen=True):
    """Colours for one taskbar. All but the track carry meaning and have a contrast of at least 3:1."""

    ground: Colour
    ink: Colour
    grey: Colour
    track: Colour
    calm: Colour
    warning: Colour
    critical: Colour
    calm_stale: Colour
    warning_stale: Colour
    critical_stale: Colour
    badge: Colour

    def of(self, icon: Icon) -> Colour:
        """Return the colour of a figure; grey if there is none."""
        colours = {
            (Situation.CALM, False): self.calm,
            (Situation.WARNING, False): self.warning,
            (Situation.CRITICAL, False): self.critical,
            (Situation.CALM, True): self.calm_stale,
            (Situation.WARNING, True): self.warning_stale,
            (Situation.CRITICAL, True): self.critical_stale,
        }
        return colours.get((icon.situation, icon.stale), self.grey)


def _rgb(code: int, alpha: int = 255) -> Colour:
    return code >> 16, code >> 8 & 255, code & 255, alpha


PALETTES: Final = {
    Taskbar.LIGHT: Palette(
        ground=_rgb(0xEEF3FA),
        ink=_rgb(0x30343B),
        grey=_rgb(0x737982),
        track=_rgb(0x30343B, 64),
        calm=_rgb(0x0E7A3F),
        warning=_rgb(0xB06000),
        critical=_rgb(0xC4281C),
        calm_stale=_rgb(0x4A9468),
        warning_stale=_rgb(0xBC7A2C),
        critical_stale=_rgb(0xDA655A),
        badge=_rgb(0x0063C6),
    ),
    Taskbar.DARK: Palette(
        ground=_rgb(0x1C1C1C),
        ink=_rgb(0xF2F2F2),
        grey=_rgb(0x9DA1A8),
        track=_rgb(0xFFFFFF, 64),
        calm=_rgb(0x52D689),
        warning=_rgb(0xFFB53D),
        critical=_rgb(0xFF6A5C),
        calm_stale=_rgb(0x4FA577),
        warning_stale=_rgb(0xBF8C3C),
        critical_stale=_rgb(0xD0665B),
        badge=_rgb(0x56B8FF),
    ),
}


def high_contrast(ground: Colour, ink: Colour) -> Palette:
    """Return a palette of the user's two colours; only shapes distinguish the situations."""
    return Palette(
        ground=ground,
        ink=ink,
        grey=ink,
        track=(*ink[:3], 64),
        calm=ink,
        warning=ink,
        critical=ink,
        calm_stale=ink,
        warning_stale=ink,
        critical_stale=ink,
        badge=ink,
    )
