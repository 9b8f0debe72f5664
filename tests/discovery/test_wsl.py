"""Finding gateways inside WSL, with what `wsl.exe` prints by its documentation: there is no WSL here."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tray.discovery import wsl

NONE_RUNS = "There are no running distributions.\r\n"


@pytest.fixture
def windows(monkeypatch, tmp_path):
    """A Windows on which `wsl.exe` prints this, and each distribution has these users."""

    def have(printed, code=0, users=()):
        def run(command, **_):
            assert command[0].endswith("wsl.exe")
            assert command[1:] == ["--list", "--running", "--quiet"]
            return subprocess.CompletedProcess(command, code, printed)

        monkeypatch.setattr(sys, "platform", "win32")
        monkeypatch.setattr(subprocess, "run", run)
        monkeypatch.setattr(wsl, "ROOT", str(tmp_path))
        for name in users:
            (tmp_path / "Ubuntu" / "home" / name).mkdir(parents=True)
        return tmp_path

    return have


@pytest.mark.parametrize(
    ("listed", "names"),
    [
        ("Ubuntu\r\nDebian-12\r\n".encode("utf-16-le"), ("Ubuntu", "Debian-12")),
        ("\ufeffUbuntu-24.04\r\n\r\n".encode("utf-16-le"), ("Ubuntu-24.04",)),
        (b"Ubuntu\r\n", ("Ubuntu",)),
        (NONE_RUNS.encode("utf-16-le"), ()),
        ("실행 중인 배포판이 없습니다.\r\n".encode("utf-16-le"), ()),
        ("..\\..\\evil\r\n".encode("utf-16-le"), ()),
        (b"\xff\xfe\xff", ()),
        (b"", ()),
    ],
)
def test_the_names_of_what_runs(listed, names):
    assert wsl.running(listed) == names


def test_each_user_of_each_that_runs(windows):
    root = windows("Ubuntu\r\nDebian\r\n".encode("utf-16-le"), users=("ann", "bob"))
    (root / "Ubuntu" / "home" / "file").touch()
    ubuntu = root / "Ubuntu"
    assert wsl.homes() == (
        ubuntu / "home" / "ann",
        ubuntu / "home" / "bob",
        ubuntu / "root",
        root / "Debian" / "root",
    )


def test_where_none_runs(windows):
    windows(NONE_RUNS.encode("utf-16-le"), code=1)
    assert wsl.homes() == ()


@pytest.mark.parametrize("error", [FileNotFoundError(), subprocess.TimeoutExpired("wsl.exe", 5)])
def test_where_there_is_no_wsl_or_it_hangs(windows, monkeypatch, error):
    windows(b"")

    def fail(*_, **__):
        raise error

    monkeypatch.setattr(subprocess, "run", fail)
    assert wsl.homes() == ()


@pytest.mark.skipif(sys.platform == "win32", reason="there it is asked")
def test_elsewhere_nothing_is_asked(monkeypatch):
    monkeypatch.setattr(subprocess, "run", None)
    assert wsl.homes() == ()
