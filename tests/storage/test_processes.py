from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tray.storage import processes

posix_only = pytest.mark.skipif(
    sys.platform == "win32", reason="not run: files are made executable by a mode"
)


def program(folder, name="openclaw"):
    folder.mkdir(exist_ok=True)
    made = folder / name
    made.write_text("#!/bin/sh\n")
    made.chmod(0o755)
    return str(made)


def test_this_program_starts_itself_without_the_current_folder(monkeypatch):
    assert processes.own_command() == (sys.executable, "-P", "-m", "tray")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert processes.own_command() == (sys.executable,)


def test_a_module_in_the_current_folder_is_not_loaded(tmp_path):
    (tmp_path / "json.py").write_text("raise SystemExit('taken over')")
    command = [*processes.own_command()[:-2], "-c", "import json; print(json.dumps(1))"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "1"


@pytest.mark.parametrize(
    ("prefix", "has_pip", "command"),
    [
        ("/home/me/.local/share/uv/tools/clawtray", False, "uv tool install clawtray --with"),
        ("/home/me/.local/share/pipx/venvs/clawtray", True, "pipx inject clawtray"),
        ("/home/me/env", False, "uv pip install --python /bin/python"),
        ("/usr", True, "/bin/python -m pip install"),
    ],
)
def test_a_package_is_added_by_what_installed_this_program(monkeypatch, prefix, has_pip, command):
    monkeypatch.setattr(sys, "prefix", prefix)
    monkeypatch.setattr(sys, "executable", "/bin/python")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: object() if has_pip else None)
    assert processes.install_command() == command


def test_programs_run_in_the_user_s_folder_or_at_the_root(monkeypatch, tmp_path):
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    assert processes.folder() == tmp_path
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "missing"))
    assert processes.folder() == Path(tmp_path.anchor)

    def unknown():
        raise RuntimeError("no home")

    monkeypatch.setattr(Path, "home", unknown)
    assert processes.folder() == Path(Path(sys.executable).anchor)


@posix_only
@pytest.mark.parametrize("relative", ["", ".", "bin"])
def test_no_program_is_taken_from_a_relative_folder(monkeypatch, tmp_path, relative):
    program(tmp_path)
    program(tmp_path / "bin")
    monkeypatch.chdir(tmp_path)
    assert processes.find_program("openclaw", {"PATH": f"{relative}{os.pathsep}{tmp_path}/none"}) is None
    own = program(tmp_path / "own")
    path = f"{relative}{os.pathsep}{tmp_path}/own"
    assert processes.find_program("openclaw", {"PATH": path}) == own


@posix_only
def test_what_cannot_be_run_is_passed_over(tmp_path):
    (tmp_path / "first").mkdir()
    (tmp_path / "first" / "openclaw").write_text("text")
    (tmp_path / "second" / "openclaw").mkdir(parents=True)
    last = program(tmp_path / "last")
    path = os.pathsep.join(str(tmp_path / name) for name in ("first", "second", "last"))
    assert processes.find_program("openclaw", {"PATH": path}) == last
    assert processes.find_program("openclaw", {"PATH": str(tmp_path)}) is None


def test_on_windows_a_program_is_found_by_its_ending(monkeypatch, tmp_path):
    found = program(tmp_path / "npm", "openclaw.CMD")
    program(tmp_path, "openclaw.CMD")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "platform", "win32")
    environ = {"PATH": os.pathsep.join(("", f'"{tmp_path / "npm"}"')), "PATHEXT": ".EXE;.CMD"}
    assert processes.find_program("openclaw", environ) == found


@pytest.mark.parametrize(
    "name",
    [
        "CLAWTRAY_TOKEN",
        "CLAWTRAY_PASSWORD",
        "OPENCLAW_GATEWAY_TOKEN",
        "CLAWDBOT_GATEWAY_PASSWORD",
        "OPENAI_API_KEY",
        "AWS_SECRET_ACCESS_KEY",
        "gateway_token",
        "SIGNING_KEY",
    ],
)
def test_secrets_are_taken_out(name):
    assert processes.without_secrets({name: "hidden", "DISPLAY": ":0"}).get(name) is None


def test_all_else_stays():
    kept = {
        "DISPLAY": ":0",
        "HOME": "/home/me",
        "LANG": "ko_KR.UTF-8",
        "CLAWTRAY_HOME": "/x",
        "XKEYBOARD": "de",
    }
    assert processes.without_secrets(kept).items() >= kept.items()


def test_relative_folders_are_taken_off_the_path(monkeypatch, tmp_path):
    path = os.pathsep.join(("", str(tmp_path), "bin"))
    assert processes.on_absolute_path({"PATH": path})["PATH"] == str(tmp_path)
    monkeypatch.setattr(sys, "platform", "win32")
    assert processes.on_absolute_path({"TOKEN": "kept"}) == {
        "TOKEN": "kept",
        "NoDefaultCurrentDirectoryInExePath": "1",
    }


def test_this_process_keeps_no_secret_in_its_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("CLAWTRAY_TOKEN", "hidden")
    monkeypatch.setenv("CLAWTRAY_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", os.pathsep.join(("", os.environ["PATH"])))
    processes.protect_environment()
    assert "CLAWTRAY_TOKEN" not in os.environ
    assert os.environ["CLAWTRAY_HOME"] == str(tmp_path)
    assert "" not in os.environ["PATH"].split(os.pathsep)


@pytest.mark.parametrize(
    ("folder", "on_path", "name"),
    [
        ("Programs", True, "clawtray-cli"),
        ("Programs", False, "{folder}/clawtray-cli{suffix}"),
        ("my Programs", False, '& "{folder}/clawtray-cli{suffix}"'),
    ],
)
def test_an_installed_program_is_called_by_its_console(monkeypatch, tmp_path, folder, on_path, name):
    suffix = ".EXE" if sys.platform == "win32" else ""
    place = tmp_path / folder
    program(place, f"clawtray-cli{suffix}")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(place / f"ClawTray{suffix}"))
    monkeypatch.setenv("PATH", str(place) if on_path else str(tmp_path))
    wanted = name.format(folder=place, suffix=suffix)
    assert processes.own_name().replace("\\", "/") == wanted.replace("\\", "/")


def test_one_that_is_not_installed_is_called_as_it_was_started(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["/x/.venv/bin/clawtray"])
    monkeypatch.delenv("UV_RUN_RECURSION_DEPTH", raising=False)
    assert processes.own_name() == "clawtray"
    monkeypatch.setenv("UV_RUN_RECURSION_DEPTH", "1")
    assert processes.own_name() == "uv run clawtray"
    monkeypatch.setattr(sys, "argv", ["/x/tray/__main__.py"])
    assert processes.own_name() == "clawtray"
