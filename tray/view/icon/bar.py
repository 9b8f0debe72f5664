"""The style `bar`: context usage as a column that fills from below."""

from collections.abc import Iterator

from tray.view.icon import glyphs
from tray.view.icon.model import Icon, Situation
from tray.view.icon.palette import CLEAR, Layer, Palette
from tray.view.icon.raster import TURN, Grid, Shape
from tray.view.icon.shapes import dashed_frame, sign


def bar(icon: Icon, grid: Grid, palette: Palette) -> Iterator[Layer]:
    """Draw the context in painting order: later layers cover earlier ones."""
    size, hair = grid.size, grid.size // 16
    narrow, wide = (2 * ((sixteenths * size + 8) // 16) for sixteenths in (3, 5))
    slim = icon.situation is Situation.CALM and not icon.stale
    width = narrow if slim else wide
    # The dot and the badge stand to the left of the column.
    left = size - width if icon.running or icon.waiting else (size - width) // 2
    aside = left + width // 2 - size // 2
    if icon.situation is Situation.UNKNOWN:
        yield dashed_frame(grid, left, width), palette.grey
        yield grid.moved(sign(grid, glyphs.QUESTION), aside), palette.ink
        return
    column = grid.rounded_box(left, 0, width, size, size // 8)
    if icon.stale:
        yield dashed_frame(grid, left, width), palette.of(icon)
        inside = 2 * (size // 8) if icon.situation is Situation.CALM else width - 4 * hair
        column = grid.box(left + (width - inside) // 2, 2 * hair, inside, size - 4 * hair)
    yield column, palette.track
    yield column & grid.level((icon.percent or 0) * TURN // 100), palette.of(icon)
    ticks = [size - size * percent // 100 for percent in (icon.threshold, icon.critical)]
    match icon.situation:
        case Situation.CALM if slim:
            for top in ticks:
                yield grid.box(left - 3 * hair, top, 2 * hair, hair), palette.grey
        case Situation.WARNING:
            for top in ticks:
                yield column & grid.box(left, top, width, hair), CLEAR
        case Situation.CRITICAL:
            yield _exclamation(grid, left + width // 2), CLEAR
        case _:
            pass


def _exclamation(grid: Grid, middle: int) -> Shape:
    # Slimmer than the sign inside the ring, so that the column stays one beside it.
    size, half, gap = grid.size, grid.size // 16, (grid.size + 8) // 16
    top, foot = size // 4, size // 4 + size // 2 - 2 * half
    stem = grid.box(middle - half, top, 2 * half, foot - gap - top)
    return stem | grid.box(middle - half, foot, 2 * half, 2 * half)
