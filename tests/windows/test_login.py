"""`login` and `logout` of the built program with the real Credential Manager."""

from __future__ import annotations

import json

import pytest

from build.wine import windows_path

STORE = "Windows Credential Manager"
OTHER_URL = "wss://gateway.example:18789"


@pytest.fixture
def console(desk, built, demo, tmp_path):
    """Runs clawtray-cli against the simulated gateway, without the token in its environment."""

    def run(*arguments, typed="", url=demo.url):
        environment = {"CLAWTRAY_URL": url, "CLAWTRAY_HOME": windows_path(tmp_path)}
        done = desk.windows.run(built.console, *arguments, env=environment, typed=typed)
        assert "Traceback" not in done.stderr
        assert demo.token not in done.stdout + done.stderr
        return done

    yield run
    assert run("logout", "--all").returncode == 0
    assert desk.ask("credentials") == []


def test_status_uses_the_typed_token_until_logout(console, desk, demo):
    before = console("status")
    assert before.returncode == 41
    assert desk.ask("credentials") == []

    login = console("login", typed=f"{demo.token}\n")
    assert (login.returncode, login.stderr) == (0, "")
    assert login.stdout.strip() == f"Saved the token for {demo.url} (profile default) in {STORE}."
    ((name, user, secret),) = desk.ask("credentials")
    assert (name, user) == ("ClawTray", "default")
    assert json.loads(secret) == {"url": demo.url, "token": demo.token}

    status = console("status", "--json")
    assert (status.returncode, status.stderr) == (0, "")
    assert json.loads(status.stdout)["context"]["used"] == 76_000

    logout = console("logout")
    assert (logout.returncode, logout.stderr) == (0, "")
    assert logout.stdout.strip() == "Removed what was saved for profile default."
    assert desk.ask("credentials") == []
    assert console("status").returncode == 41
    again = console("logout")
    assert (again.returncode, again.stdout.strip()) == (0, f"Nothing was saved in {STORE}.")


def test_a_password_is_kept_as_one(console, desk, demo):
    done = console("login", "--password", typed="암호 🔑\n")
    assert (done.returncode, done.stderr) == (0, "")
    ((_, _, secret),) = desk.ask("credentials")
    assert json.loads(secret) == {"url": demo.url, "password": "암호 🔑"}


def test_logout_all_removes_the_tokens_of_all_profiles(console, desk, demo, tmp_path):
    (tmp_path / "settings.toml").write_text("[profiles.home]\n[profiles.work]\n")
    for profile in ("default", "home", "work"):
        done = console("--profile", profile, "login", typed=f"{demo.token}\n", url=OTHER_URL)
        assert (done.returncode, done.stderr) == (0, "")
    assert sorted(user for _, user, _ in desk.ask("credentials")) == ["default", "home", "work"]

    done = console("logout", "--all")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == f"Removed everything that was saved in {STORE}."
    assert desk.ask("credentials") == []
