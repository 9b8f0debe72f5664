"""What the README promises is compared with what the program does."""

import json
import re
from pathlib import Path

import pytest
from PIL import Image

from tray.cli.command_line import make_parser
from tray.cli.exit_codes import ExitCode
from tray.i18n.words import Words
from tray.settings.parse import parse_settings
from tray.settings.settings import Level, Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(language):
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return found


def rows(heading):
    """Give the cells of the table under this heading row, without the rule below it."""
    lines = README.split(f"{heading}\n", 1)[1].split("\n\n", 1)[0].splitlines()[1:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_example_settings_are_valid_and_say_what_the_comments_say():
    settings, problems = parse_settings(block("toml"))
    assert problems == ()
    assert settings.active().level is Level.CONTROL
    assert [profile.name for profile in settings.profiles] == ["default", "home"]
    defaults = Settings()
    for name in ("profile", "notifications", "keep_answers", "poll_seconds", "warning", "critical"):
        assert getattr(settings, name) == getattr(defaults, name)
    assert settings.icon_style is defaults.icon_style
    left_out, problems = parse_settings(
        re.sub(r"(?m)^# (?=\w+ = )", "", block("toml")).replace("aa:bb:…", "ab" * 32)
    )
    assert problems == ()
    assert left_out.profiles[1].allow_plain


def test_the_exit_codes_are_those_of_the_program():
    assert [int(code) for code, _ in rows("| exit code | means |")] == list(ExitCode)


def commands():
    """Each command of the table as arguments: as short as it may be, and with all that is in brackets."""
    for cell, *_ in rows("| command | |"):
        if cell != "none":
            written = cell.strip("`")
            yield re.sub(r" \[.*?\]", "", written).split()
            yield re.sub(r"[\[\]]", "", written).split()


@pytest.mark.parametrize("arguments", list(commands()), ids=" ".join)
def test_every_command_is_understood_as_it_is_written(arguments):
    assert make_parser(Words()).parse_args(arguments).command == arguments[0]


def test_no_command_and_no_option_is_left_out():
    usage = make_parser(Words()).format_help()
    known = set(re.findall(r"^    (\w+) ", usage, re.MULTILINE))
    assert known == {arguments[0] for arguments in commands()}
    options = set(re.findall(r"--\w+", usage)) - {"--help", "--version"}
    assert all(f"[{option}" in README for option in options)


def test_the_example_of_json_has_the_shape_that_status_prints(connected_status):
    def shape(value):
        if isinstance(value, dict):
            return {key: shape(inner) for key, inner in value.items()}
        return [shape(value[0])] if isinstance(value, list) else type(value)

    assert shape(json.loads(block("json"))) == shape(connected_status)


@pytest.fixture
def connected_status(capsys, monkeypatch, tmp_path):
    from tray.__main__ import main  # noqa: PLC0415 - the program is started here alone

    monkeypatch.setenv("CLAWTRAY_HOME", str(tmp_path))
    assert main(["--demo", "status", "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_releases_are_those_whose_frames_were_recorded():
    named = {
        release
        for _, releases in rows("| name | releases it was tested with |")
        for release in re.findall(r"2026[\d.-]+\d", releases)
    }
    assert named == {path.name for path in (ROOT / "tests" / "frames").iterdir() if path.is_dir()}


def test_every_link_leads_to_a_file():
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert len(links) >= 5
    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_the_picture_can_be_looked_at():
    with Image.open(ROOT / "assets" / "icons.png") as picture:
        picture.load()
        assert picture.width >= 800
