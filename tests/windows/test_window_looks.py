"""How the windows look in Windows: at two resolutions, light and dark, with long names; pictures are kept."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from PIL import ImageStat

from tests.desktop.screen import until
from tests.panes import PANES
from tests.windows.desk import OUT, PERSONALIZE, Desk
from tray.core.model import WindowKind
from tray.gui.ipc import Init, dump

DPI = {100: 96, 200: 192}
_SHOW = Path(__file__).parent / "show.py"
_LETTERS = 20
"""Colours of a window in which something is written, at the least."""


@pytest.fixture(scope="module")
def desks(tools):
    """A Windows for each scale: it is that of a whole session."""
    with Desk(tools) as usual, Desk(tools, dpi=DPI[200]) as fine:
        yield {100: usual, 200: fine}


@pytest.fixture
def look(built, tmp_path):
    """The picture of a window, and its place on the screen, as a user with this choice has it."""

    def show(desks, kind, scale, *, dark):
        desk = desks[scale]
        desk.ask("set_value", PERSONALIZE, "AppsUseLightTheme", int(not dark))
        lines = tmp_path / "lines"
        lines.write_text("".join(f"{dump(value)}\n" for value in (Init("en"), PANES[kind])))
        python = desk.windows.tools.python / "python.exe"
        process = desk.windows.start(python, _SHOW, built.tray, kind.value, lines)
        try:
            box = until(lambda: place(desk, scale), f"the {kind.value} window is open", 30.0)
            seen = desk.settled(lambda screen: screen.crop(place(desk, scale) or box), _LETTERS)
            return seen, place(desk, scale) or box
        finally:
            process.kill()
            process.wait()
            until(lambda: place(desk, scale) is None, "it is gone")

    return show


def place(desk, scale):
    """Where the window is, in pixels: the agent, which knows nothing of scales, gets fewer of them."""
    boxes = [w["box"] for w in desk.ask("windows") if w["visible"] and w["text"].endswith(" - ClawTray")]
    return tuple(edge * scale // 100 for edge in boxes[0]) if boxes else None


@pytest.mark.parametrize("kind", [WindowKind.SETTINGS, WindowKind.PANEL])
def test_a_window_is_as_large_as_the_screen_is_fine_and_light_or_dark(desks, look, kind):
    wide = {}
    for scale, dark in itertools.product(DPI, (False, True)):
        picture, (left, top, right, bottom) = look(desks, kind, scale, dark=dark)
        OUT.mkdir(parents=True, exist_ok=True)
        picture.save(OUT / f"look-{kind.value}-{scale}-{'dark' if dark else 'light'}.png")
        screen = desks[scale].windows.picture().size
        assert left >= 0
        assert top >= 0
        assert right <= screen[0]
        assert bottom <= screen[1]
        brightness = ImageStat.Stat(picture.convert("L")).median[0]
        assert (brightness < 90) if dark else (brightness > 165), brightness
        wide[scale, dark] = right - left
    assert all(wide[200, dark] > 1.3 * wide[100, dark] for dark in (False, True)), wide
