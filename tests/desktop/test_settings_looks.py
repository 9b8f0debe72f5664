"""Every page of the Settings window: light, dark and in high contrast, at two resolutions, in every language.

The pictures are kept in tests/out, to be looked at. That no text is cut off is asserted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.desktop.test_panel_looks import THEMES
from tests.desktop.test_window_looks import SCREEN, displays
from tray.core.model import SettingsPage

__all__ = ["displays"]


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("scale", [100, 200])
def test_every_page_is_shown_and_nothing_is_cut_off(displays, scale, theme, language):
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.desktop.settings_pictures",
            language,
            f"settings-{language}-{scale}-{theme}",
        ],
        env={**os.environ, "DISPLAY": displays[scale], "GTK_THEME": THEMES[theme], "NO_AT_BRIDGE": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    drawn = json.loads(done.stdout)
    assert {page.value for page in SettingsPage} <= set(drawn)
    assert {name: each["cut"] for name, each in drawn.items() if each["cut"]} == {}
    for name, (wide, high) in ((name, each["size"]) for name, each in drawn.items()):
        assert 550 * scale // 100 < wide < SCREEN[0], name
        assert 500 * scale // 100 < high < SCREEN[1], name
