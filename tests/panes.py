"""What windows may have to show at the worst: long names, and many of them."""

from __future__ import annotations

from tests.situations import situations
from tray.core.model import WindowKind
from tray.i18n.words import Words
from tray.settings.settings import BUILT_IN_PRESETS, Level, Profile
from tray.view.icon.model import Icon, Situation
from tray.view.panel.panes import SettingsPane
from tray.view.panel.texts import TextPane

LONG = "the session in which the release of the second quarter is prepared, reviewed and announced"
TABLE = "\n".join(f"{LONG:<60}{n * 1_000_003:>14,} tokens" for n in range(30))

PANES = {
    WindowKind.SETTINGS: SettingsPane(
        "home",
        (Profile(), Profile("home", f"wss://{'gateway.' * 8}example:443", Level.WATCH)),
        *(75.0, 90.0, 60.0, True),
        *("auto", "22:00", "07:00", False),
        BUILT_IN_PRESETS,
        autostart=True,
        icon=Icon(Situation.WARNING, 80, threshold=75),
    ),
    WindowKind.PANEL: situations(Words())["many"],
    WindowKind.DIAGNOSTICS: TextPane("Diagnostics", "Read it before you share it.", TABLE),
}
