"""Arguments that are empty, too many, or in the wrong place: nothing is done, and it is said what to type."""

from __future__ import annotations

import pytest

from tests.blackbox.fake_gateway import FakeGateway, listing

COMMAND = {
    "id": "3d43a1c8-0000-4000-8000-000000000001",
    "request": {"command": "rm -rf build", "host": "gateway", "allowedDecisions": ["allow-once", "deny"]},
    "createdAtMs": 1,
    "expiresAtMs": 2**50,
}


@pytest.fixture
def gateway():
    """A gateway at which one command waits."""
    lists = {
        "sessions__list": listing({"key": "agent:main:main", "totalTokens": 1000}),
        "exec__approval__list": [COMMAND],
        "plugin__approval__list": [],
        "openclaw__approval__list": [],
        "question__list": {"questions": []},
        "device__pair__list": {"pending": [], "paired": []},
        "node__pair__list": {"pending": [], "paired": []},
    }
    with FakeGateway(**lists) as started:
        yield started


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("approve", ""), "ID"),
        (("approve", "  ", "--deny"), "ID"),
        (("new", "--yes", "--session", ""), "--session"),
        (("compact", "--yes", "--session="), "--session"),
        (("stop", "--session", ""), "--session"),
        (("think", "high", "--session", ""), "--session"),
        (("think", ""), "LEVEL"),
        (("use", "anthropic/claude-opus-4-5", "--session", ""), "--session"),
        (("use", ""), "MODEL"),
        (("use", " "), "MODEL"),
        (("ask", "hello", "--session", ""), "--session"),
        (("ask", "hello", "--session", " "), "--session"),
        (("ask", "hello", "--model", ""), "--model"),
        (("--config", "", "status"), "--config"),
    ],
)
def test_an_empty_argument_stands_for_nothing(clawtray, gateway, arguments, named):
    running = clawtray(gateway, *arguments)
    assert running.ended() == 2
    assert gateway.requests == []
    (line,) = running.lines
    assert line.startswith(f"clawtray: {named}: must not be empty. See clawtray")


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (("status", "--demo"), "clawtray --demo status"),
        (("sessions", "--json", "--url=ws://127.0.0.1:1"), "clawtray --url URL sessions"),
        (("ask", "hello", "there"), "quotation marks"),
        (("usage", "--jsno"), "Unknown arguments: --jsno. See clawtray usage --help"),
        (("--nonsense",), "Unknown arguments: --nonsense. See clawtray --help"),
    ],
)
def test_an_argument_in_the_wrong_place_is_met_with_advice(clawtray, gateway, arguments, advice):
    running = clawtray(gateway, *arguments)
    assert running.ended() == 2
    (line,) = running.lines
    assert advice in line


def test_an_id_that_the_trust_level_hides_is_not_taken_for_a_command(clawtray, gateway, tmp_path):
    settings = tmp_path / "settings.toml"
    settings.write_text('[profiles.default]\nlevel = "watch"\n', encoding="utf-8")
    running = clawtray(gateway, "--config", str(settings), "approve", "abc")
    assert running.ended() == 1
    (line,) = running.lines
    assert line.startswith("clawtray: The trust level")


def test_a_simulated_gateway_is_not_shown_in_place_of_the_one_that_was_named(clawtray, gateway):
    running = clawtray(gateway, "--demo", "--url", gateway.url, "status")
    assert running.ended() == 2
    assert gateway.requests == []
    (line,) = running.lines
    assert line == "clawtray: The demo has a gateway of its own: leave out --url or --demo."
