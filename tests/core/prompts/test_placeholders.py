from __future__ import annotations

import pytest

from tests.core.playbook import NOON
from tray.core.model import Now
from tray.core.prompts.placeholders import CLIPBOARD, fill

KEY = "agent:main:tray"


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("plain", "plain"),
        ("{date}", "2026-03-02"),
        ("at {time}, {time}", "at 12:00, 12:00"),
        ("{session}", KEY),
        ("{clipboard}!", "copied {date} {clipboard}!"),
        ("{else} {} {Date} {{date}}", "{else} {} {Date} {2026-03-02}"),
        ("", ""),
    ],
)
def test_what_is_known_is_filled_in_and_the_rest_stays(text, sent):
    assert fill(text, KEY, f"copied {{date}} {CLIPBOARD}", Now(0.0, NOON)) == sent
