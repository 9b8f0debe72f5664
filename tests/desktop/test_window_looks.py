"""How each kind of window looks: as large as the screen's resolution asks for, light or dark, never cut off.

The pictures are kept in tests/out, to be looked at; what a test can say of them is asserted.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
from PIL import ImageGrab, ImageStat

from tests.desktop.conftest import OUT
from tests.desktop.screen import until
from tests.panes import PANES
from tray.core.model import WindowKind
from tray.gui.ipc import Init, Ready, dump, load_from_window

SCREEN = (2560, 1600)
THEMES = {"light": "Adwaita", "dark": "Adwaita:dark"}


@contextmanager
def _display(dpi):
    """A bare X server, of which Tk takes how many pixels an inch has; its name."""
    reader, writer = os.pipe()
    size = "x".join(map(str, SCREEN))
    command = ["Xvfb", "-displayfd", str(writer), "-noreset", "-nolisten", "tcp", "-dpi", str(dpi)]
    with os.fdopen(reader) as said:
        server = subprocess.Popen(
            [*command, "-screen", "0", f"{size}x24"], pass_fds=(writer,), stderr=subprocess.DEVNULL
        )
        os.close(writer)
        try:
            yield f":{said.readline().strip()}"
        finally:
            server.terminate()
            server.wait()


@pytest.fixture(scope="module")
def displays(ground):
    with _display(96) as usual, _display(192) as fine:
        yield {100: usual, 200: fine}


def _shown(kind, display, theme, language="en"):
    """The picture of a window of this kind once nothing changes any more, without what is around it."""
    environ = {**os.environ, "DISPLAY": display, "GTK_THEME": THEMES[theme], "NO_AT_BRIDGE": "1"}
    window = subprocess.Popen(
        [sys.executable, "-m", "tray", "--window", kind.value],
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    heard = []

    def listen():
        heard.extend(load_from_window(line.rstrip("\n")) for line in window.stdout)

    listener = threading.Thread(target=listen)
    listener.start()
    try:
        for value in (Init(language), PANES[kind]):
            window.stdin.write(dump(value) + "\n")
            window.stdin.flush()
        before = [None]

        def steady():
            before.append(ImageGrab.grab(xdisplay=display).convert("RGB"))
            return before[-1].getbbox() if Ready() in heard and before[-1] == before[-2] else None

        box = until(steady, f"the {kind.value} window is there")
        return before[-1].crop(box), box
    finally:
        window.stdin.close()
        window.wait(30)
        listener.join()
        window.stdout.close()


def _keep(picture, *names):
    OUT.mkdir(exist_ok=True)
    picture.save(OUT / f"look-{'-'.join(map(str, names))}.png")


@pytest.mark.parametrize("kind", WindowKind)
def test_a_window_is_as_large_as_the_screen_is_fine_and_light_or_dark(displays, kind):
    sizes = {}
    for scale, theme in itertools.product(displays, THEMES):
        picture, (left, top, right, bottom) = _shown(kind, displays[scale], theme)
        _keep(picture, kind.value, scale, theme)
        assert left > 0
        assert top > 0
        assert right < SCREEN[0]
        assert bottom < SCREEN[1]
        brightness = ImageStat.Stat(picture.convert("L")).median[0]
        assert (brightness < 90) if theme == "dark" else (brightness > 165), brightness
        sizes[scale, theme] = picture.size
    for theme in THEMES:
        wide, high = (sizes[200, theme][axis] / sizes[100, theme][axis] for axis in (0, 1))
        assert 1.5 < wide < 2.2, sizes
        assert 1.4 < high < 2.3, sizes


@pytest.mark.parametrize("kind", [WindowKind.SETTINGS, WindowKind.PANEL])
def test_a_window_fits_in_korean_too(displays, kind):
    picture, (_, _, right, bottom) = _shown(kind, displays[200], "light", "ko")
    _keep(picture, kind.value, "korean")
    assert right < SCREEN[0]
    assert bottom < SCREEN[1]
