"""The panel in every situation: light, dark and in high contrast, at two resolutions, in every language.

The pictures are kept in tests/out, to be looked at. That no text is cut off is asserted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.desktop.test_window_looks import SCREEN, displays
from tests.situations import situations
from tray.i18n.words import Words

__all__ = ["displays"]
THEMES = {"light": "Adwaita", "dark": "Adwaita:dark", "contrast": "HighContrastInverse"}


CLOSING = """
import tkinter
from tests.situations import situations
from tray.gui.panel.panel import PanelDialog
from tray.gui.theme import apply_theme
from tray.i18n.words import Words
root = tkinter.Tk()
panel = PanelDialog(root, apply_theme(root), Words(), print)
panel.show(situations(Words())["now"])
panel.appear(None)
root.update()
print(root.state())
panel.close()
panel.to_front()
root.update()
print(root.state())
root.mainloop()
"""
"""Brings a panel to the front that is being closed, as the second click on the icon does."""


def _drawn(display, theme, language, scale):
    """Draw all situations in one process: what is cut off in each."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.desktop.panel_pictures",
            language,
            f"panel-{language}-{scale}-{theme}",
        ],
        env={**os.environ, "DISPLAY": display, "GTK_THEME": THEMES[theme], "NO_AT_BRIDGE": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("scale", [100, 200])
def test_every_situation_is_shown_and_nothing_is_cut_off(displays, scale, theme, language):
    drawn = _drawn(displays[scale], theme, language, scale)
    assert set(situations(Words())) <= set(drawn)
    assert {name: each["cut"] for name, each in drawn.items() if each["cut"]} == {}
    for name, each in drawn.items():
        wide, high = each["size"]
        assert wide == 396 * scale // 100, name
        assert 150 * scale // 100 < high < SCREEN[1], name
        assert each["colours"] > 100, name


def test_the_click_that_has_closed_it_does_not_bring_it_back(displays):
    done = subprocess.run(
        [sys.executable, "-c", CLOSING],
        env={**os.environ, "DISPLAY": displays[100], "NO_AT_BRIDGE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout.split(), done.returncode) == (["normal", "withdrawn"], 0), done.stderr
