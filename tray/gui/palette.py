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
        edge: The quiet line around cards and their buttons.
        track: The part of rings and bars that is not filled.
        calm: A figure below the thresholds.
        warning: A figure above the first threshold.
        critical: A figure above the second one.
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
    edge: str
    track: str
    calm: str
    warning: str
    critical: str

    @property
    def selected_ink(self) -> str:
        """Return the colour of selected text: in high contrast, that of the text is none."""
        return max(self.ink, self.accent_ink, key=lambda ink: contrast(self.selected, ink))


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
    edge="#e3e5e8",
    track="#dcdfe4",
    calm="#0e7a3f",
    warning="#b06000",
    critical="#c4281c",
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
    edge="#3a3c40",
    track="#484a4e",
    calm="#52d689",
    warning="#ffb53d",
    critical="#ff6a5c",
)


def high_contrast(ground: str, ink: str, chosen: str, chosen_ink: str) -> Colours:
    """Return a set of the four colours that the user chose in the system."""
    return Colours(
        ground=ground,
        surface=ground,
        raised=ground,
        hover=ground,
        ink=ink,
        faint=ink,
        off=mixed(ground, ink, 0.6),
        line=ink,
        accent=chosen,
        accent_ink=chosen_ink,
        link=ink,
        code=ground,
        error=ink,
        selected=chosen,
        edge=ink,
        track=mixed(ground, ink, 0.3),
        calm=ink,
        warning=ink,
        critical=ink,
    )


def mixed(ground: str, ink: str, part: float) -> str:
    """Return the colour that has this part of the second one, 0 to 1."""
    pairs = ((int(ground[at : at + 2], 16), int(ink[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(low + (high - low) * part):02x}" for low, high in pairs)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as defined by WCAG, from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]  # noqa: PLR2004 - sRGB
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
