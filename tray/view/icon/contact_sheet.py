"""The contact sheet: every situation of the icon in one picture. Must not know where the picture is used.

Separate from the drawing of an icon, which needs no fonts. Lengths are pixels.
"""

from collections.abc import Callable, Sequence
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from tray.settings.settings import IconStyle
from tray.values import replace
from tray.view.icon.model import Icon, Situation
from tray.view.icon.palette import PALETTES, Colour, Taskbar
from tray.view.icon.raster import FINE
from tray.view.icon.render import SMALLEST, draw

SAMPLES: Final = (
    ("Context below the first threshold", Icon(Situation.CALM, 38)),
    ("First threshold reached", Icon(Situation.WARNING, 83)),
    ("Second threshold reached", Icon(Situation.CRITICAL, 94)),
    ("The figure is doubtful", Icon(Situation.CALM, 62, stale=True)),
    ("Context unknown", Icon(Situation.UNKNOWN)),
    ("A run is in progress", Icon(Situation.CALM, 62, running=True)),
    ("An approval is waiting", Icon(Situation.CALM, 62, waiting=True)),
    ("Connecting", Icon(Situation.CONNECTING)),
    ("Gateway down", Icon(Situation.DOWN)),
    ("Cannot log in", Icon(Situation.REFUSED)),
    ("Not set up", Icon(Situation.NOT_SET_UP)),
)
"""Every situation once, with its caption."""

_SHEET_SIZES: Final = (16, 20, 24, 32, 48)
_PAGE: Final = (0xFF, 0xFF, 0xFF, 0xFF)
_TEXT: Final = (0x24, 0x29, 0x2F, 0xFF)
_MARGIN, _GAP, _CORNER = 32, 24, 10
_CAPTION_WIDTH, _PANEL_WIDTH = 296, 308
_BAR_HEIGHT, _HEAD_HEIGHT, _ROW_HEIGHT, _FOOT_HEIGHT = 48, 40, 66, 8
_SHEET_WIDTH = 2 * _MARGIN + _CAPTION_WIDTH + 2 * _PANEL_WIDTH + _GAP


def contact_sheet(label: Callable[[str], str], style: IconStyle = IconStyle.RING) -> Image.Image:
    """Draw every situation at several sizes on both taskbars: RGB, opaque, 1000 pixels wide.

    Args:
        label: Translates the English captions. The built-in font has Latin letters only.
        style: How context usage is shown.
    """
    icons = [replace(icon, style=style) for _, icon in SAMPLES]
    panel_top = _MARGIN + _BAR_HEIGHT + _GAP
    panel_height = _HEAD_HEIGHT + _ROW_HEIGHT * len(SAMPLES) + _FOOT_HEIGHT
    sheet = Image.new("RGBA", (_SHEET_WIDTH, panel_top + panel_height + _MARGIN), _PAGE)
    bar_width = (_SHEET_WIDTH - 2 * _MARGIN - _GAP) // 2
    for column, taskbar in enumerate(Taskbar):
        _mock_taskbar(sheet, _MARGIN + column * (bar_width + _GAP), _MARGIN, bar_width, taskbar, icons)
        left = _MARGIN + _CAPTION_WIDTH + column * (_PANEL_WIDTH + _GAP)
        _panel(sheet, left, panel_top, panel_height, taskbar, icons)
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(17)
    for row, (caption, _) in enumerate(SAMPLES):
        middle = panel_top + _HEAD_HEIGHT + row * _ROW_HEIGHT + _ROW_HEIGHT // 2
        pen.text((_MARGIN, middle), label(caption), _TEXT, font, anchor="lm")
    return sheet.convert("RGB")


def _mock_taskbar(
    sheet: Image.Image, left: int, top: int, width: int, taskbar: Taskbar, icons: Sequence[Icon]
) -> None:
    # The right end of a taskbar with all samples at their real size, 16 pixels.
    palette = PALETTES[taskbar]
    pen = ImageDraw.Draw(sheet)
    _card(sheet, left, top, width, _BAR_HEIGHT, palette.ground)
    middle, clock = top + _BAR_HEIGHT // 2, left + width - 16
    pen.text((clock, middle), "09:41", palette.ink, ImageFont.load_default(13), anchor="rm")
    step = 30
    at = clock - 56 - step * len(icons)
    pen.line(((at - 4, middle + 2), (at, middle - 2), (at + 4, middle + 2)), palette.ink)
    for place, icon in enumerate(icons):
        sheet.alpha_composite(draw(icon, SMALLEST, taskbar), (at + 20 + place * step, middle - SMALLEST // 2))


def _panel(
    sheet: Image.Image, left: int, top: int, height: int, taskbar: Taskbar, icons: Sequence[Icon]
) -> None:
    # One taskbar's colour with a row for each sample and a column for each size.
    palette = PALETTES[taskbar]
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(12)
    _card(sheet, left, top, _PANEL_WIDTH, height, palette.ground)
    gap = (_PANEL_WIDTH - sum(_SHEET_SIZES)) // (len(_SHEET_SIZES) + 1)
    for size in _SHEET_SIZES:
        left += gap
        pen.text((left + size // 2, top + 24), str(size), palette.grey, font, anchor="mm")
        for row, icon in enumerate(icons):
            middle = top + _HEAD_HEIGHT + row * _ROW_HEIGHT + _ROW_HEIGHT // 2
            sheet.alpha_composite(draw(icon, size, taskbar), (left, middle - size // 2))
        left += size


def _card(sheet: Image.Image, left: int, top: int, width: int, height: int, colour: Colour) -> None:
    mask = Image.new("L", (width * FINE, height * FINE), 0)
    corners = (0, 0, mask.width - 1, mask.height - 1)
    ImageDraw.Draw(mask).rounded_rectangle(corners, _CORNER * FINE, fill=255)
    sheet.paste(colour, (left, top), mask.reduce(FINE))
