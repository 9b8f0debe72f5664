"""A small bar chart: as text for a terminal, and in whole pixels for a window."""

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
    """Return a character per value: a full block for the largest, at least the lowest bar, a blank for 0."""
    top = max(values, default=0)
    return "".join(BARS[(value * len(BARS) - 1) // top] if value else NOTHING for value in values)


def bars(values: Sequence[int], width: int, height: int, gap: int = 1) -> tuple[Bar, ...]:
    """Return a bar per value above 0, side by side and equally wide.

    Args:
        values: The values; none may be negative.
        width: Pixels available; a remainder stays free at the left.
        height: Pixels of the largest value; every bar has at least one.
        gap: Pixels between two bars, if there is room.
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
