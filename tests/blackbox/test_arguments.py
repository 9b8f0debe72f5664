"""Arguments: their order, and those that are empty, unknown or too many, where it is said what to type."""

from __future__ import annotations

import pytest

from tests.blackbox.fake_gateway import FakeGateway, listing

COMMAND = {
    "id": "3d43a1c8-0000-4000-8000-000000000001",
    "request": {"command": "rm -rf build", "host": "gateway", "allowedDecisions": ["allow-once", "deny"]},
    "createdAtMs": 1,
    "expiresAtMs": 2**50,
}
COMMANDS = (
    "status", "sessions", "models", "doctor", "diagnostics", "usage", "use", "compact", "new", "stop",
    "think", "ask", "approvals", "approve", "watch", "login", "logout", "trust", "icons",
)  # fmt: skip


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
        (("ask", "hello", "there"), "quotation marks"),
        (("usage", "--jsno"), "Unknown arguments: --jsno. Did you mean --json? See clawtray usage --help"),
        (("status", "--tmeout=3"), "Did you mean --timeout? See clawtray status --help"),
        (("sttus",), "Unknown command: sttus. Did you mean status? See clawtray --help"),
        (("xyzzy", "--help"), "Unknown command: xyzzy. See clawtray --help"),
        (("--nonsense",), "Unknown arguments: --nonsense. See clawtray --help"),
    ],
)
def test_an_argument_that_is_not_understood_is_met_with_advice(clawtray, gateway, arguments, advice):
    running = clawtray(gateway, *arguments)
    assert running.ended() == 2
    (line,) = running.lines
    assert advice in line


def test_options_of_every_command_stand_before_or_after_it(clawtray, gateway):
    class Nowhere:
        url = "ws://127.0.0.1:9"

    for arguments in (("--url", gateway.url, "status"), ("status", "--url", gateway.url)):
        running = clawtray(Nowhere, *arguments)
        assert running.ended() == 0
        assert any("1000" in line or "connected" in line for line in running.lines)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_has_a_description_an_example_and_exit_codes(clawtray, gateway, command):
    running = clawtray(gateway, command, "--help", LC_ALL="ko_KR.UTF-8")
    assert running.ended() == 0
    _, described, *_, examples, codes = "\n".join(running.lines).split("\n\n")
    assert len(described) > 20
    assert examples.startswith("예:\n")
    assert f"clawtray {command}" in examples
    assert codes.startswith("종료 코드:\n  0    완료\n")
    assert codes.endswith("\n  130  중단됨")
    assert gateway.requests == []


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
