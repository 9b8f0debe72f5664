"""A session without a name is called by the title that the gateway derives; its key stays its identity."""

from __future__ import annotations

import json
import time

import pytest

from tests.blackbox.fake_gateway import FakeGateway, listing

KEY = "agent:main:dashboard:4f0c9e52"
ROW = {
    "key": KEY,
    "label": None,
    "isMain": False,
    "sessionId": "c213815c-8bdf-458d-bf69-115fe996a996",
    "derivedTitle": "Plan the move",
    "updatedAt": int(time.time() * 1000),
}


def said(clawtray, row, *arguments):
    """What a command prints where this is the only session."""
    with FakeGateway(sessions__list=listing(row)) as gateway:
        running = clawtray(gateway, *arguments)
        assert running.ended() == 0
    return "\n".join(running.lines)


@pytest.mark.parametrize("command", ["status", "sessions"])
def test_the_title_is_the_name_where_there_is_no_other(clawtray, command):
    text = said(clawtray, ROW, command)
    assert "Plan the move" in text
    assert (KEY in text) is (command == "sessions")
    report = json.loads(said(clawtray, ROW, command, "--json"))
    (session,) = report["sessions"]
    assert (session["name"], session["key"]) == ("Plan the move", KEY)


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"label": "The move"}, "The move"),
        ({"displayName": "The move"}, "The move"),
        ({"derivedTitle": "c213815c (2026-11-22)"}, "dashboard:4f0c9e52"),
        ({"derivedTitle": "[Sun 2026-11-22 15:01 UTC] Plan it"}, "Plan it"),
        ({"derivedTitle": None}, "dashboard:4f0c9e52"),
        ({"key": "agent:main:main", "isMain": True}, "main"),
        ({"key": "agent:main:tray"}, "tray"),
    ],
)
def test_another_name_goes_before_it(clawtray, row, name):
    (session,) = json.loads(said(clawtray, {**ROW, **row}, "sessions", "--json"))["sessions"]
    assert session["name"] == name


def test_titles_are_asked_for_once(clawtray):
    figures = iter((20_000, 100_000))

    def answer(params):
        title = ROW["derivedTitle"] if params.get("includeDerivedTitles") else None
        return listing({**ROW, "derivedTitle": title, "totalTokens": next(figures)})

    with FakeGateway(sessions__list=answer) as gateway:
        watch = clawtray(gateway, "watch")
        watch.until(lambda line: line.startswith("Plan the move  10%"))
        gateway.push("sessions.changed", sessionKey=KEY)
        watch.until(lambda line: line.startswith("Plan the move  50%"))
        asked = [
            params.get("includeDerivedTitles") for name, params in gateway.requests if name == "sessions.list"
        ]
    assert asked == [True, None]
