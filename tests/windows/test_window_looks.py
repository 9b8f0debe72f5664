"""How the windows look in Windows: at two resolutions, light and dark, with long names; pictures are kept."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from PIL import ImageStat

from tests.desktop.screen import until
from tests.panes import PANES
from tests.windows.desk import OUT, PERSONALIZE
from tray.core.opened import WindowKind
from tray.crossing import Greeting, dump

DPI = {100: 96, 200: 192}
_DESKTOP = r"Control Panel\Desktop"
_SHOW = Path(__file__).parent / "show.py"


@pytest.fixture
def look(desk, built, tmp_path):
    """The picture of a window, and its place on the screen, as a user with this choice has it."""

    def show(kind, scale, *, dark):
        desk.ask("set_value", PERSONALIZE, "AppsUseLightTheme", int(not dark))
        desk.ask("set_value", _DESKTOP, "LogPixels", DPI[scale])
        lines = tmp_path / "lines"
        lines.write_text("".join(f"{dump(value)}\n" for value in (Greeting(()), PANES[kind])))
        python = desk.windows.tools.python / "python.exe"
        process = desk.windows.start(python, _SHOW, built.tray, kind.value, lines)
        try:
            box = until(lambda: place(desk), f"the {kind.value} window is open", 30.0)
            seen = [None]

            def steady():
                seen.append(desk.windows.picture().convert("RGB").crop(place(desk) or box))
                return seen[-1] == seen[-2] and len(seen[-1].getcolors(1 << 24)) > 20

            until(steady, f"the {kind.value} window is drawn", 30.0)
            return seen[-1], place(desk) or box
        finally:
            process.kill()
            process.wait()
            until(lambda: place(desk) is None, "it is gone")

    yield show
    desk.ask("set_value", PERSONALIZE, "AppsUseLightTheme", 1)
    desk.ask("set_value", _DESKTOP, "LogPixels", 96)


def place(desk):
    boxes = [w["box"] for w in desk.ask("windows") if w["visible"] and w["text"].endswith(" - ClawTray")]
    return tuple(boxes[0]) if boxes else None


@pytest.mark.parametrize(
    "kind", [WindowKind.ASK, WindowKind.ANSWER, WindowKind.SETTINGS, WindowKind.USAGE, WindowKind.APPROVAL]
)
def test_a_window_is_as_large_as_the_screen_is_fine_and_light_or_dark(desk, look, kind):
    wide = {}
    for scale, dark in itertools.product(DPI, (False, True)):
        picture, (left, top, right, bottom) = look(kind, scale, dark=dark)
        OUT.mkdir(parents=True, exist_ok=True)
        picture.save(OUT / f"look-{kind.value}-{scale}-{'dark' if dark else 'light'}.png")
        screen = desk.windows.picture().size
        assert left >= 0
        assert top >= 0
        assert right <= screen[0]
        assert bottom <= screen[1]
        brightness = ImageStat.Stat(picture.convert("L")).median[0]
        assert (brightness < 90) if dark else (brightness > 165), brightness
        wide[scale, dark] = right - left
    assert all(wide[200, dark] > 1.3 * wide[100, dark] for dark in (False, True)), wide
