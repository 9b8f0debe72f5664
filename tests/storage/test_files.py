from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tray.settings.edit import DEFAULT_SETTINGS_TEXT
from tray.settings.settings import UNUSABLE, Settings
from tray.storage import files
from tray.storage.files import (
    StoreError,
    device_seed,
    folders,
    load_memory,
    load_settings,
    save_memory,
    write_text,
)

_POSIX = sys.platform != "win32"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Everything of ours in one folder, which does not exist yet."""
    one = tmp_path / "클로 tray"
    monkeypatch.setenv("CLAWTRAY_HOME", str(one))
    return one


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_one_variable_moves_everything(folder: Path) -> None:
    assert folders() == files.Folders(folder, folder, folder)
    assert not folder.exists()


def test_the_usual_folders_carry_the_name_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLAWTRAY_HOME")
    usual = folders()
    for path in (usual.config, usual.data, usual.log):
        assert path.is_absolute()
        assert path.parts.count("ClawTray") == 1


def test_settings_that_were_never_written_are_the_defaults(folder: Path) -> None:
    assert load_settings() == (Settings(), (), folder / "settings.toml")
    assert not folder.exists()


def test_settings_are_read_where_they_are(folder: Path, tmp_path: Path) -> None:
    write_text(folder / "settings.toml", "\ufeffnotices = false\r\n")
    assert load_settings() == (Settings(notifications=False), (), folder / "settings.toml")
    other = tmp_path / "other.toml"
    other.write_text("poll_seconds = 30")
    assert load_settings(other) == (Settings(poll_seconds=30), (), other)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"profile = ", "mistake"), (b"\xff\xfe", "is not UTF-8 text"), (b"#" * 1001, "is larger than 0 MB")],
)
def test_settings_that_cannot_be_used_stay_as_they_are(
    folder: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, said: str
) -> None:
    monkeypatch.setattr(files, "_LIMIT", 1000)
    folder.mkdir()
    path = folder / "settings.toml"
    path.write_bytes(content)
    settings, (problem,), where = load_settings()
    assert (settings, where) == (UNUSABLE, path)
    assert said in str(problem)
    assert path.read_bytes() == content


def test_a_settings_file_that_was_asked_for_must_be_there(tmp_path: Path) -> None:
    settings, (problem,), _ = load_settings(tmp_path / "gone.toml")
    assert settings is UNUSABLE
    assert str(problem) == f"There is no file {tmp_path / 'gone.toml'}."


def test_settings_that_cannot_be_read_are_said_in_words(tmp_path: Path) -> None:
    _, (problem,), _ = load_settings(tmp_path)
    assert str(problem) == f"{tmp_path} is not a file."


def test_the_memory_is_what_was_saved() -> None:
    assert load_memory() is None
    save_memory('{"é": 1}\n')
    save_memory('{"é": 2}\n')
    assert load_memory() == '{"é": 2}\n'


def test_a_damaged_memory_arrives_damaged(folder: Path) -> None:
    folder.mkdir()
    (folder / "state.json").write_bytes(b'{"\xff')
    assert load_memory() == '{"\ufffd'


def test_text_is_written_as_it_is_and_for_the_user_alone(folder: Path) -> None:
    path = folder / "deep" / "settings.toml"
    write_text(path, DEFAULT_SETTINGS_TEXT.replace("\n", "\r\n"))
    assert path.read_bytes() == DEFAULT_SETTINGS_TEXT.replace("\n", "\r\n").encode()
    assert _names(path.parent) == ["settings.toml"]
    if _POSIX:
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failed_save_leaves_the_old_text_and_no_litter(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = folder / "state.json"
    write_text(path, "old")

    def fail(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*((os, "fsync") if step == "fsync" else (Path, "replace")), fail)
    with pytest.raises(StoreError, match=r"state\.json cannot be saved: No space left on device"):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert _names(folder) == ["state.json"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_folder_that_becomes_read_only_in_the_middle_of_a_save_is_reported(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    write_text(folder / "state.json", "old")

    def fail(*args: object, **names: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(*((os, "fsync") if step == "fsync" else (Path, "replace")), fail)
    monkeypatch.setattr(Path, "unlink", fail)
    with pytest.raises(StoreError, match=r"state\.json cannot be saved: Operation not permitted"):
        write_text(folder / "state.json", "new")
    assert (folder / "state.json").read_text() == "old"


def test_a_text_that_is_no_unicode_is_refused_in_words(folder: Path) -> None:
    with pytest.raises(StoreError, match="its text is not valid"):
        write_text(folder / "state.json", "\ud800")
    assert not (folder / "state.json").exists()


@pytest.mark.skipif(not _POSIX, reason="making a symbolic link needs a privilege on Windows")
def test_a_link_to_the_settings_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles" / "real.toml", tmp_path / "link.toml"
    write_text(real, "old")
    link.symlink_to(real)
    write_text(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"


def test_the_device_key_is_made_once_and_for_the_user_alone(folder: Path) -> None:
    seed = device_seed()
    assert len(seed) == 32
    assert device_seed() == seed
    assert _names(folder) == ["device.key"]
    if _POSIX:
        assert (folder / "device.key").stat().st_mode & 0o777 == 0o600


def test_who_comes_second_takes_the_first_ones_key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def somebody_else_is_faster(size: int) -> bytes:
        (folder / "device.key").parent.mkdir()
        (folder / "device.key").write_bytes(b"first" + bytes(size - 5))
        return b"late!" * 7

    monkeypatch.setattr(os, "urandom", somebody_else_is_faster)
    assert device_seed().startswith(b"first")
    assert _names(folder) == ["device.key"]


def test_processes_that_race_for_the_key_all_get_the_same() -> None:
    code = (
        "from tray.storage.files import device_seed; print('ready', flush=True); "
        "input(); print(device_seed().hex())"
    )
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("\n")
        racer.stdin.flush()
    seeds = {racer.communicate(timeout=60)[0] for racer in racers}
    assert seeds == {device_seed().hex() + "\n"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps the user's folders to the user")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o606])
def test_what_others_could_read_is_kept_to_the_user(folder: Path, mode: int) -> None:
    seed = device_seed()
    files.save_device_tokens("{}")
    for name in ("device.key", "device-tokens.json"):
        (folder / name).chmod(mode)
    assert (device_seed(), files.load_device_tokens()) == (seed, "{}")
    for name in ("device.key", "device-tokens.json"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="as above")
def test_what_others_can_still_read_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    device_seed()
    (folder / "device.key").chmod(0o644)

    def refuse(_path: Path, _mode: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(StoreError, match="can be read by other users, and that cannot be changed: Operation"):
        device_seed()


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33, bytes(32)])
def test_a_damaged_key_is_never_replaced(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / "device.key").write_bytes(content)
    with pytest.raises(StoreError, match="is damaged") as caught:
        device_seed()
    assert (folder / "device.key").read_bytes() == content
    assert "short" not in str(caught.value)


def test_a_key_that_cannot_be_kept_is_said_in_words(folder: Path) -> None:
    folder.write_text("a file where the folder should be")
    with pytest.raises(StoreError, match=r"The device key .* cannot be saved: ") as caught:
        device_seed()
    assert caught.value.__suppress_context__
