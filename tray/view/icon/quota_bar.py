"""Draws how much of a quota is used as a bar, for a line of the menu."""

from PIL import Image

from tray.view.icon.model import QuotaBar
from tray.view.icon.palette import PALETTES, Palette, Taskbar
from tray.view.icon.raster import FINE, Grid


def draw_quota_bar(bar: QuotaBar, size: int, ground: Taskbar | Palette) -> Image.Image:
    """Draw a bar as RGBA, `size` by `size` pixels; more than nothing fills at least one pixel."""
    palette = PALETTES[ground] if isinstance(ground, Taskbar) else ground
    grid, above = Grid(size), size * 5 // 16
    filled = size * bar.percent // 100 or int(bar.percent > 0)
    colour = (palette.calm, palette.warning, palette.critical)[bar.threshold]
    fine = Image.new("RGBA", (size * FINE, size * FINE), (0, 0, 0, 0))
    for width, paint in ((size, palette.track), (filled, colour)):
        fine.paste(paint, (0, 0), grid.box(0, above, width, size - 2 * above).mask())
    return fine.reduce(FINE)
