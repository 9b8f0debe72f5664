"""What the program does, recorded without words and names: proof that a change of both changes nothing else.

``python -m tests.replay.recording`` records again. ``python -m tests.replay.recording --full FILE`` writes
all lines in full: where the comparison fails, write them before and after the change, and compare the files.

Recorded are the effects of `update`, the icon, the commands that menu and notifications offer and the values
of `--json`, for the reported issues, the simulated days and random walks; and the JSON and exit codes of
console commands against the simulated gateway. Fields and members of enums are kept by their position; the
tags of effects, commands and notices are in `kinds`. So a field that is added or removed shows: record that
again, in a commit that does nothing else.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import inspect
import json
import os
import re
import sys
import time
from datetime import date
from enum import Enum
from pathlib import Path
from unittest.mock import patch

from tests.core import playbook
from tests.replay import console, test_issues, test_life
from tests.replay.kinds import KINDS
from tests.replay.walk import Walk
from tray.cli.exit_codes import status_exit_code
from tray.core.effects import Notify
from tray.core.update import update
from tray.settings.settings import BUILT_IN_PRESETS
from tray.view.menu.menu import menu
from tray.view.notifications import render_notification
from tray.view.reports import approvals, status, usage
from tray.view.text.formatting import Words
from tray.view.tray_view import icon

FILE = Path(__file__).parent / "recording.json"
WORDS = Words()
SPOKEN = frozenset({"reason", "said", "advice", "notes"})
"""The keys of JSON output whose values are sentences."""
PRESETS = frozenset(text for preset in BUILT_IN_PRESETS for text in (preset.name, preset.text))
WHOLE, BLOCK = 60, 20
"""A longer script is kept as one digest for each block of so many lines."""
WALKS, STEPS = 8, 250


def fields_of(value):
    """Give the names of the fields of a dataclass or Struct in their order; None for any other value."""
    if hasattr(value, "__struct_fields__"):
        return value.__struct_fields__
    return [field.name for field in dataclasses.fields(value)] if dataclasses.is_dataclass(value) else None


def neutral(value):
    """Turn a value into JSON without the name of a class, a field or a member, and without sentences."""
    if isinstance(value, Enum):
        return f"#{list(type(value)).index(value)}"
    if isinstance(value, str):
        return wordless(json.loads(value) if re.match(r'\{\s*"', value) else value)
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return sorted([neutral(key), neutral(inner)] for key, inner in value.items())
    if isinstance(value, (tuple, list)):
        return [neutral(inner) for inner in value]
    if isinstance(value, (set, frozenset)):
        return sorted(map(neutral, value))
    if hasattr(value, "params"):  # a request, as it goes over the wire
        return [value.method, wordless(value.params())]
    if (fields := fields_of(value)) is not None:
        kind = KINDS.get(type(value))
        return [*([] if kind is None else [kind]), *(neutral(getattr(value, name)) for name in fields)]
    assert value is None or isinstance(value, (bool, int)), value
    return value


def wordless(value, key=""):
    """Take the sentences out of a JSON value; keys and what has no blank in it stay."""
    if isinstance(value, dict):
        return {name: wordless(inner, name) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [wordless(inner, key) for inner in value]
    if isinstance(value, str) and value and (key in SPOKEN or value in PRESETS or re.search(r"\s", value)):
        return "words"
    return round(value, 6) if isinstance(value, float) else value


def line(*parts):
    """Write a line of a recording."""
    return json.dumps(parts, separators=(",", ":"), sort_keys=True)


def offered(state, now):
    """Give the menu as nested items: command, check mark, kind, enabled, default, and the level below."""

    def level(path):
        return [
            (item, level(item.path) if item.path is not None else [])
            for item in menu(state, path, now, WORDS)
            if item.command is not None or item.path is not None
        ]

    return level(())


def clickable(items):
    """Give the commands of a menu in their order."""
    for item, below in items:
        if item.command is not None and item.enabled:
            yield item.command
        yield from clickable(below)


def _menu(items):
    return [
        [neutral(item.command), item.checked, item.radio, item.enabled, item.default, _menu(below)]
        for item, below in items
    ]


class Recorder:
    """Stands in for `update` in playbooks, and keeps what it does.

    Attributes:
        lines: The recording so far.
        effects: Those since somebody cleared them.
    """

    def __init__(self, every):
        """Take how many steps there are from one look at everything to the next."""
        self.lines, self.effects = [], []
        self._every, self._steps, self._looked = every, 0, {}

    def __call__(self, state, event, now):
        state, effects = update(state, event, now)
        self.effects += effects
        for effect in effects:
            self.lines.append(line(neutral(effect)))
            if isinstance(effect, Notify):
                shown = render_notification(effect.alert, state, now, WORDS)
                self.lines.append(line("notification", shown.urgent, neutral(shown.command), shown.asked_for))
        self._steps += 1
        if self._steps % self._every == 0:
            self._look(state, now)
        return state, effects

    def _look(self, state, now):
        """Keep what can be seen, where it differs from the last look."""
        looks = {
            "icon": neutral(icon(state)),
            "menu": _menu(offered(state, now)),
            "exit": status_exit_code(state),
            "status": wordless(status.status(state, now, WORDS)),
            "models": wordless(status.catalogue(state)),
            "usage": wordless(usage.usage(state, 7, now, WORDS)),
            "approvals": wordless(approvals.waiting(state)),
        }
        for look in looks.values():
            if isinstance(look, dict):
                look.pop("at", None)
        self.lines += (line(name, look) for name, look in looks.items() if look != self._looked.get(name))
        self._looked = looks


def _scripts(kind, module, every):
    """Run all cases of a test module."""
    cases = []
    for test in [value for name, value in vars(module).items() if name.startswith("test_")]:
        marks = [mark.args for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
        cases += [(test, {name: case}) for name, values in marks for case in values] or [(test, {})]
    for number, (test, given) in enumerate(cases, 1):
        recorder = Recorder(every)
        with patch.object(playbook, "update", recorder):
            if "play" in inspect.signature(test).parameters:
                given["play"] = playbook.Playbook()
            test(**given)
        yield f"{kind} {number}", recorder.lines


def _walks():
    for seed in range(WALKS):
        recorder = Recorder(6)
        with patch.object(playbook, "update", recorder):
            walk = Walk(seed, recorder, lambda play: clickable(offered(play.state, play.now)))
            for _ in range(STEPS):
                walk.step()
        yield f"walk {seed}", recorder.lines


GROUPS = {
    "issues": lambda: _scripts("issue", test_issues, 1),
    "days": lambda: _scripts("days", test_life, 400),
    "walks": _walks,
    "console": lambda: ((name, [line(*kept)]) for name, *kept in console.record(wordless)),
}


def record(group):
    """Run a group of scripts; give the lines of each by its name."""
    with process_zone("UTC"):
        recorded = dict(GROUPS[group]())
    playbook.Playbook.opened.clear()
    return recorded


def shortened(recorded):
    """Give scripts with the lines of long ones as one digest for each block of them."""
    if isinstance(recorded, dict):
        return {name: shortened(inner) for name, inner in recorded.items()}
    if len(recorded) <= WHOLE:
        return recorded
    blocks = ("\n".join(recorded[start : start + BLOCK]) for start in range(0, len(recorded), BLOCK))
    return [hashlib.sha256(block.encode()).hexdigest()[:12] for block in blocks]


@contextlib.contextmanager
def process_zone(name):
    """Give the process a time zone. The console's days begin at its midnight, so a recording needs one."""
    try:
        with patch.dict(os.environ, TZ=name):
            time.tzset()
            yield
    finally:
        time.tzset()


def main(arguments):
    """Record again."""
    recorded = {group: record(group) for group in GROUPS}
    if arguments[:1] == ["--full"]:
        scripts = [script for group in recorded.values() for script in group.items()]
        text = "".join(f"{name}: {each}\n" for name, lines in scripts for each in lines)
        Path(arguments[1]).write_text(text, encoding="utf-8")
        return
    FILE.write_text(json.dumps(shortened(recorded), indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
