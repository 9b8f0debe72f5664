from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.vault import Vault
from tray.discovery import config_files
from tray.discovery.config_files import Discovery, changed, discover, stamp, with_stored_credential
from tray.settings.settings import Profile
from tray.settings.target import Secrets, Target
from tray.storage import credentials
from tray.storage.credentials import store

_LOCAL = "{gateway: {port: 19001, auth: {token: 's3cret'}}}  // mine"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A user's folder with blanks and Hangul in its name, as Windows allows."""
    folder = tmp_path / "사용자 이름"
    folder.mkdir()
    return folder


def _write(path: Path, text: str = _LOCAL) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _discover(
    home: Path, profile: Profile | None = None, url: str | None = None, **environ: object
) -> Discovery:
    variables = {name: str(value) for name, value in environ.items()}
    return discover(profile or Profile(), url=url, environ=variables, home=home)


def _source(found: Discovery) -> str:
    assert found.target is not None
    return str(found.target.source)


def test_nothing_found_says_where_it_was_looked_for(home: Path) -> None:
    found = _discover(home)
    assert (found.target, found.secrets, found.refusal, found.problems) == (None, Secrets(), None, ())
    assert tuple(map(str, found.searched)) == (
        "CLAWTRAY_URL: not set",
        "OPENCLAW_GATEWAY_URL: not set",
        "CLAWDBOT_GATEWAY_URL: not set",
        "MOLTBOT_GATEWAY_URL: not set",
        "OPENCLAW_GATEWAY_PORT: not set",
        "CLAWDBOT_GATEWAY_PORT: not set",
        "MOLTBOT_GATEWAY_PORT: not set",
        f"{Path('~/.openclaw/openclaw.json')}: not there",
        f"{Path('~/.openclaw/clawdbot.json')}: not there",
        f"{Path('~/.clawdbot/openclaw.json')}: not there",
        f"{Path('~/.clawdbot/clawdbot.json')}: not there",
        f"{Path('~/.moltbot/moltbot.json')}: not there",
        f"{Path('~/.moltbot/openclaw.json')}: not there",
        f"{Path('~/.moltbot/clawdbot.json')}: not there",
    )


def test_the_gateway_of_this_computer_is_found(home: Path) -> None:
    _write(home / ".openclaw" / "openclaw.json")
    found = _discover(home)
    name = str(Path("~/.openclaw/openclaw.json"))
    assert found.target == Target(
        "ws://127.0.0.1:19001", name, is_loopback=True, secure=False, generation="openclaw"
    )
    assert found.secrets.shared == Secrets(token="s3cret").shared
    assert f"{name}: used" in map(str, found.searched)
    assert "s3cret" not in repr(found)
    assert str(home) not in repr(found.searched)


def test_each_place_beats_the_next(home: Path, tmp_path: Path) -> None:
    places = [
        _write(tmp_path / "a.json"),
        _write(tmp_path / "b.json"),
        _write(tmp_path / "state" / "openclaw.json"),
        _write(tmp_path / "state" / "clawdbot.json"),
        _write(tmp_path / "old state" / "clawdbot.json"),
        _write(tmp_path / "home" / ".openclaw" / "openclaw.json"),
        _write(home / ".openclaw" / "openclaw.json"),
        _write(home / ".openclaw" / "clawdbot.json"),
        _write(home / ".clawdbot" / "openclaw.json"),
        _write(home / ".clawdbot" / "clawdbot.json"),
        _write(home / ".moltbot" / "moltbot.json"),
    ]
    environ = {
        "OPENCLAW_CONFIG_PATH": places[0],
        "CLAWDBOT_CONFIG_PATH": places[1],
        "OPENCLAW_STATE_DIR": places[2].parent,
        "CLAWDBOT_STATE_DIR": places[4].parent,
        "OPENCLAW_HOME": tmp_path / "home",
    }
    used = []
    for place in places:
        source = Path(_source(_discover(home, **environ)))
        used.append(home / source.relative_to("~") if source.parts[0] == "~" else source)
        place.unlink()
    assert used == places
    assert _discover(home, **environ).target is None


@pytest.mark.parametrize(
    ("place", "environ", "counts"),
    [
        (".openclaw/openclaw.json", {}, False),
        (".openclaw/clawdbot.json", {}, False),
        (".clawdbot/openclaw.json", {}, False),
        (".clawdbot/clawdbot.json", {}, True),
        ("mine/my.json", {"OPENCLAW_CONFIG_PATH": "~/mine/my.json"}, False),
        ("mine/my.json", {"CLAWDBOT_CONFIG_PATH": "~/mine/my.json"}, True),
        ("mine/clawdbot.json", {"OPENCLAW_STATE_DIR": "~/mine"}, False),
        ("mine/clawdbot.json", {"CLAWDBOT_STATE_DIR": "~/mine"}, True),
    ],
)
def test_where_the_file_lies_tells_whether_older_variables_count(
    home: Path, place: str, environ: dict[str, str], *, counts: bool
) -> None:
    _write(home / place, "{gateway: {port: 19001}}")
    older = {"CLAWDBOT_GATEWAY_PORT": "5", "CLAWDBOT_GATEWAY_TOKEN": "old"}
    found = _discover(home, **environ, **older)
    assert found.target is not None
    assert found.target.url == f"ws://127.0.0.1:{5 if counts else 19001}"
    assert found.secrets.shared == Secrets(token="old" if counts else None).shared
    assert ("CLAWDBOT_GATEWAY_PORT: set" in map(str, found.searched)) is counts


@pytest.mark.parametrize("written", ["~/elsewhere/my.json", " ~\\elsewhere/my.json "])
def test_a_variable_may_start_at_the_users_folder(home: Path, written: str) -> None:
    _write(home / "elsewhere" / "my.json")
    assert _source(_discover(home, OPENCLAW_CONFIG_PATH=written)) == str(Path("~/elsewhere/my.json"))


def test_the_option_and_the_profile_need_no_file(home: Path) -> None:
    assert _source(_discover(home, url="127.0.0.1:1")) == "--url"
    found = _discover(home, Profile("far", "wss://far.example"), CLAWTRAY_TOKEN="mine")
    assert _source(found) == "profile far"
    assert found.secrets.shared == Secrets(token="mine").shared


def test_variables_come_from_the_state_folder_too_and_the_process_wins(home: Path) -> None:
    _write(
        home / ".openclaw" / "openclaw.json", '{"gateway": {"auth": {"token": "${A}", "password": "${B}"}}}'
    )
    _write(home / ".openclaw" / ".env", "A=from-file\nB=from-file\n")
    assert _discover(home, B="from-process").secrets.shared == Secrets("from-file", "from-process").shared


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({}, ".openclaw"),
        ({"OPENCLAW_STATE_DIR": "~/state"}, "state"),
        ({"OPENCLAW_HOME": "~/other"}, "other/.openclaw"),
    ],
)
def test_a_file_elsewhere_keeps_its_state_folder(home: Path, environ: dict[str, str], folder: str) -> None:
    _write(home / "my.json", '{"gateway": {"auth": {"token": "${A}"}}}')
    _write(home / folder / ".env", "A=s3cret")
    assert _discover(home, OPENCLAW_CONFIG_PATH="~/my.json", **environ).secrets.token == "s3cret"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", ": it is not valid JSON5; nothing of it is used"),
        ("{}".encode("utf-16"), " is not UTF-8 text"),
        (b" " * 1001, " is larger than 0 MB and is not read"),
    ],
)
def test_a_file_that_cannot_be_used_is_not_skipped_for_an_older_one(
    home: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, said: str
) -> None:
    monkeypatch.setattr(config_files, "_LIMIT", 1000)
    _write(home / ".clawdbot" / "clawdbot.json")
    _write(home / ".openclaw" / "openclaw.json").write_bytes(content)
    found = _discover(home)
    name = str(Path("~/.openclaw/openclaw.json"))
    assert found.target is None
    assert str(found.refusal) == f"The gateway's address cannot be read from {name}; correct it there."
    assert [str(each) for each in found.problems] == [name + said]
    assert f"{Path('~/.clawdbot/clawdbot.json')}: there" in map(str, found.searched)


def test_a_file_that_cannot_be_opened_is_said_in_words(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _write(home / ".openclaw" / "openclaw.json")

    def refuse(*args: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    found = _discover(home)
    assert [str(each) for each in found.problems] == [
        f"{Path('~/.openclaw/openclaw.json')} cannot be read (Permission denied)"
    ]
    assert found.target is None


def test_a_folder_in_place_of_a_file_is_no_file(home: Path) -> None:
    (home / ".openclaw" / "openclaw.json").mkdir(parents=True)
    assert _discover(home).target is None
    assert _discover(home, OPENCLAW_CONFIG_PATH="a\0b").target is None


def test_a_byte_order_mark_is_no_mistake(home: Path) -> None:
    _write(home / ".openclaw" / "openclaw.json", "\ufeff" + _LOCAL)
    assert _discover(home).problems == ()


def test_problems_name_the_file_and_no_secret(home: Path) -> None:
    _write(
        home / ".openclaw" / "openclaw.json", '{"gateway": {"auth": {"token": ["s3cret"]}, "port": "s3cret"}}'
    )
    found = _discover(home)
    assert len(found.problems) == 2
    assert all(
        str(problem).startswith(f"{Path('~/.openclaw/openclaw.json')}: gateway.")
        for problem in found.problems
    )
    assert "s3cret" not in repr(found)


_PEM = "note\n-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\nAAAA\n"


@pytest.mark.parametrize(
    ("setting", "file"),
    [("", ".openclaw/gateway/tls/gateway-cert.pem"), (", certPath: '~/mine.pem'", "mine.pem")],
)
def test_the_certificate_of_the_gateway_here_is_pinned(home: Path, setting: str, file: str) -> None:
    _write(home / ".openclaw" / "openclaw.json", f"{{gateway: {{tls: {{enabled: true{setting}}}}}}}")
    certificate = _write(home / file, _PEM.format(base64.encodebytes(b"der" * 40).decode()))
    found = _discover(home)
    assert found.target is not None
    assert found.target.url == "wss://127.0.0.1:18789"
    assert found.target.fingerprint == hashlib.sha256(b"der" * 40).hexdigest()
    certificate.unlink()
    assert changed(found.stamp)


@pytest.mark.parametrize("text", [None, "none", _PEM.format("A")])
def test_without_a_certificate_nothing_is_pinned(home: Path, text: str | None) -> None:
    _write(home / ".openclaw" / "openclaw.json", "{gateway: {tls: {enabled: true}}}")
    if text is not None:
        _write(home / ".openclaw" / "gateway" / "tls" / "gateway-cert.pem", text)
    found = _discover(home)
    assert found.target is not None
    assert found.target.fingerprint is None


def test_a_follower_sees_every_change(home: Path) -> None:
    old = _write(home / ".clawdbot" / "clawdbot.json")
    found = _discover(home)
    assert not changed(found.stamp)
    os.utime(old, ns=(1, 1))
    assert changed(found.stamp)
    found = _discover(home)
    _write(old, _LOCAL + "\n")
    os.utime(old, ns=(1, 1))
    assert changed(found.stamp)
    found = _discover(home)
    _write(home / ".openclaw" / "openclaw.json")
    assert changed(found.stamp)
    found = _discover(home)
    _write(home / ".openclaw" / ".env", "A=1")
    assert changed(found.stamp)
    found = _discover(home)
    old.unlink()
    assert changed(found.stamp)


def test_a_stamp_is_taken_before_the_file_is_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _write(home / ".openclaw" / "openclaw.json")
    read = config_files._read_bytes

    def read_and_change(file: Path, *rest: object) -> bytes | None:
        content = read(file, *rest)
        _write(path, _LOCAL + "\n")
        return content

    monkeypatch.setattr(config_files, "_read_bytes", read_and_change)
    assert changed(_discover(home).stamp)


def test_files_that_the_configuration_includes_are_followed(home: Path) -> None:
    _write(home / ".openclaw" / "openclaw.json", "{$include: ['./parts/gateway.json5']}")
    part = _write(home / ".openclaw" / "parts" / "gateway.json5", "{gateway: {$include: '../auth.json'}}")
    auth = _write(home / ".openclaw" / "auth.json", "{port: 19001, auth: {token: 's3cret'}}")
    found = _discover(home)
    assert found.target is not None
    assert (found.target.url, found.secrets.token, found.problems) == ("ws://127.0.0.1:19001", "s3cret", ())
    for path in (part, auth):
        before = _discover(home).stamp
        path.write_text(path.read_text(encoding="utf-8") + " ", encoding="utf-8")
        assert changed(before)


@pytest.mark.parametrize("written", ["../auth.json", "/etc/hostname", "link.json", "loop.json", "a\0b"])
def test_nothing_outside_the_folder_is_included(home: Path, written: str) -> None:
    _write(home / "auth.json", "{port: 19001}")
    main = _write(home / ".openclaw" / "openclaw.json", json.dumps({"gateway": {"$include": written}}))
    if os.name != "nt":  # links need a privilege there
        main.with_name("link.json").symlink_to("../auth.json")
        main.with_name("loop.json").symlink_to("loop.json")
    found = _discover(home)
    assert found.target is not None
    assert found.target.url == "ws://127.0.0.1:18789"
    assert "gateway.$include cannot be followed" in str(found.problems[0])


def test_what_is_included_is_bounded_in_length(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config_files, "_MAX_INCLUDED_SIZE", 30)
    _write(home / ".openclaw" / "openclaw.json", json.dumps({"gateway": {"$include": ["a", "b"]}}))
    _write(home / ".openclaw" / "a", "{port: 19001, mode: 'local'}")
    _write(home / ".openclaw" / "b", "{port: 19002}")
    found = _discover(home)
    assert found.target is not None
    assert found.target.url == "ws://127.0.0.1:19001"
    assert "the included files are too long" in str(found.problems[0])


def test_includes_that_are_missing_unreadable_or_too_many_are_said(home: Path) -> None:
    folder = home / ".openclaw"
    _write(folder / "openclaw.json", json.dumps({"gateway": {"$include": ["gone", "binary", *["a"] * 30]}}))
    _write(folder / "a", "{}")
    (folder / "binary").write_bytes(b"\xff")
    reasons = [str(problem).rpartition(": ")[2] for problem in _discover(home).problems]
    assert reasons[:2] == ["there is no such file", "the file cannot be read"]
    assert set(reasons[2:]) == {"too many files are included"}
    assert len(reasons) == 2 + 32 - 20


def _in_folder(name: str) -> Profile:
    return Profile(name, in_folder=True)


def test_the_gateway_s_own_profiles_are_offered_and_not_called(home: Path) -> None:
    for folder in (".openclaw-work", ".clawdbot-old", ".openclaw-default", ".openclaw-a b"):
        _write(home / folder / "openclaw.json")
    (home / ".openclaw-empty").mkdir()
    found = _discover(home)
    assert (found.target, found.refusal, found.profiles) == (None, None, ("old", "work"))
    _write(home / ".openclaw" / "openclaw.json")
    assert _discover(home).profiles == ()
    assert config_files.profile_names(home) == ("old", "work")
    assert config_files.profile_names(home / "gone") == ()


def test_a_profile_s_gateway_is_that_of_its_folder_alone(home: Path) -> None:
    _write(home / ".openclaw" / "openclaw.json", "{gateway: {port: 1}}")
    _write(home / ".openclaw-work" / "openclaw.json", "{gateway: {port: 19001, auth: {token: '${TOK}'}}}")
    foreign = {"OPENCLAW_GATEWAY_PORT": 1, "OPENCLAW_GATEWAY_TOKEN": "x", "OPENCLAW_CONFIG_PATH": "~/y"}
    found = _discover(home, _in_folder("work"), TOK="s3cret", **foreign)
    assert found.target is not None
    assert (found.target.url, found.secrets.token) == ("ws://127.0.0.1:19001", "s3cret")
    _write(home / ".openclaw-work" / ".env", "OPENCLAW_GATEWAY_PORT=19005\n")
    own = _discover(home, _in_folder("work"), TOK="s3cret", **foreign)
    assert own.target is not None
    assert own.target.url == "ws://127.0.0.1:19005"


def test_a_profile_whose_folder_is_gone_calls_no_other_gateway(home: Path) -> None:
    _write(home / ".openclaw" / "openclaw.json")
    found = _discover(home, _in_folder("work"), CLAWTRAY_TOKEN="s3cret")
    assert found.target is None
    assert "profile work" in str(found.refusal)


@pytest.mark.parametrize(("text", "port"), [("{}", 19001), ("{gateway: {port: 5}}", 5)])
def test_the_profile_dev_has_a_port_of_its_own(home: Path, text: str, port: int) -> None:
    _write(home / ".openclaw-dev" / "openclaw.json", text)
    found = _discover(home, _in_folder("dev"))
    assert found.target is not None
    assert found.target.url == f"ws://127.0.0.1:{port}"


def test_nothing_is_written(home: Path) -> None:
    path = _write(home / ".openclaw" / "openclaw.json")
    before = stamp(sorted(home.rglob("*")))
    _discover(home)
    assert stamp(sorted(home.rglob("*"))) == before
    assert path.read_text(encoding="utf-8") == _LOCAL


def test_slow_libraries_are_loaded_only_when_needed() -> None:
    slow = {"platformdirs", "pyjson5", "tomlkit"}
    code = f"import sys, tray.discovery, tray.storage.files; print(*{slow} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == ""


# ---- the credential store ----


URL = "ws://127.0.0.1:19001"


def _secrets_of(found: Discovery) -> tuple[str | None, str | None]:
    return found.secrets.token, found.secrets.password


def _with_stored_credential(home: Path, profile: Profile | None = None, **environ: object) -> Discovery:
    profile = profile or Profile()
    return with_stored_credential(_discover(home, profile, **environ), profile)


def test_the_store_is_asked_where_nothing_else_logs_in(home: Path, vault: Vault) -> None:
    _write(home / ".openclaw" / "openclaw.json", "{gateway: {port: 19001}}")
    store("default", URL, Secrets(password="kept"))
    bare, found = _discover(home), _with_stored_credential(home)
    assert found.secrets.shared == Secrets(password="kept").shared
    assert [*map(str, found.searched)] == [*map(str, bare.searched), "Windows Credential Manager: used"]
    assert (found.target, found.stamp, found.problems) == (bare.target, bare.stamp, bare.problems)
    assert "kept" not in repr(found)


@pytest.mark.parametrize("profile", [Profile("home", url=URL), Profile(url="ws://127.0.0.1:19002")])
def test_another_profile_or_address_gets_nothing(home: Path, vault: Vault, profile: Profile) -> None:
    store("default", URL, Secrets("kept"))
    found = _with_stored_credential(home, profile)
    assert found.secrets.shared == Secrets().shared
    assert str(found.searched[-1]).startswith("Windows Credential Manager: ")


@pytest.mark.parametrize("name", ["CLAWTRAY_TOKEN", "CLAWTRAY_PASSWORD", "OPENCLAW_GATEWAY_TOKEN"])
def test_a_secret_of_environment_or_file_leaves_the_store_alone(home: Path, vault: Vault, name: str) -> None:
    assert "mine" in _secrets_of(_with_stored_credential(home, **{name: "mine"}))
    _write(home / ".openclaw" / "openclaw.json")
    assert _with_stored_credential(home).secrets.shared == Secrets("s3cret").shared
    assert vault.asked == 0


def test_without_a_gateway_or_a_store_nothing_is_asked_or_said(
    home: Path, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _with_stored_credential(home) == _discover(home)
    monkeypatch.setattr(credentials, "_AVAILABLE", False)
    _write(home / ".openclaw" / "openclaw.json", "{gateway: {port: 19001}}")
    assert _with_stored_credential(home) == _discover(home)
    assert vault.asked == 0


def test_a_store_that_fails_is_said_and_no_more(home: Path, vault: Vault) -> None:
    vault.error_response = RuntimeError("kept")
    _write(home / ".openclaw" / "openclaw.json", "{gateway: {port: 19001}}")
    found = _with_stored_credential(home)
    assert found.secrets.shared == Secrets().shared
    assert str(found.searched[-1]) == "Windows Credential Manager: cannot be read"


# ---- inside this computer's own Linux ----


def test_a_gateway_inside_the_own_linux_is_found_where_there_is_no_other(home: Path, tmp_path: Path) -> None:
    guest = tmp_path / "Ubuntu" / "home" / "ann"
    used = _write(guest / ".openclaw" / "openclaw.json")

    def find() -> Discovery:
        return discover(Profile(), url=None, environ={}, home=home, guests=lambda: [tmp_path / "x", guest])

    found = find()
    assert found.target == Target(
        "ws://127.0.0.1:19001", str(used), is_loopback=True, secure=False, generation="openclaw"
    )
    assert found.secrets.shared == Secrets(token="s3cret").shared
    assert f"{used}: used" in map(str, found.searched)
    assert f"{tmp_path / 'x' / '.openclaw' / 'openclaw.json'}: not there" in map(str, found.searched)
    assert not [path for path, _, _ in found.stamp if str(tmp_path / "Ubuntu") in path]
    _write(home / ".openclaw" / "openclaw.json")
    assert changed(found.stamp)
    assert _source(find()) == str(Path("~/.openclaw/openclaw.json"))


def test_the_own_linux_is_not_even_asked_where_windows_has_a_gateway(home: Path) -> None:
    def asked() -> list[Path]:
        raise AssertionError("it was asked")

    _write(home / ".openclaw" / "openclaw.json")
    assert discover(Profile(), url=None, environ={}, home=home, guests=asked).target is not None


def test_a_certificate_inside_the_own_linux_stays_out_of_the_stamp(home: Path, tmp_path: Path) -> None:
    _write(tmp_path / ".openclaw" / "openclaw.json", "{gateway: {tls: {enabled: true}}}")
    found = discover(Profile(), url=None, environ={}, home=home, guests=lambda: [tmp_path])
    assert found.target is not None
    assert found.target.url == "wss://127.0.0.1:18789"
    assert not [path for path, _, _ in found.stamp if str(home) not in path]
