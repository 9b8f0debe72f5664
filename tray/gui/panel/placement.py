"""Where the panel opens: beside the tray icon, inside the part of the screen that no taskbar covers."""

from typing import TypeAlias

Box: TypeAlias = tuple[int, int, int, int]
"""Left, top, right and bottom, in pixels of the screen."""


def place(anchor: Box, area: Box, size: tuple[int, int], gap: int) -> tuple[int, int]:
    """Return the panel's left and top edge.

    Args:
        anchor: The icon, or the point of the click that asked for the panel.
        area: The work area of the icon's screen.
        size: The panel's width and height.
        gap: Pixels to keep free around the panel, where there is room.
    """
    left, top, right, bottom = area
    width, height = size
    x = (anchor[0] + anchor[2] - width) // 2
    is_below = anchor[1] + anchor[3] >= top + bottom
    y = anchor[1] - gap - height if is_below else anchor[3] + gap
    return _within(x, left + gap, right - gap - width), _within(y, top + gap, bottom - gap - height)


def _within(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))
