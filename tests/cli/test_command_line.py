"""The command line in the user's language."""

from __future__ import annotations

import argparse
import re
import shlex
from types import SimpleNamespace

import pytest

from tests.cli.results import MAIN, only_complained, write_settings
from tray import system
from tray.__main__ import main
from tray.cli import command_line
from tray.cli.command_line import GROUPS, make_parser, parse
from tray.i18n.words import Words
from tray.view.reports.table import columns

HANGUL = re.compile("[가-힣]")


def commands_of(*groups):
    actions = make_parser(Words(), groups or GROUPS)._actions
    return [name for a in actions if isinstance(a, argparse._SubParsersAction) for name in a.choices]


COMMANDS = sorted(commands_of())


@pytest.mark.parametrize("group", GROUPS)
def test_the_table_of_groups_has_the_commands_that_each_adds(group):
    assert tuple(commands_of(group)) == GROUPS[group]


@pytest.mark.parametrize(
    "arguments", [["--profile", "status", "usage"], ["--timeout=3", "usage", "--json"], ["usage", "--", "x"]]
)
def test_a_command_loads_its_own_group_alone(monkeypatch, arguments):
    loaded = []

    def make(words, groups):
        loaded.extend(groups)
        return SimpleNamespace(parse_known_args=lambda *given: (given, []))

    monkeypatch.setattr(command_line, "make_parser", make)
    parse(arguments, Words())
    assert loaded == ["usage"]


@pytest.fixture
def korean(monkeypatch):
    monkeypatch.setattr(system.current(), "language", lambda: "ko")
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.parametrize("arguments", [[], *([command] for command in COMMANDS)], ids=str)
def test_help_is_korean_and_fits_the_terminal(home, korean, capsys, arguments):
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--help"])
    lines = capsys.readouterr().out.splitlines()
    assert ended.value.code == 0
    assert lines[0].startswith("사용법: clawtray")
    assert max(map(columns, lines)) <= 80
    described = [line for line in lines if re.match(r" +(-|[a-z]+  )", line)]
    assert described
    assert [line for line in described if not HANGUL.search(line) and "  " in line.strip()] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "알 수 없는 명령: nonsense. 도움말: clawtray --help"),
        (["sttus"], "알 수 없는 명령: sttus. 비슷한 이름: status."),
        (["--nonsense", "sttus"], "COMMAND: 쓸 수 없는 값: 'sttus' (선택: 'status'"),
        (["use"], "빠진 인수: MODEL. 도움말: clawtray use --help"),
        (["status", "--jsno"], "알 수 없는 인수: --jsno"),
        (["status", "--json=3"], "--json: 값을 받지 않는 옵션에 값이 있음: '3'"),
        (["--config"], "--config: 값이 필요함"),
        (["--timeout", "soon", "status"], "--timeout: 0보다 크고 3600 이하인 초를 숫자로 적으세요"),
        (["status", "--timeout", "0"], "--timeout: 0보다 크고 3600 이하인 초를 숫자로 적으세요"),
        (["ask", "hello", "there"], "따옴표로 묶으세요"),
        (["status", "--window", "ask"], "알 수 없는 인수: --window ask. 도움말: clawtray status --help"),
        (["approve", " "], "ID: 비워 둘 수 없음"),
        (["stop", "--session", ""], "--session: 비워 둘 수 없음"),
        (["--config", "", "status"], "--config: 비워 둘 수 없음"),
        (["--pro", "x", "usage", "--days", "x"], "--days: 쓸 수 없는 값: 'x'"),
        (["approve", "--deny", "--always", "x"], "--always: 함께 쓸 수 없음: --deny"),
        (["--url", "", "status"], "주소"),
        (["--profile", "nobody", "status"], "nobody"),
        (["ask", "\udcff"], "올바른 텍스트가 아닙니다"),
        (["compact"], "--yes를 붙이세요"),
        (["icons", "icons.jpg"], ".png로 끝나야 합니다: icons.jpg."),
        (["--demo", "login"], "--demo를 빼세요."),
        (["--demo", "--url", "ws://127.0.0.1:1", "status"], "--url이나 --demo를 빼세요."),
    ],
)
def test_usage_errors_are_korean(clawtray, korean, arguments, said):
    result = clawtray(*arguments)
    assert result.code == 2
    only_complained(result, said)
    assert HANGUL.search(result.err)


@pytest.mark.parametrize("option", ["--config", "--conf"])
def test_the_settings_choose_the_language(clawtray, tmp_path, option):
    path = tmp_path / "mine.toml"
    path.write_text('language = "ko"\n', encoding="utf-8")
    only_complained(clawtray(option, path, "use"), "빠진 인수: MODEL")
    only_complained(clawtray("use"), "Missing arguments: MODEL")


def test_settings_that_cannot_be_used_leave_the_language_to_the_system(clawtray, home, korean):
    write_settings(home, "language = ")
    only_complained(clawtray("use"), "빠진 인수: MODEL")


def test_argparse_speaks_english_again_afterwards(clawtray, korean):
    clawtray("use")
    parser = argparse.ArgumentParser(exit_on_error=False)
    parser.add_argument("--number", type=int)
    with pytest.raises(argparse.ArgumentError, match="invalid int value"):
        parser.parse_args(["--number", "x"])


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_has_examples_that_are_understood(name):
    command = make_parser(Words()).commands[name]
    assert command.description
    assert command.examples
    for example in command.examples:
        words = shlex.split(example.partition(" | ")[2] or example.partition(" > ")[0])
        assert make_parser(Words()).parse_args(words[1:]).command == name


def test_a_long_explanation_in_the_help_stays_below_its_beginning(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    lines = make_parser(Words()).commands["status"].format_help().splitlines()
    assert (
        lines[lines.index("  40   the gateway is down, not found,") + 1] == "       or did not answer in time"
    )


@pytest.mark.parametrize(
    ("arguments", "timeout", "demo"),
    [
        (["status"], 10.0, False),
        (["--timeout", "3", "--demo", "status"], 3.0, True),
        (["status", "--timeout", "3", "--demo"], 3.0, True),
        (["--timeout", "3", "status", "--timeout=4"], 4.0, False),
    ],
)
def test_options_of_every_command_may_stand_before_and_after_it(arguments, timeout, demo):
    options = parse(arguments, Words()).options
    assert (options.patience, options.demo, options.url) == (timeout, demo, None)


def test_an_option_that_is_cut_off_must_be_clear(clawtray):
    only_complained(clawtray("--win"), "--win could mean --window, --window-check")


def test_columns_of_korean_names_are_aligned(gateway, clawtray, korean):
    gateway.set_session(MAIN, displayName="회의록")
    lines = clawtray("sessions").out.splitlines()[1:]
    places = {columns(line[: line.index("agent:main:")]) for line in lines}
    assert (len(lines), len(places)) == (4, 1)


def test_the_layers_of_doctor_are_aligned_in_korean(gateway, clawtray, korean):
    lines = [line for line in clawtray("doctor").out.splitlines() if line.startswith("ok  ")]
    starts = {columns(line) - columns(re.split(r" {2,}", line, maxsplit=2)[2]) for line in lines}
    assert (len(lines) > 5, len(starts)) == (True, 1)
