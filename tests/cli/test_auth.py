"""`login` and `logout`."""

import getpass
import io
import json
import sys
import warnings

import pytest

from tests.conftest import TOKEN, Result
from tray.__main__ import main
from tray.storage import credentials
from tray.storage.device_tokens import DeviceTokens
from tray.system import peer

SECRET = "s3cret-never-to-be-seen"
URL = "ws://127.0.0.1:19001"


@pytest.fixture(autouse=True)
def _address(home, monkeypatch):
    monkeypatch.setenv("CLAWTRAY_URL", URL)


def _settings(home, text):
    (home / "clawtray").mkdir()
    (home / "clawtray" / "settings.toml").write_text(text, encoding="utf-8")


def _kept(vault):
    return {user: json.loads(secret) for user, secret, _ in vault.entries.values()}


# ---- login ----


def test_a_piped_token_is_kept_for_the_address_and_nothing_shows_it(clawtray, vault):
    result = clawtray("login", stdin=f"{SECRET}\n")
    said = f"Saved the token for {URL} (profile default) in Windows Credential Manager.\n"
    assert (result.code, result.out, result.err) == (0, said, "")
    assert _kept(vault) == {"default": {"url": URL, "token": SECRET}}


@pytest.mark.parametrize("typed", ["{}", "{}\r\n", "\ufeff{}\n", "  {} \n", "{}\nand more\n"])
def test_one_line_counts_without_the_blanks_around_it(clawtray, vault, typed):
    assert clawtray("login", "--password", stdin=typed.format("correct horse")).code == 0
    assert _kept(vault) == {"default": {"url": URL, "password": "correct horse"}}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Nothing was entered, so nothing was saved."),
        (" \n", "Nothing was entered, so nothing was saved."),
        ("s3\x1bcret\n", "characters that cannot be printed"),
        ("s3cret\udcff\n", "That is not valid text"),
    ],
)
def test_what_cannot_be_a_secret_is_misuse(clawtray, vault, typed, said):
    result = clawtray("login", stdin=typed)
    assert (result.code, result.out, vault.entries) == (2, "", {})
    assert result.err.startswith("clawtray: ")
    assert said in result.err
    assert "cret" not in result.err


def test_a_secret_is_never_an_argument(clawtray, vault):
    assert clawtray("login", SECRET).code == 2
    assert vault.entries == {}


class _Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def typing(monkeypatch, capsys):
    """Runs `login` on a terminal where this is typed; gives what it left behind, and what was asked."""

    def run(answer, *arguments):
        asked = []

        def ask(prompt):
            asked.append(prompt)
            return answer()

        monkeypatch.setattr(getpass, "getpass", ask)
        monkeypatch.setattr(sys, "stdin", _Terminal())
        code = main(["login", *arguments])
        return Result(code, *capsys.readouterr()), asked

    return run


@pytest.mark.parametrize(
    ("arguments", "asked"), [([], f"Token for {URL}: "), (["--password"], f"Password for {URL}: ")]
)
def test_a_terminal_is_asked_without_echo(typing, vault, arguments, asked):
    result, prompts = typing(lambda: SECRET, *arguments)
    assert (result.code, prompts) == (0, [asked])
    assert SECRET not in result.out + result.err
    assert SECRET in _kept(vault)["default"].values()


def _end():
    raise EOFError


def _echo():
    warnings.warn("Can not control echo on the terminal.", getpass.GetPassWarning, stacklevel=2)


@pytest.mark.parametrize(
    ("answer", "said"), [(_end, "Nothing was entered"), (_echo, "This terminal would show what you type")]
)
def test_a_terminal_that_gives_nothing_or_shows_it_is_misuse(typing, vault, answer, said):
    result, _ = typing(answer)
    assert (result.code, vault.entries) == (2, {})
    assert said in result.err


def test_another_profile_has_its_own(clawtray, vault, home, monkeypatch):
    monkeypatch.delenv("CLAWTRAY_URL")
    _settings(home, f'[profiles.default]\nurl = "{URL}"\n[profiles.home]\nurl = "wss://far.example"\n')
    assert clawtray("--profile", "home", "login", stdin="far").code == 0
    assert clawtray("login", stdin="near").code == 0
    assert _kept(vault) == {
        "home": {"url": "wss://far.example", "token": "far"},
        "default": {"url": URL, "token": "near"},
    }
    assert clawtray("--profile", "nobody", "login", stdin="x").code == 2


@pytest.mark.parametrize(
    ("url", "said"),
    [(None, "set url in profile default of the settings"), ("ws://far.example", "Use wss://")],
)
def test_without_an_address_that_may_be_called_nothing_is_kept(clawtray, vault, monkeypatch, url, said):
    monkeypatch.delenv("CLAWTRAY_URL")
    result = clawtray(*(() if url is None else ("--url", url)), "login", stdin=SECRET)
    assert (result.code, result.out, vault.entries) == (1, "", {})
    assert said in result.err


def test_a_secret_that_is_not_used_yet_is_saved_with_a_warning(clawtray, vault, monkeypatch):
    monkeypatch.setenv("CLAWTRAY_TOKEN", "of the environment")
    result = clawtray("login", stdin=SECRET)
    assert result.code == 0
    assert "It is not used yet: the environment" in result.out
    assert SECRET in vault.entries["ClawTray"][1]


@pytest.mark.parametrize("command", ["login", "logout"])
def test_settings_that_cannot_be_read_name_no_profile(clawtray, vault, home, command):
    _settings(home, "profile = ")
    vault.entries["ClawTray"] = ("default", "{}", "session")
    result = clawtray(command, stdin=SECRET)
    assert (result.code, result.out, len(vault.entries)) == (1, "", 1)
    assert "mistake" in result.err


@pytest.mark.parametrize("command", ["login", "logout"])
def test_the_demo_keeps_nothing(clawtray, vault, command):
    result = clawtray("--demo", command, stdin=SECRET)
    assert (result.code, vault.entries) == (2, {})
    assert "leave out --demo" in result.err


def test_a_secret_that_is_too_long_is_refused_in_words(clawtray, vault):
    for length in (1300, 50_000):
        result = clawtray("login", stdin="x" * length)
        assert (result.code, result.out, vault.entries) == (1, "", {})
        assert "too long" in result.err
        assert "xx" not in result.err


# ---- logout ----


def test_logout_removes_the_secret_of_one_profile(clawtray, vault, home):
    _settings(home, "[profiles.home]\n")
    for arguments in (["login"], ["--profile", "home", "login"]):
        assert clawtray(*arguments, stdin=SECRET).code == 0
    result = clawtray("--profile", "home", "logout")
    assert (result.code, result.out) == (0, "Removed what was saved for profile home.\n")
    assert list(_kept(vault)) == ["default"]
    again = clawtray("--profile", "home", "logout")
    assert (again.code, again.out) == (0, "Nothing was saved in Windows Credential Manager.\n")


@pytest.mark.parametrize("settings", ["[profiles.home]\n", "profile = "])
def test_logout_of_all_leaves_nothing_whatever_the_settings_say(clawtray, vault, home, settings):
    credentials.store("default", URL, credentials.Secrets(SECRET))
    credentials.store("home", URL, credentials.Secrets(SECRET))
    _settings(home, settings)
    result = clawtray("logout", "--all")
    assert (result.code, vault.entries) == (0, {})
    assert result.out == "Removed everything that was saved in Windows Credential Manager.\n"
    again = clawtray("logout", "--all")
    assert (again.code, again.out) == (0, "Nothing was saved in Windows Credential Manager.\n")


@pytest.mark.parametrize("arguments", [["logout"], ["logout", "--all"]])
def test_logout_removes_what_the_gateway_issued(clawtray, vault, arguments):
    for url in (URL, "wss://gateway.example"):
        DeviceTokens(persistent=True).keep(url, SECRET)
    result = clawtray(*arguments)
    assert result.code == 0
    assert result.out.startswith("Removed what the gateway issued to this computer.\n")
    assert DeviceTokens(persistent=True).get(URL) is None
    left = DeviceTokens(persistent=True).get("wss://gateway.example")
    assert left == (None if "--all" in arguments else SECRET)


@pytest.mark.parametrize("arguments", [["logout"], ["logout", "--all"]])
def test_logout_without_a_store_removes_what_the_gateway_issued(clawtray, monkeypatch, arguments):
    monkeypatch.setattr(credentials, "_AVAILABLE", False)
    DeviceTokens(persistent=True).keep(URL, SECRET)
    result = clawtray(*arguments)
    assert (result.code, result.err) == (0, "")
    assert result.out == "Removed what the gateway issued to this computer.\n"
    again = clawtray(*arguments)
    assert (again.code, again.out, again.err) == (0, "Nothing was saved.\n", "")


# ---- where it cannot work ----


@pytest.mark.parametrize("arguments", [["login"], ["login", "--password"], ["logout"], ["logout", "--all"]])
@pytest.mark.parametrize(
    ("cause", "said"),
    [
        ("no keyring", "Windows Credential Manager failed (ModuleNotFoundError)."),
        ("failure", "Windows Credential Manager failed (RuntimeError)."),
    ],
)
def test_without_a_store_that_works_the_error_says_what_to_do(
    clawtray, vault, monkeypatch, arguments, cause, said
):
    if cause == "no keyring":
        monkeypatch.setitem(sys.modules, "keyring.backends.Windows", None)
    else:
        vault.error_response = RuntimeError(SECRET)
    result = clawtray(*arguments, stdin=SECRET)
    assert (result.code, result.out) == (1, "")
    assert said in result.err
    assert "CLAWTRAY_TOKEN" in result.err
    assert result.err.count("\n") == 1
    assert SECRET not in result.err


@pytest.mark.parametrize("settings", ["", "profile = "])
def test_login_says_that_there_is_no_store_before_it_wants_anything_written(
    clawtray, vault, home, monkeypatch, settings
):
    monkeypatch.delenv("CLAWTRAY_URL")
    monkeypatch.setattr(credentials, "_AVAILABLE", False)
    _settings(home, settings)
    result = clawtray("login", stdin=SECRET)
    assert result.code == 1
    assert result.err.startswith(
        "clawtray: There is no credential store here that ClawTray can use. Set CLAWTRAY_TOKEN or"
    )
    assert SECRET not in result.err


# ---- the whole way ----


def test_a_saved_token_logs_in_until_it_is_removed(gateway, clawtray, vault, monkeypatch, caplog):
    monkeypatch.setenv("CLAWTRAY_URL", gateway.url)
    monkeypatch.delenv("CLAWTRAY_TOKEN")
    gateway.token = TOKEN
    assert clawtray("status").code == 41
    outputs = [clawtray("login", stdin=TOKEN), clawtray("status"), clawtray("status", "--json")]
    assert [result.code for result in outputs] == [0, 0, 0]
    assert clawtray("logout").code == 0
    assert clawtray("status").code == 41
    assert TOKEN not in caplog.text + "".join(result.out + result.err for result in outputs)


def test_a_failing_store_fails_nothing_else(gateway, clawtray, vault, monkeypatch):
    monkeypatch.setenv("CLAWTRAY_URL", gateway.url)
    monkeypatch.delenv("CLAWTRAY_TOKEN")
    vault.error_response = RuntimeError(SECRET)
    result = clawtray("status")
    assert result.code == 41
    assert SECRET not in result.out + result.err


# ---- another user ----


@pytest.fixture
def alice(gateway, monkeypatch):
    """Another user, who runs the gateway."""
    monkeypatch.setattr(peer, "other_user", lambda _: peer.User("1002", "alice"))
    return f"1002@{gateway.url.removeprefix('ws://')}"


def test_another_users_gateway_gets_the_token_once_that_is_confirmed(gateway, clawtray, alice, home):
    assert clawtray("status").code == 41
    assert gateway.requests == []
    result = clawtray("trust", "--yes")
    assert (result.code, result.out) == (
        0,
        "Confirmed for profile default: this user's gateway gets your token.\n",
    )
    assert "another user of this computer, alice," in result.err
    assert f'gateway_user = "{alice}"' in (home / "clawtray" / "settings.toml").read_text(encoding="utf-8")
    assert clawtray("status").code == 0


def test_nothing_is_confirmed_without_a_question(gateway, clawtray, alice):
    result = clawtray("trust", stdin="y\n")
    assert (result.code, result.err) == (2, "clawtray: Not a terminal: add --yes to confirm.\n")


def test_nothing_is_to_be_confirmed_where_nobody_else_listens(gateway, clawtray, monkeypatch):
    result = clawtray("trust", "--yes")
    assert (result.code, result.err) == (0, "")
    assert result.out.endswith("nothing to confirm.\n")
    monkeypatch.setenv("CLAWTRAY_URL", "ws://127.0.0.1:1")
    result = clawtray("trust", "--yes")
    assert result.code == 40
    assert "Nothing is listening" in result.err


def test_settings_that_cannot_be_written_confirm_nothing(gateway, clawtray, alice, home):
    _settings(home, "[profiles\n")
    result = clawtray("trust", "--yes")
    assert (result.code, result.out) == (1, "")
    assert "The settings have a mistake in them; correct it first." in result.err
