"""A small chart of whole numbers: as bars of text for a terminal, and as whole pixels for a window."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

BARS = "▁▂▃▄▅▆▇█"
NOTHING = " "


class Bar(msgspec.Struct, frozen=True):
    """A filled rectangle in whole pixels; `y` counts from the top."""

    x: int
    y: int
    width: int
    height: int


def text(values: Sequence[int]) -> str:
    """A character for each value, the largest filled; a blank for nothing, the lowest bar for the least."""
    top = max(values, default=0)
    return "".join(BARS[(value * len(BARS) - 1) // top] if value else NOTHING for value in values)


def bars(values: Sequence[int], width: int, height: int, gap: int = 1) -> tuple[Bar, ...]:
    """A bar for each value that is something, side by side and all of the same width.

    Args:
        values: None of them negative.
        width: Pixels to be filled; what cannot be shared out evenly stays free at the left.
        height: Pixels of the largest value; the least has one.
        gap: Pixels between two bars, as long as there is room.
    """
    if not values or width < len(values) or height < 1:
        return ()
    step = width // len(values)
    thick = max(1, step - gap)
    top, left = max(values), width - step * len(values)
    return tuple(
        Bar(left + step * place, height - tall, thick, tall)
        for place, value in enumerate(values)
        if value and (tall := max(1, value * height // top))
    )
