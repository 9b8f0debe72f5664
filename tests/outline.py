"""Where something is drawn on a bare ground, as far as a person sees it."""

from __future__ import annotations

from typing import Final

from PIL import Image, ImageChops

_SAME: Final = 3
"""The difference of a channel, of 255, that nobody sees: a tray may paint its own colour one off."""


def outline_box(picture: Image.Image, ground: tuple[int, ...]) -> tuple[int, int, int, int] | None:
    """Return the left, top, right and bottom of what differs from the ground; None if nothing does."""
    difference = ImageChops.difference(picture, Image.new("RGB", picture.size, ground))
    return difference.point(lambda channel: 255 * (channel > _SAME)).getbbox()
