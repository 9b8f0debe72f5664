"""Tables fit the terminal, figures end below one another, and colours are those of the icon."""

from __future__ import annotations

import itertools
import re
import sys
import time
import unicodedata
from datetime import datetime

import pytest

from tests.blackbox.fake_gateway import FakeGateway, listing

ROWS = (
    {"totalTokens": 190_000},
    {"key": "agent:main:slack:channel:c-release", "label": "릴리스 준비 회의록", "totalTokens": 170_000},
    {"key": "agent:main:notes", "label": "notes", "totalTokens": 62_000},
    {"key": "agent:main:old", "label": "old", "totalTokens": 20_000, "totalTokensFresh": False},
)
MODELS = {
    "models": [
        {"id": "claude-opus-4-5", "provider": "anthropic", "contextWindow": 200_000, "alias": "opus"},
        {"id": "a-model-with-quite-a-long-name", "provider": "ollama", "contextWindow": 32_000},
    ]
}
NOW = int(time.time() * 1000)
SPENT = {"totalTokens": 1_234_567, "input": 1_234_567, "output": 0, "totalCost": 1234.5}
BILL = {
    "updatedAt": NOW,
    "daily": [{"date": f"{datetime.now().astimezone():%Y-%m-%d}", **SPENT}],
    "totals": SPENT,
}
QUOTAS = {
    "updatedAt": NOW,
    "providers": [
        {
            "provider": "anthropic",
            "displayName": "Claude",
            "windows": [{"label": "5h", "usedPercent": 8}, {"label": "Week", "usedPercent": 91}],
        }
    ],
}
COLOURS = {"95%": "31", "85%": "33", "31%": "32", "~10%": "2"}
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="not run: there is no pseudo-terminal there")


@pytest.fixture
def gateway():
    rows = [{"isMain": number == 0, "sessionId": str(number), **row} for number, row in enumerate(ROWS)]
    answers = {"usage__cost": BILL, "usage__status": QUOTAS, "models__list": MODELS}
    with FakeGateway(sessions__list=listing(*rows), **answers) as started:
        yield started


def width(text):
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


@pytest.mark.parametrize("columns", [40, 80, 120])
@pytest.mark.parametrize("language", ["en_US.UTF-8", "ko_KR.UTF-8"])
@pytest.mark.parametrize("command", ["sessions", "models", "usage"])
@pytest.mark.parametrize("plain", [{}, {"NO_COLOR": "1"}], ids=["coloured", "plain"])
def test_a_table_fits_and_is_coloured_only_where_that_is_wanted(
    clawtray, gateway, columns, language, command, plain
):
    running = clawtray(gateway, command, columns=columns, LC_ALL=language, **plain)
    assert running.ended() == 0
    rows = [line for line in running.lines if "  " in line]  # sentences are broken by the terminal
    assert rows
    assert max(map(width, rows)) <= columns
    assert any("\x1b" in line for line in running.printed) is not bool(plain)


def place(line, text):
    return width(line[: line.index(text)]) + width(text)


@pytest.mark.parametrize("columns", [40, 120])
def test_figures_end_below_one_another_under_their_header(clawtray, gateway, columns):
    running = clawtray(gateway, "sessions", columns=columns)
    assert running.ended() == 0
    head, *rows = running.lines
    assert len(rows) == len(ROWS)
    ends = [place(head, "Used"), *itertools.starmap(place, zip(rows, COLOURS, strict=True))]
    assert len(set(ends)) == 1
    assert ("Key" in head) is (columns == 120)
    assert any("…" in row for row in rows) is (columns == 40)


def test_a_figure_has_the_colour_of_the_icon(clawtray, gateway):
    running = clawtray(gateway, "sessions", columns=120)
    assert running.ended() == 0
    for figure, colour in COLOURS.items():
        assert any(f"\x1b[{colour}m{figure}\x1b[0m" in line for line in running.printed)
    status = clawtray(gateway, "status", columns=120)
    assert status.ended() == 20
    assert "\x1b[31m95% of 200k\x1b[0m" in status.printed[0]


@pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
@pytest.mark.parametrize("command", ["status", "doctor", "watch"])
def test_colours_can_be_switched_off(clawtray, gateway, command, variable, value):
    running = clawtray(gateway, command, columns=120, **{variable: value})
    running.until(lambda line: "95%" in line or "4 sessions" in line)
    assert not any(re.search(r"\x1b\[\d+m", line) for line in running.printed)


def test_a_pipe_gets_whole_lines_with_whole_keys_and_no_colours(clawtray, gateway):
    running = clawtray(gateway, "sessions", COLUMNS="40")
    assert running.ended() == 0
    assert "\x1b" not in "".join(running.printed)
    for row in ROWS[1:]:
        assert any(line.endswith(row["key"]) for line in running.lines)


def test_usage_has_the_day_that_each_period_begins_on(clawtray, gateway):
    running = clawtray(gateway, "usage", columns=80)
    assert running.ended() == 0
    (thirty,) = [line for line in running.lines if line.startswith("Last 30 days")]
    assert re.search(r"\d{4}-\d\d-\d\d +1,234,567 +\$1,234\.50", thirty)
    eight, ninety = (next(line for line in running.lines if f"{n}%" in line) for n in (8, 91))
    assert place(eight, "8%") == place(ninety, "91%")
