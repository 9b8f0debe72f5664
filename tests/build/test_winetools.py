import base64
import hashlib
import io
import sys
import tarfile

import pytest

from build import winetools
from build.commands import NotAvailableError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="not run: Wine runs on Linux only")


@pytest.fixture
def said(monkeypatch):
    """What a program says when it is asked."""

    def says(output):
        monkeypatch.setattr(winetools, "run", lambda *_, **__: output)

    return says


def test_only_root_can(monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(NotAvailableError, match="only root may enter"):
        winetools.set_up()


def test_what_is_missing_on_the_machine_is_named_with_the_list_of_packages(monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("shutil.which", lambda name: None if name in {"Xvfb", "strip"} else f"/bin/{name}")
    with pytest.raises(NotAvailableError, match=r"no strip, Xvfb here; .* build/wine-apt\.txt"):
        winetools.set_up()


def test_the_list_of_packages_has_one_a_line():
    lines = winetools.APT_LIST.read_text().splitlines()
    packages = [line.partition("#")[0].split() for line in lines if line.partition("#")[0].strip()]
    assert ["mmdebstrap"] in packages
    assert all(len(each) == 1 for each in packages)


def test_wine_comes_from_where_the_machine_itself_comes_from(said):
    said(b"Debian-Security http://a/security\nDebian http://a/debian/\nDebian http://b/debian/\n")
    assert winetools._mirror() == "http://a/debian/"


def test_a_fresh_machine_is_updated_before_it_is_asked_again(monkeypatch):
    answers = {"indextargets": [b"", b"Debian http://a/debian/\n"], "update": [b""]}
    monkeypatch.setattr(winetools, "run", lambda command, **_: answers[command[1]].pop(0))
    assert winetools._mirror() == "http://a/debian/"
    assert answers == {"indextargets": [], "update": []}


def test_a_machine_that_knows_no_debian_is_reported(said):
    said(b"Ubuntu http://a/ubuntu\n")
    with pytest.raises(NotAvailableError, match="apt knows no Debian here"):
        winetools._mirror()


@pytest.fixture
def npm(monkeypatch):
    """Hands out a package with a compiler in it, and pins it."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        member = tarfile.TarInfo("package/bin/ISCC.exe")
        member.size = 8
        archive.addfile(member, io.BytesIO(b"compiler"))
    content = file.getvalue()
    asked = []

    def run_npm(arguments, *, cwd):
        asked.append(arguments)
        (cwd / "innosetup.tgz").write_bytes(content)

    monkeypatch.setattr(winetools, "run_npm", run_npm)
    digest = base64.b64encode(hashlib.sha512(content).digest()).decode()
    monkeypatch.setattr(winetools, "_INNO_SHA512", digest)
    return asked


def test_the_compiler_of_installers_is_fetched_once(npm, tmp_path):
    first, second = winetools._inno(tmp_path), winetools._inno(tmp_path)
    assert first == second
    assert (first / "ISCC.exe").read_bytes() == b"compiler"
    assert len(npm) == 1


def test_another_file_under_the_same_name_is_not_taken(npm, tmp_path, monkeypatch):
    monkeypatch.setattr(winetools, "_INNO_SHA512", "another")
    with pytest.raises(NotAvailableError, match="is not the file that it was"):
        winetools._inno(tmp_path)
    assert not [each for each in tmp_path.iterdir() if each.is_dir()]


def test_pip_is_python_s_own_or_uvs(monkeypatch):
    class Done:
        returncode = 0

    monkeypatch.setattr("subprocess.run", lambda *_, **__: Done)
    assert winetools._pip() == [sys.executable, "-m", "pip"]
    Done.returncode = 1
    monkeypatch.setattr("shutil.which", lambda _: "/bin/uv")
    assert winetools._pip()[:2] == ["/bin/uv", "run"]
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(NotAvailableError, match="there is no uv here"):
        winetools._pip()


@pytest.mark.parametrize("path", winetools.REQUIREMENTS, ids=lambda path: path.parent.name)
def test_whatever_is_installed_into_the_windows_python_is_pinned(path):
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    assert lines
    assert all("==" in line for line in lines)
