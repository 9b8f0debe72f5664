from __future__ import annotations

import pytest

from tests.core.playbook import NOON
from tray.core.model import Now
from tray.core.prompts.placeholders import CLIPBOARD, fill

KEY = "agent:main:tray"
LOCAL = NOON.astimezone()


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("plain", "plain"),
        ("{date}", f"{LOCAL:%Y-%m-%d}"),
        ("at {time}, {time}", f"at {LOCAL:%H:%M}, {LOCAL:%H:%M}"),
        ("{session}", KEY),
        ("{clipboard}!", "copied {date} {clipboard}!"),
        ("{else} {} {Date} {{date}}", f"{{else}} {{}} {{Date}} {{{LOCAL:%Y-%m-%d}}}"),
        ("", ""),
    ],
)
def test_what_is_known_is_filled_in_and_the_rest_stays(text, sent):
    assert fill(text, KEY, f"copied {{date}} {CLIPBOARD}", Now(0.0, NOON)) == sent
