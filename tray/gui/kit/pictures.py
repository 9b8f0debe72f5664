"""Pictures of the kit: boxes with round corners, bars, rings and dots, drawn larger and scaled down."""

import tkinter as tk
from collections.abc import Hashable

from PIL import Image, ImageColor, ImageDraw

from tray.gui.images import photo
from tray.gui.palette import Colours, mixed
from tray.view.icon import gauge
from tray.view.icon.model import Icon, Situation
from tray.view.icon.palette import Colour, Palette
from tray.view.icon.render import draw
from tray.view.panel.cards import Gauge, Tone

_FINE = 4


class Pictures:
    """Makes pictures in the colours of a window, each only once."""

    def __init__(self, root: tk.Misc, colours: Colours) -> None:
        """Start without any."""
        self._root, self._colours = root, colours
        self._made: dict[Hashable, tk.PhotoImage] = {}

    def tone(self, tone: Tone) -> str:
        """Return the colour of a tone."""
        c = self._colours
        return {
            Tone.CALM: c.calm,
            Tone.WARNING: c.warning,
            Tone.CRITICAL: c.critical,
            Tone.PLAIN: c.accent,
            Tone.QUIET: c.faint,
        }[tone]

    def box(
        self, radius: int, fill: str, line: str, ground: str, thickness: int, middle: int = 4
    ) -> tk.PhotoImage:
        """Return a box with round corners to be stretched: between two corners it repeats `middle` pixels."""
        key = ("box", radius, fill, line, ground, thickness, middle)
        if key not in self._made:
            side = 2 * radius + middle
            picture = Image.new("RGB", (side * _FINE, side * _FINE), ground)
            ImageDraw.Draw(picture).rounded_rectangle(
                (0, 0, side * _FINE - 1, side * _FINE - 1),
                radius=radius * _FINE,
                fill=fill,
                outline=line,
                width=thickness * _FINE,
            )
            self._made[key] = photo(self._root, picture.reduce(_FINE))
        return self._made[key]

    def bar(self, bar: Gauge, width: int, height: int, ground: str) -> tk.PhotoImage:
        """Return a bar with round ends; a doubtful one is dashed."""
        key = ("bar", bar, width, height, ground)
        if key not in self._made:
            c = self._colours
            size = (width * _FINE, height * _FINE)
            picture, mask = Image.new("RGB", size, ground), Image.new("L", size, 0)
            radius = size[1] // 2
            ImageDraw.Draw(mask).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), radius=radius, fill=255)
            picture.paste(c.track, (0, 0), mask)
            filled = max(size[1], size[0] * bar.part // 100) if bar.part else 0
            if filled:
                part = Image.new("L", size, 0)
                ImageDraw.Draw(part).rounded_rectangle(
                    (0, 0, filled - 1, size[1] - 1), radius=radius, fill=255
                )
                picture.paste(self._colour(bar), (0, 0), part)
            if bar.doubtful:
                pen, step = ImageDraw.Draw(picture), 2 * size[1]
                for left in range(step, size[0], step):
                    pen.rectangle((left, 0, left + size[1] // 2, size[1]), fill=ground)
            self._made[key] = photo(self._root, picture.reduce(_FINE))
        return self._made[key]

    def ring(self, ring: Gauge | None, size: int, stroke: int) -> tk.PhotoImage:
        """Return a ring; an unknown one is empty and dashed."""
        key = ("ring", ring, size, stroke)
        if key not in self._made:
            track = _rgba(self._colours.track)
            colour = track if ring is None else _rgba(self._colour(ring))
            percent, doubtful = (None, True) if ring is None else (ring.part, ring.doubtful)
            drawn = gauge.ring(percent, size, stroke, track, colour, doubtful=doubtful)
            self._made[key] = photo(self._root, drawn)
        return self._made[key]

    def icon(self, icon: Icon, size: int) -> tk.PhotoImage:
        """Return the tray icon, large."""
        key = ("icon", icon, size)
        if key not in self._made:
            refused = icon.situation is Situation.REFUSED
            drawn = self._keyhole(size) if refused else draw(icon, size, self._palette())
            self._made[key] = photo(self._root, drawn)
        return self._made[key]

    def dot(self, tone: Tone, size: int, ground: str) -> tk.PhotoImage:
        """Return a disc."""
        key = ("dot", tone, size, ground)
        if key not in self._made:
            side = size * _FINE
            picture = Image.new("RGB", (side, side), ground)
            ImageDraw.Draw(picture).ellipse((0, 0, side - 1, side - 1), fill=self.tone(tone))
            self._made[key] = photo(self._root, picture.reduce(_FINE))
        return self._made[key]

    def _colour(self, shown: Gauge) -> str:
        """Return the colour of a figure, paler for a doubtful one."""
        tone = self.tone(shown.tone)
        return mixed(self._colours.track, tone, 0.7) if shown.doubtful else tone

    def _keyhole(self, size: int) -> Image.Image:
        """Draw the icon of a refused login with smooth edges: its sign is made for few pixels."""
        colour, side = _rgba(self._colours.critical), size * _FINE
        ring = gauge.ring(100, size, max(2, size // 12), colour, colour)
        sign = Image.new("RGBA", (side, side), (*colour[:3], 0))
        pen, middle = ImageDraw.Draw(sign), side // 2
        head, foot = side // 9, side * 7 // 10
        pen.ellipse(
            (middle - head, side // 3 - head // 2, middle + head, side // 3 + head * 3 // 2), fill=colour
        )
        pen.polygon(
            [
                (middle - head // 3, side * 2 // 5),
                (middle + head // 3, side * 2 // 5),
                (middle + head, foot),
                (middle - head, foot),
            ],
            fill=colour,
        )
        ring.alpha_composite(sign.reduce(_FINE))
        return ring

    def _palette(self) -> Palette:
        c = self._colours
        ink, faint, track = _rgba(c.ink), _rgba(c.faint), _rgba(c.track)
        calm, warning, critical = _rgba(c.calm), _rgba(c.warning), _rgba(c.critical)
        return Palette(
            ground=_rgba(c.ground),
            ink=ink,
            grey=faint,
            track=track,
            calm=calm,
            warning=warning,
            critical=critical,
            calm_stale=calm,
            warning_stale=warning,
            critical_stale=critical,
            badge=_rgba(c.accent),
        )


def _rgba(colour: str) -> Colour:
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return red, green, blue, 255
