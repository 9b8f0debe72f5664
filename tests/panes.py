"""What windows may have to show at the worst: long names, many of them, all that an answer may consist of."""

from __future__ import annotations

from tests.situations import situations
from tray.core.commands import Decide
from tray.core.model import WindowKind
from tray.i18n.words import Words
from tray.protocol.approvals import Decision
from tray.settings.settings import BUILT_IN_PRESETS, Level, Profile
from tray.view.icon.model import Icon, Situation
from tray.view.panel.panes import AnswerPane, AskPane, Choice, Exchange, SettingsPane
from tray.view.panel.texts import Button, TextPane

LONG = "the session in which the release of the second quarter is prepared, reviewed and announced"
MODEL = "openrouter/anthropic/claude-opus-4-5-20260923-preview-with-a-very-long-name"
ANSWER = """## Three things are waiting

1. The **release** of `clawtray 0.2`: [notes](https://example.org/notes)
2. A question of *Ann*:
   - when, and
   - with whom

```
uv run poe build
```

> Nothing else.
"""
EXCHANGE = Exchange(
    "p", "agent:main:main", ANSWER, f"Answered by {MODEL}.", running=False, failed=False, repeatable=False
)
UNKNOWN = Exchange(
    "p",
    "agent:main:main",
    "",
    "The connection was lost, and the gateway does not know this run. It may have run, or not.",
    running=False,
    failed=True,
    repeatable=True,
)
SESSIONS = tuple(Choice(f"agent:main:{n}", f"{LONG} {n}    {n}%") for n in range(40))
MODELS = tuple(Choice(f"{MODEL}-{n}", f"{MODEL}-{n}    200k") for n in range(60))
COMMAND = "\n".join(f"↳ {n} " + "x" * 78 for n in range(40))
TABLE = "\n".join(f"{LONG:<60}{n * 1_000_003:>14,} tokens" for n in range(30))

PANES = {
    WindowKind.ASK: AskPane(SESSIONS, MODELS, "", "", "Each prompt spends tokens", EXCHANGE, dashboard=True),
    WindowKind.ANSWER: AnswerPane(LONG, "What is waiting for me? " * 12, UNKNOWN, dashboard=True),
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
    WindowKind.APPROVAL: TextPane(
        "Approval",
        f"Session: {LONG}\nRuns on: gateway\nExpires in 29 min",
        COMMAND,
        buttons=tuple(
            Button(label, Decide("1", decision))
            for label, decision in zip(
                ("Deny", "Allow once", "Always allow"),
                (Decision.DENY, Decision.ALLOW_ONCE, Decision.ALLOW_ALWAYS),
                strict=True,
            )
        ),
    ),
    WindowKind.DIAGNOSTICS: TextPane("Diagnostics", "Read it before you share it.", TABLE),
}
