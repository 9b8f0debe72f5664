"""What holds for all commands: trust levels, settings, and what comes from outside."""

from __future__ import annotations

import json

import pytest

from tests.cli.results import EVIL, MAIN, SONNET, complained, only_complained, write_settings
from tests.faulty_gateway import FaultyGateway


@pytest.mark.parametrize(
    ("level", "command", "code"),
    [
        ("watch", ["status"], 0),
        ("watch", ["ask", "hello"], 1),
        ("watch", ["use", SONNET], 1),
        ("watch", ["ask", "hello", "--model", SONNET], 1),
        ("ask", ["ask", "hello"], 0),
        ("ask", ["use", SONNET], 1),
        ("ask", ["ask", "hello", "--model", SONNET], 1),
        ("control", ["use", SONNET], 0),
    ],
)
def test_levels(gateway, clawtray, home, level, command, code):
    write_settings(home, f'[profiles.default]\nlevel = "{level}"\n')
    result = clawtray(*command)
    assert result.code == code
    if code:
        only_complained(result, f"The trust level “{level}” does not allow this")
        methods = {method for method, _ in gateway.requests}
        assert methods <= {"connect", "sessions.list", "models.list"}
    else:
        assert result.err == ""


def test_a_profile_chooses_the_gateway(gateway, clawtray, home, monkeypatch):
    monkeypatch.delenv("CLAWTRAY_URL")
    write_settings(home, f'[profiles.work]\nurl = "{gateway.url}"\n')
    assert clawtray("--profile", "work", "status").code == 0
    assert clawtray("--profile", "default", "sessions").code == 40


def test_a_profile_that_is_not_there_is_misuse(gateway, clawtray, home):
    write_settings(home, "[profiles.work]\n")
    result = clawtray("--profile", "home", "status")
    assert result.code == 2
    only_complained(result, "There is no profile 'home' in the settings, only default, work.")
    assert gateway.requests == []


def test_settings_that_are_corrupt_are_kept_and_reported(gateway, clawtray, home):
    text = "[thresholds]\nwarning = 10\ncritical = = 20\n"
    path = write_settings(home, text)
    result = clawtray("status")
    assert (result.code, path.read_text(encoding="utf-8")) == (0, text)
    assert result.out.startswith("main  62%")
    complained(result, "settings.toml", "line 3", "mistake", "defaults apply, and ClawTray only watches.")
    result = clawtray("ask", "hi")
    assert (result.code, gateway.runs) == (1, 0)  # nobody knows which trust level was chosen, so the least
    result = clawtray("--profile", "work", "status")
    assert result.code == 2
    only_complained(result, "line 3", "no profile 'work'")


def test_an_unknown_key_is_reported_and_the_rest_is_used(gateway, clawtray, home):
    write_settings(home, "[thresholds]\nwarning = 10\ncritical = 20\ncolour = 1\n\nfancy = true\n")
    result = clawtray("status")
    assert result.code == 20
    complained(result, "settings.toml", "thresholds.colour", "and 1 more")


def test_another_settings_file(gateway, clawtray, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("[thresholds]\nwarning = 10\ncritical = 20\n", encoding="utf-8")
    assert clawtray("--config", path, "status").code == 20
    path.write_text("warning == 10", encoding="utf-8")
    result = clawtray("--config", path, "status")
    assert result.code == 0
    complained(result, "mine.toml", "line 1")
    assert path.read_text(encoding="utf-8") == "warning == 10"
    result = clawtray("--config", tmp_path / "gone.toml", "status")
    assert result.code == 0
    complained(result, f"There is no file {tmp_path / 'gone.toml'}. Until it is corrected, defaults apply")
    assert not (tmp_path / "gone.toml").exists()


def test_names_and_answers_cannot_steer_the_terminal(gateway, clawtray):
    gateway.set_session(MAIN, displayName=EVIL, totalTokens=199_000)
    gateway.models[3]["alias"] = EVIL
    gateway.models[3]["id"] = EVIL
    for command in (
        ["status"],
        ["status", "--json"],
        ["sessions"],
        ["sessions", "--json"],
        ["models"],
        ["models", "--json"],
        ["ask", f"{EVIL}?"],
        ["use", EVIL],
    ):
        result = clawtray(*command)
        assert "evil" in result.out + result.err
        shown = (result.out + result.err).replace("\n", "")
        assert shown.isprintable(), command


@pytest.mark.parametrize("name", ["CLAWTRAY_TOKEN", "CLAWTRAY_PASSWORD"])
@pytest.mark.parametrize("error", [None, "wrong_token", "http", "refuse", "pairing", "rate_limit"])
def test_secrets_are_never_printed(gateway, clawtray, caplog, monkeypatch, name, error):
    secret = "s3cret-never-to-be-seen"
    gateway.token = secret
    monkeypatch.setenv("CLAWTRAY_TOKEN", secret)
    monkeypatch.setenv(name, secret)
    if error is not None:
        gateway.fault(error)
    for command in (
        ["status"],
        ["status", "--json"],
        ["sessions"],
        ["models"],
        ["use", SONNET],
        ["ask", "hi"],
    ):
        result = clawtray(*command)
        assert secret not in result.out + result.err
    assert secret not in caplog.text


def test_the_demo_needs_nothing_and_leaves_no_trace(clawtray, home):
    assert json.loads(clawtray("--demo", "status", "--json").out)["focus"] == MAIN
    assert clawtray("--demo", "use", SONNET).code == 0
    assert list(home.iterdir()) == []


def test_the_key_of_this_computer_is_made_once(gateway, clawtray, home):
    clawtray("status")
    seed = (home / "clawtray" / "device.key").read_bytes()
    clawtray("status")
    assert (home / "clawtray" / "device.key").read_bytes() == seed
    first, second = (params["device"]["id"] for method, params in gateway.requests if method == "connect")
    assert first == second


def test_a_damaged_key_is_reported_and_kept(gateway, clawtray, home):
    path = home / "clawtray" / "device.key"
    path.parent.mkdir()
    path.write_bytes(b"short")
    result = clawtray("sessions")
    assert result.code == 41
    only_complained(result, "device.key is damaged. Put back a copy of it, or delete it")
    assert path.read_bytes() == b"short"
    assert gateway.requests == []


def test_a_token_that_was_rotated_is_not_retried_for_long(gateway, clawtray, monkeypatch):
    monkeypatch.setenv("CLAWTRAY_TOKEN", "old")
    assert clawtray("status").code == 41
    assert [method for method, _ in gateway.requests] == ["connect"]


def test_the_url_chooses_between_two_gateways(gateway, clawtray, status, monkeypatch):
    with FaultyGateway(token="other", story=False) as other:
        monkeypatch.setenv("CLAWTRAY_TOKEN", "other")
        said, result = status("--url", other.url)
    assert (result.code, said["connection"]["url"], said["sessions"]) == (0, other.url, [])


def test_a_complaint_is_one_plain_line_whatever_it_quotes(gateway, clawtray):
    result = clawtray("--config", "/nowhere/\x1b]0;x\x07\u202e\nclawtray: fine", "status")
    assert result.code == 0
    (line,) = result.err.splitlines()
    assert line.isprintable()
    complained(result, "There is no file /nowhere/ ]0;x clawtray: fine.")
