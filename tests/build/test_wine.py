import sys
from pathlib import Path

import pytest

from build import wine
from build.wine import Tools, Windows, windows_path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="not run: Wine runs on Linux only")


@pytest.fixture
def tools(tmp_path):
    return Tools(tmp_path / "root", None, tmp_path / "python", tmp_path / "inno")


def test_a_path_is_seen_on_the_drive_z():
    assert windows_path(Path("/a/사용자 한글/b.txt")) == "Z:\\a\\사용자 한글\\b.txt"
    assert windows_path(Path("a")) == windows_path(Path.cwd() / "a")


def test_a_fresh_prefix_shares_what_is_only_read_and_nothing_else(tmp_path):
    template = tmp_path / "template"
    for name in ("drive_c/windows/system32/a.dll", "drive_c/windows/win.ini", "user.reg"):
        (template / name).parent.mkdir(parents=True, exist_ok=True)
        (template / name).write_text("as it was")
    (template / "dosdevices").mkdir()
    (template / "dosdevices" / "c:").symlink_to("../drive_c")

    wine._copy_prefix(template, tmp_path / "copy")

    def is_shared(name):
        return (template / name).samefile(tmp_path / "copy" / name)

    assert is_shared("drive_c/windows/system32/a.dll")
    assert not is_shared("drive_c/windows/win.ini")
    assert not is_shared("user.reg")
    assert (tmp_path / "copy" / "dosdevices" / "c:").readlink() == Path("../drive_c")
    assert (tmp_path / "copy" / "user.reg").read_text() == "as it was"


def test_the_secrets_of_our_own_environment_do_not_reach_windows(tools, monkeypatch):
    monkeypatch.setenv("CLAWTRAY_TOKEN", "hunter2")
    windows = Windows(tools)
    windows.home = windows.prefix = Path("/home")
    assert "hunter2" not in str(windows._environment())


def test_the_folders_that_are_seen_are_named_once(tools, tmp_path):
    shown = Windows(tools, folders=(tmp_path, tmp_path))._shown
    assert len(set(shown)) == len(shown)
    assert {str(tmp_path), str(wine.CHECKOUT)} <= set(shown)
