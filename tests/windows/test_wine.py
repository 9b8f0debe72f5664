from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from build.commands import NotAvailableError
from build.throwaway import until
from build.wine import Windows, windows_path
from build.winetools import set_up

_REQUIRED = "windows" in os.environ.get("CLAWTRAY_REQUIRE", "").replace(",", " ").split()
_HANGUL = "사용자 한글"
_WHERE = """
import ctypes, os
folder = ctypes.create_unicode_buffer(300)
ctypes.windll.shell32.SHGetFolderPathW(0, 0x1C, 0, 0, folder)
print(folder.value, os.environ["LOCALAPPDATA"], os.environ["USERPROFILE"], sep="\\n")
"""


@pytest.fixture(scope="module")
def tools():
    try:
        return set_up()
    except NotAvailableError as error:
        (pytest.fail if _REQUIRED else pytest.skip)(f"not run: {error}")


@pytest.fixture(scope="module")
def windows(tools):
    with Windows(tools) as running:
        yield running


def environs(home):
    entry = f"HOME={home}".encode()
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if entry in environ.read_bytes().split(b"\0"):
                yield environ.parent.name
        except OSError:  # it has ended meanwhile
            continue


def test_what_is_set_up_is_not_made_again(tools):
    assert set_up() == tools


def test_a_program_gets_its_arguments_folder_and_environment_and_gives_code_and_output(windows, tmp_path):
    code = "import os, sys; print(sys.argv[1:], os.getcwd(), os.environ['CLAWTRAY_URL']); sys.exit(7)"
    place = tmp_path / _HANGUL
    place.mkdir()
    done = windows.python("-c", code, "회의록 😀", place, env={"CLAWTRAY_URL": "ws://127.0.0.1:1"}, cwd=place)
    there = windows_path(place)
    assert done.stdout.strip() == f"{['회의록 😀', there]} {there} ws://127.0.0.1:1"
    assert (done.returncode, done.stderr) == (7, "")


def test_it_is_a_windows_of_64_bits_that_runs_programs_of_32_bits_as_well(windows):
    code = "import sys, platform; print(sys.platform, sys.maxsize > 2**32, platform.win32_ver()[0])"
    assert windows.python("-c", code).stdout.split() == ["win32", "True", "10"]
    compiler = windows.run(windows.tools.inno / "ISCC.exe", "/?")
    assert "Inno Setup 6" in compiler.stdout + compiler.stderr


def test_every_way_to_ask_for_the_users_folder_gives_the_same_one(tools):
    with Windows(tools, user=_HANGUL) as windows:
        home = rf"C:\users\{_HANGUL}"
        local = rf"{home}\AppData\Local"
        assert windows.python("-c", _WHERE).stdout.splitlines() == [local, local, home]
        assert windows.user_folder.joinpath("AppData", "Local").is_dir()


def test_two_at_once_know_nothing_of_each_other(windows, tools):
    with Windows(tools) as other:
        assert other.display != windows.display
        other.run("cmd.exe", "/c", "echo mine>C:\\mine.txt")
        assert other.c_drive.joinpath("mine.txt").read_text() == "mine\n"
        assert not windows.c_drive.joinpath("mine.txt").exists()


def test_a_program_that_takes_too_long_is_ended(windows):
    with pytest.raises(subprocess.TimeoutExpired) as caught:
        windows.python("-uc", "import time; print('so far'); time.sleep(99)", timeout=5)
    assert "so far" in caught.value.output


def test_what_a_program_leaves_running_does_not_hold_us_up(windows):
    assert windows.run("cmd.exe", "/c", "start", "notepad.exe", timeout=60).returncode == 0


def test_a_window_is_seen_on_the_screen_and_its_program_can_be_ended(windows):
    before = windows.picture()
    assert before.size == (1280, 800)
    process = windows.start("winver.exe")
    until(lambda: windows.picture() != before, 20, "a window")
    assert process.poll() is None
    process.kill()
    process.wait(60)


def test_nothing_is_left_of_it_even_after_an_error(tools):
    windows = Windows(tools)

    def fail():
        with windows:
            windows.start("notepad.exe")
            assert len(list(environs(windows.home))) > 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not list(environs(windows.home))
    assert not windows.home.exists()
    assert str(windows.tools.root) not in Path("/proc/mounts").read_text()


def test_the_folders_of_windows_and_python_are_never_written_by_a_session(tools):
    def stamps():
        return {path: path.stat().st_mtime_ns for path in (tools.python, tools.python / "Lib", tools.inno)}

    before = stamps()
    with Windows(tools) as windows:
        windows.python("-c", "import tkinter")
    assert stamps() == before
