"""The style `ring`: context usage as an arc, clockwise from 12 o'clock."""

from collections.abc import Iterator

from tray.view.icon import glyphs
from tray.view.icon.model import Icon, Situation
from tray.view.icon.palette import CLEAR, Colour, Layer, Palette
from tray.view.icon.raster import TURN, Grid
from tray.view.icon.shapes import sign, spokes


def ring(icon: Icon, grid: Grid, palette: Palette) -> Iterator[Layer]:
    """Draw the context in painting order: later layers cover earlier ones."""
    size = grid.size
    hair, thin = size // 16, size // 8
    thick = thin + hair if icon.stale else (3 * size + 8) // 16
    colour = palette.of(icon)
    match icon.situation:
        case Situation.CALM:
            yield from _gauge(icon, grid, thin, palette.track, colour)
        case Situation.WARNING:
            threshold = icon.threshold * TURN // 100
            yield from _gauge(icon, grid, thick, palette.track, colour)
            # If the tick reached inside, the ring would be a letter e.
            yield grid.ray(threshold, 3 * hair) & grid.ring(thick), CLEAR
            yield grid.ray(threshold, 2 * hair) & grid.ring(thick), palette.ink
        case Situation.CRITICAL:
            yield from _gauge(icon, grid, thick, palette.track, colour)
            yield sign(grid, glyphs.EXCLAMATION), colour
        case _:
            yield grid.ring(thin), palette.grey
            yield sign(grid, glyphs.QUESTION), palette.ink


def _gauge(icon: Icon, grid: Grid, stroke: int, track: Colour, colour: Colour) -> Iterator[Layer]:
    # The ring filled to the percentage, if any; dashed if the figure is stale.
    shape = grid.ring(stroke)
    if icon.stale:
        shape -= spokes(grid, 8, 2 * (grid.size // 16))
    yield shape, track
    yield shape & grid.sector((icon.percent or 0) * TURN // 100), colour
