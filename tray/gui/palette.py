"""The colours of windows, light and dark. A test measures the contrast of every text colour."""

from typing import Final

import msgspec


class Colours(msgspec.Struct, frozen=True):
    """One set, each as `#rrggbb`.

    Attributes:
        ground: Behind everything.
        surface: Behind fields and texts.
        raised: Buttons.
        hover: Buttons under the mouse.
        ink: Text.
        faint: Secondary text.
        off: Disabled text.
        line: Borders.
        accent: The main button, and the border of the focused widget.
        accent_ink: Text on the accent colour.
        link: Links.
        code: Behind code.
        error: Errors.
        selected: Behind selected text.
    """

    ground: str
    surface: str
    raised: str
    hover: str
    ink: str
    faint: str
    off: str
    line: str
    accent: str
    accent_ink: str
    link: str
    code: str
    error: str
    selected: str


LIGHT: Final = Colours(
    ground="#f3f3f3",
    surface="#ffffff",
    raised="#fdfdfd",
    hover="#e9eef5",
    ink="#1b1b1b",
    faint="#5c6066",
    off="#8a8f96",
    line="#c4c8ce",
    accent="#005fb8",
    accent_ink="#ffffff",
    link="#005fb8",
    code="#f0f2f5",
    error="#b3261e",
    selected="#cce4f7",
)
DARK: Final = Colours(
    ground="#202020",
    surface="#2a2a2a",
    raised="#363636",
    hover="#424242",
    ink="#f2f2f2",
    faint="#b4b8be",
    off="#85898f",
    line="#4c5056",
    accent="#60cdff",
    accent_ink="#10202a",
    link="#7fd3ff",
    code="#1b1b1b",
    error="#ff9d94",
    selected="#264f78",
)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as defined by WCAG, from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]  # noqa: PLR2004 - sRGB
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
